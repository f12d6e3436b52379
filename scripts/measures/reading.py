"""The reader alone, on one core, beside decoding the same bytes at full size."""

from functools import partial

import cv2
import numpy as np

from measures import sample_photos
from measures.processes import on_one_core
from measures.results import NO_TARGET, Measurement, Row, Target, interleaved, milliseconds
from model.reader import Reader

DECODING = "imdecode at full size"
CLOSE_TO_DECODING = Target(times=2.5)


def reading(repetitions: int) -> list[Row]:
    """One digit, twenty, and a picture of 12 megapixels."""
    photos = {
        "one digit, grainy paper, 1280×960": sample_photos.one_digit(),
        "one digit, paper without grain, 1280×960": sample_photos.one_digit(grain=0),
        "one digit, 4000×3000": sample_photos.one_digit(size=sample_photos.LARGE),
        "twenty digits, 1280×960": sample_photos.many_digits(20),
    }
    measured = _measured(photos, repetitions)
    grainy, plain, large, twenty = photos
    return [
        _beside_decoding(measured, grainy, CLOSE_TO_DECODING),
        _beside_decoding(measured, plain, CLOSE_TO_DECODING),
        _beside_decoding(measured, large, Target(times=0.8)),
        Row(twenty, "ms", measured[twenty][0], "one digit", measured[grainy][0], Target(times=4)),
    ]


def hard(repetitions: int) -> list[Row]:
    """Pictures that ask the most."""
    measured = _measured(sample_photos.hard(), repetitions)
    return [_beside_decoding(measured, name) for name in measured]


def times(photos: list[bytes], repetitions: int) -> list[list[float]]:
    """Milliseconds of reading each photo, so often, on one core."""
    named = {str(place): photo for place, photo in enumerate(photos)}
    taken = on_one_core(_interleave, named, repetitions)
    return [reading for reading, _ in taken.values()]


def _measured(
    photos: dict[str, cv2.typing.MatLike], repetitions: int
) -> dict[str, tuple[Measurement, Measurement]]:
    files = {name: sample_photos.jpeg(photo) for name, photo in photos.items()}
    taken = on_one_core(_interleave, files, repetitions)
    measured = {}
    for name, (read, decoded) in taken.items():
        measured[name] = Measurement.of(read), Measurement.of(decoded)
    return measured


def _beside_decoding(
    measured: dict[str, tuple[Measurement, Measurement]], name: str, target: Target = NO_TARGET
) -> Row:
    own, decoding = measured[name]
    return Row(name, "ms", own, DECODING, decoding, target)


def _interleave(
    photos: dict[str, bytes], repetitions: int
) -> dict[str, tuple[list[float], list[float]]]:
    """Milliseconds of reading each photo, and of decoding it."""
    reader = Reader.trained()
    calls = {}
    for name, data in photos.items():
        calls[f"read {name}"] = partial(milliseconds, partial(reader.read, data))
        calls[f"decode {name}"] = partial(milliseconds, partial(decode, data))
    interleaved(calls, 1)  # the first ones pay for caches
    taken = interleaved(calls, repetitions)
    return {name: (taken[f"read {name}"], taken[f"decode {name}"]) for name in photos}


def decode(data: bytes) -> cv2.typing.MatLike | None:
    """The whole picture."""
    return cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
