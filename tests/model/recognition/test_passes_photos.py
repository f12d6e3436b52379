"""Photos that lie on their side or are held crooked, and pages that are light on dark."""

import cv2
import numpy as np
import pytest
from cv2.typing import MatLike

from model.reader import Reader, Refusal
from model.recognition.ink import ink_map
from tests.model.mnist_pages import BLACK, WHITE, Placed, digit, encode, mnist, page, row
from tests.readings import digits_in

SIDEWAYS = (cv2.ROTATE_90_CLOCKWISE, cv2.ROTATE_90_COUNTERCLOCKWISE)
LETTER = [
    "of the tenth of March.",
    "We regret that we cannot",
    "come to see you on Sunday,",
    "as we have been invited to",
]


def tilted(photo: MatLike, degrees: float) -> MatLike:
    """Turn `photo` against the clock on a page that has room for it."""
    height, width = photo.shape[:2]
    side = round(np.hypot(width, height))
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
    matrix[:, 2] += (side - width) / 2, (side - height) / 2
    return cv2.warpAffine(photo, matrix, (side, side), borderValue=WHITE)


def written(lines: list[str]) -> MatLike:
    """A page of plain letters."""
    photo = page(900, 80 + 60 * len(lines))
    for nth, line in enumerate(lines):
        where = (40, 80 + 60 * nth)
        cv2.putText(photo, line, where, cv2.FONT_HERSHEY_SIMPLEX, 1.4, BLACK, 3, cv2.LINE_AA)
    return photo


def bars(count: int) -> MatLike:
    """A page of upright strokes."""
    photo = page(120 * (count + 1), 300)
    for nth in range(1, count + 1):
        cv2.line(photo, (120 * nth, 80), (120 * nth, 220), BLACK, 14, cv2.LINE_AA)
    return photo


# --- by a right angle -------------------------------------------------------------------------


@pytest.mark.parametrize("turn", SIDEWAYS)
@pytest.mark.parametrize("text", ["24", "472", "4127"])
def test_a_number_that_lies_on_its_side_is_read(reader: Reader, text: str, turn: int) -> None:
    reading = reader.read(encode(cv2.rotate(row(text), turn)))
    assert digits_in(reading) == text
    assert reading.refused is None


@pytest.mark.parametrize("turn", SIDEWAYS)
@pytest.mark.parametrize("side", [100, 500])
def test_its_boxes_are_in_pixels_of_the_photo_as_it_came(
    reader: Reader, side: int, turn: int
) -> None:
    placed = [
        Placed(digit(label), side // 2 + 3 * side // 2 * place, side, side)
        for place, label in enumerate((4, 7, 2))
    ]
    whole, *alone = (
        cv2.rotate(page(5 * side, 4 * side, digits), turn)
        for digits in (placed, *([one] for one in placed))
    )
    reading = reader.read(encode(whole))
    assert digits_in(reading) == "472"
    assert reading.photo is not None
    assert reading.photo.pixels.shape[0] > reading.photo.pixels.shape[1]
    for found, photo in zip(reading.digits, alone, strict=True):
        inked = (photo[..., 0] < 128).astype(np.uint8)
        assert found.box == pytest.approx(cv2.boundingRect(inked), abs=0.15 * side)


@pytest.mark.parametrize("turn", SIDEWAYS)
@pytest.mark.parametrize("count", [1, 2, 5])
def test_dashes_are_not_ones_that_lie_on_their_side(reader: Reader, count: int, turn: int) -> None:
    assert digits_in(reader.read(encode(bars(count)))) == "1" * count
    assert reader.read(encode(cv2.rotate(bars(count), turn))).refused is Refusal.NOT_A_DIGIT


# --- held crooked -----------------------------------------------------------------------------


@pytest.mark.parametrize("degrees", [-20, 20])
@pytest.mark.parametrize("text", ["0248", "1472", "7142"])
def test_a_row_that_is_tilted_is_read_in_order(reader: Reader, text: str, degrees: float) -> None:
    assert digits_in(reader.read(encode(tilted(row(text), degrees)))) == text


@pytest.mark.parametrize("degrees", [-30, 30])
def test_most_digits_are_read_that_are_tilted(reader: Reader, degrees: float) -> None:
    part = mnist()
    photos = (page(260, 260, [Placed(image, 80, 80, 100)]) for image in part.images[:40])
    texts = [reader.read(encode(tilted(photo, degrees))).text for photo in photos]
    assert (
        np.mean([text == str(label) for text, label in zip(texts, part.labels, strict=False)])
        >= 0.75
    )


# --- light on dark ----------------------------------------------------------------------------


@pytest.mark.parametrize("wall", [40, 80])
def test_a_number_on_a_dark_board_on_a_bright_wall_is_read(reader: Reader, wall: int) -> None:
    board = np.maximum(255 - row("306"), 30)
    walls = (wall,) * 4
    photo = cv2.copyMakeBorder(board, *walls, cv2.BORDER_CONSTANT, value=(240, 240, 240))
    # At first sight it is the board that is the ink.
    chalk = cv2.copyMakeBorder(board, *walls, cv2.BORDER_CONSTANT, value=BLACK)[..., 0] > 200
    assert ink_map(photo)[chalk].mean() < ink_map(photo, inverse=True)[chalk].mean()
    reading = reader.read(encode(photo))
    assert reading.text == "306"
    assert reading.refused is None


# --- what is no number however one looks ------------------------------------------------------


NOT_TURNED = pytest.mark.xfail(
    strict=True, reason="bows on their side are read as noughts, too surely to turn the page"
)


@pytest.mark.parametrize(
    ("lines", "turn"),
    [
        *((LETTER[1:3], turn) for turn in (None, *SIDEWAYS)),
        (LETTER[:2], None),
        (LETTER[:2], SIDEWAYS[0]),
        pytest.param(LETTER[:2], SIDEWAYS[1], marks=NOT_TURNED),
    ],
)
def test_the_paper_between_lines_of_text_is_no_1(
    reader: Reader, lines: list[str], turn: int | None
) -> None:
    photo = written(lines)
    reading = reader.read(encode(photo if turn is None else cv2.rotate(photo, turn)))
    assert reading.text == ""
    assert reading.refused is Refusal.NO_DIGIT


@pytest.mark.parametrize("turn", [None, *SIDEWAYS])
def test_why_a_page_is_refused_is_what_was_seen_at_first(reader: Reader, turn: int | None) -> None:
    photo = written(LETTER)
    reading = reader.read(encode(photo if turn is None else cv2.rotate(photo, turn)))
    assert reading.refused is Refusal.TOO_MANY_COMPONENTS
    assert reading.digits == ()
    assert reading.photo is not None
