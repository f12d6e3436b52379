"""What a wrong segmentation takes for one digit: several that touch, or a part of one."""

import cv2
import numpy as np
import pytest
from cv2.typing import MatLike

from model.synthesis.glyphs import segmentation_errors
from model.synthesis.glyphs.glyph_images import trim
from model.synthesis.glyphs.segmentation_errors import fragment, join, touching_digits
from tests.model.mnist_pages import Image, digit, mnist

BAR = np.full((112, 10), 255, np.uint8)
CORNER = np.zeros((112, 90), np.uint8)
CORNER[:12], CORNER[:, 78:] = 255, 255


def digits() -> Image:
    return mnist().images[:100]


def components(glyph: MatLike) -> int:
    return cv2.connectedComponents((glyph > 127).astype(np.uint8))[0] - 1


# --- digits that touch ------------------------------------------------------------------------


def test_digits_that_touch_are_one_component_and_wide() -> None:
    rng = np.random.default_rng(1)
    for _ in range(30):
        glyph = touching_digits(digits(), rng)
        height, width = glyph.shape
        assert glyph.dtype == np.uint8
        assert components(glyph) == 1
        assert width >= 0.65 * height
        assert 80 < height <= 113


def test_two_digits_touch_twice_as_often_as_three() -> None:
    # Squares, so that the width tells how many there are.
    square = np.zeros((1, 28, 28), np.uint8)
    square[0, 4:24, 4:24] = 255
    rng = np.random.default_rng(0)
    counts = [round(touching_digits(square, rng).shape[1] / 108) for _ in range(300)]
    assert set(counts) == {2, 3}
    assert counts.count(2) / 300 == pytest.approx(2 / 3, abs=0.08)


def test_they_overlap_by_less_than_a_stroke() -> None:
    square = np.zeros((1, 28, 28), np.uint8)
    square[0, 4:24, 4:24] = 255
    rng = np.random.default_rng(0)
    widths = np.array([touching_digits(square, rng).shape[1] for _ in range(200)])
    overlaps = 224 - widths[widths < 250]
    assert sorted(set(overlaps.tolist())) == [2, 3, 4, 5, 6]


def test_pairs_that_are_too_narrow_are_not_taken() -> None:
    thin = mnist().images[mnist().labels == 1][:50]
    rng = np.random.default_rng(0)
    shapes = [touching_digits(thin, rng).shape for _ in range(40)]
    ratios = [width / height for height, width in shapes]
    assert 0.65 <= min(ratios) < 0.9


def test_digits_are_enlarged_with_smooth_but_crisp_edges() -> None:
    glyph = touching_digits(np.stack([digit(0), digit(3)]), np.random.default_rng(0))
    soft = ((glyph > 30) & (glyph < 225)).sum() / (glyph > 127).sum()
    assert 0.05 < soft < 0.45
    assert glyph.max() == 255


@pytest.mark.parametrize(
    ("left", "right"), [(BAR, CORNER), (CORNER, BAR), (BAR, BAR), (CORNER, CORNER)]
)
def test_a_pair_is_wider_than_either_digit_whatever_they_are(left: MatLike, right: MatLike) -> None:
    joined = join(left, right, overlap=6)
    assert joined.shape[1] >= max(left.shape[1], right.shape[1])
    assert joined.shape[1] >= (left.shape[1] + right.shape[1]) / 2


@pytest.mark.parametrize("overlap", [2, 4])
def test_bars_overlap_by_as_much_as_they_are_told_to(overlap: int) -> None:
    joined = join(BAR, BAR, overlap)
    assert joined.shape == (112, 20 - overlap)
    assert (joined == 255).all()


def test_glyphs_are_pushed_together_until_they_overlap_in_some_row() -> None:
    left, right = np.zeros((40, 30), np.uint8), np.zeros((40, 30), np.uint8)
    left[:20, :30], left[20:, :22] = 255, 255  # broad above
    right[20:, :30], right[:20, 10:] = 255, 255  # broad below
    joined = join(left, right, overlap=3)
    # They are nearest below, where 8 columns of `left` are empty.
    assert joined.shape == (40, 30 + 30 - 8 - 3)
    assert components(joined) == 1


def test_a_glyph_is_pushed_at_most_to_the_middle_of_the_other() -> None:
    left, right = np.zeros((40, 30), np.uint8), np.zeros((40, 30), np.uint8)
    left[:18] = 255
    right[22:] = 255  # no row has ink of both
    assert join(left, right, overlap=25).shape == (40, 45)
    assert join(left, right, overlap=2).shape == (40, 58)


def test_the_lower_glyph_hangs_from_the_same_line() -> None:
    low = np.full((50, 10), 255, np.uint8)
    joined = join(BAR, low, overlap=0)
    assert joined.shape == (112, 20)
    assert (joined[:50, 10:] == 255).all()
    assert not joined[50:, 10:].any()
    assert join(low, BAR, overlap=0).shape == (112, 20)


def test_where_both_have_ink_the_darker_counts() -> None:
    left, right = np.full((10, 10), 200, np.uint8), np.full((10, 10), 255, np.uint8)
    joined = join(left, right, overlap=4)
    assert joined[0].tolist() == [200] * 6 + [255] * 10
    assert join(right, left, overlap=4)[0].tolist() == [255] * 10 + [200] * 6


# --- fragments --------------------------------------------------------------------------------


def test_a_fragment_is_whole_without_holes_and_lies() -> None:
    rng = np.random.default_rng(2)
    for _ in range(30):
        part = fragment(digits(), rng)
        height, width = part.shape
        assert part.dtype == np.uint8
        assert width >= 1.6 * height
        assert len(cv2.findContours(part, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)[0]) == 1
        assert trim(part).shape == part.shape


SQUARE = np.zeros((28, 28), np.uint8)
SQUARE[4:24, 4:24] = 255


def parts(monkeypatch: pytest.MonkeyPatch) -> list[MatLike]:
    """Fragments of a square, whatever their shape."""
    monkeypatch.setattr(segmentation_errors, "LYING", 0)
    rng = np.random.default_rng(0)
    return [fragment(SQUARE[None], rng) for _ in range(300)]


def test_a_fragment_is_less_than_half_a_digit(monkeypatch: pytest.MonkeyPatch) -> None:
    shares = [(part > 127).sum() / 112**2 for part in parts(monkeypatch)]
    assert min(shares) == pytest.approx(0.25, abs=0.03)
    assert max(shares) == pytest.approx(0.45, abs=0.03)
    assert np.mean(shares) == pytest.approx(0.35, abs=0.02)


def slope(part: MatLike) -> float:
    """How much the cut falls from left to right, of a part of a square."""
    depths = (part > 127).sum(axis=0)[5:-5]
    return float(np.polyfit(np.arange(len(depths)), depths, 1)[0])


def test_cuts_are_askew_and_leave_the_upper_or_the_lower_part(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fragments = parts(monkeypatch)
    slopes = [slope(part) for part in fragments]
    assert min(slopes) == pytest.approx(-0.4, abs=0.04)
    assert max(slopes) == pytest.approx(0.4, abs=0.04)
    askew = [part for part in fragments if abs(slope(part)) > 0.2]
    upper = [part[0].mean() > part[-1].mean() for part in askew]
    assert np.mean(upper) == pytest.approx(0.5, abs=0.12)
