"""Ordinary photos to show what is no digit."""

import cv2
import numpy as np
import pytest
from cv2.typing import MatLike

from model.synthesis.glyphs import photographs
from model.synthesis.glyphs.photographs import grey_photos, sample_scene, scenes

SIZE = (300, 200)


def test_scenes_are_in_colour() -> None:
    photos = scenes()
    assert len(photos) == 10
    assert all(photo.ndim == 3 and photo.shape[2] == 3 for photo in photos)
    assert {photo.dtype for photo in photos} == {np.dtype(np.uint8)}


def test_grey_photos_are_grey_and_large() -> None:
    photos = grey_photos()
    assert len(photos) == 3
    assert all(photo.ndim == 2 and min(photo.shape) > 400 for photo in photos)


def test_a_sample_is_a_part_of_a_scene_of_the_size_asked_for() -> None:
    rng = np.random.default_rng(0)
    samples = [sample_scene(SIZE, rng) for _ in range(30)]
    assert {sample.shape for sample in samples} == {(200, 300, 3)}
    assert {sample.dtype for sample in samples} == {np.dtype(np.uint8)}
    assert len({sample.tobytes() for sample in samples}) == 30


@pytest.fixture
def ramp(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have one scene, of which the colours tell the place: x in blue, y in green."""
    y, x = np.indices((400, 400))
    scene = np.dstack([x / 399, y / 399, np.zeros((400, 400))]) * 255
    monkeypatch.setattr(photographs, "scenes", lambda: [scene.round().astype(np.uint8)])


def shown(sample: MatLike, channel: int) -> tuple[float, float]:
    """From where to where a sample shows the scene along an axis, in shares of it."""
    lines = sample[:, :, channel].mean(axis=channel) / 255
    return float(lines[0]), float(lines[-1])


@pytest.mark.usefixtures("ramp")
def test_samples_show_between_a_third_and_all_of_a_scene() -> None:
    rng = np.random.default_rng(0)
    shares = []
    ends: list[float] = []
    for _ in range(200):
        start, end = shown(sample_scene(SIZE, rng), 0)
        shares.append(abs(end - start))
        ends.extend((start, end))
    assert max(shares) == pytest.approx(1, abs=0.03)
    assert min(shares) == pytest.approx(1 / 3, abs=0.03)
    assert min(ends) < 0.02
    assert max(ends) > 0.98


@pytest.mark.usefixtures("ramp")
def test_half_of_the_samples_are_mirrored_but_none_stands_on_its_head() -> None:
    rng = np.random.default_rng(0)
    samples = [sample_scene(SIZE, rng) for _ in range(200)]
    mirrored = [left > right for left, right in (shown(sample, 0) for sample in samples)]
    assert np.mean(mirrored) == pytest.approx(0.5, abs=0.12)
    assert all(top < bottom for top, bottom in (shown(sample, 1) for sample in samples))


@pytest.mark.usefixtures("ramp")
@pytest.mark.parametrize("size", [(300, 200), (200, 300)])
def test_scenes_keep_their_proportions(size: tuple[int, int]) -> None:
    sample = sample_scene(size, np.random.default_rng(1))
    left, right = shown(sample, 0)
    top, bottom = shown(sample, 1)
    assert abs(right - left) / size[0] == pytest.approx((bottom - top) / size[1], rel=0.03)


@pytest.mark.usefixtures("ramp")
def test_parts_lie_anywhere() -> None:
    rng = np.random.default_rng(0)
    tops = [shown(sample_scene(SIZE, rng), 1) for _ in range(200)]
    assert min(top for top, _ in tops) < 0.02
    assert max(bottom for _, bottom in tops) > 0.98


def test_a_sample_can_be_drawn_on_and_the_scenes_stay_as_they_are() -> None:
    before = [scene.copy() for scene in scenes()]
    sample = sample_scene(SIZE, np.random.default_rng(0))
    cv2.rectangle(sample, (0, 0), SIZE, (1, 2, 3), cv2.FILLED)
    assert (sample == (1, 2, 3)).all()
    after = scenes()
    assert len(after) == len(before)
    for scene, same in zip(after, before, strict=True):
        assert np.array_equal(scene, same)
