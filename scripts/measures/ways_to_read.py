"""The reader and other programs that read: each as a function from a photo's bytes to its text."""

import shutil
import subprocess
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import cv2
import numpy as np

from measures.reading import decode
from model.reader import Reader
from model.recognition.character_set import DIGITS, MARKS
from model.recognition.trained_files import TRAINED

if TYPE_CHECKING:
    from rapidocr_onnxruntime import RapidOCR

Read = Callable[[bytes], str]
Corners = Sequence[Sequence[float]]  # x and y of each, clockwise from the upper left one

KEPT = DIGITS + MARKS + " "  # of what a peer reads; letters are no part of a number
# Tesseract's page segmentation modes.
A_CHARACTER, A_LINE, A_PAGE = 10, 7, 6


class AbsentError(Exception):
    """A peer is not installed."""


def own() -> Read:
    """The reader that is measured."""
    reader = Reader.trained()
    return lambda data: reader.read(data).text


def decoding() -> Read:
    """Decoding at full size, which reads nothing."""
    return lambda data: "" if decode(data) is not None else "no picture"


def rapidocr() -> Read:
    """RapidOCR's recognition of the whole photo as one line.

    Raises:
        ImportError: it is not installed.
    """
    engine = _rapidocr_engine()

    def read(data: bytes) -> str:
        photo = decode(data)
        lines, _ = engine(photo, use_det=False, use_cls=False, use_rec=True)
        if not lines:
            return ""
        text, *_ = lines[0]
        return _kept(text)

    return read


def rapidocr_with_detection() -> Read:
    """RapidOCR as it comes: it finds pieces of lines, turns them, and reads each.

    Raises:
        ImportError: it is not installed.
    """
    engine = _rapidocr_engine()

    def read(data: bytes) -> str:
        pieces, _ = engine(decode(data))
        found = [(corners, _kept(text)) for corners, text, _ in pieces or ()]
        return in_reading_order(found)

    return read


def _rapidocr_engine() -> "RapidOCR":
    from rapidocr_onnxruntime import RapidOCR  # may be absent

    return RapidOCR(intra_op_num_threads=1, inter_op_num_threads=1)


def in_reading_order(pieces: Sequence[tuple[Corners, str]]) -> str:
    """The texts of pieces from top to bottom, and from left to right where they share a line.

    A piece shares the line of the one above it if its middle is no lower than that one's bottom.
    """
    lines: list[list[tuple[float, str]]] = []
    line_bottom = -np.inf
    for corners, text in sorted(pieces, key=_middle):
        left, _ = np.min(corners, axis=0)
        _, bottom = np.max(corners, axis=0)
        if _middle((corners, text)) > line_bottom:
            lines.append([])
            line_bottom = bottom
        lines[-1].append((left, text))
    texts = [" ".join(text for _, text in sorted(line)) for line in lines]
    return "\n".join(texts)


def _middle(piece: tuple[Corners, str]) -> float:
    corners, _ = piece
    _, y = np.mean(corners, axis=0)
    return float(y)


def _kept(text: str) -> str:
    return "".join(filter(KEPT.__contains__, text))


def tesseract(mode: int, characters: str) -> Read:
    """Tesseract with one of its page segmentation modes, which looks for `characters` alone.

    Raises:
        AbsentError: it is not installed.
    """
    program = shutil.which("tesseract")
    if program is None:
        raise AbsentError
    options = ["--psm", str(mode), "-c", f"tessedit_char_whitelist={characters}"]
    command = [program, "stdin", "stdout", *options]

    def read(data: bytes) -> str:
        done = subprocess.run(command, input=data, capture_output=True, check=False)  # noqa: S603
        return done.stdout.decode().strip()

    return read


def naive() -> Read:
    """Keras's `predict` on the photo as it is, made as small as MNIST's digits.

    Raises:
        ImportError: TensorFlow is not installed.
    """
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
