"""What may be one digit, and what that costs: every limit of the graph, on blocks made by hand.

All blocks are 100 pixels high unless a test says otherwise, so a pixel is a hundredth of a height.
"""

from math import exp, log

import numpy as np
import pytest

from model.boxes import Box
from model.recognition.segmentation_graph import (
    Candidate,
    SegmentationGraph,
    best_path,
    build_graphs,
)
from tests.model.recognition.hand_made import blocks, components, joined, row


def only(graphs: list[SegmentationGraph]) -> SegmentationGraph:
    [graph] = graphs
    return graph


def spanning(graph: SegmentationGraph, start: int, stop: int) -> Candidate:
    """The candidate of just these segments."""
    [candidate] = [
        candidate
        for candidate in graph.candidates
        if (candidate.start, candidate.stop) == (start, stop)
    ]
    return candidate


def parts(graph: SegmentationGraph) -> list[Box]:
    """The boxes of all segments."""
    return [spanning(graph, index, index + 1).box for index in range(graph.length)]


# --- near each other ---------------------------------------------------------------------------


def test_components_stand_in_one_graph_up_to_three_tenths_of_their_size_apart() -> None:
    assert [graph.length for graph in build_graphs(row([40, 40], gap=28))] == [2]
    assert [graph.length for graph in build_graphs(row([40, 40], gap=35))] == [1, 1]


def test_the_size_of_two_components_is_the_mean_of_their_longer_sides() -> None:
    # Three tenths of the geometric mean of 100 and 25 are 15.
    for gap, lengths in ((13, [2]), (18, [1, 1])):
        low = blocks(Box(20, 20, 40, 100), Box(60 + gap, 20, 25, 25))
        assert [graph.length for graph in build_graphs(low)] == lengths


def test_what_touches_the_photos_edge_is_joined_to_nothing() -> None:
    for edge in (Box(0, 20, 30, 100), Box(10, 0, 20, 100)):
        graphs = build_graphs(blocks(edge, Box(40, 20, 30, 100)))
        assert [graph.length for graph in graphs] == [1, 1]


def test_nearness_links_over_others() -> None:
    graphs = build_graphs(blocks(*(Box(x, 20, 20, 100) for x in (20, 50, 80, 200, 230))))
    assert sorted(graph.length for graph in graphs) == [2, 3]


def test_segments_are_ordered_by_their_middles() -> None:
    graph = only(
        build_graphs(blocks(Box(30, 20, 90, 40), Box(20, 70, 40, 50), Box(70, 70, 20, 50)))
    )
    assert [box.x for box in parts(graph)] == [20, 30, 70]


# --- joined or split ---------------------------------------------------------------------------


def gap_costs(gap: int) -> tuple[float, float]:
    """What it costs to join two blocks so many pixels apart, and to split them."""
    graph = only(build_graphs(row([40, 40], gap)))
    assert graph.split_costs[0] == 0
    return spanning(graph, 0, 2).cost, graph.split_costs[1]


def test_parts_of_one_digit_are_nearer_than_a_seventh_of_its_height() -> None:
    join, split = gap_costs(12)
    assert join < split
    join, split = gap_costs(16)
    assert join > split


def test_the_odds_of_one_digit_fall_by_e_with_each_twenty_fifth_of_a_height() -> None:
    join, split = gap_costs(10)
    assert exp_sum(join, split) == pytest.approx(1)
    # OpenCV measures distances in steps of 0.955 pixels.
    assert split - join == pytest.approx((14 - 0.955 * 11) / 4, abs=0.25)
    further = gap_costs(20)
    assert further[0] - further[1] == pytest.approx((0.955 * 21 - 14) / 4, abs=0.25)


def exp_sum(join: float, split: float) -> float:
    """The probabilities of one digit and of two, added."""
    return exp(-join) + exp(-split)


def test_neighbours_in_order_that_are_not_near_count_as_three_tenths_of_a_height_apart() -> None:
    upright = Box(20, 20, 20, 100), Box(90, 20, 20, 100)
    lying = Box(20, 130, 200, 20)
    graph = only(build_graphs(blocks(*upright, lying)))
    # A gap of 0.3 heights is 4 times 0.04 above the even one.
    assert graph.split_costs[1] == pytest.approx(log(1 + exp(-4)))


# --- the shape of a digit ----------------------------------------------------------------------


def test_several_segments_are_one_digit_only_up_to_a_width_of_nine_fifths() -> None:
    def spans(widths: list[int]) -> set[tuple[int, int]]:
        graph = only(build_graphs(row(widths, gap=15)))
        return {(candidate.start, candidate.stop) for candidate in graph.candidates}

    assert spans([80, 80]) == {(0, 1), (1, 2), (0, 2)}  # 175 wide
    assert spans([85, 85]) == {(0, 1), (1, 2)}  # 185 wide


def test_one_component_may_be_a_digit_however_broad() -> None:
    graph = only(build_graphs(joined(90, 100, 90, thickness=10)))
    whole = spanning(graph, 0, graph.length)
    assert whole.box.width == 280
    assert not whole.split
    assert spanning(graph, 0, 1).split
    assert spanning(graph, graph.length - 1, graph.length).split


def test_of_a_broad_components_parts_only_all_together_may_be_broader_than_a_digit() -> None:
    graph = only(build_graphs(joined(90, 100, 90, thickness=10)))
    ends = parts(graph)[0].width, parts(graph)[-1].width
    assert 280 - min(ends) > 180  # all parts but the smaller of these
    broad = [candidate for candidate in graph.candidates if candidate.box.width > 180]
    assert [(candidate.start, candidate.stop) for candidate in broad] == [(0, graph.length)]


def test_a_broad_component_is_no_digit_together_with_another_component() -> None:
    graph = only(build_graphs(row([180, 40], gap=10)))
    assert [(candidate.start, candidate.stop) for candidate in graph.candidates] == [(0, 1), (1, 2)]


def test_a_digit_has_at_most_six_segments() -> None:
    graph = only(build_graphs(row([8] * 8, gap=6)))
    lengths = {candidate.stop - candidate.start for candidate in graph.candidates}
    assert lengths == {1, 2, 3, 4, 5, 6}
    assert len(graph.candidates) == 8 + 7 + 6 + 5 + 4 + 3


@pytest.mark.parametrize(("height", "cost"), [(65, 8 * 0.05), (40, 8 * 0.3), (75, 0), (100, 0)])
def test_what_is_lower_than_seven_tenths_of_its_neighbours_costs_more(
    height: int, cost: float
) -> None:
    graph = only(build_graphs(blocks(Box(20, 20, 40, 100), Box(75, 20, 40, height))))
    assert spanning(graph, 0, 1).cost == 0
    assert spanning(graph, 1, 2).cost == pytest.approx(cost)


@pytest.mark.parametrize(("width", "cost"), [(90, 0), (100, 0), (120, 2 * 0.2), (250, 2 * 1.5)])
def test_what_is_broader_than_high_costs_more(width: int, cost: float) -> None:
    graph = only(build_graphs(row([width], gap=0)))
    assert spanning(graph, 0, graph.length).cost == pytest.approx(cost)


def test_the_costs_of_joining_and_of_the_shape_are_added() -> None:
    graph = only(build_graphs(row([60, 60, 40], gap=10)))
    joins = [spanning(graph, place, place + 2).cost for place in (0, 1)]
    shape = [2 * 0.3, 2 * 0.1]
    apart = [cost - own for cost, own in zip(joins, shape, strict=True)]
    assert spanning(graph, 0, 3).cost == pytest.approx(2 * 0.8 + sum(apart))


def test_where_rows_lie_close_a_digit_is_as_high_as_the_tallest_component_at_least() -> None:
    # Three rows, 340 pixels in all: a digit counts as 100 of 220, not of 340.
    graph = only(build_graphs(blocks(*(Box(20, y, 60, 100) for y in (20, 140, 260)))))
    assert [spanning(graph, place, place + 1).cost for place in range(3)] == pytest.approx(
        [8 * (0.7 - 100 / 220)] * 3
    )
    # Of two rows the whole counts.
    graph = only(build_graphs(blocks(*(Box(20, y, 60, 100) for y in (20, 130)))))
    assert spanning(graph, 0, 1).cost == pytest.approx(8 * (0.7 - 100 / 210))


# --- cut ---------------------------------------------------------------------------------------


def test_a_cut_costs_as_much_as_the_whole_being_a_fifth_as_likely() -> None:
    graph = only(build_graphs(joined(30, 38, 30, thickness=10)))
    whole = graph.candidates.index(spanning(graph, 0, graph.length))
    for likely, digits in ((0.25, 1), (0.15, 2)):
        probabilities = [1.0] * len(graph.candidates)
        probabilities[whole] = likely
        assert len(best_path(graph, probabilities)) == digits


def test_joining_the_parts_of_one_component_costs_nothing() -> None:
    graph = only(build_graphs(joined(30, 38, 30, thickness=10)))
    assert graph.length == 3
    assert spanning(graph, 0, 3).cost == spanning(graph, 0, 2).cost == 0


def test_the_ink_is_that_of_the_candidates_segments_alone() -> None:
    page = blocks(Box(20, 20, 60, 100), Box(90, 20, 40, 60), ink=200)
    page.ink[20:50, 20:80] = 90
    graph = only(build_graphs(page))
    left, right, both = (spanning(graph, *span).ink for span in ((0, 1), (1, 2), (0, 2)))
    assert (left[:30] == 90).all()
    assert (left[30:] == 200).all()
    assert right.shape == (60, 40)
    assert (right == 200).all()
    assert both.shape == (100, 110)
    assert (both[:, :60] == left).all()
    assert not both[:, 60:70].any()
    assert (both[:60, 70:] == 200).all()
    assert not both[60:, 70:].any()


def test_ink_of_another_component_in_the_same_box_is_left_out() -> None:
    ink = np.zeros((200, 200), np.uint8)
    ink[20:120, 20:30] = ink[110:120, 20:100] = 255
    ink[20:90, 60:100] = 255
    graph = only(build_graphs(components(ink)))
    angle = next(
        candidate
        for candidate in graph.candidates
        if candidate.stop - candidate.start == 1 and candidate.box.width == 80
    )
    assert not angle.ink[:80, 20:].any()
    assert (angle.ink[90:] == 255).all()
