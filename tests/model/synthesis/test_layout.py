"""Where glyphs are written: in rows, in cells."""

import numpy as np
import pytest

from model.synthesis import layout
from model.synthesis.layout import Layout, in_cells, in_rows
from tests.model.synthesis.draws import draws

SIZE = (400, 300)
SQUARES = np.full((6, 2), 100.0)
NARROW = np.array([[100.0, 60]] * 6)


def rows(count: int = 6, rows: int = 1, height: float | None = None, **chosen: float) -> Layout:
    return in_rows(NARROW[:count], SIZE, draws(**chosen), rows, height)


def edges(placed: Layout, shapes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The upper left and the lower right corners (n, 2) of the glyphs."""
    heights = placed.positions[:, 2]
    halves = np.stack([heights * shapes[:, 1] / shapes[:, 0], heights], axis=1) / 2
    return placed.positions[:, :2] - halves, placed.positions[:, :2] + halves


@pytest.mark.parametrize(("count", "lines"), [(1, 1), (2, 1), (6, 1), (6, 2), (5, 3)])
def test_rows_lie_on_the_page(count: int, lines: int) -> None:
    for seed in range(20):
        rng = np.random.default_rng(seed)
        placed = in_rows(NARROW[:count], SIZE, rng, lines, None)
        low, high = edges(placed, NARROW[:count])
        assert placed.positions.shape == (count, 3)
        assert placed.cells.shape == (0, 4)
        assert (low > 0).all()
        assert (high < SIZE).all()


def test_a_row_goes_from_left_to_right_without_touching() -> None:
    for seed in range(20):
        placed = in_rows(NARROW, SIZE, np.random.default_rng(seed), 1, 40)
        low, high = edges(placed, NARROW)
        assert (low[1:, 0] > high[:-1, 0]).all()


@pytest.mark.parametrize(("uniform", "gap"), [(0, 0.07), (0.5, 0.3), (1, 1.17)])
def test_gaps_are_shares_of_the_height(uniform: float, gap: float) -> None:
    # At either end of the range the gap's own change adds to it.
    placed = rows(height=20, uniform=uniform)
    low, high = edges(placed, NARROW)
    assert low[1:, 0] - high[:-1, 0] == pytest.approx(20 * gap, rel=0.01)


@pytest.mark.parametrize(("uniform", "pitch"), [(0, 1.35), (0.5, 1.775), (1, 2.2)])
def test_rows_are_a_pitch_apart(uniform: float, pitch: float) -> None:
    placed = rows(rows=2, height=20, uniform=uniform)
    middles = placed.positions[:, 1]
    assert middles[3:] - middles[:3] == pytest.approx(20 * pitch)


def test_rows_are_filled_in_turn() -> None:
    middles = rows(count=5, rows=3, height=20).positions[:, 1]
    assert np.argsort(middles, kind="stable").tolist() == [0, 1, 2, 3, 4]
    assert len(np.unique(middles.round(6))) == 3


def test_a_row_is_indented_by_up_to_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout, "TALL", (1, 1))
    monkeypatch.setattr(layout, "GAPS", (0.5, 0.5))
    rng = np.random.default_rng(0)
    offsets = []
    for _ in range(300):
        first, second = in_rows(NARROW[:2], SIZE, rng, 2, 20).positions[:, 0]
        offsets.append((second - first) / 20)
    assert min(offsets) == pytest.approx(-0.5, abs=0.05)
    assert max(offsets) == pytest.approx(0.5, abs=0.05)


def test_each_digit_of_a_row_has_a_height_and_a_gap_of_its_own() -> None:
    placed = in_rows(NARROW, SIZE, np.random.default_rng(0), 1, 20)
    low, high = edges(placed, NARROW)
    assert len(np.unique(placed.positions[:, 2].round(6))) == 6
    assert len(np.unique((low[1:, 0] - high[:-1, 0]).round(6))) == 5


def test_a_block_is_off_the_middle_across_and_down_by_shares_of_their_own() -> None:
    low, high = edges(in_rows(NARROW, SIZE, np.random.default_rng(0), 1, 20), NARROW)
    block = high.max(axis=0) - low.min(axis=0)
    across, down = low.min(axis=0) / (np.array(SIZE) - block)
    assert abs(across - down) > 0.01


@pytest.mark.parametrize(("uniform", "height"), [(0, 18.6), (0.5, 20), (1, 21.4)])
def test_heights_differ_a_little(uniform: float, height: float) -> None:
    assert rows(height=20, uniform=uniform).positions[:, 2] == pytest.approx(height)


def test_low_digits_stand_on_the_row() -> None:
    mixed = np.array([[100.0, 60], [30, 100]])
    placed = in_rows(mixed, SIZE, draws(), 1, 20)
    _, high = edges(placed, mixed)
    assert high[0, 1] == pytest.approx(high[1, 1])


def test_wide_glyphs_are_written_smaller() -> None:
    def height(wide: float) -> float:
        return float(in_rows(np.array([[100.0, wide]]), SIZE, draws(), 1, 20).positions[0, 2])

    assert height(60) == height(130) == pytest.approx(20)
    assert height(260) == pytest.approx(10)


def test_a_row_climbs_or_falls() -> None:
    def slope(normal: float) -> float:
        x, y, _ = rows(height=20, normal=normal).positions.T
        return float(np.polyfit(x, y, 1)[0])

    assert slope(1) == pytest.approx(0.03)
    assert slope(-2) == pytest.approx(-0.06)


def test_digits_are_a_little_off_their_row() -> None:
    rng = np.random.default_rng(0)
    many = np.array([[100.0, 60]] * 400)
    x, y, heights = in_rows(many, (40000, 300), rng, 1, 20).positions.T
    off = y + heights / 2 - np.polyval(np.polyfit(x, y + heights / 2, 1), x)
    # Tall digits stand on the row's line as well; sizes differ by a share of 0.14.
    assert (y - np.polyval(np.polyfit(x, y, 1), x) + heights / 2).std() > 0
    assert off.std() == pytest.approx(0.04 * 20, rel=0.1)


def test_one_digit_is_of_any_size_that_a_photo_is_taken_of() -> None:
    def height(random: float) -> float:
        return float(rows(count=1, random=random).positions[0, 2])

    assert height(0) == pytest.approx(0.06 * 300)
    assert height(1) == pytest.approx(0.85 * 300)
    assert height(0.25) == pytest.approx(300 * 0.06 * (0.85 / 0.06) ** 0.5)


def test_no_digit_is_smaller_than_can_be_read_nor_larger_than_the_page() -> None:
    tiny = in_rows(NARROW[:1], (100, 100), draws(random=0), 1, None)
    assert tiny.positions[0, 2] == pytest.approx(12)
    wide = np.array([[100.0, 125]])
    full = in_rows(wide, (100, 400), draws(random=1), 1, None)
    assert full.positions[0, 2] == pytest.approx(0.92 * 100 / 1.25)


@pytest.mark.parametrize(("uniform", "share"), [(0, 0.35), (1, 1)])
def test_several_digits_fill_a_part_of_the_page(uniform: float, share: float) -> None:
    low, high = edges(rows(uniform=uniform), NARROW)
    across = high.max(axis=0)[0] - low.min(axis=0)[0]
    assert across == pytest.approx(share * 0.92 * 400, rel=0.01)


@pytest.mark.parametrize(
    ("uniform", "random", "left"), [(0.5, 1, 0.5), (0, 1, 0), (1, 1, 1), (0, 0.25, 0.25)]
)
def test_most_people_aim_at_the_middle(uniform: float, random: float, left: float) -> None:
    low, high = edges(rows(count=1, height=50, uniform=uniform, random=random), NARROW[:1])
    assert low[0] / (np.array(SIZE) - (high[0] - low[0])) == pytest.approx(left, abs=1e-9)


def cells(count: int, lines: int = 1, height: float | None = None, **chosen: float) -> Layout:
    return in_cells(SQUARES[:count], SIZE, draws(**chosen), lines, height)


def test_cells_touch_and_lie_around_the_middle() -> None:
    placed = cells(3)
    x, y, width, height = placed.cells.T
    assert (width == height).all()
    assert np.ptp(width) == np.ptp(y) == 0
    assert np.diff(x) == pytest.approx(width[0])
    assert x[1] + width[1] / 2 == pytest.approx(200)
    assert y[1] + width[1] / 2 == pytest.approx(150)


def test_cells_are_filled_row_by_row() -> None:
    placed = cells(5, 2)
    columns, rows = placed.cells[:, 0], placed.cells[:, 1]
    side = placed.cells[0, 2]
    assert (columns - columns[0]) / side == pytest.approx([0, 1, 2, 0, 1])
    assert (rows - rows[0]) / side == pytest.approx([0, 0, 0, 1, 1])


@pytest.mark.parametrize(
    ("count", "uniform", "side"), [(1, 0, 240), (1, 1, 330), (2, 0, 160), (2, 1, 200), (4, 1, 100)]
)
def test_a_table_fills_the_page_and_a_lone_cell_may_be_cut_off(
    count: int, uniform: float, side: float
) -> None:
    assert cells(count, uniform=uniform).cells[0, 2] == pytest.approx(side)


@pytest.mark.parametrize(("uniform", "fill", "tall"), [(0, 0.42, 0.9), (1, 0.82, 1.1)])
def test_digits_fill_a_part_of_their_cells(uniform: float, fill: float, tall: float) -> None:
    placed = cells(2, uniform=uniform)
    assert placed.positions[:, 2] == pytest.approx(placed.cells[:, 3] * fill * tall)


def test_digits_are_as_high_as_asked() -> None:
    placed = cells(2, height=50)
    assert placed.positions[:, 2] == pytest.approx(50)
    assert placed.cells[0, 2] == pytest.approx(50 / 0.62)


def test_wide_glyphs_stay_in_their_cells() -> None:
    wide = in_cells(np.array([[50.0, 100], [100, 50]]), SIZE, draws(), 1, 50)
    assert wide.positions[:, 2] == pytest.approx([25, 50])


@pytest.mark.parametrize(("uniform", "share"), [(0, -0.7), (0.5, 0), (1, 0.7)])
def test_digits_are_off_their_cells_middle(uniform: float, share: float) -> None:
    placed = cells(2, uniform=uniform)
    side = placed.cells[0, 2]
    middles = placed.cells[:, :2] + side / 2
    room = side * (1 - (0.42 + 0.4 * uniform)) / 2
    assert placed.positions[:, :2] - middles == pytest.approx(share * room, abs=1e-9)


def test_a_table_is_off_the_photos_middle() -> None:
    x, y, side, _ = cells(1, normal=1).cells[0]
    assert (x + side / 2, y + side / 2) == pytest.approx((200 + 0.03 * side, 150 + 0.03 * side))


def test_a_table_is_off_the_middle_across_and_down_by_lengths_of_their_own() -> None:
    placed = in_cells(SQUARES[:1], SIZE, np.random.default_rng(0), 1, None)
    x, y, side, _ = placed.cells[0]
    assert abs((x + side / 2 - 200) - (y + side / 2 - 150)) > 0.5


def test_each_digit_has_a_height_and_a_place_in_its_cell_of_its_own() -> None:
    placed = in_cells(SQUARES, SIZE, np.random.default_rng(0), 1, None)
    off = placed.positions[:, :2] - placed.cells[:, :2]
    assert len(np.unique(placed.positions[:, 2].round(6))) == 6
    assert len(np.unique(off.round(6))) == 12
