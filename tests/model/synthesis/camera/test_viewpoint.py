"""From where a page is photographed."""

import numpy as np
import pytest

from model.synthesis.camera.viewpoint import camera_view
from model.synthesis.geometry import Matrix, affine, project_points
from model.synthesis.pen.stroke_fields import StrokeField
from tests.model.synthesis.draws import draws

SIZE = (160, 120)


def block(x: float, y: float, width: int, height: int) -> StrokeField:
    """Ink in a rectangle of the page."""
    field = np.ones((height, width), np.float32)
    return StrokeField(field, np.array([[1.0, 0, x], [0, 1, y], [0, 0, 1]]), 5)


SMALL = block(75, 55, 10, 10)


def turned(view: Matrix) -> float:
    """By how many degrees a level line in the middle is turned."""
    start, end = project_points(np.array([[79.0, 60], [81, 60]]), view)
    return float(np.degrees(np.arctan2(*(end - start)[::-1])))


@pytest.mark.parametrize(
    "strokes",
    [
        [block(30, 10, 100, 100)],
        [block(0, 0, 30, 30)],
        [block(140, 90, 20, 30)],
        [block(0, 0, 10, 10), block(150, 110, 10, 10)],
        [block(-50, -30, 20, 20), block(200, 150, 20, 20)],
    ],
)
def test_the_camera_sees_all_ink(strokes: list[StrokeField]) -> None:
    for seed in range(10):
        view = camera_view(SIZE, strokes, 1, np.random.default_rng(seed))
        for glyph in strokes:
            outline = glyph.outline(view)
            assert (outline > 0).all()
            assert (outline < SIZE).all()


def test_a_page_that_is_not_tilted_is_seen_as_it_is() -> None:
    rng = np.random.default_rng(0)
    assert np.allclose(camera_view(SIZE, [SMALL], 0, rng), np.eye(3), atol=1e-6)


def test_ink_that_fits_is_not_moved_farther_off() -> None:
    left = camera_view(SIZE, [block(-20, 50, 30, 10)], 0, draws())
    assert np.allclose(left, affine(np.eye(2), np.array([22.0, 0])), atol=1e-6)
    below = camera_view(SIZE, [block(50, 100, 30, 60)], 0, draws())
    assert np.allclose(below, affine(np.eye(2), np.array([0, -42.0])), atol=1e-6)


def test_ink_that_is_too_large_is_seen_from_farther_off() -> None:
    view = camera_view(SIZE, [block(0, 0, 316, 100)], 0, draws())
    assert np.allclose(view, affine(np.eye(2) / 2, np.ones(2)), atol=0.01)


@pytest.mark.parametrize(
    ("deviations", "degrees"), [(1, 3.5), (-2, -7), (3, 10.5), (4, 12), (-9, -12)]
)
def test_a_phone_is_held_a_few_degrees_askew(deviations: float, degrees: float) -> None:
    # No perspective: it is as strong as a draw of nought.
    rng = draws(normal=deviations, random=0.0)
    assert turned(camera_view(SIZE, [SMALL], 1, rng)) == pytest.approx(degrees, abs=0.01)


def test_the_page_turns_about_its_middle() -> None:
    view = camera_view(SIZE, [SMALL], 1, draws(normal=2, random=0.0))
    assert np.allclose(project_points(np.array([80.0, 60]), view), [80, 60])


def test_tilt_tells_how_much_askew() -> None:
    half = camera_view(SIZE, [SMALL], 0.5, draws(normal=2, random=0.0))
    assert turned(half) == pytest.approx(3.5, abs=0.01)


def test_a_page_is_not_quite_seen_from_above() -> None:
    spans = []
    for seed in range(100):
        view = camera_view(SIZE, [SMALL], 1, np.random.default_rng(seed))
        page = np.array([[0.0, 0], [160, 0], [160, 120], [0, 120]])
        above, right, below, left = np.roll(project_points(page, view), -1, 0) - project_points(
            page, view
        )
        spans.append(np.hypot(*above) - np.hypot(*below))
        assert np.hypot(*left) != pytest.approx(np.hypot(*right), abs=1e-6)
    # A corner is off by 0.03 of 160 pixels, times a draw in 0..1: four such make a side's change.
    assert np.std(spans) == pytest.approx(2 * 4.8 * 3**-0.5, rel=0.3)


def test_perspective_grows_with_the_photo() -> None:
    rng = draws(normal=1, random=1.0)
    # All corners are off by the same: 0.03 of the longer side, and turned by 3.5 degrees.
    view = camera_view((400, 300), [block(195, 145, 10, 10)], 1, rng)
    moved = project_points(np.array([200.0, 150]), view)
    assert moved == pytest.approx([212, 162], abs=0.05)


@pytest.mark.parametrize(
    ("size", "shift"), [((420, 200), 12.6), ((421, 200), 12.6), ((2000, 200), 12.6)]
)
def test_a_strip_is_seen_as_a_part_of_a_photo(size: tuple[int, int], shift: float) -> None:
    # Of a longer picture no more than 2.1 times the shorter side counts.
    middle = np.array([size[0] / 2, size[1] / 2])
    view = camera_view(size, [block(middle[0], 95, 10, 10)], 1, draws(normal=1, random=1.0))
    moved = project_points(middle, view)
    assert moved - middle == pytest.approx([shift, shift], abs=0.05)
