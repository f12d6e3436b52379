"""Bytes of any common picture format -> upright colour image at working size."""

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from cv2.typing import MatLike

from model.recognition.file_checks import checked_size
from model.recognition.refusal import Refusal, RefusedError
from model.recognition.resizing import shrink

# Telegram's own longest side; more pixels show more paper grain, not more digit.
WORKING_SIDE = 1280
REDUCED = {
    2: cv2.IMREAD_REDUCED_COLOR_2,
    4: cv2.IMREAD_REDUCED_COLOR_4,
    8: cv2.IMREAD_REDUCED_COLOR_8,
}
JPEG_MAGIC = b"\xff\xd8\xff"


@dataclass(frozen=True)
class Photo:
    """`pixels` (h, w, 3) uint8 BGR, and by how much the picture was larger in each direction.

    `data` is what it was decoded from, if there are more pixels in it.
    """

    pixels: MatLike
    scale: float = 1.0
    data: bytes = b""

    @property
    def full(self) -> "Photo":
        """The same at working size."""
        return self._decoded if self.data else self

    @cached_property
    def _decoded(self) -> "Photo":
        # Not for a photo that is full itself: what holds itself is freed late.
        return decode(self.data)


def decode(data: bytes, side: int = WORKING_SIDE) -> Photo:
    """Decode at most `WORKING_SIDE` pixels on the longest side, EXIF orientation applied.

    If `side` pixels are enough and a JPEG has twice as many, it is decoded no larger than that.

    Raises:
        RefusedError: as `checked_size`, before anything is decoded; or it is not what OpenCV
            decodes, of another size than its header claims, or more than memory is left for.
    """
    size = checked_size(data)
    longest = max(size)
    if longest < 2 * side or not data.startswith(JPEG_MAGIC):
        side = WORKING_SIDE
    factor = max((k for k in REDUCED if longest >= k * side and min(size) >= k), default=1)
    pixels = _decode(data, REDUCED.get(factor, cv2.IMREAD_COLOR))
    sides = zip(sorted(pixels.shape[:2]), sorted(size), strict=True)
    if any(abs(decoded * factor - claimed) >= factor for decoded, claimed in sides):
        raise RefusedError(Refusal.NOT_A_PICTURE)
    pixels = shrink(pixels, side)
    if not _is_opaque(data):
        pixels = _on_paper(pixels, data)
    return Photo(pixels, longest / max(pixels.shape[:2]), data if side < WORKING_SIDE else b"")


def _decode(data: bytes, flags: int) -> MatLike:
    # The caller gets a RefusedError; OpenCV's own words on stderr would tell nobody anything.
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    try:
        pixels = cv2.imdecode(np.frombuffer(data, np.uint8), flags)
    except cv2.error as error:
        if error.code == cv2.Error.StsNoMem:
            raise RefusedError(Refusal.TOO_DEMANDING) from error
        raise RefusedError(Refusal.NOT_A_PICTURE) from error
    if pixels is None:
        raise RefusedError(Refusal.NOT_A_PICTURE)
    return pixels


def _is_opaque(data: bytes) -> bool:
    """Whether it surely has no transparent parts; to look for them takes as long as decoding."""
    is_avif = data[4:8] == b"ftyp"
    return data.startswith(JPEG_MAGIC) or (is_avif and b"auxiliary:alpha" not in data)


def _on_paper(pixels: MatLike, data: bytes) -> MatLike:
    """Put a picture with transparent parts on the paper that its ink stands out from."""
    whole = _decode(data, cv2.IMREAD_UNCHANGED)
    if whole.ndim < 3 or whole.shape[2] != 4 or whole[..., 3].all():
        return pixels
    if whole.dtype == np.uint16:
        whole = cv2.convertScaleAbs(whole, alpha=1 / 257)
    # What is transparent has a colour too, which must not be mixed in.
    whole = shrink(cv2.cvtColor(whole, cv2.COLOR_RGBA2mRGBA), WORKING_SIDE).astype(np.float32)
    ink, alpha = whole[..., :3], whole[..., 3:]
    paper = 255 if ink.sum() <= 3 * 128 / 255 * alpha.sum() else 0
    opaque: MatLike = (ink + paper * (1 - alpha / 255)).astype(np.uint8)
    return opaque
