"""Surfaces without print: paper, boards, screens."""

from collections.abc import Callable

import numpy as np
import pytest
from cv2.typing import MatLike
from numpy.random import Generator
from numpy.typing import NDArray

from model.synthesis.colours import Palette
from model.synthesis.paper.backgrounds import (
    DARKS,
    PASTELS,
    SCREENS,
    WHITES,
    blank,
    coloured,
    dark,
    plain,
    screen,
)
from model.synthesis.scene import Scene
from tests.model.synthesis.draws import draws

SCENE = Scene((160, 120), np.eye(3), 30, np.empty((0, 4)))
GREY = np.full(3, 128, np.float32)
Surface = Callable[[Scene, Generator], MatLike]
SURFACES = (plain, coloured, dark, screen)


def chroma(sheet: MatLike) -> float:
    """How far the channels' averages are apart, in grey levels."""
    return float(np.ptp(sheet.mean(axis=(0, 1))))


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("size", [(160, 120), (7, 200), (2, 2)])
def test_a_surface_fills_the_photo(surface: Surface, size: tuple[int, int]) -> None:
    for seed in range(4):
        sheet = surface(SCENE._replace(size=size), np.random.default_rng(seed))
        assert sheet.shape == (size[1], size[0], 3)
        assert sheet.dtype == np.uint8


@pytest.mark.parametrize(
    ("palette", "average"),
    [
        (WHITES, (223.8, 228.6, 230.8)),
        (PASTELS, (147.3, 180.4, 194.6)),
        (DARKS, (55.8, 55.0, 51.2)),
        (SCREENS, (153.0, 153.0, 153.0)),
    ],
)
def test_each_palette_has_the_average_that_phones_record(
    palette: Palette, average: tuple[float, float, float]
) -> None:
    assert np.mean(palette, axis=0) == pytest.approx(average, abs=0.06)


def test_white_paper_is_light_and_hardly_coloured() -> None:
    for seed in range(20):
        sheet = plain(SCENE, np.random.default_rng(seed))
        assert sheet.mean() > 160
        assert chroma(sheet) < 50


def test_coloured_paper_is_not_grey() -> None:
    chromas = [chroma(coloured(SCENE, np.random.default_rng(seed))) for seed in range(30)]
    assert min(chromas) > 20
    assert np.median(chromas) > 60


def test_coloured_paper_varies_more_than_white() -> None:
    # Both the first colour of their palette, one deviation darker, without texture and dirt.
    card = coloured(SCENE, draws(normal=-1, random=[0.0, 1.0]))
    assert card[0, 0].tolist() == [99, 214, 229]
    paper = plain(SCENE, draws(normal=-1, random=[0.0, 1.0]))
    assert paper[0, 0].tolist() == [240, 240, 240]


def test_a_board_is_dark() -> None:
    for seed in range(20):
        assert dark(SCENE, np.random.default_rng(seed)).mean() < 110


def test_a_screen_is_of_one_colour() -> None:
    for seed in range(10):
        assert np.ptp(screen(SCENE, np.random.default_rng(seed)), axis=(0, 1)).max() == 0


def test_most_screens_are_white_grey_or_black_and_the_others_of_any_colour() -> None:
    colours = [screen(SCENE, np.random.default_rng(seed))[0, 0] for seed in range(300)]
    usual = [tuple(colour.tolist()) in SCREENS for colour in colours]
    assert np.mean(usual) == pytest.approx(0.65, abs=0.08)
    others = np.array([colour for colour in colours if tuple(colour.tolist()) not in SCREENS])
    assert (others.min(axis=0) < 20).all()
    assert (others.max(axis=0) > 235).all()


def texture(random: float, grain: float, uniform: float = 0.5) -> MatLike:
    """A grey sheet without dirt."""
    return blank(SCENE, GREY, draws(random=[random, 1.0], uniform=uniform), grain)


def test_texture_is_as_strong_as_the_grain_allows() -> None:
    smooth, rough, rougher = texture(1, 0), texture(1, 1), texture(1, 2)
    assert np.ptp(smooth) == 0
    assert smooth[0, 0].tolist() == [128, 128, 128]
    assert rough.std() > 2
    assert rougher.std() == pytest.approx(2 * rough.std(), rel=0.1)
    assert texture(0, 1).std() == 0
    assert texture(0.5, 1).std() == pytest.approx(rough.std() / 4, rel=0.15)


def test_at_its_strongest_texture_spans_a_quarter_of_all_levels() -> None:
    # Noise of single fibres deviates by 32 of 255 levels.
    fibres = blank(SCENE, GREY, draws(random=[1.0, 1.0], uniform=0.0), 1)
    blotched = blank(SCENE, GREY, draws(random=[1.0, 1.0], uniform=1.0), 1)
    assert 2 < fibres.std() < 9
    assert 2 < blotched.std() < 9


def test_fibres_are_finer_than_blotches() -> None:
    def alike(uniform: float, step: int) -> float:
        """How alike places of a sheet are that lie `step` pixels apart."""
        scene = SCENE._replace(size=(400, 400))
        grey = blank(scene, GREY, draws(random=[1.0, 1.0], uniform=uniform), 3)[..., 0]
        return float(np.corrcoef(grey[:, :-step].ravel(), grey[:, step:].ravel())[0, 1])

    # At the lower bounds: fibres of a pixel are a fifth of the texture, blotches of eight
    # pixels the rest.
    assert 0.75 < alike(0, 1) < 0.97
    assert 0.4 < alike(0, 4) < 0.85
    assert alike(0, 24) < 0.2
    # At the upper ones: fibres of three pixels are all of it.
    assert 0.75 < alike(1, 1) < 0.95
    assert 0.2 < alike(1, 2) < 0.8
    assert alike(1, 6) < 0.2


def test_a_board_is_coarser_than_paper() -> None:
    paper = blank(SCENE, GREY, draws(random=[1.0, 1.0])).astype(float)
    board = dark(SCENE, draws(random=[1.0, 1.0], integer=0.99)).astype(float)
    assert board.std(axis=(0, 1)) == pytest.approx(1.5 * paper.std(axis=(0, 1)), rel=0.1)


def test_card_is_as_smooth_as_paper_but_wrapping_paper_is_not() -> None:
    def roughness(integer: float) -> float:
        sheet = coloured(SCENE, draws(random=[1.0, 1.0], integer=integer, normal=-4))
        return float(sheet[..., 1].std())

    assert roughness(0.99) / roughness(0.5) == pytest.approx(3, rel=0.15)
    assert roughness(0.4) / roughness(0) == pytest.approx(1, rel=0.15)


def specks(rng: Generator, size: tuple[int, int] = (400, 300)) -> NDArray[np.bool_]:
    """Where (h, w) a smooth white sheet is soiled."""
    white = np.full(3, 255, np.float32)
    sheet = blank(Scene(size, np.eye(3), 30, np.empty((0, 4))), white, rng, 1e-9)
    return np.asarray((sheet < 250).any(axis=2))


def test_a_fifth_of_the_sheets_is_soiled_by_a_few_specks() -> None:
    assert not specks(draws(random=[0.5, 0.2])).any()
    assert specks(draws(random=[0.5, 0.19])).any()
    soiled = [specks(np.random.default_rng(seed), (80, 60)).any() for seed in range(200)]
    assert np.mean(soiled) == pytest.approx(0.2, abs=0.08)


def soiled_sheet(uniform: float, integer: float) -> MatLike:
    """A smooth white sheet with all its specks in one corner, the first or the last."""
    white = np.full(3, 255, np.float32)
    scene = SCENE._replace(size=(400, 300))
    return blank(scene, white, draws(random=[0.0, 0.0], integer=integer, uniform=uniform))


@pytest.mark.parametrize(("uniform", "radius", "shade"), [(0.0, 1, 115), (1.0, 4, 230)])
def test_a_speck_is_small_and_darker_than_the_paper(
    uniform: float, radius: int, shade: int
) -> None:
    sheet = soiled_sheet(uniform, integer=0)
    assert sheet[0, 0].tolist() == [shade] * 3
    soiled = np.asarray((sheet < 250).all(axis=2))
    assert not soiled[radius + 2 :].any()
    assert not soiled[:, radius + 2 :].any()
    assert soiled[0].sum() == pytest.approx(radius + 1, abs=1)
    assert soiled[:, 0].sum() == pytest.approx(radius + 1, abs=1)


def test_there_are_one_to_five_specks() -> None:
    # Each leaves nine tenths of the light.
    assert soiled_sheet(1.0, integer=0)[0, 0, 0] == pytest.approx(255 * 0.9, abs=1)
    assert soiled_sheet(1.0, integer=0.99)[-3, -4, 0] == pytest.approx(255 * 0.9**5, abs=4)


def test_a_screen_is_never_soiled() -> None:
    assert np.ptp(screen(SCENE, draws(random=[0.0, 0.0, 0.0]))) == 0
