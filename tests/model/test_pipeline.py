"""Files of networks become what reads; what a metrics.json lacks is noticed at once."""

import pickle

import pytest

from model.pipeline import Pipeline, line_reader_from
from model.reader import Refusal, TrainedFiles
from model.recognition import digit_network
from model.recognition.trained_files import read_digit_network, read_line_network
from tests.model.mnist_pages import encode, row

DIGITS, LINES = read_digit_network(), read_line_network()


def lacking(files: TrainedFiles, figure: str) -> TrainedFiles:
    metrics = {name: files.metrics[name] for name in files.metrics.keys() - {figure}}
    return TrainedFiles(files.content, metrics)


def test_a_photo_is_read() -> None:
    reading = Pipeline(DIGITS, LINES).read(encode(row("306"), ".jpg"))
    assert reading.text == "306"
    assert reading.photo


def test_bytes_that_are_no_picture_are_refused() -> None:
    reading = Pipeline(DIGITS, LINES).read(b"306")
    assert (reading.refused, reading.lines) == (Refusal.NOT_A_PICTURE, ())


def test_without_a_threshold_or_a_fusion_there_is_nothing_to_read_with() -> None:
    with pytest.raises(KeyError, match="refusal_threshold"):
        Pipeline(lacking(DIGITS, "refusal_threshold"), LINES)
    with pytest.raises(KeyError, match="fusion"):
        Pipeline(DIGITS, lacking(LINES, "fusion"))


def test_lines_are_read_by_the_same_networks_wherever_they_are_made() -> None:
    classifier = digit_network.from_files(DIGITS)
    one, other = (line_reader_from(LINES, classifier) for _ in range(2))
    assert pickle.dumps(one) == pickle.dumps(other)
