"""Lines that are printed round writing."""

import numpy as np
import pytest

from model.synthesis import text_frames
from model.synthesis.geometry import Matrix
from model.synthesis.paper.printed_lines import PrintedLines
from model.synthesis.text_frames import sample_frames
from model.synthesis.text_layout import Placed
from tests.model.synthesis.draws import draws

HEIGHT = 10.0
# Two rows of three characters, 10 high: the second and the third of each touch.
PLACED = Placed(
    middles=np.array([[20.0, 30], [40, 30], [50, 30], [20, 60], [40, 60], [50, 60]]),
    sizes=np.full((6, 2), 10.0),
    cells=np.empty((0, 4)),
    rows=np.array([0, 0, 0, 1, 1, 1]),
)
KINDS = {"frame": 0.0, "table": 0.25, "underlines": 0.5, "margin": 0.75}  # places of a draw


def printed(kind: str, uniform: float = 0.5, later: float = 0.0) -> Matrix:
    """The lines of one kind; `uniform` is the place of uniform draws, `later` what others give."""
    generator = draws(random=[0.0, later], uniform=uniform, integer=KINDS[kind])
    [(lines, _)] = sample_frames(PLACED, HEIGHT, generator)
    return lines


def levels(lines: Matrix) -> list[float]:
    """The y of those that are level."""
    return sorted({float(y) for (_, y), (_, end) in lines if y == end})


def uprights(lines: Matrix) -> list[float]:
    """The x of those that are upright."""
    return sorted({float(x) for (x, _), (end, _) in lines if x == end})


def test_a_fifth_of_the_pages_have_something() -> None:
    rng = np.random.default_rng(0)
    counts = [len(sample_frames(PLACED, HEIGHT, rng)) for _ in range(1500)]
    assert np.mean(counts) == pytest.approx(0.22, abs=0.03)
    assert set(counts) == {0, 1}


@pytest.mark.parametrize(("uniform", "room"), [(0, 0.5), (1, 6)])
def test_a_frame_goes_round_all_with_some_room(uniform: float, room: float) -> None:
    lines = printed("frame", uniform)
    assert lines.shape == (4, 2, 2)
    assert uprights(lines) == pytest.approx([15 - room, 55 + room])
    assert levels(lines) == pytest.approx([25 - room, 65 + room])
    # It is closed: each line begins where the one before it ends.
    assert lines[:, 1].tolist() == np.roll(lines[:, 0], -1, axis=0).tolist()


def test_each_side_has_a_room_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_frames, "FRAMED", 1)
    monkeypatch.setattr(text_frames, "pick", lambda kinds, _: kinds[0])
    monkeypatch.setattr(text_frames, "pick_colour", lambda *_: np.zeros(3, np.float32))
    [(lines, _)] = sample_frames(PLACED, HEIGHT, np.random.default_rng(0))
    left, right = uprights(lines)
    top, bottom = levels(lines)
    rooms = [15 - left, 25 - top, right - 55, bottom - 65]
    assert len({round(room, 6) for room in rooms}) == 4


def test_a_table_has_levels_between_rows() -> None:
    assert levels(printed("table", uniform=0)) == pytest.approx([24.5, 45, 65.5])


@pytest.mark.parametrize(
    ("uniform", "draw", "columns"),
    [(0, 0.19, [30]), (0, 0.2, []), (1, 0.99, [30])],
)
def test_a_tables_uprights_run_where_no_characters_touch(
    uniform: float, draw: float, columns: list[float]
) -> None:
    # At the lower end a fifth of the free gaps have one, at the upper end all.
    room = 0.5 if uniform == 0 else 6
    lines = printed("table", uniform, later=draw)
    assert uprights(lines) == pytest.approx([15 - room, *columns, 55 + room])


@pytest.mark.parametrize(("gap", "columns"), [(1.1, 3), (0.9, 2)])
def test_a_gap_is_free_if_it_is_a_tenth_of_the_height(
    gap: float, columns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text_frames, "COLUMN_SHARES", (1, 1))
    pair = Placed(
        middles=np.array([[20.0, 30], [30 + gap, 30]]),
        sizes=np.full((2, 2), 10.0),
        cells=np.empty((0, 4)),
        rows=np.array([0, 0]),
    )
    generator = draws(random=0.0, integer=KINDS["table"])
    [(lines, _)] = sample_frames(pair, HEIGHT, generator)
    assert len(uprights(lines)) == columns


@pytest.mark.parametrize(("uniform", "below"), [(0, 3.5), (1, 8)])
def test_each_row_is_underlined(uniform: float, below: float) -> None:
    lines = printed("underlines", uniform)
    assert levels(lines) == pytest.approx([30 + below, 60 + below])
    assert uprights(lines) == []
    assert np.ptp(lines[:, :, 0], axis=1) == pytest.approx(
        np.full(2, 40 + (1 if not uniform else 12))
    )


@pytest.mark.parametrize(("draw", "x"), [(0.49, 14.5), (0.5, 55.5)])
def test_a_margin_is_beside_all(draw: float, x: float) -> None:
    lines = printed("margin", uniform=0, later=draw)
    assert lines.tolist() == [[[x, 24.5 - 30], [x, 65.5 + 30]]]


def style(uniform: float, height: float = HEIGHT) -> PrintedLines:
    [found] = sample_frames(PLACED, height, draws(random=0.0, uniform=uniform))
    return found


@pytest.mark.parametrize(
    ("height", "uniform", "thickness"), [(10, 0, 1), (10, 1, 1), (50, 0, 1), (50, 1, 6)]
)
def test_lines_are_as_thick_as_suits_the_digits(
    height: float, uniform: float, thickness: int
) -> None:
    assert style(uniform, height).style.thickness == thickness


@pytest.mark.parametrize(("uniform", "strength"), [(0, 0.5), (1, 1)])
def test_lines_may_be_faint(uniform: float, strength: float) -> None:
    assert style(uniform).style.strength == strength


def test_frames_are_black_grey_or_blue() -> None:
    rng = np.random.default_rng(0)
    printed = [frame for _ in range(300) for frame in sample_frames(PLACED, HEIGHT, rng)]
    colours = [frame.style.colour for frame in printed]
    blue, green, red = np.array(colours).T
    assert (blue > red - 45).all()
    assert blue.max() < 240
    assert min(green) < 60
