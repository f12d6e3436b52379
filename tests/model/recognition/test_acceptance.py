"""Which candidates are the number: sure ones of one size, by one pen, and most of what there is."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.boxes import Box
from model.recognition.acceptance import accept
from model.recognition.classification import ClassifiedCandidate

THRESHOLD = 0.8
DOUBTED, NO_DIGIT = 0.5, 0.3  # probabilities of a badly written digit and in what is none


def candidate(
    x: int, y: int = 100, height: int = 100, *, value: int = 3, probability: float = 0.99
) -> ClassifiedCandidate:
    """A candidate half as broad as high."""
    probabilities = np.full(10, (1 - probability) / 9, np.float32)
    probabilities[value] = probability
    return ClassifiedCandidate(
        Box(x, y, max(1, height // 2), height),
        np.zeros((28, 28), np.uint8),
        probabilities,
        size=height,
        pen=10.0,
        ink=200.0,
        area=20 * height,
        cut_off=False,
        split=False,
    )


def thing(box: Box, area: int, ink: float = 200.0) -> ClassifiedCandidate:
    """What is no digit, nor written by a pen: so many pixels of ink in a box."""
    shape = candidate(box.x, box.y, box.height, probability=NO_DIGIT)
    return shape._replace(box=box, area=area, pen=40.0, ink=ink)


def places(candidates: Sequence[ClassifiedCandidate]) -> list[int]:
    """Which of `candidates`, by place, are the number."""
    names = [id(one) for one in candidates]
    return [names.index(id(one)) for one in accept(candidates, THRESHOLD)]


ROW = [
    candidate(100, value=3),
    candidate(200, value=0),
    candidate(300, value=6),
    candidate(400, value=8),
]
ONES = [candidate(x, value=1) for x in (100, 200, 300)]


def test_where_no_candidate_is_there_is_no_number() -> None:
    assert places([]) == []


def test_sure_candidates_of_one_kind_are_the_number_in_their_order() -> None:
    assert places(ROW) == [0, 1, 2, 3]
    assert places(ROW[::-1]) == [0, 1, 2, 3]


def test_a_number_may_have_several_rows() -> None:
    assert places([*ROW, candidate(100, 250), candidate(200, 250)]) == [0, 1, 2, 3, 4, 5]


# --- what kind of candidates -------------------------------------------------------------------


@pytest.mark.parametrize("probability", [0.99, DOUBTED, NO_DIGIT])
@pytest.mark.parametrize(
    ("height", "pen", "ink"),
    [
        pytest.param(30, 10.0, 200.0, id="a comma"),
        pytest.param(300, 10.0, 200.0, id="a bracket"),
        pytest.param(100, 10.0, 80.0, id="a crease"),
        pytest.param(100, 3.0, 200.0, id="a rule"),
        pytest.param(100, 25.0, 200.0, id="a beam"),
    ],
)
def test_what_is_of_another_kind_falls_out(
    height: int, pen: float, ink: float, probability: float
) -> None:
    other = candidate(360, 150 - height // 2, height, value=1, probability=probability)
    assert places([*ROW[:3], other._replace(pen=pen, ink=ink), ROW[3]]) == [0, 1, 2, 4]


def test_ones_are_asked_for_a_pen_more_alike_than_other_digits() -> None:
    one, three = (candidate(500, value=value)._replace(pen=25.0) for value in (1, 3))
    assert places([*ROW, one]) == [0, 1, 2, 3]
    assert places([*ROW, three]) == [0, 1, 2, 3, 4]


def test_digits_may_differ_as_a_hand_lets_them() -> None:
    small = candidate(500, 120, 60)._replace(pen=7.0, ink=150.0)
    large = candidate(600, 60, 140)._replace(pen=14.0)
    assert places([*ROW, small, large]) == [0, 1, 2, 3, 4, 5]


def test_digits_are_measured_neither_by_a_bold_stroke_nor_by_a_large_shadow() -> None:
    edge = candidate(600, 50, 300, value=1)._replace(pen=30.0)
    shadow = candidate(750, 50, 300)._replace(ink=60.0)
    assert places([*ROW, edge, shadow]) == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("height", "belongs"), [(42, True), (38, False), (240, True), (260, False)]
)
def test_a_digit_is_at_most_two_and_a_half_times_as_high_as_another(
    height: int, belongs: bool
) -> None:
    other = candidate(500, 150 - height // 2, height)
    # The pen decides which one is the example.
    bold = [one._replace(pen=28.0) for one in ROW]
    assert (4 in places([*bold, other])) is belongs


@pytest.mark.parametrize(("value", "most"), [(3, 3.0), (1, 2.2)])
def test_a_digits_pen_is_at_most_so_many_times_as_broad_or_fine_as_anothers(
    value: int, most: float
) -> None:
    row = [one._replace(size=240.0) for one in ROW]
    other = candidate(500, value=value)._replace(size=100.0)
    for pen, belongs in (
        (10 * most - 0.2, True),
        (10 * most + 0.2, False),
        (10 / most + 0.1, True),
        (10 / most - 0.1, False),
    ):
        assert (4 in places([*row, other._replace(pen=pen)])) is belongs


@pytest.mark.parametrize(("ink", "belongs"), [(120.0, True), (115.0, False), (255.0, True)])
def test_a_digits_ink_may_be_darker_but_not_much_lighter_than_anothers(
    ink: float, belongs: bool
) -> None:
    row = [one._replace(size=240.0) for one in ROW]
    other = candidate(500)._replace(size=100.0, ink=ink)
    assert (4 in places([*row, other])) is belongs


# --- how sure ---------------------------------------------------------------------------------


def test_a_badly_written_digit_is_not_dropped_from_its_row() -> None:
    assert places([*ROW[:2], candidate(300, probability=DOUBTED), ROW[3]]) == [0, 1, 2, 3]


@pytest.mark.parametrize("fall", [-55, -35, 35, 55])
@pytest.mark.parametrize("doubted", range(4))
def test_nor_from_a_row_that_the_photo_tilts(fall: int, doubted: int) -> None:
    row = [candidate(100 + 150 * place, 150 + fall * place) for place in range(4)]
    row[doubted] = candidate(*row[doubted].box[:2], probability=DOUBTED)
    assert places(row) == [0, 1, 2, 3]


def test_a_doubted_candidate_of_no_sure_digits_row_is_dropped() -> None:
    assert places([*ROW, candidate(100, 250, probability=DOUBTED)]) == [0, 1, 2, 3]


def test_what_is_no_digit_is_dropped_from_its_row_too() -> None:
    assert places([*ROW[:2], candidate(300, probability=NO_DIGIT), ROW[3]]) == [0, 1, 3]


@pytest.mark.parametrize("probability", [DOUBTED, NO_DIGIT])
@pytest.mark.parametrize(("sure", "unsure"), [(0, 1), (0, 3), (1, 1), (2, 2), (1, 3)])
def test_unless_two_of_three_candidates_are_sure_there_is_no_number(
    sure: int, unsure: int, probability: float
) -> None:
    candidates = [candidate(100 * place) for place in range(1, sure + 1)]
    candidates += [
        candidate(100 * place, probability=probability)
        for place in range(sure + 1, sure + unsure + 1)
    ]
    assert places(candidates) == []
    assert (
        places([*candidates, *(candidate(100 * place, 250) for place in range(1, 2 * unsure + 1))])
        != []
    )


def test_candidates_of_another_kind_do_not_count_against_a_number() -> None:
    commas = [candidate(x, 180, 20, probability=NO_DIGIT) for x in range(60, 960, 100)]
    assert places([*ROW, *commas]) == [0, 1, 2, 3]


# --- at the photo's edge ----------------------------------------------------------------------


def cut_off(whole: ClassifiedCandidate) -> ClassifiedCandidate:
    return whole._replace(cut_off=True)


def test_what_the_edge_cuts_off_is_left_out_beside_a_whole_number() -> None:
    assert places([cut_off(candidate(0)), *ROW, cut_off(candidate(950))]) == [1, 2, 3, 4]


def test_a_number_that_the_edge_cuts_off_is_read_where_it_is_alone() -> None:
    assert places([cut_off(one) for one in ROW]) == [0, 1, 2, 3]


def test_a_number_that_the_edge_cuts_off_is_read_beside_a_scribble() -> None:
    scribble = candidate(500, 150, 30)._replace(pen=5.0)
    assert places([*(cut_off(one) for one in ROW), scribble]) == [0, 1, 2, 3]


@pytest.mark.parametrize(("pen", "number"), [(3.4, [0, 1, 2]), (3.6, [2])])
def test_it_is_left_out_where_the_whole_number_is_a_third_as_prominent(
    pen: float, number: list[int]
) -> None:
    cut = [cut_off(candidate(x, 400)) for x in (0, 900)]
    assert places([*cut, candidate(400)._replace(pen=pen)]) == number


# --- beside what else -------------------------------------------------------------------------


def test_no_number_is_asserted_where_things_of_its_size_outweigh_it() -> None:
    ink = sum(one.area for one in ROW)
    box = Box(500, 50, 300, 300)
    assert places([*ROW, thing(box, 2 * ink)]) == [0, 1, 2, 3]
    assert places([*ROW, thing(box, 5 * ink)]) == []


def test_texture_fainter_by_far_does_not_outweigh_a_number() -> None:
    box = Box(500, 50, 300, 300)
    for candidates in (ROW, ONES):
        assert places([*candidates, thing(box, 90_000, ink=90.0)]) == list(range(len(candidates)))
        assert places([*candidates, thing(box, 90_000, ink=150.0)]) == []


def test_neither_small_things_nor_what_the_edge_cuts_off_outweigh_a_number() -> None:
    dots = [thing(Box(x, 300, 30, 30), 5000) for x in range(50, 950, 50)]
    table = cut_off(thing(Box(0, 380, 1000, 20), 90_000))
    assert places([*ROW, *dots, table]) == [0, 1, 2, 3]


def test_a_number_of_straight_strokes_alone_is_asked_for_more() -> None:
    ink = sum(one.area for one in ONES)
    other = thing(Box(500, 50, 300, 300), 2 * ink)
    assert places(ONES) == [0, 1, 2]
    assert places([*ONES, other]) == []
    assert places([*ONES, ROW[3], other]) == [0, 1, 2, 3]


def test_the_tables_edge_counts_against_straight_strokes() -> None:
    table = cut_off(thing(Box(0, 380, 1000, 20), 20_000))
    assert places([*ONES, table]) == []
    assert places([*ROW, table]) == [0, 1, 2, 3]


def test_nor_does_a_number_that_the_edge_cuts_off_count_against_itself() -> None:
    box = Box(500, 50, 300, 300)
    cut = [cut_off(candidate(0, y)) for y in (100, 250)]
    assert places([*cut, thing(box, 11_000)]) == [0, 1]
    assert places([*cut, thing(box, 13_000)]) == []
    cut = [cut_off(candidate(0, y, value=1)) for y in (100, 250)]
    assert places([*cut, thing(box, 3000)]) == [0, 1]
    assert places([*cut, thing(box, 5000)]) == []


# --- at the limits -----------------------------------------------------------------------------


def test_a_digit_exactly_as_probable_as_the_threshold_is_sure() -> None:
    one = candidate(100, probability=0.75)
    assert accept([one], one.probability) == [one]
    assert accept([one], one.probability + 0.001) == []


@pytest.mark.parametrize(("probability", "count"), [(0.5, 4), (0.49, 3)])
def test_half_the_threshold_is_just_enough_for_a_badly_written_digit(
    probability: float, count: int
) -> None:
    sure = [candidate(x, probability=1.0) for x in (100, 200, 400)]
    doubted = candidate(300, probability=probability)
    assert len(accept([*sure, doubted], threshold=1.0)) == count


@pytest.mark.parametrize(
    ("size", "pen", "ink"),
    [(250.0, 10.0, 170.0), (40.0, 10.0, 170.0), (100.0, 30.0, 170.0), (100.0, 10.0, 100.0)],
    ids=["high", "low", "bold", "faint"],
)
def test_a_digit_may_differ_by_just_the_factor(size: float, pen: float, ink: float) -> None:
    row = [one._replace(ink=170.0) for one in ROW]
    other = candidate(500)._replace(size=size, pen=pen, ink=ink)
    assert accept([*row, other], THRESHOLD)[-1] is other


@pytest.mark.parametrize(("fall", "belongs"), [(49, True), (50, False), (-49, True), (-50, False)])
def test_a_row_reaches_half_a_height_up_and_down(fall: int, belongs: bool) -> None:
    # One box above the other, so that there is no slope.
    pair = [candidate(100), candidate(100, 400)]
    doubted = candidate(100, 100 + fall, probability=DOUBTED)
    assert (2 in places([*pair, doubted])) is belongs


def test_the_lower_of_two_boxes_says_how_far_a_row_reaches() -> None:
    pair = [candidate(100), candidate(100, 400)]
    low = candidate(112, 148, 50, probability=DOUBTED)
    assert places([*pair, low]) == [0, 1, 2]
    assert places([*pair, low._replace(box=Box(112, 151, 25, 50))]) == [0, 1]


@pytest.mark.parametrize(("row", "share"), [(ROW, 3), (ONES, 1)])
def test_the_number_is_just_enough_of_the_ink(row: list[ClassifiedCandidate], share: int) -> None:
    ink = sum(one.area for one in row)
    box = Box(500, 50, 300, 300)
    assert places([*row, thing(box, share * ink)]) == list(range(len(row)))
    assert places([*row, thing(box, share * ink + 4)]) == []


@pytest.mark.parametrize(("side", "number"), [(39, 4), (40, 0)])
def test_what_is_as_small_as_no_digit_could_be_is_no_clutter(side: int, number: int) -> None:
    for box in (Box(500, 50, side, 3), Box(500, 50, 3, side)):
        assert len(places([*ROW, thing(box, 90_000)])) == number


@pytest.mark.parametrize(("ink", "number"), [(117.0, 4), (118.0, 0)])
def test_texture_is_fainter_than_the_faintest_digit(ink: float, number: int) -> None:
    darker = [one._replace(ink=250.0) for one in ROW[1:]]
    assert len(places([ROW[0], *darker, thing(Box(500, 50, 99, 99), 90_000, ink)])) == number


# --- whatever there is ------------------------------------------------------------------------

LENGTHS = st.integers(1, 1000)
CANDIDATES = st.builds(
    lambda one, pen, ink, area, edge: one._replace(pen=pen, ink=ink, area=area, cut_off=edge),
    st.builds(
        candidate,
        LENGTHS,
        LENGTHS,
        LENGTHS,
        value=st.integers(0, 9),
        probability=st.sampled_from([0.1, 0.2, 0.35, 0.45, 0.7, 0.85, 1.0]),
    ),
    st.floats(1, 200),
    st.floats(1, 255),
    st.integers(1, 100_000),
    st.booleans(),
)
THINGS = st.builds(
    thing, st.builds(Box, LENGTHS, LENGTHS, LENGTHS, LENGTHS), st.integers(1, 100_000)
)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(candidates=st.lists(CANDIDATES | THINGS, max_size=11))
def test_a_number_is_some_of_the_candidates_in_their_order(
    candidates: list[ClassifiedCandidate],
) -> None:
    found = places(candidates)
    assert found == sorted(set(found))
    assert all(candidates[place].probability >= THRESHOLD / 2 for place in found)
    assert not found or any(candidates[place].probability >= THRESHOLD for place in found)
