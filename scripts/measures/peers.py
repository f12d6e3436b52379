"""Other ways to read the same photos: how long each takes on one core, how often it is right."""

import shutil
import subprocess
import time
from collections.abc import Callable

import cv2
import numpy as np

from measures.processes import on_one_core
from measures.reading import CLOSE_TO_DECODING, DECODING, decode
from measures.results import Measurement, Row, Target
from measures.sample_photos import Labelled
from model.evaluation.judgement import judge
from model.reader import Reader
from model.recognition.line_network import DIGITS, MARKS
from model.recognition.trained_files import TRAINED

Read = Callable[[bytes], str]

FASTER_AND_BETTER = Target(times=1, righter=True)
OWN = "photo to digit"
KEPT = DIGITS + MARKS + " "  # of what a peer reads; letters are no part of a number


class AbsentError(Exception):
    """A peer is not installed."""


def peers(photos: Labelled) -> list[Row]:
    """Compare the reader with each peer, on at least one photo of one digit."""
    measured = on_one_core(_measure, photos)
    own = measured[OWN]
    if own is None:
        raise AssertionError("the reader is no peer")
    what = f"{len(photos)} photos of one digit"
    decoding = Row(what, "ms", own, DECODING, measured[DECODING], CLOSE_TO_DECODING)
    rows = [decoding]
    for name, other in measured.items():
        if name not in (OWN, DECODING):
            rows.append(Row(what, "ms", own, name, other, FASTER_AND_BETTER))
    return rows


def _measure(photos: Labelled) -> dict[str, Measurement | None]:
    """Measure each way to read, None if it is absent; the quartiles are over the photos."""
    first, _ = photos[0]
    ways = _present(first)
    taken: dict[str, list[float]] = {name: [] for name in ways}
    right = dict.fromkeys(ways, 0)
    for data, label in photos:
        for name, read in ways.items():
            answer, milliseconds = _timed(read, data)
            taken[name].append(milliseconds)
            right[name] += judge(label, answer).right
    measured: dict[str, Measurement | None] = dict.fromkeys(PEERS)
    for name in ways:
        share = right[name] / len(photos)
        measured[name] = Measurement.of(taken[name], None if name == DECODING else share)
    return measured


def _present(photo: bytes) -> dict[str, Read]:
    """The ways that are installed, each called once, since the first call is slower."""
    ways: dict[str, Read] = {}
    for name, begin in PEERS.items():
        try:
            read = begin()
        except (AbsentError, ImportError):
            continue
        read(photo)
        ways[name] = read
    return ways


def _timed(read: Read, data: bytes) -> tuple[str, float]:
    """Read one photo: the answer, and the milliseconds that it took."""
    began = time.perf_counter()
    answer = read(data)
    seconds = time.perf_counter() - began
    return answer, 1000 * seconds


def _own() -> Read:
    reader = Reader.trained()
    return lambda data: reader.read(data).text


def _decoding() -> Read:
    return lambda data: "" if decode(data) is not None else "no picture"


def _rapidocr() -> Read:
    from rapidocr_onnxruntime import RapidOCR  # may be absent

    engine = RapidOCR(intra_op_num_threads=1, inter_op_num_threads=1)

    def read(data: bytes) -> str:
        photo = decode(data)
        lines, _ = engine(photo, use_det=False, use_cls=False, use_rec=True)
        if not lines:
            return ""
        text, *_ = lines[0]
        return "".join(filter(KEPT.__contains__, text))

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
    import keras  # may be absent, and takes seconds

    model = keras.models.load_model(TRAINED / "convolutional" / "model.keras")

    def read(data: bytes) -> str:
        content = np.frombuffer(data, np.uint8)
        grey = cv2.imdecode(content, cv2.IMREAD_GRAYSCALE)
        if grey is None:
            return ""
        small = cv2.resize(grey, (28, 28), interpolation=cv2.INTER_AREA)
        ink = (255 - small).astype(np.float32)
        batch = ink[np.newaxis] / 255
        probabilities = model.predict(batch, verbose=0)
        return str(probabilities.argmax())

    return read


PEERS: dict[str, Callable[[], Read]] = {
    OWN: _own,
    DECODING: _decoding,
    "RapidOCR, recognition alone": _rapidocr,
    "Tesseract, a process for each photo": _tesseract,
    "resized, inverted, Keras's `predict`": _naive,
}
