"""Bytes of any common picture format -> upright colour image at working size."""

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from cv2.typing import MatLike

from model.recognition.file_checks import checked_size, is_heif
from model.recognition.heif import decode_heif
from model.recognition.refusal import Refusal, RefusedError
from model.recognition.resizing import shrink

# Pixels of the longer side, as of a photo that Telegram keeps; more show paper grain, not digits.
WORKING_SIDE = 1280
SMALL_SIDE = 320  # of a small copy, enough for a sheet's outline and for a digit that is large
# OpenCV's flags for decoding a JPEG at a fraction of its size: by how much it is reduced.
REDUCED = {
    2: cv2.IMREAD_REDUCED_COLOR_2,
    4: cv2.IMREAD_REDUCED_COLOR_4,
    8: cv2.IMREAD_REDUCED_COLOR_8,
}
MIDDLE_GREY = 128  # of 255; darker ink is put on white paper, lighter ink on black
JPEG_MAGIC = b"\xff\xd8\xff"
AVIF_MAGIC = b"ftyp"  # four bytes after the beginning
AVIF_ALPHA = b"auxiliary:alpha"  # ends the name that an AVIF gives to its transparency


@dataclass(frozen=True)
class Photo:
    """A decoded picture.

    `pixels` (h, w, 3) uint8 BGR are upright, and the picture was larger by the factor `scale` >= 1.
    `data` is the file that it was decoded from, if there are more pixels in it, else empty.
    """

    pixels: MatLike
    scale: float = 1.0
    data: bytes = b""

    @property
    def full(self) -> "Photo":
        """The same at working size.

        Raises:
            RefusedError: as `decode`.
        """
        return self._decoded if self.data else self

    @cached_property
    def small(self) -> MatLike:
        """A small copy (h, w, 3) uint8, made once: the longer side has at most `SMALL_SIDE`."""
        return shrink(self.pixels, SMALL_SIDE)

    @cached_property
    def _decoded(self) -> "Photo":
        # Not for a photo that is full itself: what holds itself is freed late.
        return decode(self.data)


def decode(data: bytes, side: int = WORKING_SIDE) -> Photo:
    """Decode a picture file, EXIF orientation applied, transparent parts put on paper.

    Args:
        data: the bytes of the file.
        side: in pixels; if so many are enough and a JPEG has at least twice as many, it is decoded
            no larger than that, and the photo can be decoded again at working size.

    Returns:
        The photo with at most `WORKING_SIDE` pixels on its longer side.

    Raises:
        RefusedError: as `checked_size` and `decode_heif`, before anything is decoded; or it is not
            what OpenCV or libheif decodes, of another size than its header claims, or more than
            memory is left for.
    """
    if is_heif(data):
        return _decode_heif(data)
    size = checked_size(data)
    longest = max(size)
    if longest < 2 * side or not data.startswith(JPEG_MAGIC):
        side = WORKING_SIDE
    factor = _reduction(size, side)
    flags = REDUCED.get(factor, cv2.IMREAD_COLOR)
    pixels = _decode(data, flags)
    if not _has_size(pixels, size, factor):
        raise RefusedError(Refusal.NOT_A_PICTURE)
    pixels = shrink(pixels, side)
    if not _is_opaque(data):
        # Nobody else keeps the whole picture, whose memory is used again.
        pixels = _on_paper(pixels, _decode(data, cv2.IMREAD_UNCHANGED))
    scale = longest / max(pixels.shape[:2])
    has_more = side < WORKING_SIDE
    return Photo(pixels, scale, data if has_more else b"")


def _decode_heif(data: bytes) -> Photo:
    """A HEIF at working size, transparent parts put on paper."""
    whole = decode_heif(data)
    longest = max(whole.shape[:2])
    colours = np.ascontiguousarray(whole[..., :3])
    pixels = shrink(colours, WORKING_SIDE)
    pixels = _on_paper(pixels, whole)
    return Photo(pixels, longest / max(pixels.shape[:2]))


def _reduction(size: tuple[int, int], side: int) -> int:
    """The greatest factor that leaves at least `side` pixels of the longer side."""
    shorter, longer = sorted(size)
    fitting = [factor for factor in REDUCED if longer >= factor * side and shorter >= factor]
    return max(fitting, default=1)


def _has_size(pixels: MatLike, size: tuple[int, int], factor: int) -> bool:
    """Whether it was decoded at the claimed size, or at a fraction of it, upright or lying."""
    shorter, longer = sorted(pixels.shape[:2])
    claimed_shorter, claimed_longer = sorted(size)
    shorter_off = abs(shorter * factor - claimed_shorter)
    longer_off = abs(longer * factor - claimed_longer)
    return bool(max(shorter_off, longer_off) < factor)


def _decode(data: bytes, flags: int) -> MatLike:
    # Broken files are expected and end in a RefusedError, so OpenCV need not warn on stderr.
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    buffer = np.frombuffer(data, np.uint8)
    try:
        pixels = cv2.imdecode(buffer, flags)
    except cv2.error as error:
        if error.code == cv2.Error.StsNoMem:
            raise RefusedError(Refusal.TOO_DEMANDING) from error
        raise RefusedError(Refusal.NOT_A_PICTURE) from error
    if pixels is None:
        raise RefusedError(Refusal.NOT_A_PICTURE)
    return pixels


def _is_opaque(data: bytes) -> bool:
    """Whether it surely has no transparent parts; to look for them takes as long as decoding."""
    if data.startswith(JPEG_MAGIC):
        return True
    is_avif = data[4:8] == AVIF_MAGIC
    return is_avif and AVIF_ALPHA not in data


def _on_paper(pixels: MatLike, whole: MatLike) -> MatLike:
    """Put a picture with transparent parts on the paper that its ink stands out from.

    `pixels` (h, w, 3) uint8 are the `whole` picture without transparency and at working size; they
    are returned if there is none.
    """
    has_alpha = whole.ndim == 3 and whole.shape[2] == 4
    if not has_alpha or whole[..., 3].all():
        return pixels
    if whole.dtype == np.uint16:
        whole = cv2.convertScaleAbs(whole, alpha=1 / 257)
    # What is transparent has a colour too, which must not be mixed in.
    whole = cv2.cvtColor(whole, cv2.COLOR_RGBA2mRGBA)
    whole = shrink(whole, WORKING_SIDE).astype(np.float32)
    ink, alpha = whole[..., :3], whole[..., 3:]
    is_dark = ink.sum() <= 3 * MIDDLE_GREY / 255 * alpha.sum()  # of three channels, where opaque
    paper = 255 if is_dark else 0
    opaque: MatLike = ink + paper * (1 - alpha / 255)
    return opaque.astype(np.uint8)
