"""The recogniser: photo bytes in, Reading out."""

import os

# OpenCV reads this while it is loaded and never again: it can be set nowhere later. It holds
# the decoders, which may find another size than `file_checks`, to as many pixels.
os.environ.setdefault("OPENCV_IO_MAX_IMAGE_PIXELS", "50000000")
