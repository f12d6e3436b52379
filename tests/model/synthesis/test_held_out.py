"""Letters and other scripts' digits that no network was trained on."""

from collections.abc import Callable
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from numpy.random import Generator
from numpy.typing import NDArray

from model.recognition.normalization import normalize
from model.synthesis.glyphs import fonts
from model.synthesis.glyphs.fonts import Typeface
from model.synthesis.glyphs.non_digits import LATIN
from model.synthesis.held_out import (
    ASCII_A,
    COPIES,
    TEST,
    VALIDATION,
    Alphabet,
    HeldOut,
    Images,
    Script,
    letters,
    other_digits,
)

FOLDER = Path(mpl.get_data_path()) / "fonts" / "ttf"
ARABIC = Script("ARABIC-INDIC", "0159")
RARE = Script("WARANG CITI", "")  # none of the project's dependencies brings it along


def only(*, alphabets: tuple[Alphabet, ...] = (), scripts: tuple[Script, ...] = ()) -> HeldOut:
    return HeldOut(alphabets, scripts)


def images_of_digits(held_out: HeldOut, rng: Generator) -> Images:
    return other_digits(held_out, rng)[0]


def test_no_design_is_in_both() -> None:
    assert set(VALIDATION.alphabets).isdisjoint(TEST.alphabets)
    names = {script.name for script in VALIDATION.scripts}
    assert names.isdisjoint(script.name for script in TEST.scripts)


def test_of_the_files_that_training_draws_only_other_letters_are_drawn() -> None:
    trained = {file.name for pattern in fonts.PRINTED_FILES for file in FOLDER.glob(pattern)}
    assert "STIXGeneral.ttf" in trained
    for alphabet in (*VALIDATION.alphabets, *TEST.alphabets):
        assert (FOLDER / alphabet.file).exists()
        assert alphabet.file not in trained or alphabet.capital_a != ASCII_A


@pytest.mark.parametrize("held_out", [VALIDATION, TEST], ids=["validation", "test"])
@pytest.mark.parametrize("draw", [letters, images_of_digits])
def test_images_are_as_the_network_takes_them_and_the_generator_decides_them(
    draw: Callable[[HeldOut, Generator], Images],
    held_out: HeldOut,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("model.synthesis.held_out.COPIES", 1)
    few = HeldOut(held_out.alphabets[:1], held_out.scripts[:1])
    first, same, other = (draw(few, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert first.shape[1:] == (28, 28)
    assert first.dtype == np.uint8
    assert first.max(axis=(1, 2)).min() > 127
    assert np.array_equal(first, same)
    assert not np.array_equal(first, other)


def likeness(image: NDArray[np.number], character: str, file: str) -> float:
    """The correlation of an image with a character that is not distorted."""
    path = FOLDER / file
    glyph = fonts.draw(Typeface(path.stem, (path,), written=False), character)
    assert glyph is not None
    return float(np.corrcoef(image.ravel(), normalize(glyph).ravel())[0, 1])


@pytest.mark.parametrize(
    ("alphabet", "first", "last"),
    [
        (Alphabet("STIXGeneral.ttf", 0x1D5A0), "\U0001d5a0", "\U0001d5d2"),
        (Alphabet("cmmi10.ttf", ASCII_A), "A", "y"),
    ],
)
def test_an_alphabets_letters_are_drawn_in_the_order_of_latins(
    alphabet: Alphabet, first: str, last: str
) -> None:
    images = letters(only(alphabets=(alphabet,)), np.random.default_rng(0))
    sticks = 1  # at most: a letter of a plain face may be drawn as a 1 is
    assert len(images) >= COPIES * (len(LATIN) - sticks)
    assert (LATIN[0], LATIN[-1]) == ("A", "y")
    for copies, own, other in ((images[:COPIES], first, last), (images[-COPIES:], last, first)):
        mean = copies.mean(axis=0)
        assert likeness(mean, own, alphabet.file) > likeness(mean, other, alphabet.file) + 0.2


def test_digits_that_look_like_ours_are_left_out() -> None:
    images, missing = other_digits(only(scripts=(ARABIC,)), np.random.default_rng(0))
    assert missing == []
    assert len(images) == 6 * COPIES
    two = [likeness(image, "\N{ARABIC-INDIC DIGIT TWO}", "DejaVuSans.ttf") for image in images]
    assert np.median(two[:COPIES]) > 0.7 > np.median(two[COPIES:])


def test_a_stick_is_left_out_even_if_it_is_not_named() -> None:
    but_one = Script("ARABIC-INDIC", "023456789")
    images, missing = other_digits(only(scripts=(ARABIC, but_one)), np.random.default_rng(0))
    assert len(images) == 6 * COPIES
    assert missing == []


def test_a_script_that_no_typeface_has_is_named() -> None:
    _, missing = other_digits(only(scripts=(ARABIC, RARE)), np.random.default_rng(0))
    assert missing == ["Warang Citi"]
