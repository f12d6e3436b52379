"""How candidates are described, and which of them the components become."""

import numpy as np
import pytest
from cv2.typing import MatLike
from numpy.typing import NDArray

from model.boxes import Box
from model.recognition.classification import classify, describe, in_reading_order
from model.recognition.components import Components
from model.recognition.segmentation_graph import Candidate
from model.recognition.slicing import Segment
from tests.model.recognition.hand_made import (
    Crop,
    Told,
    blocks,
    components,
    joined,
    probabilities,
    row,
)

Probabilities = NDArray[np.float32]
CROP = np.zeros((28, 28), np.uint8)
THREE = probabilities(3, 0.7)


def candidate(ink: MatLike, x: int = 100, y: int = 100, *, split: bool = False) -> Candidate:
    """All of `ink` at a place of the page."""
    height, width = ink.shape
    box = Box(x, y, width, height)
    whole = np.zeros((500, 1000), np.uint8)
    whole[box.window] = ink
    labels = (whole > 0).astype(np.int32)
    written = components(whole)._replace(labels=labels)
    return Candidate(0, 1, box, 0.0, split, [Segment(1, box)], written)


def bar(ink: int = 200) -> MatLike:
    """A stroke 12 pixels wide."""
    return np.full((100, 12), ink, np.uint8)


def page(scale: float = 1.0) -> Components:
    """Nothing but a speck, on a page 1000 pixels wide and 500 high."""
    ink = np.zeros((500, 1000), np.uint8)
    ink[250, 500] = 255
    return components(ink, scale)


# --- how it was written ------------------------------------------------------------------------


def test_what_the_network_got_and_said_is_kept() -> None:
    found = describe(candidate(bar()), CROP, THREE, page())
    assert found.crop is CROP
    assert found.probabilities is THREE
    assert found.probability == pytest.approx(0.7)
    assert not found.is_one
    assert describe(candidate(bar()), CROP, probabilities(1, 0.7), page()).is_one


def test_the_box_is_in_pixels_of_the_photo_and_the_size_in_those_that_were_looked_at() -> None:
    found = describe(candidate(bar(), 120, 80), CROP, THREE, page(scale=0.5))
    assert found.box == Box(240, 160, 24, 200)
    assert found.size == 100
    assert found.area == 1200


def test_the_pen_is_as_wide_as_the_stroke() -> None:
    assert describe(candidate(bar()), CROP, THREE, page()).pen == pytest.approx(12, abs=1.5)
    soft = np.pad(bar(), ((0, 0), (6, 6)), constant_values=60)
    assert describe(candidate(soft), CROP, THREE, page()).pen == pytest.approx(12, abs=1.5)


def test_no_pen_is_narrower_than_a_pixel() -> None:
    dots = np.zeros((9, 9), np.uint8)
    dots[::3, ::3] = 9
    assert describe(candidate(dots), CROP, THREE, page()).pen >= 1


def test_the_ink_is_that_of_the_darker_parts_but_not_of_the_darkest() -> None:
    uneven = np.repeat(np.array([100] * 5 + [200] * 4 + [250], np.uint8), 20)[np.newaxis]
    assert describe(candidate(uneven), CROP, THREE, page()).ink == 200


def test_only_inked_pixels_count() -> None:
    half = bar()
    half[:50] = 0
    found = describe(candidate(half), CROP, THREE, page())
    assert (found.area, found.ink) == (600, 200)


def test_what_is_larger_bolder_or_darker_is_more_prominent() -> None:
    found = describe(candidate(bar()), CROP, THREE, page())
    assert found.prominence == found.size * found.pen * found.ink


@pytest.mark.parametrize("split", [False, True])
def test_a_split_is_kept(split: bool) -> None:
    assert describe(candidate(bar(), split=split), CROP, THREE, page()).split is split


@pytest.mark.parametrize(("margin", "cut_off"), [(0, True), (4, True), (5, False)])
@pytest.mark.parametrize("side", ["left", "top", "right", "bottom"])
def test_what_comes_within_four_thousandths_of_the_edge_is_cut_off(
    side: str, margin: int, cut_off: bool
) -> None:
    x = {"left": margin, "right": 1000 - 12 - margin}.get(side, 300)
    y = {"top": margin, "bottom": 500 - 100 - margin}.get(side, 200)
    assert describe(candidate(bar(), x, y), CROP, THREE, page()).cut_off is cut_off


# --- which digits ------------------------------------------------------------------------------


def three(_: Crop) -> tuple[int, float]:
    return 3, 0.9


def test_components_far_apart_are_digits_in_reading_order() -> None:
    places = [(300, 20), (20, 20), (160, 300), (20, 310)]
    apart = blocks(*(Box(x, y, 40, 100) for x, y in places))
    found = classify(apart, Told(three))
    assert [digit.box[:2] for digit in found] == [(20, 20), (300, 20), (20, 310), (160, 300)]
    assert [digit.probability for digit in found] == pytest.approx([0.9] * 4)
    assert [found[place] for place in (3, 1, 0, 2)] != found
    assert in_reading_order([found[place] for place in (3, 1, 0, 2)]) == found


def test_each_digit_has_its_own_crop_and_its_own_probabilities() -> None:
    def by_shape(crop: Crop) -> tuple[int, float]:
        broad = int((crop > 127).any(axis=0).sum())
        return (8, 0.95) if broad > 10 else (4, 0.85)

    found = classify(row([70, 20, 70, 20], gap=60), Told(by_shape))
    assert [int(digit.probabilities.argmax()) for digit in found] == [8, 4, 8, 4]
    assert [digit.probability for digit in found] == pytest.approx([0.95, 0.85, 0.95, 0.85])
    for digit in found:
        assert by_shape(digit.crop)[0] == digit.probabilities.argmax()


def test_what_the_slanted_images_say_counts_for_the_digits_alone() -> None:
    class Slanted(Told):
        def averaged(self, images: Crop, upright: Probabilities) -> Probabilities:
            assert (upright == self.upright(images)).all()
            return np.stack([probabilities(6, 0.8)] * len(images))

    [first, second] = classify(row([40, 40], gap=80), Slanted(three))
    assert first.probability == second.probability == pytest.approx(0.8)
    assert first.probabilities.argmax() == 6


@pytest.mark.parametrize(("likely", "digits"), [(0.11, 2), (0.14, 1)])
def test_a_1_that_is_split_off_counts_for_a_tenth(likely: float, digits: int) -> None:
    def rule(crop: Crop) -> tuple[int, float]:
        rows, columns = np.nonzero(crop > 127)
        if np.ptp(rows) < 12:
            return 5, likely  # the whole
        return (1, 1.0) if np.ptp(rows) > 1.3 * np.ptp(columns) else (7, 1.0)

    # Whole it costs 2.2 for its breadth; split 1.6 for the cut, 0.46 for the breadth of its right
    # part and 2.3 for the tenth.
    found = classify(joined(60, 50, 100, thickness=10), Told(rule))
    assert len(found) == digits
    assert [digit.split for digit in found] == [digits == 2] * digits


def test_the_network_sees_only_what_may_be_likeliest() -> None:
    class Counting(Told):
        shown = 0

        def upright(self, images: Crop) -> Probabilities:
            self.shown += len(images)
            return super().upright(images)

    def counted(likely: float) -> int:
        network = Counting(lambda _: (7, likely))
        classify(row([60, 60], gap=20), network)
        return network.shown

    # Of the three candidates both together cost 2 more: a breadth of 1.4, and a gap of 0.2.
    assert counted(0.9) == 2
    assert counted(0.2) == 3


def test_a_1_that_stands_alone_counts_in_full() -> None:
    def rule(crop: Crop) -> tuple[int, float]:
        return (1, 0.5) if (crop > 127).any(axis=0).sum() < 12 else (4, 0.2)

    found = classify(row([30, 30], gap=20), Told(rule))
    assert [digit.is_one for digit in found] == [True, True]


def test_any_other_digit_that_is_split_off_counts_in_full() -> None:
    def rule(crop: Crop) -> tuple[int, float]:
        rows, _ = np.nonzero(crop > 127)
        return (5, 0.9) if np.ptp(rows) < 12 else (7, 1.0)

    # As above, but without the 2.3 for the tenth, which the whole costs at 0.9.
    found = classify(joined(60, 50, 100, thickness=10), Told(rule))
    assert [int(digit.probabilities.argmax()) for digit in found] == [7, 7]
