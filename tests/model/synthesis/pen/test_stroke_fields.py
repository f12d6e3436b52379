"""Strokes as fields: traced by a pen or kept, drawn at their place on the page."""

import cv2
import numpy as np
import pytest
from cv2.typing import MatLike

from model.recognition.normalization import stroke_width
from model.synthesis.glyphs.glyph_images import enlarge, trim
from model.synthesis.pen.pens import Pen
from model.synthesis.pen.stroke_fields import StrokeField, broadened, draw, traced
from tests.model.mnist_pages import digit
from tests.model.synthesis.draws import draws

POSITION = np.array([200.0, 150.0, 80.0])  # 80 pixels high
PEN = Pen(
    width=8, keeps=False, nib=1, angle=0, slant=0,
    strength=1, mottle=0, grain=0, gaps=0, bleed=0, colour=np.zeros(3, np.float32),
)  # fmt: skip


def bar(width: int, length: int = 100) -> MatLike:
    """An upright stroke (140, 100) in the middle."""
    image = np.zeros((140, 100), np.uint8)
    image[70 - length // 2 : 70 + length // 2, 50 - width // 2 : 50 + width - width // 2] = 255
    return image


def ring(radius: int, width: int = 6) -> MatLike:
    image = np.zeros((140, 140), np.uint8)
    cv2.circle(image, (70, 70), radius, 255, width)
    return image


def inked(field: MatLike) -> MatLike:
    return (field > 0).astype(np.uint8)


@pytest.mark.parametrize("width", [4, 8, 14])
def test_a_pen_traces_strokes_of_its_width(width: int) -> None:
    for label in (1, 2, 3, 7):
        glyph = enlarge(digit(label))
        field = traced(glyph, width)
        assert field.shape == glyph.shape
        assert field.dtype == np.float32
        assert stroke_width(255 * inked(field)) == pytest.approx(
            stroke_width(bar(width, 140)), rel=0.15
        )


def test_a_field_is_how_far_inside_a_stroke_a_point_is() -> None:
    row = traced(bar(6), 20)[70]
    assert row.argmax() in {49, 50}
    assert row.max() == pytest.approx(10, abs=0.3)
    # It falls by one with each pixel, inside and outside.
    assert np.diff(row[53:85]) == pytest.approx(-1, abs=0.05)
    assert row[row.argmax() + 10] == pytest.approx(0, abs=0.1)


def test_a_traced_line_keeps_its_place_but_not_its_stairs() -> None:
    image = np.zeros((140, 140), np.uint8)
    cv2.line(image, (20, 40), (120, 75), 255, 7)
    field = traced(image, 7)
    columns = np.arange(30, 110)
    middles = field[:, columns].argmax(axis=0)
    assert np.abs(middles - (40 + (columns - 20) * 35 / 100)).max() < 1
    edges = inked(field)[:, columns].argmax(axis=0)
    assert np.abs(np.diff(edges)).max() <= 1


@pytest.mark.parametrize(("radius", "open_share"), [(20, 0.25), (30, 0.25)])
def test_the_broadest_pen_leaves_loops_open(radius: int, open_share: float) -> None:
    field = traced(ring(radius), 200)
    _, _, stats, _ = cv2.connectedComponentsWithStats(1 - inked(field), connectivity=4)
    hole = stats[1:, cv2.CC_STAT_WIDTH].min()
    assert hole == pytest.approx(2 * open_share * radius, abs=3)


def test_the_smallest_of_several_loops_counts() -> None:
    eight = traced(enlarge(digit(8)), 60)
    assert cv2.connectedComponents(1 - inked(eight), connectivity=4)[0] - 2 == 2


@pytest.mark.parametrize(("radius", "widest"), [(4, 8), (5, 3.15), (8, 5.4)])
def test_a_flaw_is_no_loop(radius: int, widest: float) -> None:
    image = np.maximum(ring(40), ring(radius, 1))
    assert traced(image, 16).max() == pytest.approx(widest, abs=0.2)


def test_without_loops_a_pen_may_be_as_broad_as_it_is() -> None:
    assert traced(bar(6), 80).max() == pytest.approx(40, abs=0.5)


@pytest.mark.parametrize("growth", [-4, 0, 3, 10])
def test_own_strokes_become_broader_by_as_much_as_asked(growth: int) -> None:
    field = broadened(bar(14, 140), growth)
    assert (field[70] > 0).sum() == pytest.approx(14 + growth, abs=1)
    assert field[70, 90] == pytest.approx(-33.5 + growth / 2, abs=1)


def test_own_strokes_lose_their_stairs() -> None:
    image = np.zeros((140, 100), np.uint8)
    image[40:, :50] = 255
    image[80:, :60] = 255
    field = broadened(image, 0)
    # The corner is rounded: what the blur is for.
    assert field[81, 58] < 1


def seen(strokes: StrokeField, size: tuple[int, int] = (400, 300)) -> MatLike:
    """The ink (h, w) on the page."""
    field = cv2.warpPerspective(strokes.field, strokes.place, size, borderValue=-1000)
    return (field > 0).astype(np.uint8)


def drawn(glyph: MatLike, pen: Pen = PEN, uniform: float = 0.5) -> StrokeField:
    return draw(trim(glyph, 127), POSITION, pen, draws(uniform=uniform))


def test_a_glyph_is_drawn_at_its_position() -> None:
    for label in range(10):
        glyph = enlarge(digit(label))
        x, y, width, height = cv2.boundingRect(seen(drawn(glyph)))
        assert x + width / 2 == pytest.approx(200, abs=4)
        assert y + height / 2 == pytest.approx(150, abs=4)
        assert height == pytest.approx(80, abs=12)
        shape = trim(glyph, 127).shape
        assert width == pytest.approx(80 * shape[1] / shape[0], abs=12)


@pytest.mark.parametrize(("uniform", "width"), [(0, 7.44), (0.5, 8), (1, 8.56)])
def test_strokes_are_about_as_wide_as_the_pen(uniform: float, width: float) -> None:
    strokes = drawn(bar(10), uniform=uniform)
    assert strokes.width == pytest.approx(width)
    assert seen(strokes)[150].sum() == pytest.approx(width, abs=1)


def test_inked_is_what_ink_may_reach_up_to_a_pixel_outside_a_stroke() -> None:
    field = np.full((40, 60), -9, np.float32)
    for distance, level in ((2, -1.5), (1, -0.5), (0, 5)):
        field[20 - distance : 30 + distance, 10 - distance : 14 + distance] = level
    strokes = drawn(bar(10))._replace(field=field)
    assert strokes.inked.tolist() == [9, 19, 6, 12]


def test_the_outline_holds_all_ink_and_hardly_more() -> None:
    strokes = drawn(bar(10))
    outline = strokes.outline(np.eye(3))
    assert outline.shape == (4, 2)
    left, top, width, height = cv2.boundingRect(seen(strokes))
    low, high = outline.min(axis=0), outline.max(axis=0)
    # A pixel of the field beyond each edge, about as large as one of the page.
    assert low == pytest.approx([left - 1, top - 1], abs=1.5)
    assert high == pytest.approx([left + width + 1, top + height + 1], abs=1.5)
    farther = strokes.outline(np.diag([2.0, 2, 1]))
    assert np.allclose(farther, 2 * outline)


def test_a_narrow_nib_draws_strokes_along_it_finer() -> None:
    def widths(angle: float) -> tuple[int, int]:
        pen = PEN._replace(nib=0.4, angle=angle)
        image = np.zeros((140, 140), np.uint8)
        cv2.circle(image, (70, 70), 60, 255, 10)
        ink = seen(drawn(image, pen))
        return int(ink[150, 150:200].sum()), int(ink[100:150, 200].sum())

    upright, level = widths(0)
    assert upright < 0.75 * level or level < 0.75 * upright
    assert widths(np.pi / 2) == pytest.approx((level, upright), abs=1)
    assert drawn(ring(60), PEN._replace(nib=0.25)).width == pytest.approx(4)


@pytest.mark.parametrize("slant", [-0.2, 0.2])
def test_a_slanting_hand_leans_to_the_right(slant: float) -> None:
    ink = seen(drawn(bar(10), PEN._replace(slant=slant)))
    upper, lower = (np.flatnonzero(ink[row]).mean() for row in (125, 175))
    assert upper - lower == pytest.approx(50 * slant, abs=1)
    assert np.flatnonzero(ink[150]).mean() == pytest.approx(200, abs=1)


def test_kept_strokes_are_moved_only_a_little_towards_the_pen() -> None:
    def width(pen_width: float) -> float:
        return drawn(ring(60, 16), PEN._replace(keeps=True, width=pen_width)).width

    own = 11.2  # of a ring 16 of 136 pixels broad, as `stroke_width` measures it
    assert width(1) == pytest.approx(0.9 * own, rel=0.02)
    assert width(100) == pytest.approx(1.3 * own, rel=0.02)
    assert width(12) == pytest.approx(12)


def test_kept_strokes_look_as_wide_as_they_are_said_to_be() -> None:
    for pen_width in (1, 12, 100):
        strokes = drawn(bar(16), PEN._replace(keeps=True, width=pen_width))
        assert seen(strokes)[150].sum() == pytest.approx(strokes.width, abs=1.5)


def test_too_fine_strokes_are_redrawn_even_if_they_would_be_kept() -> None:
    assert drawn(ring(60, 1), PEN._replace(keeps=True)).width == pytest.approx(8)
    assert drawn(ring(60, 5), PEN._replace(keeps=True)).width == pytest.approx(7.75, abs=0.05)


def test_a_field_is_fine_enough_for_smooth_strokes() -> None:
    field = drawn(bar(10)).field
    # 84 pixels of glyph, half the pen's width and four pixels on each side.
    assert field.shape[0] == pytest.approx(84 + 2 * (0.5 * 8 * 84 / 80 + 4), abs=1)
    wide = draw(np.full((20, 200), 255, np.uint8), POSITION, PEN, draws())
    assert wide.field.shape[1] < 84 + 2 * (84 * 8 * 8.4 / 80 + 4)
