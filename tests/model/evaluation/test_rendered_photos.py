"""Labelled photos of MNIST digits, which a reader can be measured with."""

import csv
from pathlib import Path

import cv2
import numpy as np
import pytest

from model.evaluation import rendered_photos
from model.evaluation.labelled_photos import COLUMNS, measure
from model.reader import Reader, Refusal
from model.synthesis import number_pages
from model.synthesis.glyphs.exemplars import Exemplars
from model.synthesis.number_pages import label_of
from model.synthesis.styles import Style
from tests.model.synthetic import few, few_test

KINDS = [*map(str, Style), "row", *number_pages.KINDS]
SHAPES = {(960, 1280), (1280, 960), (480, 640)}


def rows(folder: Path) -> list[dict[str, str]]:
    with (folder / "labels.csv").open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    made = rendered_photos.pages(few().validation, 1, np.random.default_rng(0))
    assert rendered_photos.save(folder, made) == len(KINDS)
    return folder


def test_every_style_and_a_row_are_made_as_often_as_asked_for(folder: Path) -> None:
    assert [row["kind"] for row in rows(folder)] == KINDS
    assert rows(folder)[0].keys() == set(COLUMNS)
    made = list(rendered_photos.pages(few_test(), 2, np.random.default_rng(0)))
    assert [kind for kind, _, _ in made] == [kind for kind in KINDS for _ in range(2)]


def test_every_photo_is_labelled_and_nothing_else_is_left(folder: Path) -> None:
    files = {row["file"] for row in rows(folder)}
    assert {path.name for path in folder.iterdir()} == {*files, "labels.csv"}
    assert len(files) == len(KINDS)


def test_labels_with_marks_and_breaks_can_be_saved(tmp_path: Path) -> None:
    photo = np.zeros((9, 9, 3), np.uint8)
    labelled = rendered_photos.LabelledPage("row", "12/05|-7:(3,2)", photo)
    assert rendered_photos.save(tmp_path, [labelled]) == 1
    assert [row["label"] for row in rows(tmp_path)] == ["12/05|-7:(3,2)"]
    assert {path.name for path in tmp_path.iterdir()} == {"0000-row.jpg", "labels.csv"}


def test_a_row_is_a_number_and_every_style_has_a_digit(folder: Path) -> None:
    labels = [row["label"] for row in rows(folder)]
    *single, row = labels[: len(Style) + 1]
    assert set(single) <= set("0123456789")
    assert row.isdecimal()
    assert 2 <= len(row) <= 8


@pytest.mark.parametrize("kind", number_pages.KINDS)
def test_numbers_are_labelled_as_they_are_written(kind: str) -> None:
    text = number_pages.KINDS[kind](np.random.default_rng(4))
    made = rendered_photos.number_page(kind, Exemplars(few_test()), np.random.default_rng(4))
    assert made.kind == kind
    assert made.label == label_of(text)
    assert made.photo.shape[:2] in SHAPES


def test_photos_are_as_large_as_phones_pictures_in_a_chat(folder: Path) -> None:
    photos = rows(folder)
    assert len(photos) == len(KINDS)
    for row in photos:
        photo = cv2.imread(str(folder / row["file"]))
        assert photo is not None
        assert photo.shape[:2] in SHAPES


def test_they_can_be_measured_and_most_are_read(folder: Path) -> None:
    outcomes = measure(Reader.trained(), folder)
    assert {outcome.kind for outcome in outcomes} == set(KINDS)
    assert Refusal.NOT_A_PICTURE not in {outcome.reading.refused for outcome in outcomes}
    assert sum(outcome.right for outcome in outcomes) >= len(KINDS) / 2


def test_a_seed_decides_everything() -> None:
    one, same, other = (
        rendered_photos.page(few_test(), Style.RULED, 3, np.random.default_rng(seed))
        for seed in (1, 1, 2)
    )
    assert one[0] == same[0]
    assert np.array_equal(one[1], same[1])
    assert one[0] != other[0]
