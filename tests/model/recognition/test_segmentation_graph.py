"""Strokes become digits: broken ones joined, touching ones parted, all in reading order."""

from itertools import pairwise
from math import log

import cv2
import numpy as np
import pytest
from cv2.typing import MatLike
from hypothesis import given, settings
from hypothesis import strategies as st

from model.boxes import Box
from model.reader import Reader, Reading
from model.recognition.decoding import Photo
from model.recognition.segmentation import find_components
from model.recognition.segmentation_graph import (
    Candidate,
    SegmentationGraph,
    best_path,
    build_graphs,
)
from tests.model.mnist_pages import BLACK, Image, Placed, digit, encode, mnist, page
from tests.model.recognition.hand_made import blocks

Point = tuple[int, int]


def read(reader: Reader, photo: MatLike) -> Reading:
    return reader.read(encode(photo))


def pen(*strokes: list[Point], thickness: int = 14) -> MatLike:
    photo = page(400, 400)
    for points in strokes:
        stroke = np.array(points, np.int32)
        cv2.polylines(photo, [stroke], False, BLACK, thickness, cv2.LINE_AA)
    return photo


def arc(start: float, stop: float) -> list[Point]:
    """A part of an upright oval, in degrees."""
    turn = np.deg2rad(np.linspace(start, stop, 60))
    x, y = (200 + 65 * np.cos(turn)).astype(int), (200 + 100 * np.sin(turn)).astype(int)
    return list(zip(x.tolist(), y.tolist(), strict=True))


def whole(count: int) -> list[Image]:
    """The first test images whose ink hangs together."""
    images = mnist().images
    found = (image for image in images if cv2.connectedComponents(image & np.uint8(128))[0] == 2)
    return [next(found) for _ in range(count)]


# --- one digit --------------------------------------------------------------------------------


@pytest.mark.parametrize("gap", [4, 10, 16])
def test_a_5_with_its_roof_apart_is_one_digit(reader: Reader, gap: int) -> None:
    body = [(160, 100), (150, 180), (200, 170), (245, 200), (245, 255), (200, 295), (145, 285)]
    roof = [(160 + 14 + gap, 100), (270, 95)]
    assert read(reader, pen(body, roof)).text == "5"


@pytest.mark.parametrize("gap", [4, 10, 16])
def test_a_0_broken_twice_is_one_digit(reader: Reader, gap: int) -> None:
    missing = 14 + gap  # degrees; the pen's round ends fill as much as it is thick
    halves = arc(-90 + missing / 2, 90), arc(90 + missing / 2, 270 - missing / 2)
    assert read(reader, pen(*halves)).text == "0"


@pytest.mark.parametrize("lying", [True, False])
def test_a_cut_leaves_most_digits_one(reader: Reader, lying: bool) -> None:
    joined = []
    for image in whole(60):
        placed = Placed(image, 200, 100, 200)
        photo = page(600, 400, [placed])
        x, y, width, height = placed.box
        if lying:
            photo[y + height // 2 :][:4] = 255
        else:
            photo[:, x + width // 2 :][:, :4] = 255
        joined.append(len(read(reader, photo).digits) == 1)
    assert np.mean(joined) > 0.8


@pytest.mark.parametrize("label", [0, 2, 3, 5, 8, 9])
def test_two_halves_may_always_be_one_digit(label: int) -> None:
    for nth in range(8):
        placed = Placed(digit(label, nth), 200, 100, 200)
        photo = page(600, 400, [placed])
        photo[100 + placed.box[3] // 2 :][:4] = 255
        [graph] = build_graphs(find_components(Photo(photo)))
        spans = [(candidate.start, candidate.stop) for candidate in graph.candidates]
        assert (0, graph.length) in spans


# --- two digits -------------------------------------------------------------------------------


@pytest.mark.parametrize("gap", [20, 30, 60])
def test_neighbours_stay_two(reader: Reader, gap: int) -> None:
    images = whole(40)
    counts = []
    for first, second in zip(images[::2], images[1::2], strict=True):
        left = Placed(first, 60, 80, 150)
        right = Placed(second, 60 + left.box[2] + gap, 80, 150)
        counts.append(len(read(reader, page(500, 310, [left, right])).digits))
    assert np.mean(np.array(counts) == 2) > 0.8


def touching(first: Image, second: Image, overlap: int = 3) -> MatLike:
    """Two digits side by side, the right one pushed `overlap` pixels into the left one."""
    left, right = (page(560, 310, [Placed(image, 260, 80, 150)]) for image in (first, second))
    inked = [side[:, :, 0] < 128 for side in (left, right)]
    both = inked[0].any(axis=1) & inked[1].any(axis=1)
    end, start = 559 - inked[0][:, ::-1].argmax(axis=1), inked[1].argmax(axis=1)
    shift = int((end - start)[both].max()) + 1 - overlap
    return np.minimum(left, np.roll(right, shift, axis=1))


def test_many_touching_digits_are_parted(reader: Reader) -> None:
    images = whole(60)
    counts = [
        len(read(reader, touching(first, second)).digits)
        for first, second in zip(images[::2], images[1::2], strict=True)
    ]
    assert np.mean(np.array(counts) == 2) > 0.4


# --- graphs -----------------------------------------------------------------------------------


def test_digits_far_apart_are_graphs_of_their_own() -> None:
    placed = [Placed(digit(8), 60 + 160 * place, 60, 100) for place in range(3)]
    layout = build_graphs(find_components(Photo(page(560, 220, placed))))
    assert sorted(graph.candidates[0].box.x for graph in layout) == pytest.approx(
        [60, 220, 380], abs=3
    )


def test_a_candidates_ink_holds_nothing_of_its_neighbours() -> None:
    photo = page(400, 300)
    for left in (60, 130):
        cv2.line(photo, (left + 160, 40), (left, 260), BLACK, 14)
    [graph] = build_graphs(find_components(Photo(photo)))
    assert graph.candidates
    for candidate in graph.candidates:
        assert candidate.ink.shape == (candidate.box.height, candidate.box.width)
        components = cv2.connectedComponents((candidate.ink > 127).astype(np.uint8))[0] - 1
        assert components == candidate.stop - candidate.start


# --- the cheapest path ------------------------------------------------------------------------


def graph(costs: dict[tuple[int, int], float], split_costs: list[float]) -> SegmentationGraph:
    """Groups of nothing that span from `start` to `stop` at a cost."""
    nothing = Box(0, 0, 1, 1)
    blank = blocks()
    candidates = [
        Candidate(start, stop, nothing, cost, False, [], blank)
        for (start, stop), cost in costs.items()
    ]
    return SegmentationGraph(len(split_costs), candidates, split_costs)


@pytest.mark.parametrize(
    ("probabilities", "path"),
    [((0.9, 0.9, 0.5), [0, 1]), ((0.5, 0.5, 0.9), [2]), ((0.9, 0.2, 0.5), [2])],
)
def test_the_path_is_what_the_classifier_believes(
    probabilities: tuple[float, ...], path: list[int]
) -> None:
    assert best_path(graph({(0, 1): 0, (1, 2): 0, (0, 2): 0}, [0, 0]), probabilities) == path


def test_what_lies_apart_is_rather_parted_and_what_lies_close_is_rather_joined() -> None:
    probabilities = 0.7, 0.7, 0.6
    assert best_path(graph({(0, 1): 0, (1, 2): 0, (0, 2): 0}, [0, 2]), probabilities) == [2]
    assert best_path(graph({(0, 1): 0, (1, 2): 0, (0, 2): 2}, [0, 0]), probabilities) == [0, 1]


@settings(max_examples=100, deadline=None, derandomize=True)
@given(length=st.integers(1, 6), seed=st.integers(0, 999))
def test_no_path_is_cheaper_than_the_best(length: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    spans = [(start, stop) for stop in range(1, length + 1) for start in range(stop)]
    rng.shuffle(spans)
    costs = {(start, stop): float(rng.uniform(0, 3)) for start, stop in spans}
    split_costs: list[float] = [0.0, *rng.uniform(0, 2, length - 1).tolist()]
    probabilities = {span: float(rng.uniform(0.1, 1)) for span in costs}

    def cost(path: list[tuple[int, int]]) -> float:
        return sum(split_costs[span[0]] + costs[span] - log(probabilities[span]) for span in path)

    def cheapest(bits: int) -> float:
        inner = [place for place in range(1, length) if bits >> (place - 1) & 1]
        return cost(list(pairwise([0, *inner, length])))

    found = [
        list(costs)[place]
        for place in best_path(graph(costs, split_costs), list(probabilities.values()))
    ]
    assert [start for start, _ in found] == [0, *(stop for _, stop in found)][:-1]
    assert found[-1][1] == length
    assert cost(found) == pytest.approx(min(cheapest(bits) for bits in range(2 ** (length - 1))))
