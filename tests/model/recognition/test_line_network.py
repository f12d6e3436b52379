"""What the line network's answer means, and how it is asked."""

import pickle
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from cv2.typing import MatLike

from model.recognition.character_set import CHARACTERS
from model.recognition.line_network import (
    BOX_VALUES,
    COARSEST,
    COLUMN_PIXELS,
    LEAST_MIDDLE,
    ROW_PIXELS,
    SAME,
    USUAL_HEIGHT,
    USUAL_WIDTH,
    Characters,
    Numbers,
    decode,
    distinct,
    filled_up,
)
from tests.model.recognition.tiny_line_network import MIDDLE_INK, tiny_line_network

ROWS, COLUMNS = 8, 20
SURE, NOTHING = 5.0, -9.0  # logits of a middle


def nothing() -> Numbers:
    """An answer that finds no character."""
    answer = np.zeros((ROWS, COLUMNS, 1 + len(CHARACTERS) + BOX_VALUES), np.float32)
    answer[..., 0] = NOTHING
    return answer


def with_middle(
    answer: Numbers,
    row: int,
    column: int,
    logit: float = SURE,
    box: tuple[float, float, float, float] = (0, 0, 0, 0),
) -> Numbers:
    """A copy with a middle at a place."""
    changed = answer.copy()
    changed[row, column, 0] = logit
    changed[row, column, -BOX_VALUES:] = box
    return changed


def characters(*boxes: tuple[float, float, float, float], middles: list[float]) -> Characters:
    probabilities = np.eye(len(boxes), len(CHARACTERS), dtype=np.float32)
    array = np.array(boxes, np.float32).reshape(-1, 4)
    return Characters(array, np.array(middles, np.float32), probabilities)


# --- what an answer means ----------------------------------------------------------------------


def test_each_peak_is_a_character_in_the_middle_of_its_place() -> None:
    answer = with_middle(nothing(), 2, 3)
    answer = with_middle(answer, 6, 15)
    boxes, middles, probabilities = decode(answer)
    assert sorted(boxes.tolist()) == [
        [3.5 * COLUMN_PIXELS, 2.5 * ROW_PIXELS, USUAL_WIDTH, USUAL_HEIGHT],
        [15.5 * COLUMN_PIXELS, 6.5 * ROW_PIXELS, USUAL_WIDTH, USUAL_HEIGHT],
    ]
    assert middles == pytest.approx([1 / (1 + np.exp(-SURE))] * 2)
    assert probabilities == pytest.approx(np.full((2, 22), 1 / 22))
    assert boxes.dtype == middles.dtype == probabilities.dtype == np.float32


def test_its_box_is_moved_by_places_and_enlarged_by_powers() -> None:
    box = (0.5, -0.25, np.log(2), np.log(0.5))
    boxes = decode(with_middle(nothing(), 2, 3, box=box)).boxes
    expected = [4 * COLUMN_PIXELS, 2.25 * ROW_PIXELS, 2 * USUAL_WIDTH, USUAL_HEIGHT / 2]
    assert boxes[0] == pytest.approx(expected)


def test_its_probabilities_are_those_of_its_place() -> None:
    answer = with_middle(nothing(), 2, 3)
    answer[2, 3, 1 + CHARACTERS.index("7")] = np.log(9)
    answer[2, 4, 1 + CHARACTERS.index("1")] = 50
    [probabilities] = decode(answer).probabilities
    assert probabilities[CHARACTERS.index("7")] == pytest.approx(9 / 30)
    assert probabilities[CHARACTERS.index("1")] == pytest.approx(1 / 30)
    assert probabilities.sum() == pytest.approx(1)


@pytest.mark.parametrize("logit", [-500, 500])
def test_logits_of_any_size_become_probabilities(logit: float) -> None:
    answer = with_middle(nothing(), 2, 3)
    answer[2, 3, 1] = logit
    [probabilities] = decode(answer).probabilities
    assert probabilities.sum() == pytest.approx(1)
    assert probabilities[0] == pytest.approx(float(logit > 0))


@pytest.mark.parametrize(("beyond", "count"), [(-0.01, 0), (0.01, 1)])
def test_a_middle_has_to_be_probable_enough(beyond: float, count: int) -> None:
    probability = LEAST_MIDDLE + beyond
    logit = np.log(probability / (1 - probability))
    found = decode(with_middle(nothing(), 2, 3, logit))
    assert found.middles == pytest.approx([probability] * count)


@pytest.mark.parametrize(
    ("row", "column", "count"), [(2, 5, 1), (2, 6, 2), (3, 5, 1), (4, 3, 2), (3, 6, 2)]
)
def test_a_lower_peak_beside_a_higher_one_is_none(row: int, column: int, count: int) -> None:
    small = (0, 0, -3, -3)
    answer = with_middle(nothing(), 2, 3, SURE + 1, small)
    answer = with_middle(answer, row, column, SURE, small)
    assert len(decode(answer).boxes) == count


@pytest.mark.parametrize(("row", "column"), [(0, 0), (ROWS - 1, COLUMNS - 1)])
def test_a_character_may_be_at_the_edge(row: int, column: int) -> None:
    [box] = decode(with_middle(nothing(), row, column)).boxes
    assert box[:2].tolist() == [(column + 0.5) * COLUMN_PIXELS, (row + 0.5) * ROW_PIXELS]


def test_two_peaks_with_the_same_box_are_one_character() -> None:
    answer = with_middle(nothing(), 2, 3, SURE + 1, (0, 0, 0, 0))
    answer = with_middle(answer, 2, 9, SURE, (-6, 0, 0, 0))
    assert decode(answer).middles == pytest.approx([1 / (1 + np.exp(-SURE - 1))])


def test_nothing_is_found_where_nothing_is() -> None:
    boxes, middles, probabilities = decode(nothing())
    assert boxes.shape == (0, 4)
    assert middles.shape == (0,)
    assert probabilities.shape == (0, len(CHARACTERS))


# --- the same character ------------------------------------------------------------------------


@pytest.mark.parametrize(("beyond", "kept"), [(-0.02, [0.9, 0.8]), (0.02, [0.9])])
def test_of_two_boxes_that_share_much_the_likelier_stays(beyond: float, kept: list[float]) -> None:
    moved = 10 * (1 - SAME - beyond)
    two = characters((5, 5, 10, 10), (5 + moved, 5, 10, 10), middles=[0.8, 0.9])
    found = distinct(two)
    assert found.middles == pytest.approx(kept)
    assert found.boxes[0].tolist() == two.boxes[1].tolist()
    assert found.probabilities[0].tolist() == two.probabilities[1].tolist()


def test_what_is_shared_is_a_share_of_the_smaller_box() -> None:
    inside = characters((50, 50, 100, 100), (50, 50, 5, 5), middles=[0.8, 0.9])
    assert distinct(inside).boxes.tolist() == [[50, 50, 5, 5]]


@pytest.mark.parametrize("away", [(12.0, 0.0), (0.0, 12.0), (12.0, 12.0)])
def test_boxes_that_share_nothing_both_stay(away: tuple[float, float]) -> None:
    x, y = away
    two = characters((5, 5, 10, 10), (5 + x, 5 + y, 10, 10), middles=[0.8, 0.9])
    assert distinct(two).middles == pytest.approx([0.9, 0.8])


def test_what_is_dropped_drops_no_other() -> None:
    chain = [(5 + 3 * nth, 5, 10, 10) for nth in range(3)]
    found = distinct(characters(*chain, middles=[0.9, 0.8, 0.7]))
    assert found.middles == pytest.approx([0.9, 0.7])


def test_of_many_characters_as_many_stay_as_are_apart() -> None:
    """Some hundred are on a page, and noise has thousands; all is the same five times."""
    places = [(20.0 * (nth % 80), 30.0 * (nth // 80), 14.0, 24.0) for nth in range(1600)]
    five = [(x + step, y, width, height) for step in range(5) for x, y, width, height in places]
    middles = [0.9 - 0.1 * step for step in range(5) for _ in places]
    found = distinct(characters(*five, middles=middles))
    assert sorted(map(tuple, found.boxes.tolist())) == sorted(places)


def test_of_no_characters_none_are_distinct() -> None:
    boxes, middles, probabilities = distinct(characters(middles=[]))
    assert (boxes.size, middles.size, probabilities.size) == (0, 0, 0)


# --- asking the network ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shape", "filled"), [((1, 1), (8, 8)), ((8, 16), (8, 16)), ((9, 17), (16, 24))]
)
def test_ink_is_filled_up_with_paper(shape: tuple[int, int], filled: tuple[int, int]) -> None:
    assert COARSEST == 8
    ink = np.full(shape, 200, np.uint8)
    image = filled_up(ink)
    assert image.shape == (1, *filled, 1)
    assert image.dtype == np.float32
    assert (image[0, : shape[0], : shape[1], 0] == 200).all()
    assert np.count_nonzero(image) == ink.size


def ink_of(*shape: int, dark: tuple[int, int], pale: tuple[int, int]) -> MatLike:
    """Ink with a 1 and a 0 at places of the grid, as the tiny network reads it."""
    ink = np.zeros(shape, np.uint8)
    for (row, column), strength in ((dark, MIDDLE_INK + 60), (pale, MIDDLE_INK - 40)):
        y, x = row * ROW_PIXELS, column * COLUMN_PIXELS
        ink[y : y + ROW_PIXELS, x : x + COLUMN_PIXELS] = strength
    return ink


def test_what_is_written_is_found_in_ink_of_any_size() -> None:
    network = tiny_line_network()
    for shape in ((21, 91), (60, 42), (21, 91)):
        found = network(ink_of(*shape, dark=(1, 2), pale=(3, 19)))
        in_order = found.boxes[:, 0].argsort()
        assert found.boxes[in_order].tolist() == [
            [2.5 * COLUMN_PIXELS, 1.5 * ROW_PIXELS, USUAL_WIDTH, USUAL_HEIGHT],
            [19.5 * COLUMN_PIXELS, 3.5 * ROW_PIXELS, USUAL_WIDTH, USUAL_HEIGHT],
        ]
        assert found.probabilities[in_order].argmax(axis=1).tolist() == [1, 0]


def test_an_answer_stays_when_the_next_is_given() -> None:
    network = tiny_line_network()
    first = network(ink_of(16, 48, dark=(1, 2), pale=(1, 15)))
    kept = [values.copy() for values in first]
    network(ink_of(16, 48, dark=(2, 20), pale=(1, 3)))
    assert [values.tolist() for values in first] == [values.tolist() for values in kept]


def test_it_can_be_sent_to_another_process_even_after_use() -> None:
    network = tiny_line_network()
    ink = ink_of(16, 48, dark=(1, 2), pale=(1, 15))
    here = network(ink)
    there = pickle.loads(pickle.dumps(network))(ink)  # noqa: S301  our own
    assert [values.tolist() for values in there] == [values.tolist() for values in here]


def test_several_threads_get_the_answers_that_one_gets() -> None:
    network = tiny_line_network()
    inks = [ink_of(16, 40 + nth, dark=(1, nth), pale=(2, 19)) for nth in range(12)]
    alone = [network(ink).boxes.tolist() for ink in inks]
    with ThreadPoolExecutor(4) as pool:
        together = [found.boxes.tolist() for found in pool.map(network, inks)]
    assert together == alone
    assert len({str(boxes) for boxes in alone}) == 12
