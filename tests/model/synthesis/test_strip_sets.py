"""Many strips: made in chunks, and only once."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from model.mnist import Part
from model.recognition.character_set import CHARACTERS
from model.synthesis import chunks, strip_sets
from model.synthesis.glyphs import fonts
from model.synthesis.glyphs.exemplars import Exemplars
from model.synthesis.glyphs.fonts import Typeface
from model.synthesis.glyphs.hands import Writers
from model.synthesis.strip_sets import Strips, joined, make, sample_strips
from model.synthesis.strips import HEIGHT, IGNORED, WIDTH
from tests.model.synthetic import few, few_test, typefaces

CHUNK = 3
FACES = [*typefaces(), *fonts.bundled()]  # handwritten and printed ones


@pytest.fixture(scope="module")
def writers() -> Writers:
    return Writers(Exemplars(few_test()), FACES)


def same(one: Strips, other: Strips) -> bool:
    arrays = zip(one._asdict().values(), other._asdict().values(), strict=True)
    return all(np.array_equal(first, second) for first, second in arrays)


def test_as_many_strips_come_as_were_asked_for(writers: Writers) -> None:
    strips = sample_strips(writers, 5, np.random.default_rng(0))
    assert strips.ink.shape == (5, HEIGHT, WIDTH)
    assert strips.ink.dtype == strips.labels.dtype == np.uint8
    assert strips.boxes.dtype == np.float32
    assert strips.counts.shape == (5,)
    assert strips.counts.sum() == len(strips.boxes) == len(strips.labels) > 0
    assert strips.ink.any(axis=(1, 2)).all()


def test_characters_are_in_their_strips(writers: Writers) -> None:
    strips = sample_strips(writers, 5, np.random.default_rng(0))
    x, y, width, height = strips.boxes.T
    assert (x - width / 2).min() >= 0
    assert (x + width / 2).max() <= WIDTH
    assert (y - height / 2).min() >= 0
    assert (y + height / 2).max() <= HEIGHT
    assert set(strips.labels.tolist()) <= {*range(len(CHARACTERS)), IGNORED}


def test_strips_differ_from_each_other_and_by_their_seed(writers: Writers) -> None:
    one, again, other = (sample_strips(writers, 3, np.random.default_rng(n)) for n in (0, 0, 1))
    assert same(one, again)
    assert not np.array_equal(one.ink, other.ink)
    assert len(np.unique(one.ink.reshape(3, -1), axis=0)) == 3


def make_here(
    make: chunks.Make[Strips],
    part: Part,
    faces: Sequence[Typeface],
    seeds: Sequence[np.random.SeedSequence],
    unit: str,
) -> Iterator[Strips]:
    """Stand in for `chunks.make_chunks`, which starts processes."""
    assert unit == f"{CHUNK} strips"
    for seed in seeds:
        yield make(part, faces, np.random.default_rng(seed))


def test_many_are_made_chunk_by_chunk(writers: Writers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunks, "make_chunks", make_here)
    part = few_test()
    seeds = chunks.chunk_seeds(part, 2 * CHUNK, CHUNK, seed=5)
    parts = [sample_strips(writers, CHUNK, np.random.default_rng(seed)) for seed in seeds]
    made = make(part, 2 * CHUNK, 5, FACES, chunk=CHUNK)
    assert same(made, joined(parts, 2 * CHUNK))


def strips_of(ink: list[int], counts: list[int], labels: list[int]) -> Strips:
    """Strips of one grey each."""
    images = np.ones((len(ink), HEIGHT, WIDTH), np.uint8)
    greys = np.array(ink, np.uint8)[:, None, None]
    boxes = np.repeat(np.array(labels, np.float32)[:, None], 4, axis=1)
    return Strips(images * greys, np.array(counts), boxes, np.array(labels, np.uint8))


def test_strips_are_joined_in_order() -> None:
    parts = iter([strips_of([1, 2], [1, 2], [4, 5, 6]), strips_of([3], [0], [])])
    strips = joined(parts, 3)
    assert strips.ink[:, 0, 0].tolist() == [1, 2, 3]
    assert strips.counts.tolist() == [1, 2, 0]
    assert strips.labels.tolist() == [4, 5, 6]
    assert strips.boxes[:, 0].tolist() == [4, 5, 6]


# --- the cache --------------------------------------------------------------------------------


@pytest.fixture
def makings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The seeds of what was made instead of taken from the cache, which is empty first."""
    seeds: list[int] = []

    def make(part: Part, count: int, seed: int) -> Strips:
        seeds.append(seed)
        labels = part.labels[:count].tolist()
        return strips_of([seed] * count, [1] * count, labels)

    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    (tmp_path / "datasets").mkdir()
    monkeypatch.setattr(strip_sets, "make", make)
    return seeds


def test_strips_are_made_once(makings: list[int]) -> None:
    made, taken = (strip_sets.load(few_test(), 4, seed=3) for _ in range(2))
    assert makings == [3]
    assert same(made, taken)
    assert [array.dtype for array in taken] == [array.dtype for array in made]
    assert len(taken.ink) == 4


@pytest.mark.parametrize(
    "load",
    [
        lambda: strip_sets.load(few_test(), 4, seed=4),
        lambda: strip_sets.load(few_test(), 5, seed=3),
        lambda: strip_sets.load(few().validation, 4, seed=3),
    ],
    ids=["seed", "count", "part"],
)
def test_other_strips_are_made_anew(load: Callable[[], Strips], makings: list[int]) -> None:
    strip_sets.load(few_test(), 4, seed=3)
    load()
    assert len(makings) == 2


def test_strips_are_made_anew_when_what_makes_them_changes(
    makings: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    strip_sets.load(few_test(), 4, seed=3)
    monkeypatch.setattr(chunks, "source_digest", lambda _: "of other source")
    strip_sets.load(few_test(), 4, seed=3)
    assert makings == [3, 3]
