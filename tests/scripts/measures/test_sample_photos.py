"""Photos to measure with."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from measures import sample_photos
from model.evaluation.labelled_photos import LabelsError
from model.reader import Reader
from tests.model.mnist_pages import mnist


def test_ten_digits_are_photos_that_the_reader_reads() -> None:
    reader = Reader.trained("dense")
    photos = sample_photos.ten_digits()
    assert [label for _, label in photos] == list("0123456789")
    assert reader.read(photos[7][0]).text == "7"


def test_many_digits_are_as_many_as_asked_ten_a_row() -> None:
    few, many = sample_photos.many_digits(3), sample_photos.many_digits(23)
    assert few.shape == many.shape == (960, 1280, 3)
    ink = np.flatnonzero((many.max(axis=2) < 100).any(axis=1))
    rows = 1 + int((np.diff(ink) > 10).sum())
    assert rows == 3


def test_lines_are_photos_of_rows_of_ten_digits() -> None:
    photos = sample_photos.lines()
    assert [label.count("|") for _, label in photos] == [0, 1, 4]
    assert {digits for _, label in photos for digits in label.split("|")} == {"1234567890"}


def test_each_hard_picture_is_of_a_photos_size() -> None:
    pictures = sample_photos.hard()
    assert len(pictures) == 6
    assert {picture.shape for picture in pictures.values()} == {(960, 1280, 3)}


def test_rendered_photos_are_of_the_digits_that_they_say() -> None:
    photos = sample_photos.rendered(mnist(), 3)
    again = sample_photos.rendered(mnist(), 3)
    assert [len(label) for _, label in photos] == [1, 1, 1]
    assert photos == again
    decoded = cv2.imdecode(np.frombuffer(photos[0][0], np.uint8), cv2.IMREAD_COLOR)
    assert decoded is not None
    assert decoded.shape == (960, 1280, 3)


def test_of_a_folder_the_photos_of_one_digit_are_taken(tmp_path: Path) -> None:
    for name in ("a.jpg", "b.jpg"):
        (tmp_path / name).write_bytes(name.encode())
    (tmp_path / "labels.csv").write_text("file,label\na.jpg,3\nb.jpg,38\nb.jpg,none\n")
    assert sample_photos.labelled(tmp_path) == [(b"a.jpg", "3")]


def test_a_folder_without_a_photo_of_one_digit_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_text("file,label\nb.jpg,38\n")
    with pytest.raises(LabelsError, match="names no photo of one digit"):
        sample_photos.labelled(tmp_path)
