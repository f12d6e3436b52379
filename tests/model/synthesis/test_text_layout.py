"""Where the characters of written lines stand."""

import numpy as np
import pytest
from numpy.random import Generator

from model.recognition.character_set import MARKS
from model.synthesis import text_layout
from model.synthesis.geometry import Matrix
from model.synthesis.text_habits import Habits
from model.synthesis.text_layout import (
    MARK_SHAPES,
    Placed,
    fit_page,
    fit_photo,
    place,
)
from tests.model.synthesis.draws import draws

# Somebody as steady as a printing press.
STEADY = Habits(
    gap=0.2,
    size_deviation=0,
    level_deviation=0,
    cell=0,
    pitch=2,
    climb=0,
    bend=0,
    indented=False,
)
ASPECT = 0.5  # width / height of each character here, where no other is named


@pytest.fixture
def even(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing depend on chance but the marks and the spaces."""
    for deviation in ("UNEVEN_GAPS", "RAGGED", "CELL_DEVIATION"):
        monkeypatch.setattr(text_layout, deviation, 0)


def rng(seed: int = 0) -> Generator:
    return np.random.default_rng(seed)


def set_lines(*lines: str, hand: Habits = STEADY, generator: Generator | None = None) -> Placed:
    """Lines as a `hand` sets them."""
    count = len("".join(lines).replace(" ", ""))
    return place(lines, [ASPECT] * count, hand, generator or rng())


def gaps(placed: Placed) -> Matrix:
    """Between the characters of one line."""
    x = placed.middles[:, 0]
    half = placed.sizes[:, 0] / 2
    return np.asarray((x - half)[1:] - (x + half)[:-1])


# --- along a line -----------------------------------------------------------------------------


@pytest.mark.usefixtures("even")
@pytest.mark.parametrize("gap", [-0.14, 0, 0.3])
def test_digits_are_a_gap_apart(gap: float) -> None:
    placed = set_lines("1234", hand=STEADY._replace(gap=gap))
    assert gaps(placed) == pytest.approx(gap)
    assert placed.sizes.tolist() == [[0.5, 1]] * 4
    assert placed.middles[0].tolist() == [0.25, 0]
    assert placed.rows.tolist() == [0] * 4
    assert placed.cells.shape == (0, 4)


def test_gaps_are_uneven_but_digits_never_lie_on_each_other() -> None:
    placed = set_lines("1" * 400, hand=STEADY._replace(gap=0.3))
    assert gaps(placed).mean() == pytest.approx(0.3, abs=0.02)
    assert gaps(placed).std() == pytest.approx(0.05, rel=0.2)
    close = set_lines("1" * 400, hand=STEADY._replace(gap=-0.14))
    assert gaps(close).min() == pytest.approx(-0.18)


def test_a_mark_never_touches_a_digit() -> None:
    for mark in set(MARKS) - set(".,:"):
        placed = set_lines(f"1{mark}" * 40, hand=STEADY._replace(gap=-0.14))
        assert gaps(placed).min() == pytest.approx(0.12)


@pytest.mark.usefixtures("even")
@pytest.mark.parametrize("mark", ".,:")
def test_points_and_colons_stand_near_the_digits_beside_them(mark: str) -> None:
    placed = set_lines(f"1{mark}" * 40 + "11", hand=STEADY._replace(gap=0.5))
    beside = gaps(placed)
    assert beside[:-1].min() > 0.12
    assert beside[:-1].max() < 0.35
    assert beside[-1] == pytest.approx(0.5)
    assert gaps(set_lines(f"1{mark}1", hand=STEADY._replace(gap=-0.1))) == pytest.approx(0.12)


@pytest.mark.usefixtures("even")
@pytest.mark.parametrize(("uniform", "space"), [(0, 0.7), (1, 1.8)])
def test_numbers_that_stand_apart_have_a_space_beside_the_gap(uniform: float, space: float) -> None:
    placed = set_lines("12 3", generator=draws(uniform=uniform))
    assert gaps(placed) == pytest.approx([0.2, 0.2 + space])


@pytest.mark.usefixtures("even")
def test_each_character_is_as_broad_as_it_is_written() -> None:
    placed = place(["17 8"], [0.3, 0.6, 0.9], STEADY, rng())
    assert placed.sizes[:, 0] == pytest.approx([0.3, 0.6, 0.9])
    assert placed.sizes[:, 1] == pytest.approx(1)


@pytest.mark.usefixtures("even")
def test_a_broad_character_is_written_smaller() -> None:
    placed = place(["8m8"], [1.4, 4, 2.8], STEADY, rng())
    assert placed.sizes[:, 0] == pytest.approx([1.4, 1.4, 1.4])
    assert placed.sizes[:, 1] == pytest.approx([1, 0.35, 0.5])


def test_digits_are_of_uneven_height_and_level() -> None:
    placed = set_lines("1" * 900, hand=STEADY._replace(size_deviation=0.16, level_deviation=0.1))
    assert np.log(placed.sizes[:, 1]).std() == pytest.approx(0.16, rel=0.1)
    assert placed.middles[:, 1].std() == pytest.approx(0.1, rel=0.1)
    assert np.allclose(placed.sizes[:, 0], placed.sizes[:, 1] / 2)


@pytest.mark.usefixtures("even")
def test_low_letters_stand_on_the_line() -> None:
    placed = set_lines("1acemnruvwy1")
    assert placed.sizes[:, 1] == pytest.approx([1, *[0.68] * 10, 1])
    bottoms = placed.middles[:, 1] + placed.sizes[:, 1] / 2
    assert bottoms == pytest.approx(0.5)


# --- marks ------------------------------------------------------------------------------------


def test_each_mark_has_its_size_and_level() -> None:
    assert sorted(MARK_SHAPES) == sorted(MARKS)


@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize("aspect", [0.4, 2.5])
@pytest.mark.parametrize("end", [0, 1])
def test_marks_stand_where_they_should(mark: str, aspect: float, end: int) -> None:
    lengths, levels = MARK_SHAPES[mark]
    placed = place([mark], [aspect], STEADY, draws(uniform=end))
    [(width, height)] = placed.sizes
    assert max(width, height) == pytest.approx(lengths[end])
    assert width / height == pytest.approx(aspect)
    assert placed.middles[0, 1] == pytest.approx(levels[end] - 0.5)


def test_a_point_is_at_the_foot_of_digits_and_a_dash_half_way_up() -> None:
    placed = set_lines(".,-/" * 50)
    levels = placed.middles[:, 1].reshape(-1, 4)
    point, comma, dash, slash = levels.T
    assert point.min() > 0.39
    assert comma.min() > 0.42
    assert np.abs(dash).max() < 0.15
    assert np.abs(slash).max() < 0.11


def test_marks_are_half_as_uneven_as_digits() -> None:
    generator = draws(normal=1)
    levels = set_lines(
        "1-", generator=generator, hand=STEADY._replace(level_deviation=0.2)
    ).middles[:, 1]
    # Half way between its ends, a dash is 0.02 below the middle.
    assert levels == pytest.approx([0.2, 0.02 + 0.1])


# --- rows -------------------------------------------------------------------------------------


@pytest.mark.usefixtures("even")
def test_lines_are_a_pitch_apart() -> None:
    placed = set_lines("12", "3", "4 5", hand=STEADY._replace(pitch=1.5))
    assert placed.rows.tolist() == [0, 0, 1, 2, 2]
    assert placed.middles[:, 1] == pytest.approx([0, 0, 1.5, 3, 3])
    assert placed.middles[[0, 2, 3], 0] == pytest.approx(0.25)


@pytest.mark.usefixtures("even")
def test_a_line_climbs_or_falls() -> None:
    placed = set_lines("1" * 30, hand=STEADY._replace(climb=0.1))
    x, y = placed.middles.T
    assert y == pytest.approx(0.1 * x)


@pytest.mark.usefixtures("even")
def test_a_bent_line_is_a_wave() -> None:
    placed = set_lines("1" * 30, hand=STEADY._replace(bend=0.3))
    x, y = placed.middles.T
    assert y == pytest.approx(0.3 * np.sin(x / 6))


def test_lines_are_ragged_and_more_so_when_indented() -> None:
    lines = ["1"] * 400
    starts = set_lines(*lines).middles[:, 0] - 0.25
    assert starts.mean() == pytest.approx(0, abs=0.02)
    assert starts.std() == pytest.approx(0.1, rel=0.2)
    starts = set_lines(*lines, hand=STEADY._replace(indented=True)).middles[:, 0] - 0.25
    assert starts.min() == pytest.approx(0, abs=0.03)
    assert starts.max() == pytest.approx(2, abs=0.03)


# --- cells ------------------------------------------------------------------------------------


@pytest.mark.usefixtures("even")
def test_each_character_has_a_cell_of_its_own() -> None:
    placed = set_lines("1234", "56", hand=STEADY._replace(cell=1.5))
    x, y, width, height = placed.cells.T
    assert np.unique([width, height]).tolist() == [1.5]
    assert x == pytest.approx([0, 1.5, 3, 4.5, 0, 1.5])
    assert y + 0.75 == pytest.approx([0, 0, 0, 0, 2, 2])
    assert placed.middles == pytest.approx(placed.cells[:, :2] + 0.75)


@pytest.mark.usefixtures("even")
def test_a_space_is_an_empty_cell() -> None:
    assert set_lines("1 2", hand=STEADY._replace(cell=1.5)).cells[:, 0] == pytest.approx([0, 3])


def test_digits_are_a_little_off_the_middle_of_their_cells() -> None:
    placed = set_lines("1" * 400, hand=STEADY._replace(cell=1.5))
    steps = np.diff(placed.middles[:, 0])
    assert steps.mean() == pytest.approx(1.5, abs=0.01)
    assert steps.std() == pytest.approx(0.08 * np.sqrt(2), rel=0.15)


# --- the page ---------------------------------------------------------------------------------


def test_the_extent_holds_all_characters() -> None:
    placed = Placed(
        middles=np.array([[1.0, 2], [5, 1]]),
        sizes=np.array([[2.0, 1], [1, 4]]),
        cells=np.empty((0, 4)),
        rows=np.array([0, 0]),
    )
    assert placed.extent.tolist() == [[0, -1], [5.5, 3]]


def test_what_is_scaled_is_moved_first() -> None:
    placed = set_lines("12", hand=STEADY._replace(cell=1.5)).scaled(np.array([3.0, 1.0]), 10)
    plain = set_lines("12", hand=STEADY._replace(cell=1.5))
    assert placed.middles == pytest.approx((plain.middles + np.array([3, 1])) * 10)
    assert placed.sizes == pytest.approx(plain.sizes * 10)
    assert placed.cells[:, :2] == pytest.approx((plain.cells[:, :2] + np.array([3, 1])) * 10)
    assert placed.cells[:, 2:] == pytest.approx(15)
    assert placed.rows.tolist() == plain.rows.tolist()
    assert set_lines("12").scaled(np.zeros(2), 10).cells.shape == (0, 4)


@pytest.mark.parametrize(("uniform", "margin"), [(0, 0.05), (0.5, 0.0600**0.5), (1, 1.2)])
def test_a_page_has_margins_round_its_lines(uniform: float, margin: float) -> None:
    lines = set_lines("12", "3456")
    placed, (width, height) = fit_page(lines, 20, draws(uniform=uniform))
    low, high = placed.extent
    assert low == pytest.approx(20 * margin)
    assert [width, height] - high == pytest.approx(20 * margin, abs=0.51)
    assert np.ptp(placed.extent, axis=0) == pytest.approx(20 * np.ptp(lines.extent, axis=0))


def test_each_margin_is_one_of_its_own() -> None:
    placed, size = fit_page(set_lines("1234"), 100, rng())
    low, high = placed.extent
    margins = [*low, *(size - high)]
    assert len({round(margin, 3) for margin in margins}) == 4


def test_no_page_is_smaller_than_16_pixels() -> None:
    _, size = fit_page(set_lines("."), 10, draws(uniform=0))
    assert size == (16, 16)


@pytest.mark.parametrize(
    ("side", "uniform", "height"),
    [(200, 0, 18.4), (200, 0.5, 184 * 0.1**0.5), (200, 1, 184), (100, 0, 12)],
)
def test_lines_fill_a_tenth_to_all_of_a_photo_and_are_readable(
    side: int, uniform: float, height: float
) -> None:
    placed, digit_height = fit_photo(set_lines("1"), (400, side), draws(uniform=uniform))
    assert digit_height == pytest.approx(height)
    assert placed.sizes[0] == pytest.approx([height / 2, height])


def test_lines_that_have_no_room_are_smaller() -> None:
    placed, digit_height = fit_photo(set_lines("1" * 20), (100, 100), rng())
    assert digit_height < 12
    assert np.ptp(placed.extent[:, 0]) == pytest.approx(92)


def test_lines_lie_anywhere_in_a_photo() -> None:
    lines = set_lines("12", "345")
    lows = []
    for seed in range(60):
        placed, digit_height = fit_photo(lines, (400, 300), rng(seed))
        low, high = placed.extent
        assert (low > 0).all()
        assert (high < [400, 300]).all()
        assert high - low == pytest.approx(digit_height * np.ptp(lines.extent, axis=0))
        lows.append(low / (np.array([400, 300]) - (high - low)))
    assert np.mean(lows, axis=0) == pytest.approx(0.5, abs=0.1)
    assert np.std(lows, axis=0).min() > 0.1


def test_a_page_takes_middles_heights_and_cells() -> None:
    placed = set_lines("12", hand=STEADY._replace(cell=1.5))
    assert placed.layout.positions == pytest.approx(np.column_stack([placed.middles, [1, 1]]))
    assert placed.layout.cells is placed.cells
