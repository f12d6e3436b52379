"""Neighbours: components that nothing lies between, how far apart they are, which are near."""

import numpy as np
import pytest
from cv2.typing import MatLike

from model.recognition.decoding import Photo
from model.recognition.neighbours import connected, gaps, near_gaps
from model.recognition.segmentation import find_components
from tests.model.mnist_pages import page
from tests.model.recognition.hand_made import blank, with_box


def bars(*lefts: int, width: int = 20) -> MatLike:
    photo = page(600, 300)
    for left in lefts:
        photo[80:220, left : left + width] = 0
    return photo


@pytest.mark.parametrize("gap", [3, 10, 60, 200])
def test_a_gap_is_as_wide_as_the_paper_between_two_components(gap: int) -> None:
    assert gaps(find_components(Photo(bars(100, 120 + gap)))) == {(0, 1): pytest.approx(gap, abs=2)}


def test_gaps_are_between_neighbours_only() -> None:
    components = find_components(Photo(bars(100, 160, 240)))
    first, second, third = np.argsort(components.boxes[:, 0]).tolist()
    found = {frozenset(pair): gap for pair, gap in gaps(components).items()}
    assert found[frozenset((first, second))] == pytest.approx(40, abs=2)
    assert found[frozenset((second, third))] == pytest.approx(60, abs=2)
    # Above and below the middle one the outer ones see each other, but from afar.
    assert found.get(frozenset((first, third)), 999) > 100


def test_a_single_component_has_no_gaps() -> None:
    assert gaps(find_components(Photo(bars(100)))) == {}


def test_a_gap_is_measured_the_shortest_way_up_and_down_too() -> None:
    photo = with_box(with_box(blank(), 100, 100, 60, 60), 100, 190, 60, 60)
    assert gaps(find_components(Photo(photo))) == {(0, 1): pytest.approx(30, abs=1)}


def test_what_is_no_writing_does_not_stand_between_neighbours() -> None:
    photo = with_box(with_box(blank(), 100, 100, 20, 200), 180, 100, 20, 200)
    speck = with_box(photo, 148, 180, 4, 4)
    assert gaps(find_components(Photo(speck))) == gaps(find_components(Photo(photo)))


# --- near ones --------------------------------------------------------------------------------


@pytest.mark.parametrize(("gap", "is_near"), [(28, True), (32, False)])
def test_near_are_those_less_than_three_tenths_of_their_size_apart(gap: int, is_near: bool) -> None:
    photo = with_box(with_box(blank(), 100, 100, 20, 100), 120 + gap, 100, 20, 100)
    assert bool(near_gaps(find_components(Photo(photo)))) is is_near


def test_what_the_edge_cuts_off_is_near_nothing() -> None:
    photo = with_box(with_box(blank(), 0, 100, 20, 100), 30, 100, 20, 100)
    components = find_components(Photo(photo))
    assert gaps(components) == {(0, 1): pytest.approx(10, abs=1)}
    assert near_gaps(components) == {}


def test_connected_is_what_a_chain_of_pairs_links() -> None:
    pairs = {(0, 3): 1.0, (1, 4): 1.0, (3, 5): 1.0}
    sets = connected(6, pairs)
    assert sorted(sorted(members) for members in sets) == [[0, 3, 5], [1, 4], [2]]
