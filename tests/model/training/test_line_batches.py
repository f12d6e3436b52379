"""What the line network is shown while it trains."""

from collections.abc import Iterator

import numpy as np
import pytest

from model.synthesis.strip_sets import Strips
from model.training.line_batches import STRENGTHS, LineBatches
from model.training.line_targets import LABEL, MIDDLE, TARGET_VALUES, Numbers

GREY = 100
HEIGHT, WIDTH = 16, 48


def numbered(count: int) -> Strips:
    """Grey strips, each with as many characters of its own number as it is even or odd: 2 or 1."""
    ink = np.full((count, HEIGHT, WIDTH), GREY, np.uint8)
    numbers = np.arange(count)
    counts = 2 - numbers % 2
    labels = np.repeat(numbers, counts).astype(np.uint8)
    ends = np.cumsum(counts)
    boxes = np.tile(np.array([12, 8, 10, 14], np.float32), (len(labels), 1))
    boxes[ends - 1, 0] = 36  # the last one of each is on the right
    return Strips(ink, counts, boxes, labels)


def epoch(served: LineBatches) -> Iterator[tuple[Numbers, Numbers]]:
    """The images and targets of each batch."""
    yield from served.dataset().as_numpy_iterator()


def seen(served: LineBatches) -> tuple[Numbers, Numbers]:
    images, wanted = zip(*epoch(served), strict=True)
    return np.concatenate(images), np.concatenate(wanted)


def labels(target: Numbers) -> list[int]:
    """Those of the middles in a target, from left to right."""
    rows, columns = np.nonzero(target[..., MIDDLE] == 1)
    order = columns.argsort()
    values = target[rows[order], columns[order], LABEL]
    return [int(value) for value in values]


def test_an_epoch_shows_each_strip_once_with_its_own_characters() -> None:
    images, wanted = seen(LineBatches(numbered(12), 4, seed=0))
    assert images.shape == (12, HEIGHT, WIDTH, 1)
    assert wanted.shape == (12, HEIGHT // 4, WIDTH // 2, TARGET_VALUES)
    assert images.dtype == wanted.dtype == np.float32
    shown = [labels(target) for target in wanted]
    assert sorted(shown) == [[n] if n % 2 else [n, n] for n in range(12)]


def test_what_fills_no_batch_waits_for_another_epoch() -> None:
    served = LineBatches(numbered(11), 4, seed=0)
    assert len(served) == 2
    shown = [{labels(target)[0] for target in seen(served)[1]} for _ in range(8)]
    assert {len(numbers) for numbers in shown} == {8}
    assert set.union(*shown) == set(range(11))


def test_the_next_epoch_has_another_order() -> None:
    served = LineBatches(numbered(12), 4, seed=0)
    (_, first), (_, second) = seen(served), seen(served)
    assert (first != second).any()


def test_an_epoch_can_be_begun_without_those_before_it() -> None:
    served = LineBatches(numbered(12), 4, seed=0)
    (first, _), (second, _) = seen(served), seen(served)
    resumed = LineBatches(numbered(12), 4, seed=0)
    resumed.epoch = 1
    assert np.array_equal(seen(resumed)[0], second)
    resumed.epoch = 0
    assert np.array_equal(seen(resumed)[0], first)


def test_a_seed_decides_order_and_variation() -> None:
    one, same, other = (seen(LineBatches(numbered(12), 4, seed)) for seed in (1, 1, 2))
    assert np.array_equal(one[0], same[0])
    assert np.array_equal(one[1], same[1])
    assert not np.array_equal(one[0], other[0])


def test_ink_is_fainter_or_stronger_and_some_of_it_noisy() -> None:
    images, _ = seen(LineBatches(numbered(400), 40, seed=0))
    strengths = images.mean(axis=(1, 2, 3)) / GREY
    least, most = STRENGTHS
    assert least - 0.05 < strengths.min() < least + 0.05
    assert most - 0.05 < strengths.max() < most + 0.05
    deviations = images.std(axis=(1, 2, 3))
    noisy = deviations > 0.5
    assert noisy.mean() == pytest.approx(0.3, abs=0.06)
    assert deviations[noisy].min() + 0.5 > 2
    assert deviations.max() < 17


def test_values_stay_between_0_and_255() -> None:
    strips = numbered(40)
    strips.ink[:, :, ::2] = 0
    strips.ink[:, :, 1::2] = 255
    images, _ = seen(LineBatches(strips, 40, seed=0))
    assert images.min() == 0
    assert images.max() == 255
