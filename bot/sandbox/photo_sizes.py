"""Pictures as Telegram keeps them: upright JPEGs in a few sizes, without metadata."""

import io
from typing import NamedTuple

import cv2
import imagesize
import numpy as np
from numpy.typing import NDArray

from model.reader import shrink

Image = NDArray[np.uint8]

_JPEG = b"\xff\xd8\xff"
_LONGEST_SIDES = (90, 320, 800, 1280)  # px
_JPEG_QUALITY = 87
# A small file can unpack to gigabytes; no camera makes this many pixels.
_MAX_PIXELS = 250_000_000


class UnreadableError(ValueError):
    """The bytes are no picture that can be shown as a photo."""


class Picture(NamedTuple):
    """One size of a photo."""

    width: int
    height: int
    jpeg: bytes


def decode(data: bytes) -> Image:
    """The picture as BGR pixels, turned upright, transparent parts on white.

    Raises:
        UnreadableError: the bytes are not a picture, or it is too large to unpack.
    """
    if not 1 <= _pixels(data) <= _MAX_PIXELS:
        raise UnreadableError
    raw = np.frombuffer(data, np.uint8)
    try:
        # A JPEG is never transparent.
        whole = None if data.startswith(_JPEG) else cv2.imdecode(raw, cv2.IMREAD_UNCHANGED)
        if whole is not None and whole.ndim == 3 and whole.shape[2] == 4:
            return _on_white(whole)
        # Only this flag obeys the EXIF orientation, and it forgets transparency.
        image = cv2.imdecode(raw, cv2.IMREAD_COLOR)
    except cv2.error as error:
        raise UnreadableError from error
    if image is None:
        raise UnreadableError
    return np.asarray(image, np.uint8)


def _pixels(data: bytes) -> int:
    try:
        width, height = imagesize.get(io.BytesIO(data))
    except Exception as error:
        # imagesize trusts its input: a broken header raises whatever reading it happens to raise.
        raise UnreadableError from error
    return int(width * height) if width > 0 else 0


def sizes(image: Image) -> list[Picture]:
    """The photo in Telegram's sizes, smallest first, never enlarged."""
    longest = max(image.shape[:2])
    sides = [side for side in _LONGEST_SIDES if side < longest]
    if longest <= _LONGEST_SIDES[-1]:
        sides.append(longest)
    pictures = []
    for side in reversed(sides):  # each from the one above, which is less than from the whole
        image = np.asarray(shrink(image, side), np.uint8)
        pictures.append(_encode(image))
    return pictures[::-1]


def _on_white(image: cv2.typing.MatLike) -> Image:
    scaled = image.astype(np.float32) / (65535 if image.dtype == np.uint16 else 255)
    colour, alpha = scaled[..., :3], scaled[..., 3:]
    return np.asarray((colour * alpha + 1 - alpha) * 255, np.uint8)


def _encode(image: Image) -> Picture:
    height, width = image.shape[:2]
    _, jpeg = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])
    return Picture(width, height, jpeg.tobytes())
