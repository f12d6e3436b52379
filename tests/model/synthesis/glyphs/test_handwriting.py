"""A hand and its pen: how templates are read, written and drawn."""

from collections.abc import Sequence
from itertools import pairwise

import cv2
import numpy as np
import pytest
from cv2.typing import MatLike
from numpy.typing import NDArray

from model.synthesis.glyphs import handwriting
from model.synthesis.glyphs.glyph_images import trim
from model.synthesis.glyphs.handwriting import (
    GLYPH_SIDE,
    MARGIN,
    Points,
    draw,
    draw_template,
    parse_templates,
    waves,
    write,
)
from tests.model.synthesis.draws import draws

HABITS = ("LIFTED", "OVERSHOT", "WAVE_HEIGHT", "TURN", "STRETCH")
OWN = {habit: getattr(handwriting, habit) for habit in (*HABITS, "SLANT")}
MANY = 400  # samples: a deviation is measured to some 4 %


@pytest.fixture
def steady(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A hand that writes exactly what the template says."""
    for habit in HABITS:
        monkeypatch.setattr(handwriting, habit, 0)
    monkeypatch.setattr(handwriting, "SLANT", (0, 0))
    return monkeypatch


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def samples(template: str, jitter: float = 0, count: int = MANY) -> list[list[Points]]:
    generator = rng()
    return [write(template, generator, jitter) for _ in range(count)]


# --- templates --------------------------------------------------------------------------------


def test_a_name_may_have_many_templates() -> None:
    table = parse_templates("\na 0,0 1,1\nb 2,2 3,3\na 4,4 5,5 | 6,6 7,7\n")
    assert table == {"a": ["0,0 1,1", "4,4 5,5 | 6,6 7,7"], "b": ["2,2 3,3"]}


@pytest.mark.usefixtures("steady")
def test_a_line_runs_from_its_first_point_to_its_last() -> None:
    (curve,) = write("10,0 60,100", rng(), jitter=0)
    assert curve[0] == pytest.approx((0, 0), abs=1e-9)
    assert curve[-1] == pytest.approx((56, 112))
    assert len(curve) == 11
    assert curve[:, 0] == pytest.approx(curve[:, 1] / 2)


@pytest.mark.usefixtures("steady")
def test_the_longer_side_of_what_is_written_is_that_of_a_glyph() -> None:
    (wide,) = write("0,0 200,50", rng(), jitter=0)
    assert wide.max(axis=0) == pytest.approx((GLYPH_SIDE, GLYPH_SIDE / 4))
    assert wide.min(axis=0) == pytest.approx((0, 0), abs=1e-9)


@pytest.mark.usefixtures("steady")
def test_a_curve_runs_through_its_points_and_is_smooth() -> None:
    (curve,) = write("0,0 50,50 0,100", rng(), jitter=0)
    assert np.abs(curve - (56, 56)).sum(axis=1).min() < 1e-6
    assert sharpest_turn(curve) < np.radians(30)


@pytest.mark.usefixtures("steady")
def test_a_corner_is_sharp() -> None:
    (curve,) = write("0,0 50,50! 0,100", rng(), jitter=0)
    assert sharpest_turn(curve) == pytest.approx(np.pi / 2, abs=0.05)
    before, after = curve[:11], curve[11:]
    assert before[:, 0] == pytest.approx(before[:, 1])
    assert after[:, 0] == pytest.approx(112 - after[:, 1])


def sharpest_turn(curve: Points) -> float:
    """The largest angle in radians between two steps of a curve."""
    steps = np.diff(curve, axis=0)
    steps = steps[np.hypot(*steps.T) > 1e-6]
    angles = np.unwrap(np.arctan2(steps[:, 1], steps[:, 0]))
    return float(np.abs(np.diff(angles)).max())


@pytest.mark.usefixtures("steady")
def test_a_long_curve_ends_in_a_bend_and_a_short_one_straight() -> None:
    circle = "50,0 100,50 50,100 0,50 50,0"
    (closed,) = write(circle, rng(), jitter=0)
    (short,) = write("50,0 100,50 50,100 0,50", rng(), jitter=0)
    assert bend(closed) > 3 * bend(short)


def bend(curve: Points) -> float:
    """How much a curve turns at its beginning, in radians."""
    steps = np.diff(curve[:4], axis=0)
    angles = np.arctan2(steps[:, 1], steps[:, 0])
    return float(np.ptp(angles))


@pytest.mark.usefixtures("steady")
def test_points_that_fall_together_make_no_trouble() -> None:
    (curve,) = write("0,0 50,50 50,50 0,100", rng(), jitter=0)
    assert np.isfinite(curve).all()


@pytest.mark.usefixtures("steady")
def test_the_time_between_points_grows_with_the_root_of_their_distance() -> None:
    # 2 + 0.1 and 6.2 + 0.1 long: a quarter of all is 2.1, the fifth of twenty equal steps.
    (curve,) = write("0,0 4,0 42.44,0", rng(), jitter=0)
    assert len(curve) == 21
    assert curve[5, 0] / GLYPH_SIDE * 42.44 == pytest.approx(4, abs=1e-6)


@pytest.mark.usefixtures("steady")
def test_a_range_leaves_a_coordinate_to_the_hand() -> None:
    ends = [curve[-1] for (curve,) in samples("0,0 20~40,100", count=400)]
    across = np.array(ends)[:, 0] / 1.12
    assert across.min() == pytest.approx(20, abs=0.5)
    assert across.max() == pytest.approx(40, abs=0.5)
    assert np.array(ends)[:, 1] == pytest.approx(112)


@pytest.mark.usefixtures("steady")
def test_a_lifted_pen_begins_another_stroke() -> None:
    first, second = write("0,0 0,100 | 60,20 60,100! 80,100", rng(), jitter=0)
    assert first[-1] == pytest.approx((0, 112), abs=1e-9)
    assert second[0] == pytest.approx((67.2, 22.4))
    assert (len(first), len(second)) == (11, 22)  # a corner ends one curve and begins another


# --- hands ------------------------------------------------------------------------------------


def deviation(values: Sequence[float]) -> float:
    return float(np.std(values))


@pytest.mark.usefixtures("steady")
@pytest.mark.parametrize("jitter", [None, 5])
def test_jitter_moves_each_point(jitter: float | None) -> None:
    # The middle point's height against that of the ends; the width sets the scale.
    template = "0,0 500,0! 1000,0"
    generator = rng()
    off = []
    for _ in range(MANY):
        arguments = () if jitter is None else (jitter,)
        (curve,) = write(template, generator, *arguments)
        off.append(curve[10, 1] - (curve[0, 1] + curve[-1, 1]) / 2)
    expected = (jitter or 2.2) * np.sqrt(1.5)
    assert deviation(off) / 0.112 == pytest.approx(expected, rel=0.13)


@pytest.mark.usefixtures("steady")
def test_without_jitter_and_habits_all_hands_write_the_same() -> None:
    assert len({write("0,0 30,100", rng(seed), 0)[0].tobytes() for seed in range(5)}) == 1


def test_no_two_hands_write_the_same() -> None:
    assert len({write("0,0 30,100", rng(seed))[0].tobytes() for seed in range(5)}) == 5


def test_a_lifted_stroke_is_off_its_place(steady: pytest.MonkeyPatch) -> None:
    steady.setattr(handwriting, "LIFTED", OWN["LIFTED"])
    gaps = []
    for first, second in samples("0,0 1000,0 | 500,0 700,0"):
        gaps.append((second[:, 1].mean() - first[:, 1].mean()) / 0.112)
        assert np.ptp(first[:, 1]) < 1e-6  # each stroke moves as a whole
    assert deviation(gaps) == pytest.approx(1.8 * np.sqrt(2), rel=0.13)


def test_ends_are_overshot_along_the_stroke(steady: pytest.MonkeyPatch) -> None:
    steady.setattr(handwriting, "OVERSHOT", OWN["OVERSHOT"])
    lengths = []
    for first, second in samples("0,0 0,1000 | 300,300 300,700"):
        assert np.ptp(second[:, 0]) < 1e-6
        unit = np.ptp(first[:, 1]) / 1000
        lengths.append(np.ptp(second[:, 1]) / unit - 400)
    # Both ends vary, and the longer stroke, which sets the unit, a little too.
    assert deviation(lengths) == pytest.approx(3 * np.sqrt(2), rel=0.12)


def test_an_end_is_overshot_away_from_the_point_next_to_it(steady: pytest.MonkeyPatch) -> None:
    steady.setattr(handwriting, "OVERSHOT", OWN["OVERSHOT"])
    (curve,) = write("0,0 300,0! 300,1000! 600,1000", rng(), jitter=0)
    assert curve[0, 1] == pytest.approx(curve[10, 1])
    assert curve[-1, 1] == pytest.approx(curve[-11, 1])


def test_an_end_is_overshot_by_less_if_the_next_point_is_nearer_than_a_unit(
    steady: pytest.MonkeyPatch,
) -> None:
    steady.setattr(handwriting, "OVERSHOT", OWN["OVERSHOT"])
    (curve,) = write("0,0 0,0.5! 0,100", draws(normal=1), jitter=0)
    # Half a unit's way gives half of three units, at the other end it is all of them.
    assert curve[10, 1] / GLYPH_SIDE == pytest.approx((0.5 + 1.5) / (1.5 + 100 + 3))


def test_a_hand_slants_and_stretches_what_it_writes_and_turns_all_of_it(
    steady: pytest.MonkeyPatch,
) -> None:
    for habit in ("TURN", "STRETCH", "SLANT"):
        steady.setattr(handwriting, habit, OWN[habit])
    level, upright = write("0,0 100,0 | 0,0 0,100", draws(normal=1), jitter=0)
    across, down = level[-1] - level[0], upright[-1] - upright[0]
    assert np.arctan2(across[1], across[0]) == pytest.approx(0.05)
    assert np.arctan2(down[1], down[0]) == pytest.approx(0.05 + np.arctan2(1, -0.26))
    assert np.hypot(*across) / np.hypot(*down) == pytest.approx(np.exp(0.16) / np.hypot(1, 0.26))


def test_most_hands_lean_to_the_right(steady: pytest.MonkeyPatch) -> None:
    steady.setattr(handwriting, "SLANT", OWN["SLANT"])
    leans = [(curve[0, 0] - curve[-1, 0]) / 112 for (curve,) in samples("0,0 0,100")]
    assert np.mean(leans) == pytest.approx(0.12, abs=0.025)
    assert deviation(leans) == pytest.approx(0.14, rel=0.13)


def test_hands_turn_a_little(steady: pytest.MonkeyPatch) -> None:
    steady.setattr(handwriting, "TURN", OWN["TURN"])
    angles = []
    for (curve,) in samples("0,0 100,0"):
        across, down = curve[-1] - curve[0]
        angles.append(np.arctan2(down, across))
    assert deviation(angles) == pytest.approx(0.05, rel=0.13)
    assert np.mean(angles) == pytest.approx(0, abs=0.008)


def test_hands_write_more_or_less_widely(steady: pytest.MonkeyPatch) -> None:
    steady.setattr(handwriting, "STRETCH", OWN["STRETCH"])
    shapes = [np.log(np.divide(*np.ptp(curve, axis=0))) for (curve,) in samples("0,0 50,100")]
    assert np.mean(shapes) == pytest.approx(np.log(0.5), abs=0.02)
    assert deviation(shapes) == pytest.approx(0.16, rel=0.13)


def test_waves_are_slow_and_low() -> None:
    line = np.stack([np.arange(2000.0), np.zeros(2000)], axis=1)
    generator = rng()
    waved = np.stack([waves(line, generator) for _ in range(200)])
    # Three sines, each of which is off by 0.9 / sqrt(2) on average.
    assert np.sqrt((waved**2).mean()) == pytest.approx(0.9 * np.sqrt(1.5), rel=0.13)
    slopes = np.diff(waved, axis=1)
    assert np.sqrt((slopes**2).mean()) == pytest.approx(0.9 * np.sqrt(1.5) * 0.05, rel=0.15)
    assert abs(waved.mean()) < 0.1


@pytest.mark.parametrize(("place", "start"), [(0, 0), (0.25, np.pi / 2), (0.9, 1.8 * np.pi)])
def test_waves_are_three_sines_that_begin_anywhere(place: float, start: float) -> None:
    points = np.array([(0.0, 0.0), (10.0, 5.0), (-7.0, 30.0)])
    waved = waves(points, draws(uniform=place, normal=1))
    assert waved.shape == (3, 2)
    for axis in (0, 1):
        phases = 0.05 * points.sum(axis=1) + start
        assert waved[:, axis] == pytest.approx(3 * 0.9 * np.sin(phases))


def test_waves_across_and_down_are_not_the_same() -> None:
    across, down = waves(np.array([(0.0, 0.0), (40.0, 20.0)]), rng()).T
    assert np.abs(across - down).min() > 0.01


def test_waves_move_both_coordinates_by_both() -> None:
    places = np.array([(0.0, 0.0), (40.0, 0.0), (0.0, 40.0)])
    moved = np.stack([waves(places, rng(seed)) for seed in range(20)])
    assert (np.abs(moved[:, 1] - moved[:, 0]) > 1e-3).all()
    assert (np.abs(moved[:, 2] - moved[:, 0]) > 1e-3).all()


def test_a_hand_bends_what_is_straight(steady: pytest.MonkeyPatch) -> None:
    steady.setattr(handwriting, "WAVE_HEIGHT", OWN["WAVE_HEIGHT"])
    (curve,) = write("0,0 0,100", rng(), jitter=0)
    assert 0.05 < np.ptp(curve[:, 0]) < 8


# --- the pen ----------------------------------------------------------------------------------

STROKE = [np.array([(500.0, 300.0), (600.0, 300.0)])]


def thicknesses(image: MatLike) -> NDArray[np.float64]:
    """How much ink a lying stroke has in each column of its middle; OpenCV adds a soft edge."""
    ink: NDArray[np.float64] = image[:, 30:-30].sum(axis=0) / 255
    return ink


def test_the_canvas_lies_just_round_what_is_drawn() -> None:
    image = draw(STROKE, rng())
    assert image.dtype == np.uint8
    assert image.shape == (24, 100 + 24)
    assert image.max() == 255
    rows, columns = np.nonzero(image > 127)
    assert rows.mean() == pytest.approx(MARGIN, abs=0.6)
    assert columns.mean() == pytest.approx(MARGIN + 50, abs=0.6)


def test_the_canvas_of_a_part_of_a_pixel_is_a_pixel_larger() -> None:
    image = draw([np.array([(500.0, 300.0), (600.2, 330.7)])], rng())
    assert image.shape == (31 + 24, 101 + 24)


def test_pens_are_fine_and_broad(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handwriting, "PRESSURE", 0)
    generator = rng()
    widths = [thicknesses(draw(STROKE, generator)).mean() for _ in range(400)]
    assert min(widths) == pytest.approx(5.4, abs=0.1)  # 3 and the soft edge
    assert max(widths) == pytest.approx(17.4, abs=0.1)  # 16 and the soft edge
    assert np.mean(widths) == pytest.approx(11.2, abs=0.6)


def test_all_strokes_of_a_glyph_are_drawn_with_one_pen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handwriting, "PRESSURE", 0)
    strokes = [STROKE[0], STROKE[0] + np.array([0, 80])]
    for seed in range(8):
        image = draw(strokes, rng(seed))
        upper, lower = image[:50], image[50:]
        assert thicknesses(upper).tolist() == thicknesses(lower).tolist()
        assert cv2.connectedComponents((image > 127).astype(np.uint8))[0] == 3


def test_pressure_changes_slowly_along_a_stroke(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handwriting, "STROKE_WIDTHS", (12, 12))
    line = np.stack([np.linspace(0, 300, 61), np.zeros(61)], axis=1)
    generator = rng()
    widths = np.stack([thicknesses(draw([line], generator)) for _ in range(60)])
    swings = np.ptp(widths, axis=1)
    # At most 18 % more or less than 12; 1.4 is the soft edge.
    assert widths.min() == pytest.approx(0.82 * 12 + 1.4, abs=0.6)
    assert widths.max() == pytest.approx(1.18 * 12 + 1.4, abs=0.6)
    assert swings.max() == pytest.approx(0.36 * 12, abs=0.6)
    assert swings.min() < 0.5
    assert widths.mean() == pytest.approx(13.8, abs=0.5)
    assert np.abs(np.diff(widths, axis=1)).max() < 2.5


@pytest.mark.parametrize(
    ("place", "pressure", "expected"),
    [
        (0, 0.18, (3, 0, 0, 1)),
        (0.5, 1.0, (9.5, 0.5, np.pi, 3)),
        (1, 0.18, (16, 0.18, 2 * np.pi, 5)),
    ],
)
def test_pressure_is_a_part_of_a_sine(
    place: float,
    pressure: float,
    expected: tuple[float, float, float, float],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(handwriting, "PRESSURE", pressure)
    line = np.stack([np.linspace(0, 300, 61), np.zeros(61)], axis=1)
    ink = thicknesses(draw([line], draws(uniform=place)))
    thickness, change, start, swing = expected
    along = (np.arange(len(ink)) + 30 - MARGIN) / 300
    off = ink - thickness * (1 + change * np.sin(start + swing * along))
    # OpenCV rounds widths up to odd ones, and adds a soft edge.
    assert off.mean() == pytest.approx(2.4, abs=0.3)
    assert off.std() < 0.7


def test_a_pen_never_draws_less_than_a_pixel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handwriting, "STROKE_WIDTHS", (0.1, 0.1))
    assert thicknesses(draw(STROKE, rng())) == pytest.approx(1.35, abs=0.1)


def test_edges_are_smooth() -> None:
    image = draw([np.array([(0.0, 0.0), (100.0, 37.0)])], rng())
    assert ((image > 20) & (image < 235)).any(axis=0).mean() > 0.7


def test_lines_are_placed_to_parts_of_a_pixel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handwriting, "PRESSURE", 0)
    flat = np.array([(0.0, 0.0), (100.0, 0.0)])
    weights = []
    for shift in (0.0, 0.25, 0.5, 0.75):
        # A dot far above holds the canvas in its place.
        dot = np.array([(0.0, -60.0), (0.5, -60.0)])
        image = draw([dot, flat + np.array([0, shift])], rng(3))[40:].astype(float)
        rows = np.arange(len(image))
        weights.append(float((image.sum(axis=1) @ rows) / image.sum()))
    assert all(0.05 < after - before < 0.5 for before, after in pairwise(weights))


@pytest.mark.usefixtures("steady")
def test_a_template_is_written_and_drawn() -> None:
    glyph = draw_template("0,0 0,100 | 60,0 60,100", rng(6), jitter=0)
    height, width = trim(glyph).shape
    assert cv2.connectedComponents((glyph > 127).astype(np.uint8))[0] == 3
    assert 112 < height < 132
    assert 68 < width < 86


def test_a_template_is_jittered() -> None:
    glyphs = {draw_template("0,0 60,100", rng(1), jitter).tobytes() for jitter in (0, 5)}
    assert len(glyphs) == 2
