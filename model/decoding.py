"""Bytes of any common picture format -> upright colour image at working size."""

from typing import NamedTuple

import cv2
import numpy as np
from cv2.typing import MatLike

from model import headers
from model.refusals import Refusal, RefusedError

# Telegram's own longest side; more pixels show more paper grain, not more digit.
WORKING_SIDE = 1280
REDUCED = {2: cv2.IMREAD_REDUCED_COLOR_2, 4: cv2.IMREAD_REDUCED_COLOR_4}
JPEG_MAGIC = b"\xff\xd8\xff"

# The caller gets a RefusedError; OpenCV's own words on stderr would tell nobody anything.
cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)


class Photo(NamedTuple):
    """`pixels` (h, w, 3) uint8 BGR, and by how much the picture was larger in each direction."""

    pixels: MatLike
    scale: float


def decode(data: bytes) -> Photo:
    """Decode at most `WORKING_SIDE` pixels on the longest side, EXIF orientation applied.

    Raises:
        RefusedError: as `headers.size`, before anything is decoded; or it is not what OpenCV
            decodes, of another size than its header claims, or more than memory is left for.
    """
    size = headers.size(data)
    longest = max(size)
    factor = max((k for k in REDUCED if longest >= k * WORKING_SIDE and min(size) >= k), default=1)
    pixels = _decode(data, REDUCED.get(factor, cv2.IMREAD_COLOR))
    sides = zip(sorted(pixels.shape[:2]), sorted(size), strict=True)
    if any(abs(decoded * factor - claimed) >= factor for decoded, claimed in sides):
        raise RefusedError(Refusal.NOT_A_PICTURE)
    pixels = _reduced(pixels)
    if not _is_opaque(data):
        pixels = _on_paper(pixels, data)
    return Photo(pixels, longest / max(pixels.shape[:2]))


def fit(image: MatLike, side: int) -> MatLike:
    """Scale `image` so that its longer side is `side` pixels and no side less than one."""
    scale = side / max(image.shape[:2])
    height, width = (max(1, round(length * scale)) for length in image.shape[:2])
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return cv2.resize(image, (width, height), interpolation=method)


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


def _reduced(pixels: MatLike) -> MatLike:
    return fit(pixels, WORKING_SIDE) if max(pixels.shape[:2]) > WORKING_SIDE else pixels


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
    whole = _reduced(cv2.cvtColor(whole, cv2.COLOR_RGBA2mRGBA)).astype(np.float32)
    ink, alpha = whole[..., :3], whole[..., 3:]
    paper = 255 if ink.sum() <= 3 * 128 / 255 * alpha.sum() else 0
    opaque: MatLike = (ink + paper * (1 - alpha / 255)).astype(np.uint8)
    return opaque
