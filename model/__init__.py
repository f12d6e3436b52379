"""The recogniser: photo bytes in, Reading out."""

import os

# OpenCV looks at this as it is loaded: a second check, of the size that its own decoders find.
os.environ.setdefault("OPENCV_IO_MAX_IMAGE_PIXELS", "50000000")
