"""The figure of the way of a photo shows what the stages leave."""

import cv2
import numpy as np
import pytest
from cv2.typing import MatLike

from model.evaluation import stages
from model.evaluation.stages import ACROSS, BOX, CROP_CELL, CROPS_ACROSS, MARGIN, WIDTH, draw_stages
from model.reader import Reader
from model.recognition.refusal import RefusedError
from tests.model.mnist_pages import Placed, digit, encode, page, row


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader.trained()


def shown(reader: Reader, photo: MatLike, monkeypatch: pytest.MonkeyPatch) -> dict[str, MatLike]:
    """The pictures of the stages by their titles, before they are put beside each other."""
    drawn: dict[str, MatLike] = {}

    def note(pictures: dict[str, MatLike]) -> MatLike:
        drawn.update(pictures)
        return photo

    monkeypatch.setattr(stages, "_arranged", note)
    draw_stages(reader, encode(photo))
    return drawn


def colours(picture: MatLike) -> int:
    """How many colours a picture has."""
    return len(np.unique(picture.reshape(-1, 3), axis=0))


def test_six_stages_are_numbered_in_their_order(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = shown(reader, row("1234"), monkeypatch)
    assert [title[:2] for title in drawn] == ["1 ", "2 ", "3 ", "4 ", "5 ", "6 "]


def test_they_stand_two_beside_each_other(reader: Reader) -> None:
    picture = draw_stages(reader, encode(row("1234")))
    assert picture.shape[1] == ACROSS * (WIDTH + 2 * MARGIN)


def test_each_component_has_a_colour_of_its_own(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = shown(reader, row("1234"), monkeypatch)
    assert colours(drawn["3 what hangs together"]) == 5  # four digits and the paper


def test_each_candidate_is_shown_as_the_digit_network_got_it(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = shown(reader, row("123456"), monkeypatch)
    corners = drawn["4 candidates, by the digit network"][::CROP_CELL, ::CROP_CELL]
    assert np.count_nonzero(corners.max(axis=2) == 0) == 6
    assert CROPS_ACROSS < 6  # so there is a second row


def test_each_character_of_the_line_network_has_a_box(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = shown(reader, row("123"), monkeypatch)
    boxed = np.all(drawn["5 characters, by the line network"] == BOX, axis=2)
    corners, _ = np.where(boxed)
    assert len(corners) > 3 * 4 * 20


@pytest.mark.parametrize("on_table", [True, False])
def test_a_sheet_is_framed_if_it_is_only_a_part_of_the_photo(
    reader: Reader, monkeypatch: pytest.MonkeyPatch, *, on_table: bool
) -> None:
    sheet = page(500, 400, [Placed(digit(3), 200, 120, 150)], paper=(235, 235, 235))
    around = (60, 40, 30) if on_table else (235, 235, 235)
    photo = cv2.copyMakeBorder(sheet, 90, 90, 90, 90, cv2.BORDER_CONSTANT, value=around)
    drawn = shown(reader, photo, monkeypatch)
    title, first = next(iter(drawn.items()))
    assert title.endswith("page in it") == on_table
    assert bool(np.any(np.all(first == BOX, axis=2))) == on_table


def test_without_ink_there_is_nothing_to_show(reader: Reader) -> None:
    with pytest.raises(RefusedError, match="nothing is written there"):
        draw_stages(reader, encode(page(300, 300)))


def test_what_is_no_picture_is_refused(reader: Reader) -> None:
    with pytest.raises(RefusedError, match="not a picture"):
        draw_stages(reader, b"no picture")
