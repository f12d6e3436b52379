"""The sheet shows what the batches have, with what is to be answered."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from cv2.typing import MatLike

from model.mnist import NOT_A_DIGIT, ONE_OR_SEVEN
from model.synthesis.glyphs import fonts
from model.synthesis.glyphs.fonts import Typeface
from model.training import taught_sheet
from model.training.batches import Batches, targets
from model.training.recipes import LINES, RECIPES, LineRecipe, Recipe
from model.training.taught_sheet import (
    ACROSS,
    BOX,
    CAPTION_HEIGHT,
    MARGIN,
    SCALE,
    SHOWN,
    TITLE_HEIGHT,
    digits_sheet,
    lines_sheet,
    save,
)
from tests.model.mnist_pages import ROOT
from tests.model.synthetic import few, typefaces

SIDE = SCALE * 28
CELL = SIDE + MARGIN
ROW = SIDE + CAPTION_HEIGHT + MARGIN
SECTION = TITLE_HEIGHT + SHOWN // ACROSS * ROW + MARGIN


def every_typeface() -> list[Typeface]:
    """Handwritten ones and printed ones."""
    return [*typefaces(), *fonts.bundled()]


@pytest.fixture(scope="module")
def sheet() -> MatLike:
    """That of the convolutional network."""
    return digits_sheet(RECIPES["convolutional"], few().train, typefaces(), seed=1)


def images(sheet: MatLike, section: int) -> list[MatLike]:
    """What a section of a sheet shows, in 28 by 28 pixels."""
    shown = []
    for place in range(SHOWN):
        row, column = divmod(place, ACROSS)
        y = section * SECTION + TITLE_HEIGHT + row * ROW
        x = MARGIN + column * CELL
        shown.append(sheet[y : y + SIDE : SCALE, x : x + SIDE : SCALE, 0])
    return shown


def test_the_dense_network_is_taught_mnist_as_it_is() -> None:
    digits = few().train
    shown = images(digits_sheet(RECIPES["dense"], digits, [], seed=1), 0)
    known = {image.tobytes() for image in digits.images}
    assert len({image.tobytes() for image in shown} & known) == SHOWN


def test_the_convolutional_network_is_taught_four_kinds_of_images(sheet: MatLike) -> None:
    assert sheet.shape == (4 * SECTION, MARGIN + ACROSS * CELL, 3)
    for section in range(4):
        shown = images(sheet, section)
        assert min(image.max() for image in shown) > 100
        assert len({image.tobytes() for image in shown}) > 0.9 * SHOWN


def test_mnist_is_shown_as_the_first_batch_has_it(sheet: MatLike) -> None:
    recipe = replace(RECIPES["convolutional"], batch_size=SHOWN, crop_share=0, negative_share=0)
    batch, _ = Batches(few().train, None, recipe, seed=1).batch(0)
    assert np.array_equal(np.stack(images(sheet, 0)), np.round(255 * batch))


def test_captions_name_what_is_to_be_answered() -> None:
    labels = np.array([3, NOT_A_DIGIT, ONE_OR_SEVEN], np.uint8)
    captions = [taught_sheet._answer(target) for target in targets(labels)]
    assert captions == ["3", "none", "1 or 7"]


def test_a_seed_decides_the_sheet() -> None:
    recipe = RECIPES["dense"]
    one, same, other = (digits_sheet(recipe, few().train, [], seed) for seed in (1, 1, 2))
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


def test_strips_have_a_box_round_each_character() -> None:
    sheet = lines_sheet(few().train, every_typeface(), seed=0)
    boxed = np.all(sheet == BOX, axis=2)
    count, _, sizes, _ = cv2.connectedComponentsWithStats(boxed.astype(np.uint8), connectivity=4)
    assert count > 20
    assert sizes[1:, cv2.CC_STAT_HEIGHT].max() > 20 * SCALE


@pytest.mark.parametrize("recipe", [RECIPES["dense"], LINES])
def test_a_sheet_is_saved_as_a_png(
    recipe: Recipe | LineRecipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fonts, "load", every_typeface)
    save(recipe, few().train, tmp_path / "sheet.png", seed=0)
    picture = cv2.imread(str(tmp_path / "sheet.png"))
    assert picture is not None
    assert picture.shape[1] > 900
    with pytest.raises(FileNotFoundError):
        save(recipe, few().train, tmp_path / "missing" / "sheet.png", seed=0)


@pytest.mark.parametrize("name", ["taught_digits.png", "taught_lines.png"])
def test_the_readmes_pictures_are_small(name: str) -> None:
    path = f"model/training/{name}"
    assert f"](training/{name})" in (ROOT / "model" / "README.md").read_text(encoding="utf-8")
    assert (ROOT / path).stat().st_size <= 150_000
