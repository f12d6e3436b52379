"""Other ways to read the same photos: how long each takes on one core, how often it is right."""

import shutil
import subprocess
from collections.abc import Callable
from functools import partial

import cv2
import numpy as np

from measures.processes import on_one_core
from measures.reading import CLOSE_TO_DECODING, DECODING, decode
from measures.results import Measurement, Row, Target, interleaved, milliseconds
from measures.sample_photos import Labelled
from model.reader import Reader
from model.recognition.digit_network import TRAINED

Read = Callable[[bytes], str]

INSTALL = "pip install rapidocr-onnxruntime; apt-get install tesseract-ocr"
FASTER_AND_BETTER = Target(times=1, righter=True)
OWN = "photo to digit"


class AbsentError(Exception):
    """A peer is not installed."""


def peers(photos: Labelled) -> list[Row]:
    """Hold the reader against each peer, on photos of one digit."""
    measured = on_one_core(_measure, photos)
    own = measured[OWN]
    if own is None:
        raise AssertionError("the reader is no peer")
    what = f"{len(photos)} photos of one digit"
    decoding = Row(what, "ms", own, DECODING, measured[DECODING], CLOSE_TO_DECODING)
    others = (name for name in PEERS if name not in (OWN, DECODING))
    return [
        decoding,
        *(Row(what, "ms", own, name, measured[name], FASTER_AND_BETTER) for name in others),
    ]


def _measure(photos: Labelled) -> dict[str, Measurement | None]:
    """Each way's figure, None if it is absent; the quartiles are over the photos."""
    ways: dict[str, Read] = {}
    for name, begin in PEERS.items():
        try:
            ways[name] = begin()
            ways[name](photos[0][0])  # the first call pays for what is loaded late
        except (AbsentError, ImportError):
            continue
    taken: dict[str, list[float]] = {name: [] for name in ways}
    right = dict.fromkeys(ways, 0)
    for data, label in photos:
        said: dict[str, str] = {}
        calls = {name: partial(_timed, ways[name], data, said, name) for name in ways}
        for name, [time] in interleaved(calls, 1).items():
            taken[name].append(time)
            right[name] += said[name] == label
    shares = {name: None if name == DECODING else right[name] / len(photos) for name in ways}
    figures = {name: Measurement.of(taken[name], shares[name]) for name in ways}
    return {name: figures.get(name) for name in PEERS}


def _timed(read: Read, data: bytes, said: dict[str, str], name: str) -> float:
    def call() -> None:
        said[name] = read(data)

    return milliseconds(call)


def _own() -> Read:
    reader = Reader.trained()
    return lambda data: reader.read(data).text


def _decoding() -> Read:
    return lambda data: "" if decode(data) is not None else "no picture"


def _rapidocr() -> Read:
    from rapidocr_onnxruntime import RapidOCR  # noqa: PLC0415  may be absent

    engine = RapidOCR(intra_op_num_threads=1, inter_op_num_threads=1)

    def read(data: bytes) -> str:
        found, _ = engine(decode(data), use_det=False, use_cls=False, use_rec=True)
        return "".join(filter(str.isdecimal, found[0][0])) if found else ""

    return read


def _tesseract() -> Read:
    program = shutil.which("tesseract")
    if program is None:
        raise AbsentError
    options = ["--psm", "10", "-c", "tessedit_char_whitelist=0123456789"]
    command = [program, "stdin", "stdout", *options]

    def read(data: bytes) -> str:
        done = subprocess.run(command, input=data, capture_output=True, check=False)  # noqa: S603
        return done.stdout.decode().strip()

    return read


def _naive() -> Read:
    import keras  # noqa: PLC0415  may be absent, and takes seconds

    model = keras.models.load_model(TRAINED / "convolutional" / "model.keras")

    def read(data: bytes) -> str:
        grey = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE)
        if grey is None:
            return ""
        small = cv2.resize(grey, (28, 28), interpolation=cv2.INTER_AREA)
        image = (255 - small).astype(np.float32)[None] / 255
        return str(model.predict(image, verbose=0).argmax())

    return read


PEERS: dict[str, Callable[[], Read]] = {
    OWN: _own,
    DECODING: _decoding,
    "RapidOCR, recognition alone": _rapidocr,
    "Tesseract, a process for each photo": _tesseract,
    "resized, inverted, Keras's `predict`": _naive,
}
