"""The contact sheet of what went wrong with labelled photos."""

import math
from collections.abc import Iterable
from pathlib import Path

import cv2
import numpy as np
import pytest
from cv2.typing import MatLike

from model.evaluation.contact_sheet import (
    ACROSS,
    BOX,
    CELL_HEIGHT,
    CROP,
    HEIGHT,
    INK,
    LIMIT,
    LINE,
    MARGIN,
    PAPER,
    PHOTO,
    RED,
    ROWS,
    WIDTH,
    contact_sheet,
)
from model.evaluation.labelled_photos import Outcome, measure
from model.reader import Box, Digit, Mark, Reader, Reading, Refusal
from tests.model.mnist_pages import Placed, digit, encode, page, row
from tests.model.recognition.test_decoding import turned
from tests.readings import certain, crop_of, in_a_line, written

COLOURS = {"red": (0, 0, 255), "green": (0, 255, 0), "blue": (255, 0, 0)}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sheets of coloured paper, each named after its colour, and what is no picture."""
    folder = tmp_path_factory.mktemp("photos")
    for name, colour in COLOURS.items():
        (folder / f"{name}.png").write_bytes(encode(page(40, 30, paper=colour)))
    (folder / "notes.png").write_text("not a picture")
    return folder


def seven(probability: float = 0.95) -> Digit:
    return certain(7, probability, Box(4, 5, 6, 7))


def misread(file: str = "red.png", kind: str = "phone", probability: float = 0.95) -> Outcome:
    """A photo of a 1 that was read as 7."""
    return Outcome(file, "1", kind, "w00", in_a_line(seven(probability)))


def refused(file: str = "red.png") -> Outcome:
    return Outcome(file, "1", "phone", "w00", Reading(refused=Refusal.NO_DIGIT))


def tiles_of(sheet: MatLike) -> list[MatLike]:
    """The sheet's tiles in reading order, without the empty ones after the last."""
    cells = [
        sheet[top : top + HEIGHT, left : left + WIDTH]
        for top in range(0, sheet.shape[0], HEIGHT)
        for left in range(0, sheet.shape[1], WIDTH)
    ]
    return [cell for cell in cells if (cell != PAPER).any()]


def draw(outcomes: Iterable[Outcome], folder: Path) -> list[MatLike]:
    return tiles_of(contact_sheet(list(outcomes), folder))


def seen(tile: MatLike) -> str:
    """Which colour of paper a tile shows; a title shows none."""
    corner = tuple(tile[MARGIN + 2, MARGIN + 2].tolist())
    return next((name for name, colour in COLOURS.items() if corner == colour), "")


def holds(tile: MatLike, colour: tuple[int, int, int]) -> bool:
    return bool((tile == colour).all(axis=2).any())


# --- which photos -----------------------------------------------------------------------------


def test_wrong_photos_come_kind_by_kind_each_after_a_title_and_the_surest_first(
    folder: Path,
) -> None:
    outcomes = [
        misread("red.png", "phone", 0.6),
        misread("green.png", "form"),
        misread("blue.png", "phone", 0.8),
    ]
    tiles = draw(outcomes, folder)
    assert [seen(tile) for tile in tiles] == ["", "blue", "red", "", "green"]


def test_photos_that_were_read_right_and_their_kinds_are_not_drawn(folder: Path) -> None:
    right = Outcome("green.png", "7", "form", "w00", in_a_line(seven()))
    nothing = Outcome("blue.png", "none", "nothing", "", Reading(refused=Refusal.NO_DIGIT))
    tiles = draw([right, misread("red.png"), nothing], folder)
    assert [seen(tile) for tile in tiles] == ["", "red"]


def test_a_sheet_is_six_tiles_across_and_one_of_few_is_narrower(folder: Path) -> None:
    assert contact_sheet([misread()] * 3, folder).shape == (HEIGHT, 4 * WIDTH, 3)
    many = contact_sheet([misread()] * 7, folder)
    assert many.shape == (2 * HEIGHT, ACROSS * WIDTH, 3)
    assert len(tiles_of(many)) == 8


def test_where_all_are_right_a_single_tile_says_so(folder: Path) -> None:
    right = Outcome("red.png", "7", "phone", "w00", in_a_line(seven()))
    sheet = contact_sheet([right], folder)
    assert sheet.shape == (HEIGHT, WIDTH, 3)
    assert (sheet == PAPER).all(axis=2).any()


def test_of_too_many_the_least_sure_are_left_out_and_the_last_tile_tells_how_many(
    folder: Path,
) -> None:
    def sheet(left_out: int) -> list[MatLike]:
        unsure = [refused("green.png")] * left_out
        return tiles_of(contact_sheet(unsure + [misread()] * 4, folder, limit=4))

    one, twelve = sheet(1), sheet(12)
    assert len(one) == len(twelve) == 1 + 4 + 1
    assert {seen(tile) for tile in one[1:-1]} == {"red"}
    assert all((a == b).all() for a, b in zip(one[1:-1], twelve[1:-1], strict=True))
    assert (one[-1] != twelve[-1]).any()


def test_no_folder_gives_more_pixels_than_a_viewer_opens(folder: Path) -> None:
    every_kind = [misread(kind=f"kind {number}") for number in range(9)]
    tiles = tiles_of(contact_sheet(every_kind, folder, limit=5))
    assert len(tiles) == 2 * 5 + 1  # the most that a limit allows
    rows = math.ceil((2 * LIMIT + 1) / ACROSS)
    height = rows * (HEIGHT + 2 * (ROWS - 1) * LINE)
    assert height * ACROSS * WIDTH < 60e6
    assert height < 32_768


# --- what a tile shows ------------------------------------------------------------------------


def test_the_photo_is_upright_with_a_box_around_the_digit(reader: Reader, tmp_path: Path) -> None:
    upright = page(600, 1200, [Placed(digit(3), 200, 700, 240)])
    lying = np.rot90(upright)
    (tmp_path / "three.jpg").write_bytes(turned(encode(lying, ".jpg"), 6))
    (tmp_path / "labels.csv").write_text("file,label,kind,writer\nthree.jpg,8,phone,\n")
    _, tile = draw(measure(reader, tmp_path), tmp_path)
    rows, columns = np.nonzero((tile == BOX).all(axis=2))
    scale = PHOTO / 1200
    x, y, width, height = Placed(digit(3), 200, 700, 240).box
    found = [columns.min(), rows.min(), columns.max(), rows.max()]
    expected = [MARGIN + scale * place for place in (x, y, x + width, y + height)]
    assert found == pytest.approx(expected, abs=4)


def test_beside_the_photo_are_the_first_six_crops_as_the_network_got_them_twice_as_large(
    reader: Reader, tmp_path: Path
) -> None:
    (tmp_path / "number.png").write_bytes(encode(row("3068271")))
    (tmp_path / "labels.csv").write_text("file,label,kind,writer\nnumber.png,3,several,\n")
    [outcome] = measure(reader, tmp_path)
    _, tile = draw([outcome], tmp_path)
    beside = tile[:, 2 * MARGIN + PHOTO :]
    assert len(outcome.reading.digits) == 7
    for place, read in enumerate(outcome.reading.digits):
        large = cv2.merge([np.kron(crop_of(read), np.ones((2, 2), np.uint8))] * 3)
        difference = cv2.matchTemplate(beside, large, cv2.TM_SQDIFF).min()
        assert (difference < 1000) == (place < 6)  # 0 but for rounding, else tens of millions


def test_what_was_surely_wrong_is_in_red(folder: Path) -> None:
    _, sure, unsure = draw([misread("blue.png", probability=p) for p in (0.99, 0.5)], folder)
    assert holds(sure, RED)
    assert not holds(unsure, RED)
    assert holds(unsure, INK)


@pytest.mark.parametrize("file", ["notes.png", "gone.png"])
def test_a_photo_that_is_none_has_words_alone(file: str, folder: Path) -> None:
    _, tile = draw([refused(file)], folder)
    assert (tile[: MARGIN + PHOTO] == PAPER).all()
    assert holds(tile, INK)


@pytest.mark.parametrize("name", ["long/" * 40, "фото", "\N{SNOWMAN}\n", ""])
def test_words_stay_within_their_tile_whatever_they_are(name: str, folder: Path) -> None:
    outcome = Outcome(f"{name}.png", name, name, "", in_a_line(*[seven()] * 40))
    sheet = contact_sheet([outcome], folder)
    assert sheet.shape[1] == 2 * WIDTH
    for tile in np.hsplit(sheet, 2):
        edge = tile[:, -MARGIN:]
        assert (edge == edge[0, 0]).all()


def captions(label: str, folder: Path, text: str = "7") -> list[MatLike]:
    """What is written below the photo with this label of which `text` was read, row by row."""
    outcome = Outcome("red.png", label, "phone", "w00", written(text))
    sheet = contact_sheet([outcome], folder)
    tile = sheet[:, WIDTH + MARGIN :]
    tops = range(MARGIN + PHOTO, sheet.shape[0] - 2 * MARGIN, LINE)
    return [tile[top : top + LINE] for top in tops]


def test_each_row_of_a_label_has_a_caption_of_its_own(folder: Path) -> None:
    one = captions("12", folder)
    three = captions("12|3068|5", folder)
    assert (len(one), len(three)) == (3, 5)
    assert (three[0] == one[0]).all()
    for caption in three:
        assert holds(caption, RED)
    assert (three[3] == one[1]).all()
    assert (three[4] == one[2]).all()


def test_each_line_of_a_reading_has_a_caption_of_its_own(folder: Path) -> None:
    one = captions("12", folder, "1 -7")
    three = captions("12", folder, "1\n1 -7\n3.5×2")
    assert (len(one), len(three)) == (3, 5)
    assert (three[0] == one[0]).all()
    for caption in three[:4]:
        assert holds(caption, RED)
    assert (three[4] == one[2]).all()


def test_marks_are_boxed_like_digits(folder: Path) -> None:
    reading = in_a_line(seven(), Mark(Box(20, 10, 8, 8), "."))
    outcome = Outcome("red.png", "1", "phone", "w00", reading)
    _, tile = draw([outcome], folder)
    photo = tile[MARGIN:, MARGIN : MARGIN + PHOTO]
    scale = PHOTO / 40
    corner = photo[round(10 * scale), round(20 * scale)]
    assert tuple(corner.tolist()) == BOX


def test_where_characters_cannot_be_told_no_probability_is_written(folder: Path) -> None:
    beyond = MARGIN + 100  # pixels; "read: 1" is narrower
    _, told, _ = captions("12", folder, "1")
    _, untold, _ = captions("12", folder, "?")
    assert (told[:, beyond:] != PAPER).any()
    assert (untold[:, beyond:] == PAPER).all()


def test_more_rows_than_have_room_share_captions_and_the_last_may_be_left_out(
    folder: Path,
) -> None:
    numbers = [str(number) for number in range(100)]
    assert len(captions("|".join(numbers[:ROWS]), folder)) == ROWS + 2
    assert len(captions("|".join(numbers[: ROWS + 1]), folder)) == 1 + 2
    assert len(captions("|".join(numbers), folder)) == ROWS + 2


def test_tiles_beside_a_higher_one_are_as_high_in_their_own_colour(folder: Path) -> None:
    high = misread("green.png")._replace(label="1|2|3")
    sheet = contact_sheet([misread("red.png"), high], folder)
    assert sheet.shape == (HEIGHT + 2 * LINE, 3 * WIDTH, 3)
    added = sheet[HEIGHT:]
    assert (added[:, :WIDTH] == INK).all()
    assert (added[:, WIDTH : 2 * WIDTH] == PAPER).all()
    assert holds(added[:, 2 * WIDTH :], RED)


def test_a_crop_is_captioned_below_itself(folder: Path) -> None:
    _, tile = draw([misread()], folder)
    caption = tile[MARGIN + CROP : MARGIN + CELL_HEIGHT, 2 * MARGIN + PHOTO :]
    assert holds(caption, INK)


def test_a_photo_of_one_pixel_can_be_drawn(tmp_path: Path) -> None:
    (tmp_path / "dot.png").write_bytes(encode(page(1, 1, paper=COLOURS["green"])))
    _, tile = draw([refused("dot.png")], tmp_path)
    assert seen(tile) == "green"
