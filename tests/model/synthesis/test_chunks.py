"""What takes long is made on all cores as one core would, and taken from the cache next time."""

from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pytest
from numpy.random import Generator
from numpy.typing import NDArray

from model.mnist import Part
from model.synthesis import chunks
from model.synthesis.chunks import cache_key, cached, chunk_seeds, make_chunks, source_digest
from model.synthesis.glyphs.fonts import Typeface
from tests.model.synthetic import few, few_test, typefaces

# --- on all cores -----------------------------------------------------------------------------


class Made(tuple[int, int, int, float]):
    """What a chunk was made of: sums of images and labels, typefaces; and a random number."""

    __slots__ = ()


def make(part: Part, faces: Sequence[Typeface], rng: Generator) -> Made:
    return Made((int(part.images.sum()), int(part.labels.sum()), len(faces), rng.random()))


def test_chunks_come_in_the_order_of_their_seeds_as_one_process_makes_them() -> None:
    part = few_test()
    seeds = chunk_seeds(part, 3, 1, seed=5)
    expected = [make(part, typefaces(), np.random.default_rng(seed)) for seed in seeds]
    assert len(set(expected)) == 3
    assert list(make_chunks(make, part, typefaces(), seeds, "thing")) == expected


def states(seeds: Sequence[np.random.SeedSequence]) -> list[int]:
    return [int(seed.generate_state(1)[0]) for seed in seeds]


@pytest.mark.parametrize(("count", "filled"), [(1, 1), (4, 1), (5, 2), (8, 2)])
def test_there_are_as_many_chunks_as_it_takes(count: int, filled: int) -> None:
    seeds = chunk_seeds(few_test(), count, 4, seed=0)
    assert len(set(states(seeds))) == filled


def test_another_seed_and_a_part_of_another_size_give_other_chunks() -> None:
    given = states(chunk_seeds(few_test(), 8, 4, seed=0))
    assert states(chunk_seeds(few_test(), 8, 4, seed=0)) == given
    assert states(chunk_seeds(few_test(), 8, 4, seed=1)) != given
    assert states(chunk_seeds(few_test(259), 8, 4, seed=0)) != given


# --- the cache --------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the cache is, which is empty."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    datasets = tmp_path / "datasets"
    datasets.mkdir()
    return datasets


class Maker:
    """Makes arrays, and counts how often."""

    def __init__(self) -> None:
        """Begin with none."""
        self.times = 0

    def __call__(self) -> dict[str, NDArray[np.float32]]:
        """Make two arrays that tell how often they were made."""
        self.times += 1
        return {"ones": np.ones(3, np.float32), "times": np.full(2, self.times, np.float32)}


def test_arrays_are_made_once(folder: Path) -> None:
    maker = Maker()
    made, taken = cached("things", maker), cached("things", maker)
    assert maker.times == 1
    assert list(made) == list(taken) == ["ones", "times"]
    for name, array in made.items():
        assert array.dtype == taken[name].dtype == np.float32
        assert np.array_equal(array, taken[name])
    assert [file.name for file in folder.iterdir()] == ["things.npz"]


@pytest.mark.usefixtures("folder")
def test_arrays_of_another_name_are_made_anew() -> None:
    maker = Maker()
    cached("things", maker)
    assert cached("others", maker)["times"].tolist() == [2, 2]


def stopped(stream: BinaryIO, **_: object) -> None:
    """Press Ctrl-C when the file is half written."""
    stream.write(b"half")
    raise KeyboardInterrupt


def test_a_making_that_was_stopped_leaves_nothing_to_take(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    maker = Maker()
    with monkeypatch.context() as patch:
        patch.setattr(np, "savez_compressed", stopped)
        with pytest.raises(KeyboardInterrupt):
            cached("things", maker)
    assert cached("things", maker)["times"].tolist() == [2, 2]
    assert len(list(folder.iterdir())) == 1


@pytest.mark.parametrize("content", [b"", b"PK broken", b"no arrays"])
def test_a_broken_file_is_made_anew(
    content: bytes, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = folder / "things.npz"
    file.write_bytes(content)
    maker = Maker()
    assert cached("things", maker)["times"].tolist() == [1, 1]
    assert f"{file} is broken" in caplog.text
    assert cached("things", maker)["times"].tolist() == [1, 1]


def full(stream: BinaryIO, **_: object) -> None:
    """Find the disk full when the file is half written."""
    stream.write(b"half")
    raise OSError("No space left on device")


def test_a_full_disk_is_left_no_fuller(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(np, "savez_compressed", full)
    with pytest.raises(OSError, match="No space left"):
        cached("things", Maker())
    assert list(folder.iterdir()) == []


def test_code_digits_count_and_seed_each_make_another_key() -> None:
    test, validation = few_test(), few().validation
    given = cache_key("code", test, 20, 3)
    assert cache_key("code", test, 20, 3) == given
    others = {
        cache_key("other code", test, 20, 3),
        cache_key("code", validation, 20, 3),
        cache_key("code", test, 21, 3),
        cache_key("code", test, 20, 4),
    }
    assert len(others - {given}) == 4
    assert len(given) == 16


# --- the code's digest ------------------------------------------------------------------------

CROPS, STRIPS = Path("model/synthesis/crops.py"), Path("model/synthesis/strip_sets.py")
BOTH = ["boxes", "mnist", "recognition/ink", "synthesis/chunks", "synthesis/pages"]
BOTH += ["synthesis/glyphs/stroke_templates", "synthesis/pen/ink", "synthesis/glyphs/__init__"]
OF_CROPS = ["recognition/decoding", "recognition/segmentation", "recognition/rule_removal"]
OF_CROPS += ["synthesis/crops", "synthesis/page_crops"]
OF_STRIPS = ["recognition/scaled_ink", "synthesis/strip_sets", "synthesis/strips"]
OF_STRIPS += ["synthesis/strings", "synthesis/text_pages", "synthesis/glyphs/hands"]
OTHERS = ["reader", "drawing", "recognition/digit_network", "training/fit", "evaluation/test_set"]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the source code of `model`."""
    folder = tmp_path_factory.mktemp("project")
    for file in (chunks.PROJECT / "model").rglob("*.py"):
        copy = folder / file.relative_to(chunks.PROJECT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(file.read_bytes())
    return folder


def change(file: Path) -> None:
    file.write_text(file.read_text() + "\n# changed\n")


@pytest.mark.parametrize("name", BOTH + OF_CROPS)
def test_the_digest_of_crops_changes_with_each_module_that_takes_part(
    name: str, project: Path
) -> None:
    before = source_digest(CROPS, project)
    change(project / "model" / f"{name}.py")
    assert source_digest(CROPS, project) != before


@pytest.mark.parametrize("name", BOTH + OF_STRIPS)
def test_the_digest_of_strips_changes_with_each_module_that_takes_part(
    name: str, project: Path
) -> None:
    before = source_digest(STRIPS, project)
    change(project / "model" / f"{name}.py")
    assert source_digest(STRIPS, project) != before


@pytest.mark.parametrize("module", [CROPS, STRIPS])
@pytest.mark.parametrize("name", OTHERS)
def test_the_digest_stays_when_other_modules_change(name: str, module: Path, project: Path) -> None:
    before = source_digest(module, project)
    change(project / "model" / f"{name}.py")
    assert source_digest(module, project) == before
