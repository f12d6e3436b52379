"""The parts of a reading: among which to choose, and what they are when corrected."""

import pytest
from telegram.constants import InlineKeyboardMarkupLimit

from bot.chat.keyboards import Part
from bot.chat.parts import by_place, corrected, divide, marked, told
from model.reader import Reading
from tests.readings import written


def whole(reading: Reading) -> list[Part]:
    """The parts to choose among first."""
    return divide(reading, 0, len(reading.digits))


def texts(parts: list[Part]) -> list[str]:
    return [part.text for part in parts]


@pytest.mark.parametrize("text", ["7", "12.54", "-12 54", "12\n3.4", "1234567890"])
def test_few_digits_are_offered_one_by_one_whatever_stands_between_them(text: str) -> None:
    digits = [each for each in text if each.isdecimal()]
    assert whole(written(text)) == [
        Part(place, place + 1, digit) for place, digit in enumerate(digits)
    ]


def test_of_a_longer_line_the_numbers_are_offered_with_their_marks_then_their_digits() -> None:
    reading = written("-12.5 1234567 + 8")
    assert whole(reading) == [Part(0, 3, "-12.5"), Part(3, 10, "1234567"), Part(10, 11, "8")]
    assert texts(divide(reading, 3, 10)) == list("1234567")
    assert divide(reading, 10, 11) == [Part(10, 11, "8")]


def test_of_a_page_the_lines_are_offered_then_their_numbers() -> None:
    reading = written("12 3456\n?\n78901234567 8")
    assert whole(reading) == [Part(0, 6, "12 3456"), Part(6, 18, "78901234567 8")]
    assert texts(divide(reading, 6, 18)) == ["78901234567", "8"]
    assert texts(divide(reading, 0, 6)) == list("123456")


@pytest.mark.parametrize(
    ("count", "first"), [(40, Part(0, 1, "7")), (41, Part(0, 2, "77")), (200, Part(0, 5, "77777"))]
)
def test_of_a_long_number_runs_of_digits_are_offered(count: int, first: Part) -> None:
    assert whole(written("7" * count))[0] == first


@pytest.mark.parametrize(("count", "first"), [(50, "12"), (51, "12 12")])
def test_of_very_many_numbers_neighbours_are_joined(count: int, first: str) -> None:
    assert whole(written(" ".join(["12"] * count)))[0].text == first
    assert whole(written("\n".join(["12"] * count)))[0].text == first


@pytest.mark.parametrize(
    "text",
    [
        "7" * 200,
        "1 " * 99 + "1",
        "\n".join(["12345.6 7"] * 60),
        "\n".join([" ".join(["12.50"] * 10)] * 40),
        "\n".join(["1" * 200] * 3),
    ],
)
def test_every_digit_is_reached_in_a_few_steps_and_on_each_fits_a_keyboard(text: str) -> None:
    reading = written(text)
    reached: list[int] = []

    def choose(start: int, stop: int, steps: int) -> None:
        parts = divide(reading, start, stop)
        assert len(parts) < InlineKeyboardMarkupLimit.TOTAL_BUTTON_NUMBER
        assert (parts[0].start, parts[-1].stop) == (start, stop)
        for part in parts:
            if part.stop - part.start == 1:
                reached.append(part.start)
            else:
                assert steps > 1
                choose(part.start, part.stop, steps - 1)

    choose(0, len(reading.digits), steps=4)
    assert reached == list(range(len(reading.digits)))


@pytest.mark.parametrize(("start", "stop"), [(3, 4), (9999, 9999), (2, 1), (0, 0)])
def test_a_reading_without_such_digits_has_no_such_parts(start: int, stop: int) -> None:
    assert divide(written("123"), start, stop) == []


def test_a_part_that_no_button_stands_for_is_divided_all_the_same() -> None:
    reading = written("1234567 8901234")
    assert texts(divide(reading, 2, 14)) == list("345678901234")


# --- corrected --------------------------------------------------------------------------------


def test_a_corrected_reading_is_told_as_a_whole_with_its_marks() -> None:
    assert corrected(written("-12.5"), {1: 7}) == "-17.5"
    assert corrected(written("204"), {1: 6, 2: None}) == "26"
    assert corrected(written("12 34\n56 78"), {1: 7, 6: 1}) == "17 34\n56 18"
    assert corrected(written("12 + 7"), {}) == "12 + 7"


def test_numbers_and_lines_in_which_no_digit_is_left_are_gone() -> None:
    assert corrected(written("7"), {0: None}) == ""
    assert corrected(written("-7 12"), {0: None}) == "12"
    assert corrected(written("7\n12"), {0: None}) == "12"
    assert corrected(written("7 +"), {0: None}) == ""


# --- by_place ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("read", "truth", "said"),
    [
        ("204", "2.64", {0: 2, 1: 6, 2: 4}),
        ("204", "2045", {0: 2, 1: 0, 2: 4}),
        ("204", "24", {}),
        ("204", "", {0: None, 1: None, 2: None}),
        ("94567", "45671", {}),
        ("?", "7", {}),
    ],
)
def test_of_each_digit_it_follows_what_it_is_or_of_none(
    read: str, truth: str, said: dict[int, int | None]
) -> None:
    assert by_place(written(read), truth) == said


# --- told and marked --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("read", "truth", "said"),
    [
        ("12.54", "12.59", "12.59"),
        ("12 34\n56 78", "12 34\n56 18", "56 18"),
        ("12\n34\n56", "17\n34\n57", "17, 57"),
        ("12\n34", "12", "12"),
        ("12", "12\n34", "12, 34"),
        ("7", "7" * 100, "7" * 100),
        ("7", "7" * 101, "7" * 100 + "…"),
    ],
)
def test_of_a_correction_the_lines_are_told_that_were_wrong(
    read: str, truth: str, said: str
) -> None:
    assert told(read, truth) == said


def test_the_digit_that_is_asked_about_stands_in_brackets() -> None:
    reading = written("-12.5 77\n34")
    places = range(len(reading.digits))
    assert [marked(reading, place) for place in places] == [
        "-[1]2.5",
        "-1[2].5",
        "-12.[5]",
        "[7]7",
        "7[7]",
        "[3]4",
        "3[4]",
    ]


def test_of_a_long_number_the_surroundings_are_shown() -> None:
    reading = written("1" * 20 + "7" + "2" * 20)
    assert marked(reading, 20) == "…" + "1" * 15 + "[7]" + "2" * 15 + "…"
    assert marked(reading, 0) == "[1]" + "1" * 15 + "…"
    assert marked(reading, 40) == "…" + "2" * 15 + "[2]"
