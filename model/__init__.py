"""The recogniser: photo bytes in, Reading out."""

import os

# The most pixels that OpenCV decodes, as `file_checks.MAX_PIXELS`: a decoder may find another size
# in a file than `file_checks` did. OpenCV reads this only while it is imported, so it is set here.
os.environ.setdefault("OPENCV_IO_MAX_IMAGE_PIXELS", "50000000")
