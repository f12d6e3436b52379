"""Labelled photos: what counts as right, and how many are."""

import json
import re
from pathlib import Path

import pytest

from model.evaluation.labelled_photos import LabelsError, Outcome, measure, report, summarize
from model.reader import SURE, Reader, Refusal
from tests.model.mnist_pages import PHOTOS, encode, page, row
from tests.readings import certain, in_a_line, written

HEADER = "file,label,kind,writer\n"


def outcome(
    label: str, text: str, probability: float = 1.0, kind: str = "phone", writer: str = "w00"
) -> Outcome:
    """A photo of which `text` was read, with this probability of its last digit."""
    first = [certain(int(value)) for value in text[:-1]]
    last = [certain(int(value), probability) for value in text[-1:]]
    reading = in_a_line(*first, *last, refused=None if text else Refusal.NO_DIGIT)
    return Outcome("a.jpg", label, kind, writer, reading)


def read_as(label: str, text: str) -> Outcome:
    """A photo of which these lines, numbers and marks were read, each digit certain."""
    return Outcome("a.jpg", label, "row", "w00", written(text))


def pooled(*outcomes: Outcome) -> dict[str, object]:
    """The last row, of all photos of digits."""
    return summarize(outcomes)[-1]


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
    outcomes = measure(reader, folder_of(tmp_path, labels))
    assert [item.text for item in outcomes] == ["3", "3068", ""]
    assert [item.writer for item in outcomes] == ["a", "b", ""]
    assert all(item.right for item in outcomes)
    assert outcomes[0].probability == max(reader.read(encode(row("3"))).digits[0].probabilities)
    assert outcomes[2].probability == 0


def test_of_the_photos_only_what_was_read_is_kept(reader: Reader, tmp_path: Path) -> None:
    [found] = measure(reader, folder_of(tmp_path, HEADER + "number.jpg,3068,several,b\n"))
    assert found.reading.photo is None
    assert [len(digit.crop) for digit in found.reading.digits] == [28 * 28] * 4


def test_the_columns_may_stand_in_any_order(reader: Reader, tmp_path: Path) -> None:
    folder = folder_of(tmp_path, "writer,kind,pen,label,file\na,phone,blue,3,three.png\n")
    [found] = measure(reader, folder)
    assert found[:4] == ("three.png", "3", "phone", "a")
    assert found.text == "3"


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
        summarize(measure(reader, folder_of(tmp_path, labels)))
    assert "\n" not in str(error.value)


def test_labels_that_are_no_text_are_told(reader: Reader, tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_bytes(b"file,label,kind,writer\n\xff\xfe\x00\n")
    with pytest.raises(LabelsError, match=r"labels\.csv"):
        measure(reader, tmp_path)


def test_a_folder_without_labels_is_told(reader: Reader, tmp_path: Path) -> None:
    with pytest.raises(LabelsError, match=r"labels\.csv"):
        measure(reader, tmp_path)


def test_the_summary_counts_each_kind_by_itself_and_then_all_photos_of_digits() -> None:
    rows = summarize(
        [
            outcome("7", "7"),
            outcome("7", "1", 0.95),
            outcome("none", "", kind="nothing"),
            outcome("7", "1", 0.5),
            outcome("7", ""),
            outcome("none", "4", 0.91, kind="nothing"),
            outcome("30", "30", kind="several"),
        ]
    )
    keys = ("kind", "photos", "right", "refused", "surely_wrong")
    assert [tuple(row[key] for key in keys) for row in rows] == [
        ("phone", 4, 0.25, 0.25, 0.25),
        ("nothing", 2, 0.5, 0.5, 0.5),
        ("several", 1, 1.0, 0.0, 0.0),
        ("digits", 5, 0.4, 0.2, 0.2),
    ]


def test_breaks_and_marks_of_a_reading_are_judged_by_those_of_the_label() -> None:
    row = pooled(
        read_as("12.54|-7", "12.54\n-7"),
        read_as("12.54|-7", "12.54 -7"),
        read_as("12.54|-7", "12,54 -7"),
        read_as("12.54|-7", "12 547"),
    )
    assert (row["right"], row["digits_right"], row["marks_exact"]) == (0.75, 1.0, 0.5)
    assert row["character_error_rate"] == (0 + 0 + 1 + 2) / (4 * 7)


def test_who_says_that_a_character_cannot_be_told_is_not_surely_wrong() -> None:
    assert read_as("124", "127").surely_wrong
    for text in ("12?", "?27", "1-?\n7"):
        outcome = read_as("124", text)
        assert not outcome.right
        assert not outcome.surely_wrong
        assert outcome.probability == 0


def test_digits_that_are_refused_are_not_surely_wrong_however_sure_they_are() -> None:
    reading = in_a_line(certain(4), refused=Refusal.NO_DIGIT)
    for label in ("7", "none"):
        refused = Outcome("a.jpg", label, "phone", "w00", reading)
        assert refused.probability >= SURE
        assert not refused.surely_wrong
        assert pooled(refused)["surely_wrong"] == 0
    asserted = refused._replace(reading=in_a_line(certain(4)))
    assert asserted.surely_wrong


def test_marks_without_a_digit_are_not_surely_wrong() -> None:
    assert not read_as("none", "-").right
    assert not read_as("none", "-").surely_wrong


def test_who_is_sure_of_the_digits_is_not_surely_wrong_for_a_mark() -> None:
    outcome = read_as("12.54", "1254")
    assert outcome.probability >= SURE
    assert not outcome.right
    assert not outcome.surely_wrong


def test_the_calibration_is_of_readings_whose_characters_can_all_be_told() -> None:
    assert pooled(read_as("124", "12?"))["calibration_error"] is None
    assert pooled(read_as("124", "127"), read_as("124", "12?"))["calibration_error"] == 1.0


def test_digits_may_be_right_where_a_break_between_numbers_is_not_read() -> None:
    [row, _] = summarize([outcome("12|54", "1254"), outcome("12|54", "1255", 0.5)])
    assert (row["right"], row["digits_right"], row["surely_wrong"]) == (0, 0.5, 0)


def test_marks_are_counted_of_the_photos_that_have_some() -> None:
    row = pooled(outcome("12.54", "1254"), outcome("1254", "1254"))
    assert (row["right"], row["marked"], row["marks_exact"]) == (0.5, 1, 0.0)
    row = pooled(outcome("1254", "1254"))
    assert (row["marked"], row["marks_exact"]) == (0, None)


def test_character_errors_are_counted_in_photos_of_digits() -> None:
    nothing = outcome("none", "4")
    outcomes = [outcome("12.54", "1254"), outcome("7", ""), outcome("3068", "3068"), nothing]
    kind, digits = summarize(outcomes)
    assert kind["character_error_rate"] == digits["character_error_rate"] == 2 / 10
    assert summarize([nothing])[0]["character_error_rate"] is None


def test_the_summary_has_no_row_of_digits_where_no_photo_shows_any() -> None:
    assert [row["kind"] for row in summarize([outcome("none", "", kind="x")])] == ["x"]


def test_each_writer_counts_the_same_however_many_photos_are_theirs() -> None:
    busy = [outcome("7", "7", writer="a")] * 8
    rare = [outcome("7", "1", writer="b"), outcome("7", "7", writer="b")]
    assert pooled(*busy, *rare)["right"] == 0.9
    assert pooled(*busy, *rare)["right_by_writer"] == 0.75


def test_the_photos_without_a_writer_count_as_those_of_one() -> None:
    unknown = [outcome("7", "1", writer=""), outcome("7", "", writer="")]
    assert pooled(outcome("7", "7"), *unknown)["right_by_writer"] == 0.5


def test_the_calibration_error_of_an_example_worked_by_hand() -> None:
    read = [
        outcome("7", "7", 0.95),
        outcome("7", "1", 0.95),
        outcome("37", "37", 0.55),  # as sure as its less sure digit
        outcome("7", "1", 0.55),
    ]
    # Two bins of two: right 0.5 though sure 0.95, and right 0.5 though sure 0.55.
    expected = pytest.approx(0.5 * 0.45 + 0.5 * 0.05, abs=1e-6)
    assert pooled(*read)["calibration_error"] == expected
    assert pooled(*read, outcome("7", ""))["calibration_error"] == expected


def test_where_no_number_is_read_or_none_is_there_nothing_is_calibrated() -> None:
    rows = summarize([outcome("7", ""), outcome("none", "4", kind="nothing")])
    assert [row["calibration_error"] for row in rows] == [None, None, None]


def test_the_summary_can_be_written_as_json() -> None:
    rows = summarize([outcome("7", "7"), outcome("none", "", kind="nothing")])
    assert json.loads(json.dumps(rows)) == rows


def test_the_report_has_a_line_for_each_kind() -> None:
    rows = summarize([outcome("7", "7"), outcome("none", "4", kind="nothing")])
    _, first, second, last = report(rows).splitlines()
    right = ["100.0 %", "100.0 %", "-", "0.0 %", "100.0 %", "0.0 %", "0.0 %", "0.0 %"]
    assert cells(first) == ["phone", "1", *right]
    wrong = ["0.0 %", "0.0 %", "-", "-", "0.0 %", "0.0 %", "100.0 %", "-"]
    assert cells(second) == ["nothing", "1", *wrong]
    assert cells(last) == ["digits", *cells(first)[1:]]


def cells(line: str) -> list[str]:
    """The cells of a table's line, which may have single spaces in them."""
    return re.split(" {2,}", line)


def test_the_reports_columns_end_below_each_other_however_long_a_kind_is() -> None:
    rows = summarize([outcome("7", "7", kind="photographed upside down")])
    lengths = {len(line) for line in report(rows).splitlines()}
    assert len(lengths) == 1


@pytest.mark.skipif(not PHOTOS.is_dir(), reason="the development photos are not here")
@pytest.mark.parametrize("kind", ["phone", "drawn"])
def test_95_of_100_development_photos_are_read_right(
    kind: str, reader: Reader, tmp_path: Path
) -> None:
    header, *rows = (PHOTOS / "labels.csv").read_text().splitlines()
    chosen = [str(PHOTOS / row) for row in rows if row.split(",")[2] == kind]
    (tmp_path / "labels.csv").write_text("\n".join([header, *chosen]))
    summary, _ = summarize(measure(reader, tmp_path))
    assert summary["photos"] == len(chosen) > 90
    assert summary["right"] >= 0.95
