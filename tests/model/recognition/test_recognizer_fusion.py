"""Both ways of reading a page, by segmentation and by the line network, and what is left over."""

import cv2
import pytest
from cv2.typing import MatLike

from model.boxes import Box
from model.recognition.character_set import UNKNOWN
from model.recognition.decoding import Photo
from model.recognition.fusion import ReadCharacter
from model.recognition.line_acceptance import TOLD
from model.recognition.line_packing import MOST_PIXELS
from model.recognition.photo_ink import PhotoInk
from model.recognition.recognizer import (
    DOUBTFUL,
    FINE,
    PAGE,
    RICHER,
)
from tests.model.mnist_pages import BLACK, page
from tests.model.recognition.hand_made import Asked
from tests.model.recognition.ring_reading import (
    FIVE,
    NEAR,
    character,
    every,
    recognize,
    row_boxes,
    says,
    standing,
    symbols,
)
from tests.model.recognition.rings import ROW, rings


def test_several_digits_are_what_the_line_network_says() -> None:
    photo = rings(ROW)
    said = [character(Box(90 + 120 * nth, 195, 60, 90), "4-2"[nth]) for nth in range(3)]
    result = recognize(photo, says(*said))
    assert symbols(result) == "4-2"
    assert every(result.lines) == said
    assert result.refusal is None


def test_what_cannot_be_told_is_the_digit_that_the_segmentation_finds() -> None:
    first, second, third = row_boxes()
    unknown = character(second, UNKNOWN, 0.6)
    lines = says(character(first, "4"), unknown, character(third, "2"))
    assert symbols(recognize(rings(ROW), lines)) == "402"


def test_where_the_segmentation_finds_no_digit_it_is_left_unknown() -> None:
    first, *between, last = [Box(x - 35, 191, 71, 103) for x, _ in FIVE]
    told = [character(first), *(character(box) for box in between)]
    result = recognize(rings(FIVE), says(*told, character(last, "7", TOLD - NEAR)), 0.5)
    assert symbols(result) == "0000?"


def test_they_stand_in_lines_and_numbers() -> None:
    first = [Box(x, 100, 60, 90) for x in (90, 160, 400)]
    second = [Box(x, 300, 60, 90) for x in (90, 300)]
    said = [character(box, "12345"[nth]) for nth, box in enumerate([*first, *second])]
    one, two, three, four, five = said
    result = recognize(rings(ROW), says(five, three, one, four, two), probability=0.5)
    assert result.lines == [[[one, two], [three]], [[four], [five]]]


def test_it_is_told_how_high_the_digits_are() -> None:
    heights = []

    def rule(asked: Asked) -> list[ReadCharacter]:
        heights.append(asked.digit_height)
        return standing()(asked)

    recognize(rings(ROW), rule)
    assert heights == [pytest.approx(100, abs=5)]


def test_and_if_none_is_found_how_high_what_is_there_is() -> None:
    heights = []

    def rule(asked: Asked) -> list[ReadCharacter]:
        heights.append(asked.digit_height)
        return [character(Box(x, 195, 26, 90), "4", 1.0) for x in (92, 122)]

    photo = page(640, 480)
    cv2.rectangle(photo, (100, 200), (139, 279), BLACK, 8)
    assert symbols(recognize(photo, rule)) == "44"
    assert heights == [pytest.approx(88, abs=2)]


def test_a_digit_that_the_line_network_overlooks_is_not_lost() -> None:
    first, second, _ = row_boxes()
    lines = says(character(first, "4"), character(second, "2"))
    assert symbols(recognize(rings(ROW), lines)) == "420"


def test_a_1_that_it_overlooks_is_shown_but_not_told() -> None:
    first, second, _ = row_boxes()
    lines = says(character(first, "4"), character(second, "2"))
    assert symbols(recognize(rings(ROW), lines, value=1)) == "42?"


def test_ink_beside_digits_that_nobody_reads_is_shown() -> None:
    first, second, _, fourth, fifth = [Box(x - 35, 191, 71, 103) for x, _ in FIVE]
    said = [character(box, "4") for box in (first, second, fourth, fifth)]
    result = recognize(rings(FIVE), says(*said), probability=0.5)
    assert symbols(result) == "44?44"
    assert every(result.lines)[2].box.middle == pytest.approx(FIVE[2], abs=5)


def with_bar(photo: MatLike) -> MatLike:
    """The page with a pale bar at its foot, which is no fine stroke."""
    photo[390:470, 20:620] = 130
    return photo


def test_nor_is_it_dropped_where_fine_strokes_alone_are_read_more_surely() -> None:
    first, second, _, fourth, fifth = [Box(x - 35, 191, 71, 103) for x, _ in FIVE]

    def rule(asked: Asked) -> list[ReadCharacter]:
        certainty = 0.99 if asked.most_pixels == FINE else 0.91
        return [character(box, "4", certainty) for box in (first, second, fourth, fifth)]

    result = recognize(with_bar(rings(FIVE)), rule, probability=0.5)
    assert symbols(result) == "44?44"
    assert [each.certainty for each in every(result.lines)] == [0.99, 0.99, 0, 0.99, 0.99]


def shaded(bar: int, beside: int) -> MatLike:
    """A page with strokes on a dark bar, which is no fine stroke, and so many beside it."""
    photo = page(640, 480)
    photo[60:180, 20:430] = 130
    for nth in range(bar):
        x = 36 + 18 * nth
        photo[90:150, x : x + 5] = 0
    for nth in range(beside):
        x = 36 + 18 * nth
        photo[300:360, x : x + 5] = 0
    return photo


@pytest.mark.parametrize(
    ("bar", "beside", "richer"),
    [
        (PAGE, 0, False),
        (PAGE + 1, 0, True),
        (PAGE - 3, PAGE - 5, False),
        (PAGE - 2, PAGE - 5, True),
    ],
)
def test_in_doubt_fine_strokes_are_read_as_closely_if_they_are_many_more(
    bar: int, beside: int, richer: bool
) -> None:
    looks = []

    def rule(asked: Asked) -> list[ReadCharacter]:
        looks.append((len(asked.components.ids), asked.most_pixels))
        return []

    recognize(shaded(bar, beside), rule)
    coarse, fine = 1 + beside, bar + beside
    assert looks[0] == (coarse, MOST_PIXELS)
    assert looks[1] == (fine, MOST_PIXELS if richer else FINE)
    assert (fine > max(PAGE, RICHER * coarse)) == richer


def cells() -> MatLike:
    """A row of light cells on darker paper, each with a ring in it; light is the ink at first."""
    photo = page(640, 480, paper=(120, 120, 120))
    for x in range(40, 600, 100):
        photo[200:260, x : x + 60] = 250
        cv2.ellipse(photo, (x + 30, 230), (12, 20), 0, 0, 360, (60, 60, 60), 4, cv2.LINE_AA)
    return photo


@pytest.mark.parametrize(("photo", "is_read"), [(cells(), True), (rings(ROW), False)])
def test_in_doubt_what_is_dark_in_light_cells_is_read_too(photo: MatLike, is_read: bool) -> None:
    inverse = PhotoInk(Photo(photo)).inverse
    looks = []

    def rule(asked: Asked) -> list[ReadCharacter]:
        looks.append(asked.components.boxes.tolist())
        return []

    recognize(photo, rule, probability=0.5)
    expected = inverse is not None and inverse.boxes.tolist() in looks
    assert expected is is_read


def test_what_convinces_nobody_does_not_stand_in_the_way_of_what_does() -> None:
    boxes = [Box(88 + 120 * nth, 193, 64, 98) for nth in range(3)]
    doubtful = [character(box, "1", DOUBTFUL - NEAR) for box in boxes * 8]
    sure = [character(box, "0", 0.99) for box in boxes]

    def rule(asked: Asked) -> list[ReadCharacter]:
        return sure if asked.most_pixels == FINE else doubtful

    assert symbols(recognize(with_bar(rings(ROW)), rule, probability=0.5)) == "000"


@pytest.mark.parametrize(("fine", "read"), [(0.99, "000"), (0.6, "111")])
def test_in_doubt_fine_strokes_are_read_alone_and_what_is_surer_counts(
    fine: float, read: str
) -> None:
    boxes = [Box(88 + 120 * nth, 193, 64, 98) for nth in range(3)]

    def rule(asked: Asked) -> list[ReadCharacter]:
        symbol, certainty = ("1", DOUBTFUL - NEAR) if asked.candidates else ("0", fine)
        return [character(box, symbol, certainty) for box in boxes]

    assert symbols(recognize(with_bar(rings(ROW)), rule)) == read
