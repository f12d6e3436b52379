"""Many pages' crops: made on all cores as one core would, and only once."""

from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pytest

from model.mnist import Part
from model.synthesis import crops
from model.synthesis.crops import concatenated, make, sample_crops
from model.synthesis.page_crops import Sources
from tests.model.synthetic import few, typefaces

CHUNK = 4


def test_all_cores_make_what_one_would() -> None:
    part = few().test
    seeds = np.random.SeedSequence([5, len(part.images)]).spawn(2)
    sources = Sources(part, typefaces())
    expected = concatenated(
        sample_crops(sources, CHUNK, np.random.default_rng(seed)) for seed in seeds
    )
    made = make(part, 2 * CHUNK, 5, typefaces(), chunk=CHUNK)
    assert np.array_equal(made.images, expected.images)
    assert np.array_equal(made.labels, expected.labels)


# --- the cache --------------------------------------------------------------------------------


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
    made, taken = (crops.load(few().test, 20, seed=3) for _ in range(2))
    assert makings == [3]
    for one, same, given in zip(made, taken, few().test, strict=True):
        assert one.dtype == same.dtype == np.uint8
        assert np.array_equal(one, same)
        assert len(one) == 20 < len(given)
    [file] = (tmp_path / "datasets").iterdir()
    assert file.suffix == ".npz"


@pytest.mark.parametrize(
    "load",
    [
        lambda: crops.load(few().test, 20, seed=4),
        lambda: crops.load(few().test, 21, seed=3),
        lambda: crops.load(few().validation, 20, seed=3),
    ],
    ids=["seed", "pages", "part"],
)
def test_other_crops_are_made_anew(load: Callable[[], Part], makings: list[int]) -> None:
    crops.load(few().test, 20, seed=3)
    load()
    assert len(makings) == 2


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the source code of `model`."""
    folder = tmp_path_factory.mktemp("project")
    for file in (crops.PROJECT / "model").rglob("*.py"):
        copy = folder / file.relative_to(crops.PROJECT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(file.read_bytes())
    return folder


MAKERS = ["boxes", "mnist"]
MAKERS += ["recognition/decoding", "recognition/segmentation", "recognition/rule_removal"]
MAKERS += ["synthesis/crops", "synthesis/pages"]
MAKERS += ["synthesis/glyphs/stroke_templates", "synthesis/pen/ink", "synthesis/glyphs/__init__"]
OTHERS = ["reader", "drawing", "recognition/digit_network", "training/fit", "evaluation/test_set"]


@pytest.mark.parametrize("module", MAKERS)
def test_the_digest_changes_with_each_module_that_takes_part(module: str, project: Path) -> None:
    before = crops.source_digest(project)
    change(project / "model" / f"{module}.py")
    assert crops.source_digest(project) != before


@pytest.mark.parametrize("module", OTHERS)
def test_the_digest_stays_when_other_modules_change(module: str, project: Path) -> None:
    before = crops.source_digest(project)
    change(project / "model" / f"{module}.py")
    assert crops.source_digest(project) == before


def change(file: Path) -> None:
    file.write_text(file.read_text() + "\n# changed\n")


def test_crops_are_made_anew_when_what_makes_them_changes(
    makings: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    crops.load(few().test, 20, seed=3)
    monkeypatch.setattr(crops, "source_digest", lambda: "of other source")
    crops.load(few().test, 20, seed=3)
    assert makings == [3, 3]


def test_a_making_that_was_stopped_leaves_nothing_to_take(
    makings: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(np, "savez_compressed", stopped)
        with pytest.raises(KeyboardInterrupt):
            crops.load(few().test, 20, seed=3)
    assert len(crops.load(few().test, 20, seed=3).images) == 20
    assert makings == [3, 3]
    assert len(list((tmp_path / "datasets").iterdir())) == 1


def stopped(stream: BinaryIO, **_: object) -> None:
    """Press Ctrl-C when the file is half written."""
    stream.write(b"half")
    raise KeyboardInterrupt
