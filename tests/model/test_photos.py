"""Labelled photos: what counts as right, and how many are."""

from pathlib import Path

import pytest

from model import photos
from model.photos import LabelsError, Outcome
from model.reader import Reader
from tests.model.pages import PHOTOS, encode, page, row

HEADER = "file,label,kind,writer\n"


def outcome(label: str, text: str, probability: float = 1.0, kind: str = "phone") -> Outcome:
    return Outcome("a.jpg", label, kind, "w00", text, probability)


def folder_of(tmp_path: Path, labels: str) -> Path:
    (tmp_path / "three.png").write_bytes(encode(row("3")))
    (tmp_path / "number.jpg").write_bytes(encode(row("3068"), ".jpg"))
    (tmp_path / "blank.png").write_bytes(encode(page(300, 200)))
    (tmp_path / "labels.csv").write_text(labels)
    return tmp_path


def test_a_photo_is_right_when_the_whole_number_is_read() -> None:
    assert outcome("7", "7").right
    assert outcome("3068", "3068").right
    assert not outcome("7", "1").right
    assert not outcome("7", "").right
    assert not outcome("7", "77").right


def test_a_photo_of_nothing_is_right_when_nothing_is_read() -> None:
    assert outcome("none", "").right
    assert not outcome("none", "4").right


def test_every_photo_is_read_and_found_in_its_folder(reader: Reader, tmp_path: Path) -> None:
    labels = HEADER + "three.png,3,phone,a\nnumber.jpg,3068,several,b\nblank.png,none,nothing,\n"
    outcomes = photos.measure(reader, folder_of(tmp_path, labels))
    assert [item.text for item in outcomes] == ["3", "3068", ""]
    assert [item.writer for item in outcomes] == ["a", "b", ""]
    assert all(item.right for item in outcomes)
    assert outcomes[0].probability == max(reader.read(encode(row("3"))).digits[0].probabilities)
    assert outcomes[2].probability == 0


def test_the_columns_may_stand_in_any_order(reader: Reader, tmp_path: Path) -> None:
    folder = folder_of(tmp_path, "writer,kind,pen,label,file\na,phone,blue,3,three.png\n")
    [found] = photos.measure(reader, folder)
    assert found[:5] == ("three.png", "3", "phone", "a", "3")


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        ("file,label,kind\nthree.png,3,phone\n", "writer"),
        ("", "labels.csv"),
        (HEADER + "missing.png,3,phone,a\n", "missing.png"),
        (HEADER + "three.png,3\n", "labels.csv"),
        ("three.png,3,phone,a\nthree.png,3,phone,a\n", "labels.csv"),
    ],
    ids=["no writer", "empty", "no such photo", "short row", "no header"],
)
def test_labels_that_cannot_be_used_are_told(
    labels: str, said: str, reader: Reader, tmp_path: Path
) -> None:
    with pytest.raises(LabelsError, match=said) as error:
        photos.summarize(photos.measure(reader, folder_of(tmp_path, labels)))
    assert "\n" not in str(error.value)


def test_labels_that_are_no_text_are_told(reader: Reader, tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_bytes(b"file,label,kind,writer\n\xff\xfe\x00\n")
    with pytest.raises(LabelsError, match=r"labels\.csv"):
        photos.measure(reader, tmp_path)


def test_a_folder_without_labels_is_told(reader: Reader, tmp_path: Path) -> None:
    with pytest.raises(LabelsError, match=r"labels\.csv"):
        photos.measure(reader, tmp_path)


def test_the_summary_counts_each_kind_by_itself() -> None:
    outcomes = [
        outcome("7", "7"),
        outcome("7", "1", 0.95),
        outcome("7", "1", 0.5),
        outcome("7", ""),
        outcome("none", "", kind="nothing"),
        outcome("none", "4", 0.9, kind="nothing"),
    ]
    assert photos.summarize(outcomes) == [
        {"kind": "phone", "photos": 4, "right": 0.25, "refused": 0.25, "surely_wrong": 0.25},
        {"kind": "nothing", "photos": 2, "right": 0.5, "refused": 0.5, "surely_wrong": 0.5},
    ]


def test_the_report_has_a_line_for_each_kind() -> None:
    rows = photos.summarize([outcome("7", "7"), outcome("none", "4", kind="nothing")])
    _, first, second = photos.report(rows).splitlines()
    assert first.split() == ["phone", "1", "100.0%", "0.0%", "0.0%"]
    assert second.split() == ["nothing", "1", "0.0%", "0.0%", "100.0%"]


@pytest.mark.skipif(not PHOTOS.is_dir(), reason="the development photos are not here")
@pytest.mark.parametrize("kind", ["phone", "drawn"])
def test_95_of_100_development_photos_are_read_right(
    kind: str, reader: Reader, tmp_path: Path
) -> None:
    header, *rows = (PHOTOS / "labels.csv").read_text().splitlines()
    chosen = [str(PHOTOS / row) for row in rows if row.split(",")[2] == kind]
    (tmp_path / "labels.csv").write_text("\n".join([header, *chosen]))
    [summary] = photos.summarize(photos.measure(reader, tmp_path))
    assert summary["photos"] == len(chosen) > 90
    assert summary["right"] >= 0.95
