"""Files of networks become what reads."""

from model.pipeline import Pipeline
from model.reader import Refusal
from model.recognition.trained_files import read_digit_network, read_line_network
from tests.model.mnist_pages import encode, row

DIGITS, LINES = read_digit_network(), read_line_network()


def test_a_photo_is_read() -> None:
    reading = Pipeline(DIGITS, LINES).read(encode(row("306"), ".jpg"))
    assert reading.text == "306"
    assert reading.photo


def test_bytes_that_are_no_picture_are_refused() -> None:
    reading = Pipeline(DIGITS, LINES).read(b"306")
    assert (reading.refused, reading.lines) == (Refusal.NOT_A_PICTURE, ())
