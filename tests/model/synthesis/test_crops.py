"""Many pages' crops: made on all cores as one core would, and only once."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from model.mnist import Part
from model.synthesis import chunks, crops
from model.synthesis.crops import concatenated, make, sample_crops
from model.synthesis.page_crops import Sources
from tests.model.synthetic import few, few_test, typefaces

CHUNK = 4


def test_all_cores_make_what_one_would() -> None:
    part = few_test()
    seeds = np.random.SeedSequence([5, len(part.images)]).spawn(2)
    sources = Sources(part, typefaces())
    expected = concatenated(
        sample_crops(sources, CHUNK, np.random.default_rng(seed)) for seed in seeds
    )
    made = make(part, 2 * CHUNK, 5, typefaces(), chunk=CHUNK)
    assert np.array_equal(made.images, expected.images)
    assert np.array_equal(made.labels, expected.labels)


@pytest.fixture
def makings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The seeds of what was made instead of taken from the cache, which is empty first."""
    seeds: list[int] = []

    def make(part: Part, pages: int, seed: int) -> Part:
        seeds.append(seed)
        return Part(part.images[:pages] + seed, part.labels[:pages])

    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    (tmp_path / "datasets").mkdir()
    monkeypatch.setattr(crops, "make", make)
    return seeds


def test_crops_are_made_once(makings: list[int], tmp_path: Path) -> None:
    made, taken = (crops.load(few_test(), 20, seed=3) for _ in range(2))
    assert makings == [3]
    for one, same, given in zip(made, taken, few_test(), strict=True):
        assert one.dtype == same.dtype == np.uint8
        assert np.array_equal(one, same)
        assert len(one) == 20 < len(given)
    [file] = (tmp_path / "datasets").iterdir()
    assert file.suffix == ".npz"


@pytest.mark.parametrize(
    "load",
    [
        lambda: crops.load(few_test(), 20, seed=4),
        lambda: crops.load(few_test(), 21, seed=3),
        lambda: crops.load(few().validation, 20, seed=3),
    ],
    ids=["seed", "pages", "part"],
)
def test_other_crops_are_made_anew(load: Callable[[], Part], makings: list[int]) -> None:
    crops.load(few_test(), 20, seed=3)
    load()
    assert len(makings) == 2


def test_crops_are_made_anew_when_what_makes_them_changes(
    makings: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    crops.load(few_test(), 20, seed=3)
    monkeypatch.setattr(chunks, "source_digest", lambda _: "of other source")
    crops.load(few_test(), 20, seed=3)
    assert makings == [3, 3]
