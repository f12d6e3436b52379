"""Typefaces: which characters they draw, and how large."""

from pathlib import Path

import matplotlib as mpl
import pytest

from model.synthesis import fonts
from model.synthesis.fonts import Typeface, draw

FONT = Path(mpl.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"
FACE = Typeface("DejaVuSans", (FONT,), written=False)


@pytest.mark.parametrize("digit", "0123456789")
def test_digits_are_drawn_trimmed_and_of_one_height(digit: str) -> None:
    glyph = draw(FACE, digit)
    assert glyph is not None
    assert glyph.dtype == "uint8"
    assert glyph.max() == 255
    assert abs(len(glyph) - fonts.DIGIT_HEIGHT) <= 6
    assert glyph[0].any()
    assert glyph[-1].any()
    assert glyph[:, 0].any()
    assert glyph[:, -1].any()


def test_a_comma_stays_small() -> None:
    comma = draw(FACE, ",")
    assert comma is not None
    assert len(comma) < fonts.DIGIT_HEIGHT / 2


@pytest.mark.parametrize("character", ["漢", " "])
def test_what_has_no_ink_in_the_typeface_is_not_drawn(character: str) -> None:
    assert draw(FACE, character) is None


def test_characters_are_those_of_the_file() -> None:
    assert set("09AzΨЖ") <= fonts._paths_by_character(FACE).keys()
    assert "漢" not in fonts._paths_by_character(FACE)
