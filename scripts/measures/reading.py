"""The reader alone, on one core, beside decoding the same bytes at full size."""

from functools import partial
from typing import NamedTuple

import cv2
import numpy as np

from measures import sample_photos
from measures.processes import on_one_core
from measures.results import NO_TARGET, Measurement, Row, Target, interleaved, milliseconds
from model.reader import Reader

DECODING = "imdecode at full size"
CLOSE_TO_DECODING = Target(times=2.5)
GRAINY_DECODING = Target(times=2)  # grain takes long to decode
QUICK = Target(most=60)  # ms, of the hard pictures that took the longest
TOOK_LONGEST = ("noise", "a fine grid", "a page of text")


class Taken(NamedTuple):
    """Milliseconds of each repetition of reading a photo, and of decoding it."""

    readings: list[float]
    decodings: list[float]


class Measured(NamedTuple):
    """The median and quartiles of both."""

    reading: Measurement
    decoding: Measurement


def reading(repetitions: int) -> list[Row]:
    """Time one digit, twenty digits, and a picture of 12 megapixels."""
    photos = {
        "one digit, grainy paper, 1280×960": sample_photos.one_digit(),
        "one digit, paper without grain, 1280×960": sample_photos.one_digit(grain=0),
        "one digit, 4000×3000": sample_photos.one_digit(size=sample_photos.LARGE),
        "twenty digits, 1280×960": sample_photos.many_digits(20),
    }
    measured = _measured(photos, repetitions)
    grainy, plain, large, twenty = photos
    return [
        _beside_decoding(measured, grainy, GRAINY_DECODING),
        _beside_decoding(measured, plain, CLOSE_TO_DECODING),
        _beside_decoding(measured, large, Target(times=0.8)),
        _beside_one_digit(measured, twenty, grainy),
    ]


def hard(repetitions: int) -> list[Row]:
    """Time pictures that take segmentation the longest."""
    photos = sample_photos.hard()
    measured = _measured(photos, repetitions)
    rows = []
    for name in measured:
        target = QUICK if name in TOOK_LONGEST else NO_TARGET
        rows.append(_beside_decoding(measured, name, target))
    return rows


def times(photos: list[bytes], repetitions: int) -> list[list[float]]:
    """Read each photo `repetitions` times on one core: the milliseconds of each reading."""
    named = {}
    for place, photo in enumerate(photos):
        named[str(place)] = photo
    taken = on_one_core(_interleave, named, repetitions)
    return [taken[name].readings for name in named]


def _measured(photos: dict[str, cv2.typing.MatLike], repetitions: int) -> dict[str, Measured]:
    files = {name: sample_photos.jpeg(photo) for name, photo in photos.items()}
    taken = on_one_core(_interleave, files, repetitions)
    measured = {}
    for name, each in taken.items():
        reading_time = Measurement.of(each.readings)
        decoding_time = Measurement.of(each.decodings)
        measured[name] = Measured(reading_time, decoding_time)
    return measured


def _beside_decoding(measured: dict[str, Measured], name: str, target: Target = NO_TARGET) -> Row:
    return Row(
        what=name,
        unit="ms",
        own=measured[name].reading,
        against=DECODING,
        other=measured[name].decoding,
        target=target,
    )


def _beside_one_digit(measured: dict[str, Measured], name: str, one_digit: str) -> Row:
    return Row(
        what=name,
        unit="ms",
        own=measured[name].reading,
        against="one digit",
        other=measured[one_digit].reading,
        target=Target(times=4),
    )


def _interleave(photos: dict[str, bytes], repetitions: int) -> dict[str, Taken]:
    """Read and decode each photo in turn."""
    reader = Reader.trained()
    calls = {}
    for name, data in photos.items():
        read_photo = partial(reader.read, data)
        decode_photo = partial(decode, data)
        calls["read", name] = partial(milliseconds, read_photo)
        calls["decode", name] = partial(milliseconds, decode_photo)
    interleaved(calls, 1)  # the first ones pay for caches
    taken = interleaved(calls, repetitions)
    return {name: Taken(taken["read", name], taken["decode", name]) for name in photos}


def decode(data: bytes) -> cv2.typing.MatLike | None:
    """Decode a picture at its full size: (h, w, 3) uint8 BGR, or None if it is no picture."""
    content = np.frombuffer(data, np.uint8)
    return cv2.imdecode(content, cv2.IMREAD_COLOR)
