"""The table that the paper lies on."""

import numpy as np
import pytest
from cv2.typing import MatLike
from numpy.random import Generator

from model.boxes import Box
from model.synthesis.paper.table import TABLES, lay_on_table
from tests.model.synthesis.draws import draws

INK = [Box(60, 40, 20, 30), Box(90, 60, 30, 40)]  # from (60, 40) to (120, 100)
SIDES = pytest.mark.parametrize(
    ("integer", "room"), [(0, 60), (0.25, 40), (0.5, 80), (0.75, 50)]
)  # left, top, right, bottom


def laid(rng: Generator) -> MatLike:
    """White paper (150, 200, 3), on a table."""
    surface = np.full((150, 200, 3), 255, np.uint8)
    lay_on_table(surface, INK, rng)
    return surface


def test_tables_have_on_average_the_colour_that_phones_record() -> None:
    assert np.mean(TABLES, axis=0) == pytest.approx([85, 108, 134.4])


def test_a_table_lies_beside_all_ink() -> None:
    for seed in range(30):
        surface = laid(np.random.default_rng(seed))
        assert (surface[40:100, 60:120] == 255).all()
        assert (surface != 255).any()


def test_it_may_lie_on_every_side() -> None:
    corners = {(0, 0): "left", (0, 199): "top", (149, 199): "right", (149, 0): "bottom"}
    both = {"left": (149, 0), "top": (0, 0), "right": (0, 199), "bottom": (149, 199)}
    for (corner, side), integer in zip(corners.items(), (0, 0.25, 0.5, 0.75), strict=True):
        surface = laid(draws(integer=integer))
        assert surface[corner].max() < 255
        assert surface[both[side]].max() < 255
        bare = [place for place in corners if place not in {corner, both[side]}]
        assert [surface[place].min() for place in bare] == [255, 255]


@SIDES
@pytest.mark.parametrize(("uniform", "share"), [(0, 0.1), (1, 0.85)])
def test_it_takes_a_part_of_the_room_between_ink_and_edge(
    integer: float, room: int, uniform: float, share: float
) -> None:
    covered = (laid(draws(integer=integer, uniform=uniform)) < 250).any(axis=2)
    lines = covered if integer in {0, 0.5} else covered.T
    assert lines.sum(axis=1) == pytest.approx(share * room + 1, abs=1.5)


def test_the_papers_edge_is_seldom_straight() -> None:
    slopes = []
    for seed in range(40):
        covered = (laid(np.random.default_rng(seed)) != 255).any(axis=2)
        for lines in (covered, covered.T):
            widths = lines.sum(axis=1)
            if widths.min() > 0:
                slopes.append(int(widths[-1]) - int(widths[0]))
    assert np.std(slopes) > 10


@pytest.mark.parametrize(("uniform", "contrast"), [(0, 0.0), (1, 1.0)])
def test_its_texture_may_be_plain_or_strong(uniform: float, contrast: float) -> None:
    covered = laid(draws(uniform=uniform))[:, : 6 if uniform == 0 else 40].astype(float)
    inner = covered[:, :4] if uniform == 0 else covered
    spread = inner.std(axis=(0, 1)).mean()
    assert (spread > 5) == bool(contrast)


def test_a_plain_table_has_a_tables_colour() -> None:
    assert laid(draws(uniform=0))[75, 1].tolist() == [70, 110, 160]
    darker = laid(draws(uniform=0, normal=-1))[75, 1]
    assert darker.tolist() == pytest.approx([70 - 22, 110 - 22, 160 - 22], abs=1)


def roughness(integer: float, axis: int) -> float:
    """How much neighbours along an axis differ on the table, against all of it."""
    rng = draws(uniform=1, integer=integer)
    surface = np.full((600, 600, 3), 255, np.uint8)
    lay_on_table(surface, [Box(580, 580, 10, 10)], rng)
    part = surface[:200, :200, 1].astype(float)
    if integer >= 0.5:
        part = surface[-3:, :200, 1].astype(float)
    return float(np.abs(np.diff(part, axis=axis)).mean() / part.std())


def test_wood_has_fibres() -> None:
    assert roughness(0, axis=1) < 0.05
    assert roughness(0, axis=0) > 3 * roughness(0, axis=1)
    assert roughness(0.25, axis=1) > 3 * roughness(0.25, axis=0)
