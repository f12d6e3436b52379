"""HEIF, in which iPhones keep photos -> upright colour image.

OpenCV does not decode it. libheif does, in the package `pi_heif`, which cannot encode. It is loaded
when the first such picture comes, as most bots never get one.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import cv2
import numpy as np
from cv2.typing import MatLike

from model.recognition.file_checks import MAX_BYTES, MAX_PIXELS
from model.recognition.refusal import Refusal, RefusedError


def load_heif() -> None:
    """Load what decodes HEIF, for a process that soon can open no file any more."""
    _library()


def decode_heif(data: bytes, most_pixels: int = MAX_PIXELS) -> MatLike:
    """Decode the primary picture of a HEIF file, turned and cropped as the file says.

    Its size is what libheif finds in the header, within limits of its own: `imagesize` takes a
    picture that is turned for a broken one.

    Args:
        data: the bytes of the file.
        most_pixels: a picture of more is not decoded.

    Returns:
        (h, w, 3) uint8 BGR, or (h, w, 4) BGRA if it may have transparent parts.

    Raises:
        RefusedError: it is no HEIF that libheif decodes, has more than `MAX_BYTES` or too many
            pixels, or takes more memory than is left.
    """
    if len(data) > MAX_BYTES:
        raise RefusedError(Refusal.TOO_MANY_BYTES)
    library = _library()
    with _refusing():
        picture = library.open_heif(data, bgr_mode=True)
        width, height = picture.size
    if width * height > most_pixels:
        raise RefusedError(Refusal.TOO_MANY_PIXELS)
    with _refusing():
        # What it shows of its own memory is gone when it is.
        pixels = np.array(picture)
    return _coloured(pixels)


@contextmanager
def _refusing() -> Iterator[None]:
    """Raise a `RefusedError` for whatever libheif raises within."""
    try:
        yield
    except (MemoryError, OSError) as error:
        raise RefusedError(Refusal.TOO_DEMANDING) from error
    except Exception as error:
        # It has four kinds of errors for broken files, and reading metadata may raise others.
        raise RefusedError(Refusal.NOT_A_PICTURE) from error


def _library() -> Any:  # noqa: ANN401  a module
    import pi_heif  # noqa: PLC0415  5 MB that only those who get such pictures need

    # More would take address space, of which a process that reads pictures has little.
    pi_heif.options.DECODE_THREADS = 1
    return pi_heif


def _coloured(pixels: MatLike) -> MatLike:
    """The same with three or four channels; a grey picture has one or two."""
    if pixels.ndim == 2:
        return cv2.cvtColor(pixels, cv2.COLOR_GRAY2BGR)
    if pixels.shape[2] == 2:
        grey, alpha = cv2.split(pixels)
        return cv2.merge([grey, grey, grey, alpha])
    return pixels
