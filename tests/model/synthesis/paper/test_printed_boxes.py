"""A puzzle's grid and a form's frames, around the glyphs."""

from collections.abc import Callable

import numpy as np
import pytest
from cv2.typing import MatLike
from numpy.random import Generator

from model.synthesis.colours import Palette
from model.synthesis.paper.printed_boxes import (
    FORMS,
    FRAMES,
    GRID_BLACK,
    NEIGHBOURS,
    PUZZLE_PAPERS,
    TINTS,
    cell,
    form,
)
from model.synthesis.scene import Scene
from tests.model.synthesis.draws import draws

VIEW = np.array([[1, 0.1, -5], [-0.1, 1, 8], [1e-4, 0, 1]])
CELLS = np.array([[40.0, 30, 60, 60], [100.0, 30, 60, 60]])
SCENE = Scene((200, 120), np.eye(3), 30, CELLS)
LONE = SCENE._replace(cells=CELLS[:1])
CLEAN = [0.0, 1.0]  # what `random` gives for paper without texture and dirt
PLAIN = [*CLEAN, 1.0]  # and without a tint
Surface = Callable[[Scene, Generator], MatLike]


@pytest.mark.parametrize("surface", [cell, form])
@pytest.mark.parametrize("cells", [1, 2])
def test_a_surface_fills_the_photo(surface: Surface, cells: int) -> None:
    scene = SCENE._replace(view=VIEW, cells=CELLS[:cells])
    for seed in range(10):
        sheet = surface(scene, np.random.default_rng(seed))
        assert sheet.shape == (120, 200, 3)
        assert sheet.dtype == np.uint8


@pytest.mark.parametrize(
    ("palette", "average"),
    [
        (PUZZLE_PAPERS, (204.4, 209.6, 212.2)),
        (GRID_BLACK, (45, 42, 40)),
        (TINTS, (186, 190, 196)),
        (FORMS, (239.6, 243.4, 247.4)),
        (FRAMES, (180, 186, 197)),
        (NEIGHBOURS, (100, 60, 45)),
    ],
)
def test_each_palette_has_the_average_that_cameras_record(
    palette: Palette, average: tuple[float, float, float]
) -> None:
    assert np.mean(palette, axis=0) == pytest.approx(average, abs=0.06)


def grey(sheet: MatLike) -> MatLike:
    return np.asarray(sheet.astype(int).min(axis=2), int)


def test_a_grid_has_lines_on_all_borders_of_the_cells_and_of_those_around() -> None:
    sheet = grey(cell(SCENE, draws(random=PLAIN)))
    paper = sheet[60, 70]
    for column in (40, 100, 160):
        assert (sheet[:, column] < paper - 80).all()
    for row in (30, 90):
        assert (sheet[row] < paper - 80).all()
    between = [0, 1, *range(35, 86), *range(95, 119)]
    assert (sheet[np.ix_(between, range(45, 96))] == paper).all()
    assert (sheet[np.ix_(between, range(105, 156))] == paper).all()


def test_the_cells_around_have_borders_too() -> None:
    far = SCENE._replace(view=np.diag([0.5, 0.5, 1.0]))
    sheet = grey(cell(far, draws(random=PLAIN)))
    paper = sheet[30, 35]
    dark = sheet < paper - 50
    columns = np.flatnonzero(dark[25:35].all(axis=0))
    assert set((columns / 10).round()) == {2, 5, 8, 11}
    rows = np.flatnonzero(dark[:, 28:44].all(axis=1))
    assert set((rows / 15).round()) == {1, 3, 5}


@pytest.mark.parametrize(
    ("uniform", "random", "thin"),
    [(0, 0.4, 1), (0, 0.39, 1), (1, 0.4, 1), (1, 0.39, 4)],
)
def test_some_lines_are_thick(uniform: float, random: float, thin: int) -> None:
    sheet = cell(SCENE, draws(random=[*PLAIN, random], uniform=uniform))
    dark = np.flatnonzero(grey(sheet)[60] < grey(sheet)[60, 70] - 20)
    around = dark[(dark > 85) & (dark < 115)]
    assert len(around) == pytest.approx({1: 2, 4: 6}[thin], abs=1)


def test_lines_differ_in_thickness_within_a_grid() -> None:
    thick, thin = draws(random=[*PLAIN, 0.0], uniform=1), draws(random=[*PLAIN, 1.0], uniform=1)
    mixed = draws(random=[*PLAIN, 0.0, 0.0, 0.0, 1.0], uniform=1)
    inks = [int((200 - grey(cell(SCENE, rng)).clip(0, 200)).sum()) for rng in (thin, mixed, thick)]
    assert inks[0] < inks[1] < inks[2]


@pytest.mark.parametrize(("uniform", "strength"), [(0, 0.75), (1, 1.0)])
def test_a_grid_is_nearly_black(uniform: float, strength: float) -> None:
    scene = SCENE._replace(cells=np.array([[40.0, 30, 600, 600]]))
    sheet = cell(scene, draws(random=[*PLAIN, 0.0], uniform=uniform))
    paper, black = np.array(PUZZLE_PAPERS[0]), np.array(GRID_BLACK[0])
    line = sheet[100, 40].astype(int)
    assert line == pytest.approx(paper + strength * (black - paper), abs=2)


def test_a_quarter_of_the_grids_is_tinted_in_the_cells_only() -> None:
    flat = cell(SCENE, draws(random=[*CLEAN, 0.24, 0.5, 1.0]))
    paper, tint = np.array(PUZZLE_PAPERS[0]), np.array(TINTS[0])
    assert flat[60, 70] == pytest.approx(paper * tint / 255, abs=1.5)
    assert flat[60, 130].tolist() == flat[60, 70].tolist()
    assert flat[10, 70].tolist() == paper.tolist()
    assert flat[60, 20].tolist() == paper.tolist()
    untinted = cell(SCENE, draws(random=[*CLEAN, 0.25, 0.5, 1.0]))
    assert untinted[60, 70].tolist() == paper.tolist()


@pytest.mark.parametrize(
    ("uniform", "pitch", "covered"), [(0, 2.5, 0.64), (0.5, 3.75, 0.72), (1, 5, 0.8)]
)
def test_a_tint_may_be_a_halftone_of_dots(uniform: float, pitch: float, covered: float) -> None:
    big = SCENE._replace(size=(300, 300), cells=np.array([[30.0, 30, 240, 240]]))
    sheet = grey(cell(big, draws(random=[*CLEAN, 0.0, 0.49, 1.0], uniform=uniform)))
    inner = sheet[40:260, 40:260]
    assert len(np.unique(inner)) == 2
    tinted = inner == inner.min()
    assert tinted.mean() == pytest.approx(covered, abs=0.05)
    spectrum = np.abs(np.fft.rfft(tinted.mean(axis=0) - tinted.mean()))
    assert 220 / spectrum.argmax() == pytest.approx(pitch, rel=0.04)


def neighbour(integer: float, uniform: float = 0.5, random: float = 0.29) -> MatLike:
    """What (h, w) something is written next to a lone cell in the middle."""
    scene = Scene((300, 300), np.eye(3), 60, np.array([[100.0, 100, 100, 100]]))
    without = cell(scene, draws(random=[*PLAIN, *[1.0] * 8, 1.0], integer=integer, uniform=uniform))
    beside = cell(
        scene, draws(random=[*PLAIN, *[1.0] * 8, random], integer=integer, uniform=uniform)
    )
    return np.asarray((beside != without).any(axis=2), np.uint8)


@pytest.mark.parametrize(
    ("integer", "x", "y"), [(0, 250, 150), (0.25, 50, 150), (0.5, 150, 250), (0.75, 150, 50)]
)
def test_a_lone_cell_may_have_a_neighbour(integer: float, x: int, y: int) -> None:
    rows, columns = np.nonzero(neighbour(integer, uniform=1))
    assert columns.min() == pytest.approx(x - 44, abs=7)
    assert columns.max() == pytest.approx(x + 44, abs=7)
    assert rows.max() == pytest.approx(y + 44, abs=7)


def test_a_neighbour_is_an_arc_in_a_pen_of_its_own() -> None:
    assert not neighbour(0, random=0.3).any()
    half, most = neighbour(0), neighbour(0.74)
    # From half of an ellipse downwards to nearly all of it.
    assert np.nonzero(half)[0].min() == pytest.approx(150, abs=6)
    assert np.nonzero(most)[0].min() < 235
    fine, broad = neighbour(0, uniform=0), neighbour(0, uniform=1)
    assert np.count_nonzero(fine[:, 250]) == pytest.approx(4 + 2, abs=1)
    assert np.count_nonzero(broad[:, 250]) == pytest.approx(10 + 2, abs=1)
    assert np.ptp(np.flatnonzero(fine.any(axis=0))) == pytest.approx(40 + 4, abs=4)


def test_cells_side_by_side_have_none() -> None:
    always = cell(SCENE, draws(random=[*PLAIN, *[1.0] * 8, 0.0]))
    never = cell(SCENE, draws(random=[*PLAIN, *[1.0] * 8, 1.0]))
    assert np.array_equal(always, never)


def test_a_form_has_a_frame_around_each_glyph() -> None:
    sheet = form(SCENE, draws(random=[*CLEAN, 0.25, 1.0], uniform=1))
    paper, frame = np.array(FORMS[0]), np.array(FRAMES[0])
    for x, y, width, height in CELLS.astype(int):
        outline = [sheet[y, x : x + width], sheet[y + height, x : x + width]]
        outline += [sheet[y : y + height, x], sheet[y : y + height, x + width]]
        for side in outline:
            assert np.abs(side - frame.astype(float)).max() < 25
        assert (sheet[y + 5 : y + height - 4, x + 5 : x + width - 4] == paper).all()
    assert (sheet[:25] == paper).all()
    assert (sheet[:, :35] == paper).all()


def test_a_quarter_of_the_scanners_drops_the_frames() -> None:
    sheet = form(SCENE, draws(random=[*CLEAN, 0.24]))
    assert (sheet == FORMS[0]).all()


@pytest.mark.parametrize(("uniform", "strength"), [(0, 0.3), (1, 0.7)])
def test_boxes_may_be_white_on_a_coloured_ground(uniform: float, strength: float) -> None:
    sheet = form(SCENE, draws(random=[*CLEAN, 1.0, 0.39], uniform=uniform))
    paper, frame = np.array(FORMS[0]), np.array(FRAMES[0])
    assert sheet[10, 10] == pytest.approx(paper + strength * (frame - paper), abs=1.5)
    assert sheet[60, 70].tolist() == paper.tolist()
    assert sheet[60, 130].tolist() == paper.tolist()
    white = form(SCENE, draws(random=[*CLEAN, 1.0, 0.4]))
    assert white[10, 10].tolist() == paper.tolist()


def test_frames_are_fine_or_a_little_broader() -> None:
    def broad(uniform: float) -> int:
        scene = SCENE._replace(size=(400, 400), cells=np.array([[100.0, 100, 200, 200]]))
        sheet = form(scene, draws(random=[*CLEAN, 1.0, 1.0], uniform=uniform))
        return int((sheet[200, 50:150, 0] < FORMS[0][0] - 30).sum())

    assert broad(0) == pytest.approx(1, abs=1)
    assert broad(1) == pytest.approx(8, abs=2)


@pytest.mark.parametrize(
    ("surface", "palette", "off"), [(form, FORMS, 3), (cell, PUZZLE_PAPERS, 12)]
)
def test_a_scanners_white_is_more_even_than_paper(
    surface: Surface, palette: Palette, off: int
) -> None:
    sheet = surface(SCENE, draws(random=[*PLAIN, 1.0], normal=-1, integer=0.2))
    assert sheet[60, 70] == pytest.approx(np.subtract(palette[1], off), abs=1.1)


def test_print_varies_in_colour() -> None:
    framed = form(SCENE, draws(random=[*CLEAN, 1.0, 1.0], normal=-1, uniform=1))
    assert framed[60, 40] == pytest.approx(np.subtract(FRAMES[0], 22.5), abs=4)
    tinted = cell(SCENE, draws(random=[*CLEAN, 0.0, 0.5, 1.0], normal=-1))
    paper, tint = np.subtract(PUZZLE_PAPERS[0], 12), np.subtract(TINTS[0], 18)
    assert tinted[60, 70] == pytest.approx(paper * tint / 255, abs=1.5)
    black = cell(SCENE, draws(random=[*PLAIN, 0.0], normal=1, uniform=1))
    assert black[60, 100] == pytest.approx(np.add(GRID_BLACK[0], 22.5), abs=1.5)


def test_a_form_has_half_of_papers_grain() -> None:
    rough, strong = [1.0, 1.0, 0.0], 0.5 * 0.25
    sheet = form(SCENE, draws(random=rough, integer=0.99)).astype(float)
    other = cell(SCENE, draws(random=[1.0, 1.0, 1.0], integer=0.99))[40:80, 50:90].astype(float)
    assert 0 < sheet.std(axis=(0, 1)).max() < other.std(axis=(0, 1)).max()
    assert sheet.std(axis=(0, 1))[0] == pytest.approx(strong * 20, abs=1.5)
