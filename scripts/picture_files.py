"""Pictures that the scripts write."""

import sys

import cv2
from cv2.typing import MatLike

QUALITY = 95  # of a JPEG, 0 to 100: OpenCV's own


def write_picture(out: str, picture: MatLike, quality: int = QUALITY) -> None:
    """Write a picture in the format that the name's ending asks for; exit with a sentence if not.

    Args:
        out: the file.
        picture: (h, w, 3) uint8 BGR.
        quality: 0 to 100, if that is a JPEG.
    """
    try:
        written = cv2.imwrite(out, picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
    except cv2.error:
        written = False
    if not written:
        sys.exit(f"Cannot write {out}: is the folder there, and the ending .png or .jpg?")
