"""Typefaces: which characters they draw, and how large."""

import hashlib
from pathlib import Path

import cv2
import matplotlib as mpl
import numpy as np
import pytest
from cv2.typing import MatLike
from numpy.typing import NDArray

from model.recognition.character_set import DIGITS
from model.synthesis.glyphs import fonts
from model.synthesis.glyphs.fonts import Typeface, bundled, draw, typeset
from model.synthesis.glyphs.non_digits import LATIN

FOLDER = Path(mpl.get_data_path()) / "fonts" / "ttf"
FACE = Typeface("DejaVuSans", (FOLDER / "DejaVuSans.ttf",), written=False)


def holes(glyph: MatLike) -> int:
    ink = (np.pad(glyph, 1) > 127).astype(np.uint8)
    _, tree = cv2.findContours(ink, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    return int((tree[0][:, 3] >= 0).sum())


def is_trimmed(glyph: MatLike) -> bool:
    edges = (glyph[0], glyph[-1], glyph[:, 0], glyph[:, -1])
    return all(edge.any() for edge in edges)


# --- typefaces in files -----------------------------------------------------------------------


@pytest.mark.parametrize("digit", "0123456789")
def test_digits_are_drawn_trimmed_and_of_one_height(digit: str) -> None:
    glyph = draw(FACE, digit)
    assert glyph is not None
    assert glyph.dtype == "uint8"
    assert glyph.max() == 255
    assert abs(len(glyph) - 112) <= 6
    assert is_trimmed(glyph)


@pytest.mark.parametrize("face", bundled(), ids=lambda face: face.name)
def test_an_eight_is_as_high_in_all_typefaces(face: Typeface) -> None:
    glyph = draw(face, "8")
    assert glyph is not None
    assert len(glyph) == pytest.approx(112, abs=2)
    assert holes(glyph) == 2


def test_the_written_typefaces_come_first_then_the_printed_and_the_bundled() -> None:
    faces = fonts.load()
    written, printed = fonts.WRITTEN.split(), fonts.PRINTED.split()
    assert [face.name for face in faces] == [*written, *printed, *fonts.BUNDLED]
    assert [face.name for face in faces if face.written] == written


@pytest.mark.parametrize("face", fonts.load(), ids=lambda face: face.name)
def test_every_typeface_has_an_eight_and_letters(face: Typeface) -> None:
    for character in "8A":
        glyph = draw(face, character)
        assert glyph is not None
        assert glyph.max() == 255


def test_the_fonts_are_those_that_the_source_code_names() -> None:
    digest = hashlib.sha256()
    for path in sorted(fonts.FOLDER.glob("*.ttf")):
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    assert digest.hexdigest() == fonts.SHA256


@pytest.mark.parametrize("character", [*DIGITS, *LATIN])
def test_what_pages_copy_is_in_several_typefaces(character: str) -> None:
    faces = [face for face in fonts.load() if draw(face, character) is not None]
    assert len(faces) > 50


def test_what_comes_with_matplotlib_is_printed() -> None:
    assert [face.name for face in bundled()] == list(fonts.BUNDLED)
    assert not any(face.written for face in bundled())


def test_typefaces_differ() -> None:
    sevens = [draw(face, "7") for face in bundled()]
    assert len({seven.tobytes() for seven in sevens if seven is not None}) == 4


def test_a_comma_stays_small() -> None:
    comma = draw(FACE, ",")
    assert comma is not None
    assert len(comma) < 112 / 2


@pytest.mark.parametrize("character", ["漢", " "])
def test_what_has_no_ink_in_the_typeface_is_not_drawn(character: str) -> None:
    assert draw(FACE, character) is None


def test_a_character_is_taken_from_the_first_file_that_has_it() -> None:
    serif = FOLDER / "DejaVuSerif.ttf"
    few = FOLDER / "DejaVuSansDisplay.ttf"  # it has a few characters, no digits among them
    both = Typeface("both", (FACE.paths[0], serif), written=False)
    patched = Typeface("patched", (few, FACE.paths[0]), written=False)
    glyphs = [glyph for face in (FACE, both, patched) if (glyph := draw(face, "a")) is not None]
    assert len(glyphs) == 3
    assert len({glyph.tobytes() for glyph in glyphs}) == 1


def test_a_typeface_without_digits_is_named() -> None:
    display = Typeface("display", (FOLDER / "DejaVuSansDisplay.ttf",), written=False)
    with pytest.raises(ValueError, match="display has no digits"):
        draw(display, "a")


def test_what_swings_out_to_the_left_is_drawn_whole() -> None:
    # An accent that combines with the letter before it lies to the left of where it begins.
    accent = draw(FACE, "\N{COMBINING TILDE}")
    assert accent is not None
    assert is_trimmed(accent)
    assert accent.shape[1] > 30


# --- printed characters -----------------------------------------------------------------------


def many(character: str, count: int = 150) -> list[MatLike]:
    rng = np.random.default_rng(3)
    return [typeset(character, rng) for _ in range(count)]


@pytest.mark.parametrize(
    ("label", "expected"), [(1, 0), (2, 0), (3, 0), (5, 0), (7, 0), (0, 1), (6, 1), (9, 1), (8, 2)]
)
def test_digits_have_the_holes_that_digits_have(label: int, expected: int) -> None:
    assert np.median([holes(glyph) for glyph in many(str(label), 20)]) == expected


def test_printed_digits_are_about_as_high_as_a_glyph_and_trimmed() -> None:
    glyphs = many("8")
    assert np.median([len(glyph) for glyph in glyphs]) == pytest.approx(115, abs=6)
    for glyph in glyphs:
        assert 85 < len(glyph) < 145
        assert glyph.max() == 255
        assert is_trimmed(glyph)


def test_many_typefaces_are_used() -> None:
    shapes = {glyph.shape for glyph in many("g", 250)}
    assert len(shapes) >= 18


def test_weights_range_from_light_to_bold(monkeypatch: pytest.MonkeyPatch) -> None:
    def inks(weights: tuple[int, int]) -> NDArray[np.int_]:
        monkeypatch.setattr(fonts, "WEIGHTS", weights)
        return np.array([np.count_nonzero(glyph > 127) for glyph in many("l", 200)])

    usual = inks(fonts.WEIGHTS)
    light, bold = inks((300, 301)), inks((700, 701))
    varies = light != bold  # those typefaces that have weights at all
    assert varies.sum() > 10
    assert (bold[varies] / light[varies]).min() > 1.3
    assert len(np.unique(usual)) > len(np.unique(light)) + 5


def test_the_widest_letters_are_cut_off_but_no_digit_is() -> None:
    limit = 256 - 64
    assert max(glyph.shape[1] for glyph in many("W", 250)) <= limit
    for digit in "0123456789":
        assert max(glyph.shape[1] for glyph in many(digit, 60)) < limit - 40


@pytest.mark.parametrize("character", "漢Жψ♠")
def test_what_a_typeface_lacks_comes_from_one_of_opencvs(character: str) -> None:
    assert all(glyph.size > 500 and glyph.max() == 255 for glyph in many(character, 40))
