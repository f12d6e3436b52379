"""Ink in a photo: where it lies, and what paper lets through."""

import numpy as np
import pytest
from numpy.typing import NDArray

from model.synthesis.geometry import affine
from model.synthesis.glyphs.glyph_images import enlarge, trim
from model.synthesis.pen.ink import Ink, project_ink
from model.synthesis.pen.pens import KINDS, Pen, any_pen
from model.synthesis.pen.stroke_fields import StrokeField, draw
from tests.model.mnist_pages import digit
from tests.model.synthesis.draws import draws

SIZE = (200, 200)
POSITION = np.array([100.0, 100.0, 80.0])  # in the middle, 80 pixels high
EYE = np.eye(3)
PEN = Pen(
    width=12, keeps=False, nib=1, angle=0, slant=0,
    strength=1, mottle=0, grain=0, gaps=0, bleed=0, colour=np.zeros(3, np.float32),
)  # fmt: skip


def block(width: float = 60, height: float = 40) -> StrokeField:
    """A field of 100 by 80 pixels that is inked in a rectangle in its middle, around (100, 100)."""
    x = width / 2 - np.abs(np.arange(100) - 49.5)
    y = height / 2 - np.abs(np.arange(80) - 39.5)
    field = np.minimum(x[None], y[:, None]).astype(np.float32)
    return StrokeField(field, np.array([[1.0, 0, 50], [0, 1, 60], [0, 0, 1]]), 12)


def inked(pen: Pen = PEN, strokes: StrokeField | None = None, seed: int = 0) -> Ink:
    return project_ink(strokes or block(), EYE, SIZE, pen, np.random.default_rng(seed))


def middle(ink: Ink) -> NDArray[np.float64]:
    """The cover well inside of the block, as shares."""
    return ink.cover[8:-8, 8:-8].astype(float) / 255


def test_ink_lies_where_the_strokes_are() -> None:
    ink = inked()
    assert tuple(ink.box) == (70, 80, 60, 40)
    assert (ink.x, ink.y) == (68, 78)
    photo = np.zeros((200, 200), np.uint8)
    height, width = ink.cover.shape
    photo[ink.y : ink.y + height, ink.x : ink.x + width] = ink.cover
    assert (photo[81:119, 71:129] == 255).all()
    assert photo[:78].max() == photo[122:].max() == photo[:, :68].max() == photo[:, 132:].max() == 0
    assert ink.width == 12


def test_edges_are_one_pixel_wide() -> None:
    for shift, share in ((0.0, 1.0), (0.25, 0.75), (0.5, 0.5)):
        strokes = block()
        place = affine(np.eye(2), np.array([shift, 0])) @ strokes.place
        ink = inked(strokes=strokes._replace(place=place))
        row = ink.cover[20].astype(float) / 255
        assert row[70 - ink.x] == pytest.approx(share, abs=0.02)
        assert row.sum() == pytest.approx(60, abs=0.1)


@pytest.mark.parametrize(("zoom", "x"), [(0.5, 35), (2, 140)])
def test_nearer_strokes_are_larger_and_as_sharp(zoom: float, x: int) -> None:
    view = np.diag([zoom, zoom, 1.0])
    ink = project_ink(block(), view, (400, 400), PEN, np.random.default_rng(0))
    assert ink.box.x == pytest.approx(x, abs=1)
    assert ink.box.width == pytest.approx(60 * zoom, abs=1)
    assert ink.width == pytest.approx(12 * zoom)
    row = ink.cover[ink.cover.shape[0] // 2]
    assert ((row > 0) & (row < 255)).sum() <= 4


def test_of_ink_outside_the_photo_only_what_is_inside_is_seen() -> None:
    ink = project_ink(block(), EYE, (90, 200), PEN, np.random.default_rng(0))
    assert tuple(ink.box) == (70, 80, 20, 40)
    assert ink.x + ink.cover.shape[1] == 90
    beyond = project_ink(block(), EYE, (30, 30), PEN, np.random.default_rng(0))
    assert (beyond.x, beyond.y, beyond.cover.shape) == (29, 29, (1, 1))
    before = np.array([[1.0, 0, -90], [0, 1, -95], [0, 0, 1]])
    ink = project_ink(block(), before, (200, 200), PEN, np.random.default_rng(0))
    assert tuple(ink.box) == (0, 0, 40, 25)


def test_faint_ink_has_a_box_too() -> None:
    thin = block(width=0.2)
    assert inked(strokes=thin).cover.max() < 200
    assert inked(strokes=thin).box.area > 0
    faint = inked(strokes=block()._replace(field=block(width=1).field - 0.3))
    assert 0 < faint.cover.max() < 64
    assert faint.box.height == pytest.approx(40, abs=2)


def test_a_drawn_glyph_is_seen_at_its_position() -> None:
    for seed in range(10):
        rng = np.random.default_rng(seed)
        # A press writes as upright as it can be.
        pen = any_pen(KINDS["press"], 80, rng)._replace(slant=0.0, keeps=True)
        glyph = draw(trim(enlarge(digit(seed)), 127), POSITION, pen, rng)
        box = project_ink(glyph, EYE, SIZE, pen, rng).box
        assert box.height == pytest.approx(80, abs=10)
        assert box.middle == pytest.approx((100, 100), abs=5)


@pytest.mark.parametrize("strength", [0.5, 0.8, 1.0])
def test_ink_covers_as_much_as_it_is_strong(strength: float) -> None:
    assert middle(inked(PEN._replace(strength=strength))) == pytest.approx(strength, abs=0.005)


def test_mottled_ink_is_uneven_in_blotches() -> None:
    cover = middle(inked(PEN._replace(mottle=1.0)))
    # Half of the noise lies above its mean: there up to all ink is lost, 64 levels above.
    assert (cover == 1).mean() == pytest.approx(0.5, abs=0.25)
    assert cover.mean() == pytest.approx(0.91, abs=0.03)
    half = middle(inked(PEN._replace(mottle=0.5)))
    assert 1 - half.mean() == pytest.approx((1 - cover.mean()) / 2, abs=0.01)


def test_grain_lets_single_points_through() -> None:
    cover = middle(inked(PEN._replace(grain=1.0)))
    assert (cover < 1).mean() == pytest.approx(0.6, abs=0.1)
    assert cover.mean() == pytest.approx(0.87, abs=0.03)
    half = middle(inked(PEN._replace(grain=0.5)))
    assert 1 - half.mean() == pytest.approx((1 - cover.mean()) / 2, abs=0.01)


def alike(cover: NDArray[np.float64], axis: int, step: int) -> float:
    """How alike places are that lie `step` pixels apart, -1..1."""
    one = np.delete(cover, range(step), axis)
    other = np.delete(cover, range(cover.shape[axis] - step, cover.shape[axis]), axis)
    return float(np.corrcoef(one.ravel(), other.ravel())[0, 1])


def test_grain_is_finer_than_mottle_and_gaps_are_long() -> None:
    large = block(96, 76)
    grain = middle(inked(PEN._replace(grain=1.0), large))
    mottle = middle(inked(PEN._replace(mottle=1.0), large))
    gaps = middle(inked(PEN._replace(gaps=1.0), large, seed=5))
    assert alike(grain, 1, 3) < 0.2
    assert alike(mottle, 1, 3) > 0.6
    assert alike(mottle, 0, 12) < 0.4
    assert alike(gaps, 1, 4) > 0.5
    assert alike(gaps, 0, 4) < 0.3
    assert alike(gaps, 1, 4) > alike(gaps, 0, 1)


@pytest.mark.parametrize("zoom", [1, 3])
def test_blotches_are_seen_larger_from_near(zoom: int) -> None:
    view = np.diag([zoom, zoom, 1.0])
    for pen, least in ((PEN._replace(mottle=1.0), 0.7), (PEN._replace(gaps=1.0), 0.4)):
        ink = project_ink(block(96, 76), view, (600, 600), pen, np.random.default_rng(3))
        assert alike(middle(ink), 1, 2 * zoom) > least


def test_grain_of_large_digits_is_coarser() -> None:
    def near(zoom: float) -> float:
        view = np.diag([zoom, zoom, 1.0])
        pen = PEN._replace(grain=1.0)
        ink = project_ink(block(), view, (900, 900), pen, draws(uniform=0))
        return alike(middle(ink), 1, 1)

    assert near(1) < 0.1
    assert near(2) < 0.1
    assert near(6) > 0.5


def test_gaps_leave_paper_in_few_places_but_all_of_it() -> None:
    covers = [middle(inked(PEN._replace(gaps=1.0), seed=seed)) for seed in range(12)]
    bare = np.mean([(cover == 0).mean() for cover in covers])
    partly = np.mean([((cover > 0) & (cover < 1)).mean() for cover in covers])
    assert bare == pytest.approx(0.02, abs=0.01)
    assert partly == pytest.approx(0.08, abs=0.04)


def test_bleeding_ink_has_rough_edges() -> None:
    def edge(bleed: float) -> NDArray[np.float64]:
        """Where the upper edge lies along the block, in pixels."""
        cover = inked(PEN._replace(bleed=bleed), block(96, 40)).cover
        return np.asarray(cover[:20, 10:-10].sum(axis=0) / 255)

    assert edge(0).std() == 0
    assert edge(1).std() > 0.1
    assert edge(2).std() == pytest.approx(2 * edge(1).std(), rel=0.4)
    assert np.abs(edge(1) - edge(0)).max() < 1


@pytest.mark.parametrize(("uniform", "next_one", "second"), [(0, 0.5, 0.1), (1, 0.88, 0.6)])
def test_bulges_on_an_edge_are_a_few_pixels_long(
    uniform: float, next_one: float, second: float
) -> None:
    pen = PEN._replace(bleed=2.0)
    cover = project_ink(block(96, 40), EYE, SIZE, pen, draws(uniform=uniform)).cover
    line = cover[:20, 10:-10].sum(axis=0, keepdims=True) / 255
    assert alike(line, 1, 1) == pytest.approx(next_one, abs=0.15)
    assert alike(line, 1, 2) == pytest.approx(second, abs=0.15)


def test_clean_ink_shows_nothing_of_the_paper() -> None:
    assert (middle(inked()) == 1).all()
