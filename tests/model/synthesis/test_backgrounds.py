"""Surfaces: of the photo's size, printed where the camera sees the page's lines and boxes."""

from collections.abc import Callable

import numpy as np
import pytest
from cv2.typing import MatLike

from model.synthesis import backgrounds
from model.synthesis.backgrounds import Scene, pick_colour

SIZE = (160, 120)
VIEW = np.array([[1, 0.1, -5], [-0.1, 1, 8], [1e-4, 0, 1]])
CELLS = np.array([[30.0, 20, 40, 40], [70.0, 20, 40, 40]])
SCENE = Scene(SIZE, VIEW, 30, CELLS)
SURFACES = (
    backgrounds.plain,
    backgrounds.ruled,
    backgrounds.squared,
    backgrounds.dotted,
    backgrounds.any_white,
    backgrounds.coloured,
    backgrounds.dark,
    backgrounds.cell,
    backgrounds.form,
    backgrounds.screen,
)


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("cells", [1, 2])
def test_a_surface_fills_the_photo(
    surface: Callable[[Scene, np.random.Generator], MatLike], cells: int
) -> None:
    for seed in range(5):
        sheet = surface(SCENE._replace(cells=CELLS[:cells]), np.random.default_rng(seed))
        assert sheet.shape == (120, 160, 3)
        assert sheet.dtype == np.uint8


def test_a_screen_is_of_one_colour() -> None:
    for seed in range(10):
        assert (
            np.ptp(backgrounds.screen(SCENE, np.random.default_rng(seed)), axis=(0, 1)).max() == 0
        )


def test_a_grid_is_darkest_at_the_cells_borders() -> None:
    for seed in range(10):
        sheet = backgrounds.cell(SCENE._replace(view=np.eye(3)), np.random.default_rng(seed))
        assert sheet[40, 70].mean() < sheet[35:45, 85:95].mean() - 30


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("cell", [1, 7.5, (40, 2)])
def test_noise_spreads_around_the_middle(channels: int, cell: float | tuple[float, float]) -> None:
    values = backgrounds.noise((300, 200), cell, np.random.default_rng(0), channels)
    assert values.shape == (200, 300, 3)[: 2 + (channels == 3)]
    assert values.dtype == np.uint8
    assert values.mean() == pytest.approx(128, abs=8)
    assert values.std() > 10


def test_a_picked_colour_is_near_one_of_the_palette() -> None:
    palette = ((0, 0, 0), (250, 120, 30))
    for seed in range(50):
        colour = pick_colour(palette, np.random.default_rng(seed))
        assert colour.dtype == np.float32
        assert 0 <= colour.min() <= colour.max() <= 255
        assert min(np.abs(colour - known).max() for known in palette) < 50
