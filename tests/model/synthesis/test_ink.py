"""Glyphs enlarged, traced by a pen, drawn on a page and seen by a camera."""

import cv2
import numpy as np
import pytest
from cv2.typing import MatLike

from model.recognition.normalization import stroke_width
from model.synthesis import ink
from model.synthesis.glyphs import enlarge, trim
from model.synthesis.ink import KINDS, Kind, any_pen, draw, project_ink
from tests.model.mnist_pages import digit

SIZE = (200, 200)
POSITION = np.array([100.0, 100.0, 80.0])  # in the middle, 80 pixels high


def restroked(glyph: MatLike, width: float) -> MatLike:
    """The glyph, written with a pen of `width` pixels."""
    return ink._coverage(ink._traced(glyph, width))


@pytest.mark.parametrize("width", [4, 8, 14])
def test_a_pen_draws_strokes_of_its_width(width: int) -> None:
    bar = np.zeros((112, 112), np.uint8)
    bar[:, 40 : 40 + width] = 255
    for label in (1, 2, 3, 7):
        written = restroked(enlarge(digit(label)), width)
        assert written.shape == (112, 112)
        assert stroke_width(written) == pytest.approx(stroke_width(bar), rel=0.15)


def test_the_broadest_pen_leaves_loops_open() -> None:
    eight = restroked(enlarge(digit(8)), 60)
    holes = cv2.connectedComponents((eight < 128).astype(np.uint8), connectivity=4)[0] - 2
    assert holes == 2


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_a_pen_suits_its_kind_and_the_digits(kind: Kind) -> None:
    for seed in range(20):
        pen = any_pen(kind, 100, np.random.default_rng(seed))
        assert 100 * kind.widths[0] <= pen.width <= 100 * kind.widths[1]
        assert kind.strength <= pen.strength <= 1
        assert kind.nib <= pen.nib <= 1


def test_a_drawn_glyph_is_seen_at_its_spot() -> None:
    for seed in range(10):
        rng = np.random.default_rng(seed)
        # A press writes as upright as it can be.
        pen = any_pen(KINDS["press"], 80, rng)._replace(slant=0.0, keeps=True)
        large = enlarge(digit(seed))
        glyph = draw(trim(large, 127), POSITION, pen, rng)
        seen = project_ink(glyph, np.eye(3), SIZE, pen, rng)
        left, top, across, down = seen.box
        assert down == pytest.approx(80, abs=10)
        assert left + across / 2 == pytest.approx(100, abs=5)
        assert top + down / 2 == pytest.approx(100, abs=5)


def test_a_camera_twice_as_near_sees_strokes_twice_as_wide() -> None:
    pen = any_pen(KINDS["felt-tip"], 80, np.random.default_rng(0))
    glyph = draw(enlarge(digit(3)), POSITION, pen, np.random.default_rng(0))
    far, near = (
        project_ink(glyph, np.diag([zoom, zoom, 1]), (400, 400), pen, np.random.default_rng(0))
        for zoom in (1.0, 2.0)
    )
    assert near.width == pytest.approx(2 * far.width)
    assert near.box[3] == pytest.approx(2 * far.box[3], abs=4)
