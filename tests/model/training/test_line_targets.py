"""What the line network should answer, and what each wrong answer costs."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from model.recognition.character_set import CHARACTERS
from model.recognition.line_network import decode
from model.synthesis.strips import IGNORED
from model.training.line_targets import (
    BOX,
    BOX_WEIGHT,
    LABEL,
    MIDDLE,
    TARGET_VALUES,
    WEIGHT,
    Grid,
    Numbers,
    detection_loss,
    targets,
)

GRID = Grid(6, 20)
USUAL = (12, 24)  # pixels


def target_of(*characters: tuple[float, float, int], size: tuple[float, float] = USUAL) -> Numbers:
    """The target of characters of one size: x and y of their middles in pixels, and labels."""
    boxes = [(x, y, *size) for x, y, _ in characters]
    labels = [label for _, _, label in characters]
    return targets(np.array(boxes, np.float32), np.array(labels, np.uint8), GRID)


def pixels(row: float, column: float) -> tuple[float, float]:
    """The middle of a place: x and y."""
    return 2 * column + 1, 4 * row + 2


# --- targets ----------------------------------------------------------------------------------


def test_a_grid_has_a_place_for_four_rows_and_two_columns_of_pixels() -> None:
    assert Grid.of(48, 224) == (12, 112)


def test_without_characters_there_is_nothing_to_find() -> None:
    target = targets(np.empty((0, 4), np.float32), np.empty(0, np.uint8), GRID)
    assert target.shape == (*GRID, TARGET_VALUES)
    assert target.dtype == np.float32
    assert not target.any()


def test_nearness_falls_round_a_middle_as_a_normal_distribution() -> None:
    near = target_of((*pixels(2, 10), 7))[..., MIDDLE]
    assert near[2, 10] == 1
    # A fifth of the box: 1.2 of its columns, and 1.2 of its rows.
    one, two = math.exp(-1 / 2.88), math.exp(-4 / 2.88)
    assert near[2, [8, 9, 11, 12]] == pytest.approx([two, one, one, two])
    assert near[[1, 3], 10] == pytest.approx(one)
    assert near[3, 11] == pytest.approx(math.exp(-2 / 2.88))
    assert not near[:, [3, 17]].any()  # beyond its reach
    assert np.count_nonzero(near) == 6 * 13


@pytest.mark.parametrize(
    ("size", "spread_right", "spread_down"), [((2, 4), 0.7, 0.6), ((80, 80), 2.2, 1.3)]
)
def test_small_and_large_boxes_are_found_as_near_as_others(
    size: tuple[float, float], spread_right: float, spread_down: float
) -> None:
    near = target_of((*pixels(2, 10), 7), size=size)[..., MIDDLE]
    assert near[2, 11] == pytest.approx(math.exp(-0.5 / spread_right**2))
    assert near[3, 10] == pytest.approx(math.exp(-0.5 / spread_down**2))


def test_places_near_a_middle_tell_character_and_box() -> None:
    target = target_of((*pixels(2, 10), 7))
    weighted = target[..., WEIGHT] > 0
    rows, columns = np.nonzero(weighted)
    # Those at most one row and one column away.
    assert {*zip(rows.tolist(), columns.tolist(), strict=True)} == {
        (row, column) for row in (1, 2, 3) for column in (9, 10, 11)
    }
    assert (target[weighted, LABEL] == 7).all()
    assert (target[weighted, WEIGHT] == target[weighted, MIDDLE]).all()
    assert not target[~weighted, LABEL:].any()
    assert target[2, 10, BOX:].tolist() == [0, 0, 0, 0]
    assert target[1, 11, BOX:].tolist() == [-1, 1, 0, 0]


def test_a_middle_between_places_is_at_one_of_them() -> None:
    x, y = pixels(2.25, 10.5)
    target = target_of((x, y, 3))
    assert np.count_nonzero(target[..., MIDDLE] == 1) == 1
    assert target[2, 10, MIDDLE] == 1
    assert target[2, 10, BOX : BOX + 2].tolist() == [0.5, 0.25]
    assert target[2, 11, BOX : BOX + 2].tolist() == [-0.5, 0.25]
    assert target[2, 10, WEIGHT] == pytest.approx(math.exp(-(0.25 + 0.0625) / 2.88))


def test_sizes_are_logarithms_of_what_is_usual() -> None:
    target = target_of((*pixels(2, 10), 3), size=(24, 12))
    assert target[2, 10, BOX + 2 :] == pytest.approx([math.log(2), -math.log(2)])


def test_between_two_characters_each_place_belongs_to_the_nearer_one() -> None:
    target = target_of((*pixels(2, 8), 1), (*pixels(2, 11), 2))
    assert target[2, 7:13, LABEL].tolist() == [1, 1, 1, 2, 2, 2]
    assert target[2, [8, 11], MIDDLE].tolist() == [1, 1]
    other = target_of((*pixels(2, 11), 2), (*pixels(2, 8), 1))
    assert np.array_equal(target, other)


def test_a_character_that_may_be_found_or_not_counts_for_nothing() -> None:
    target = target_of((*pixels(2, 10), IGNORED))
    assert (target[1:4, 9:12, MIDDLE] == -1).all()
    assert np.count_nonzero(target) == 9


def test_a_character_beside_one_that_may_be_found_is_still_to_be_found() -> None:
    for characters in (
        [(*pixels(2, 10), 5), (*pixels(2, 11), IGNORED)],
        [(*pixels(2, 11), IGNORED), (*pixels(2, 10), 5)],
    ):
        target = target_of(*characters)
        assert target[2, 10, MIDDLE] == 1
        assert target[2, 10, LABEL] == 5


@pytest.mark.parametrize(("row", "column"), [(-0.5, -0.5), (5.49, 19.49), (0, 19)])
def test_a_character_at_the_edge_has_its_middle_in_the_grid(row: float, column: float) -> None:
    target = target_of((*pixels(row, column), 4))
    assert np.count_nonzero(target[..., MIDDLE] == 1) == 1


def answer_of(target: Numbers) -> Numbers:
    """The answer of a network that has learnt a target by heart."""
    nearness = target[..., MIDDLE].clip(1e-4, 1 - 1e-4)
    middles = np.log(nearness / (1 - nearness))[..., None]
    characters = 20 * np.eye(len(CHARACTERS), dtype=np.float32)[target[..., LABEL].astype(int)]
    return np.concatenate([middles, characters, target[..., BOX:]], axis=-1)


def test_what_the_target_says_is_what_the_reader_understands() -> None:
    boxes = np.array([[9.3, 10.2, 8, 20], [21.1, 13.4, 14, 22.5], [33, 18.9, 3, 4]], np.float32)
    labels = np.array([3, 17, 10], np.uint8)
    found = decode(answer_of(targets(boxes, labels, GRID)))
    order = found.boxes[:, 0].argsort()
    assert found.boxes[order] == pytest.approx(boxes, abs=1e-3)
    assert found.probabilities.argmax(axis=1)[order].tolist() == labels.tolist()
    assert found.middles.min() > 0.99


# --- the loss ---------------------------------------------------------------------------------


def loss(target: Numbers, answer: Numbers) -> float:
    return float(detection_loss(target[None], answer[None].astype(np.float32)))


def unsure() -> NDArray[np.float32]:
    """An answer whose every logit is 0."""
    return np.zeros((*GRID, 1 + len(CHARACTERS) + 4), np.float32)


def single(**values: float) -> Numbers:
    """A target of which one place is not empty."""
    target = np.zeros((*GRID, TARGET_VALUES), np.float32)
    places = {"nearness": MIDDLE, "label": LABEL, "weight": WEIGHT, "right": BOX}
    for name, value in values.items():
        target[2, 10, places[name]] = value
    return target


PLACES = GRID.rows * GRID.columns
INVENTED = 0.5**2 * math.log(2)  # the focal loss of a middle that is half believed in


def test_each_middle_that_is_believed_in_costs_where_nothing_is() -> None:
    assert loss(single(), unsure()) == pytest.approx(PLACES * INVENTED)
    sure = unsure()
    sure[..., 0] = -20
    assert loss(single(), sure) == pytest.approx(0, abs=1e-6)


def test_a_middle_that_is_missed_costs_the_more_the_less_it_is_believed_in() -> None:
    answer = unsure()
    answer[..., 0] = -20
    answer[2, 10, 0] = math.log(0.2 / 0.8)
    expected = 0.8**2 * -math.log(0.2) / 2  # one middle, and one more to divide by
    assert loss(single(nearness=1), answer) == pytest.approx(expected, rel=1e-4)


def test_near_a_middle_much_is_forgiven() -> None:
    expected = (PLACES - 1 + (1 - 0.6) ** 4) * INVENTED
    assert loss(single(nearness=0.6), unsure()) == pytest.approx(expected)


def test_where_either_is_right_nothing_costs() -> None:
    expected = (PLACES - 1) * INVENTED
    assert loss(single(nearness=-1), unsure()) == pytest.approx(expected)


def test_a_character_costs_its_cross_entropy_by_its_weight() -> None:
    middles = loss(single(), unsure())
    cost = loss(single(weight=0.5, label=3), unsure()) - middles
    assert cost == pytest.approx(0.5 / 1.5 * math.log(len(CHARACTERS)), rel=1e-4)
    answer = unsure()
    answer[2, 10, 1 + 3] = 20
    assert loss(single(weight=0.5, label=3), answer) == pytest.approx(middles, rel=1e-5)


def test_a_box_costs_how_far_it_is_off() -> None:
    known = unsure()
    known[2, 10, 1] = 20  # the character is a sure 0
    exact = loss(single(weight=1), known)
    assert loss(single(weight=1, right=-0.75), known) - exact == pytest.approx(
        BOX_WEIGHT * 0.75 / 2, rel=1e-3
    )
    known[2, 10, -1] = 0.25
    assert loss(single(weight=1), known) - exact == pytest.approx(BOX_WEIGHT * 0.25 / 2, rel=1e-3)


def test_an_answer_that_is_right_costs_next_to_nothing() -> None:
    target = target_of((*pixels(2, 4), 7), (*pixels(3, 13), 12))
    answer = answer_of(target)
    answer[..., 0] = np.where(target[..., MIDDLE] == 1, 20, -20)
    assert loss(target, answer) < 1e-3
    assert loss(target, unsure()) > 1
