"""Pictures as Telegram keeps them: upright JPEGs in a few sizes, without metadata."""

import io
from typing import NamedTuple

import cv2
import imagesize
import numpy as np
from numpy.typing import NDArray

from model.drawing import shrink

Image = NDArray[np.uint8]

_JPEG = b"\xff\xd8\xff"  # the bytes that a JPEG file begins with
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


def sizes_of(data: bytes) -> list[Picture]:
    """The photo that a picture file becomes: its sizes, smallest first.

    Raises:
        UnreadableError: the bytes are not a picture, or it is too large to unpack.
    """
    return sizes(decode(data))


def decode(data: bytes) -> Image:
    """The picture as (height, width, 3) uint8 BGR, upright, with transparent parts on white.

    Raises:
        UnreadableError: the bytes are not a picture, or it is too large to unpack.
    """
    if not 1 <= _pixels(data) <= _MAX_PIXELS:
        raise UnreadableError
    try:
        image = _transparent(data)
        if image is not None:
            return _on_white(image)
        # Only this flag obeys the EXIF orientation, and it forgets transparency.
        image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    except cv2.error as error:
        raise UnreadableError from error
    if image is None:
        raise UnreadableError
    return np.asarray(image, np.uint8)


def _pixels(data: bytes) -> int:
    try:
        width, height = imagesize.get(io.BytesIO(data))
    except Exception as error:
        # imagesize does not check its input: a broken header may raise anything.
        raise UnreadableError from error
    return int(width * height) if width > 0 else 0


def sizes(image: Image) -> list[Picture]:
    """A photo, (height, width, 3) uint8 BGR, in Telegram's sizes, smallest first."""
    longest = max(image.shape[:2])
    sides = [side for side in _LONGEST_SIDES if side < longest]
    if longest <= _LONGEST_SIDES[-1]:
        sides.append(longest)
    pictures = []
    # Each is made from the next larger one, which is less work than from the whole photo.
    for side in reversed(sides):
        image = np.asarray(shrink(image, side), np.uint8)
        pictures.append(_encode(image))
    pictures.reverse()
    return pictures


def _transparent(data: bytes) -> cv2.typing.MatLike | None:
    """The picture as BGR and alpha, if it has that; a JPEG never does."""
    if data.startswith(_JPEG):
        return None
    image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    if image is None or image.ndim != 3:
        return None
    channels = image.shape[2]
    return image if channels == 4 else None


def _on_white(image: cv2.typing.MatLike) -> Image:
    largest = 65535 if image.dtype == np.uint16 else 255
    scaled = image.astype(np.float32) / largest
    colour = scaled[..., :3]
    alpha = scaled[..., 3:]
    blended = colour * alpha + 1 - alpha
    return np.asarray(blended * 255, np.uint8)


def _encode(image: Image) -> Picture:
    height, width = image.shape[:2]
    _, jpeg = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])
    return Picture(width, height, jpeg.tobytes())
