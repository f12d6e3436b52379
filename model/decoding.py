"""Bytes of any common picture format -> upright colour image at working size."""

import io
from dataclasses import dataclass
from functools import cached_property

import cv2
import imagesize
import numpy as np
from cv2.typing import MatLike

from model.refusals import Refusal, RefusedError

MAX_BYTES = 20 * 1024 * 1024  # what a Telegram bot can download
MAX_PIXELS = 50_000_000
# Telegram's own longest side; more pixels show more paper grain, not more digit.
WORKING_SIDE = 1280
REDUCED = {
    2: cv2.IMREAD_REDUCED_COLOR_2,
    4: cv2.IMREAD_REDUCED_COLOR_4,
    8: cv2.IMREAD_REDUCED_COLOR_8,
}
JPEG_MAGIC = b"\xff\xd8\xff"

# The caller gets a RefusedError; OpenCV's own words on stderr would tell nobody anything.
cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)


@dataclass(frozen=True)
class Photo:
    """`pixels` (h, w, 3) uint8 BGR, and by how much the picture was larger in each direction.

    `data` is what it was decoded from, if there are more pixels in it.
    """

    pixels: MatLike
    scale: float = 1.0
    data: bytes = b""

    @cached_property
    def full(self) -> "Photo":
        """The same at working size."""
        return decode(self.data) if self.data else self


def decode(data: bytes, side: int = WORKING_SIDE) -> Photo:
    """Decode at most `WORKING_SIDE` pixels on the longest side, EXIF orientation applied.

    If `side` pixels are enough and a JPEG has twice as many, it is decoded no larger than that.

    Raises:
        RefusedError: not a picture that OpenCV decodes, or more than memory is left for, or beyond
            `MAX_BYTES` or `MAX_PIXELS` by its header, before anything is decoded.
    """
    if len(data) > MAX_BYTES:
        raise RefusedError(Refusal.TOO_MANY_BYTES)
    width, height = _header_size(data)
    if width * height > MAX_PIXELS:
        raise RefusedError(Refusal.TOO_MANY_PIXELS)
    longest = max(width, height)
    least = min(width, height)
    if longest < 2 * side or not data.startswith(JPEG_MAGIC):
        side = WORKING_SIDE
    factor = max((k for k in REDUCED if longest >= k * side and least >= k), default=1)
    pixels = _decode(data, REDUCED.get(factor, cv2.IMREAD_COLOR))
    if not data.startswith(JPEG_MAGIC):
        pixels = _on_paper(pixels, data)
    pixels = shrink(pixels, side)
    scale = longest / max(pixels.shape[:2])
    return Photo(pixels, scale, data if side < WORKING_SIDE else b"")


def fit(image: MatLike, side: int) -> MatLike:
    """Scale `image` so that its longer side is `side` pixels and no side less than one."""
    scale = side / max(image.shape[:2])
    height, width = (max(1, round(length * scale)) for length in image.shape[:2])
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return cv2.resize(image, (width, height), interpolation=method)


def shrink(image: MatLike, side: int) -> MatLike:
    """Scale `image` down so that its longer side is at most `side` pixels, faster than `fit`.

    Each step is at most a half, so that linear interpolation loses no pixel.
    """
    scale = min(1.0, side / max(image.shape[:2]))
    size = [max(1, round(length * scale)) for length in image.shape[1::-1]]
    while max(image.shape[:2]) > 2 * side:
        image = cv2.resize(image, [max(1, length // 2) for length in image.shape[1::-1]])
    return cv2.resize(image, size)


def _header_size(data: bytes) -> tuple[int, int]:
    try:
        # Netpbm writes its sizes as text, of which imagesize would read any amount.
        width, height = imagesize.get(io.BytesIO(data[:1000] if data.startswith(b"P") else data))
    except Exception as error:
        # imagesize trusts its input: broken headers raise whatever reading them happens to raise.
        raise RefusedError(Refusal.NOT_A_PICTURE) from error
    if min(width, height) <= 0:
        raise RefusedError(Refusal.NOT_A_PICTURE)
    return width, height


def _decode(data: bytes, flags: int) -> MatLike:
    try:
        pixels = cv2.imdecode(np.frombuffer(data, np.uint8), flags)
    except cv2.error as error:
        if error.code == cv2.Error.StsNoMem:
            raise RefusedError(Refusal.TOO_DEMANDING) from error
        raise RefusedError(Refusal.NOT_A_PICTURE) from error
    if pixels is None:
        raise RefusedError(Refusal.NOT_A_PICTURE)
    return pixels


def _on_paper(pixels: MatLike, data: bytes) -> MatLike:
    """Put a picture with transparent parts on the paper that its ink stands out from."""
    whole = _decode(data, cv2.IMREAD_UNCHANGED)
    if whole.ndim < 3 or whole.shape[2] != 4 or whole[..., 3].all():
        return pixels
    if whole.dtype == np.uint16:
        whole = (whole // 257).astype(np.uint8)
    alpha = whole[..., 3:] / np.float32(255)
    ink = (whole[..., :3] * alpha).sum() / max(1.0, 3 * float(alpha.sum()))
    paper = 255 if ink < 128 else 0
    opaque: MatLike = (whole[..., :3] * alpha + paper * (1 - alpha)).astype(np.uint8)
    return opaque
