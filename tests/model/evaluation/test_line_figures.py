"""What lines' figures mean, on pages whose writing and reading are made up."""

import json

import numpy as np
import pytest

from model.boxes import Box
from model.evaluation.line_figures import (
    ReadLine,
    ReadPage,
    measure,
    read_lines,
    report,
    written_at,
)
from model.percentages import counted
from model.recognition.fusion import ReadCharacter

PITCH = 20  # pixels from character to character, and from line to line


def box(row: int, column: int) -> Box:
    return Box(column * PITCH, row * PITCH, 10, 16)


def character(symbol: str, row: int, column: int, certainty: float = 0.99) -> ReadCharacter:
    probabilities = np.full(10, 0.1, np.float32)
    crop = np.zeros((28, 28), np.uint8)
    return ReadCharacter(box(row, column), symbol, certainty, 1.0, probabilities, crop)


def reading(*lines: str, certainty: float = 0.99) -> list[ReadCharacter]:
    """Characters in places, a space where there is none."""
    return [
        character(symbol, row, column, certainty)
        for row, line in enumerate(lines)
        for column, symbol in enumerate(line)
        if symbol != " "
    ]


def page(written: tuple[str, ...], characters: list[ReadCharacter]) -> ReadPage:
    there = reading(*written)
    boxes = [each.box for each in there]
    rows = [each.box.y // PITCH for each in there]
    return ReadPage(boxes, [each.symbol for each in there], rows, characters)


# --- lines ------------------------------------------------------------------------------------


def test_what_was_read_is_put_into_lines_from_left_to_right() -> None:
    characters = reading("12.5", "-7")
    assert read_lines(page(("12.5", "-7"), characters[::-1])) == [
        ReadLine("12.5", "12.5", is_sure=True),
        ReadLine("-7", "-7", is_sure=True),
    ]


def test_what_was_invented_belongs_to_the_nearest_line() -> None:
    invented = character("1", 1, 5)
    [first, second] = read_lines(page(("123456", "7"), [*reading("123456", "7"), invented]))
    assert (first.read, second.read) == ("1234561", "7")
    low = invented._replace(box=Box(5 * PITCH, PITCH + 15, 10, 16))
    [first, second] = read_lines(page(("12", "3   4"), [*reading("12", "3   4"), low]))
    assert (first.read, second.read) == ("12", "341")


def test_what_is_neither_digit_nor_mark_does_not_count() -> None:
    assert read_lines(page(("12??",), reading("12? "))) == [ReadLine("12", "12", is_sure=True)]
    assert read_lines(page(("??",), reading("??"))) == [ReadLine("", "", is_sure=False)]


def test_what_is_hardly_there_does_not_count() -> None:
    characters = [*reading("12"), character("3", 0, 2, certainty=0.49)]
    assert read_lines(page(("12",), characters)) == [ReadLine("12", "12", is_sure=True)]
    characters[2] = character("3", 0, 2, certainty=0.5)
    assert read_lines(page(("12",), characters)) == [ReadLine("12", "123", is_sure=False)]


@pytest.mark.parametrize(("certainty", "is_sure"), [(0.9, True), (0.89, False)])
def test_a_line_is_as_sure_as_its_most_doubtful_character(certainty: float, is_sure: bool) -> None:
    characters = [character("1", 0, 0), character("2", 0, 1, certainty)]
    [line] = read_lines(page(("12",), characters))
    assert line.is_sure is is_sure


def test_a_page_without_writing_is_a_line_without_characters() -> None:
    assert read_lines(page((), [])) == [ReadLine("", "", is_sure=False)]
    assert read_lines(page((), reading("7"))) == [ReadLine("", "7", is_sure=True)]


@pytest.mark.parametrize(
    ("written", "read", "right", "digits_right"),
    [
        ("12.5", "12.5", True, True),
        ("12.5", "125", False, True),
        ("12.5", "12,5", False, True),
        ("12.5", "12.", False, False),
        ("12", "21", False, False),
        ("", "", True, True),
    ],
)
def test_a_line_is_right_by_all_and_by_its_digits(
    written: str,
    read: str,
    right: bool,
    digits_right: bool,
) -> None:
    line = ReadLine(written, read, is_sure=True)
    assert (line.is_right, line.digits_right) == (right, digits_right)


def test_a_box_is_found_again_if_enough_of_it_is_shared() -> None:
    boxes = [box(0, 0), box(0, 1), box(0, 1).moved(1, 0)]
    assert written_at(box(0, 1), boxes) == 1
    assert written_at(box(0, 1).moved(2, 0), boxes) == 2
    assert written_at(box(0, 0).moved(4, 0), boxes) == 0  # 6 of 14 columns
    assert written_at(box(0, 0).moved(5, 0), boxes) is None  # 5 of 15
    assert written_at(box(0, 0), []) is None


# --- figures ----------------------------------------------------------------------------------


def test_figures_of_an_example_worked_by_hand() -> None:
    metrics = measure(
        [
            page(("12.5", "34"), reading("12.5", "3 ")),  # a digit is missing
            page(("67",), reading("69", certainty=0.95)),  # misread, and sure
            page(("8.9",), reading("8 9", certainty=0.5)),  # a mark is missing
        ]
    )
    assert metrics["lines"] == 4
    assert metrics["lines_right"] == 1 / 4
    assert metrics["digits_right"] == 2 / 4
    assert metrics["surely_wrong"] == 2 / 4
    assert metrics["characters"] == 11
    assert metrics["character_error_rate"] == pytest.approx(3 / 11)
    # Five characters as sure as 0.99 and right, one of two as sure as 0.95, two as sure as 0.5:
    # those above 14/15 are in one bin of the fifteen.
    expected = abs((5 + 1) - (5 * 0.99 + 2 * 0.95)) / 9 + abs(2 - 1) / 9
    assert metrics["expected_calibration_error"] == pytest.approx(expected)
    low, high = metrics["lines_right_interval"]
    assert 0 < low < 1 / 4 < high < 1
    assert json.loads(json.dumps(metrics)) == metrics


def test_what_is_invented_is_an_error_even_where_nothing_is_written() -> None:
    metrics = measure([page((), reading("7")), page(("12",), reading("12"))])
    assert metrics["character_error_rate"] == 1 / 2
    assert metrics["lines_right"] == 1 / 2
    assert metrics["surely_wrong"] == 1 / 2


def test_pages_on_which_nothing_is_read_have_figures() -> None:
    metrics = measure([page(("12",), []), page((), [])])
    assert metrics["lines_right"] == 1 / 2
    assert metrics["surely_wrong"] == 0
    assert metrics["character_error_rate"] == 1
    assert metrics["expected_calibration_error"] == 0


def test_the_report_shows_each_figure() -> None:
    metrics = measure([page(("12", "34"), reading("12", "3 "))]) | {"network": "lines"}
    lines = report(metrics).splitlines()
    low, high = metrics["lines_right_interval"]
    assert lines[:3] == [
        "lines: 1 of 2 lines wrong, 50.00 % right",
        f"The true rate is very likely {counted(low, 2)} to {counted(high, 2)}.",
        "",
    ]
    figures = [line.split(": ")[0] for line in lines[3:]]
    assert figures == [
        "digits right 50.00 %",
        "wrong though sure 50.00 %",
        "character error rate 25.00 %",
        f"calibration error {counted(metrics['expected_calibration_error'], 2)}",
    ]
