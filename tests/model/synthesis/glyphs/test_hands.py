"""Whoever writes a line writes all of it: one style, one slant, few shapes."""

from collections import Counter
from collections.abc import Callable, Iterable

import cv2
import numpy as np
import pytest
from cv2.typing import MatLike

from model.mnist import Part
from model.recognition.character_set import MARKS
from model.synthesis.glyphs import fonts, hands, handwriting
from model.synthesis.glyphs.exemplars import Exemplars, slant
from model.synthesis.glyphs.fonts import Typeface
from model.synthesis.glyphs.hands import (
    DrawnHand,
    Hand,
    MnistHand,
    TypefaceHand,
    Writers,
    crossed_out,
    drawn_letter,
    drawn_mark,
    sheared,
)
from model.synthesis.glyphs.handwriting import JITTER, Points
from model.synthesis.glyphs.stroke_templates import DIGITS
from model.synthesis.strings import DRAWING
from tests.model.mnist_pages import mnist
from tests.model.synthetic import typefaces

SANS, *_ = fonts.bundled()
BAR = np.full((100, 20), 255, np.uint8)
EXEMPLARS = Exemplars(Part(mnist().images[:2000], mnist().labels[:2000]))
HANDS: dict[str, Callable[[np.random.Generator], Hand]] = {
    "MNIST": lambda rng: MnistHand(EXEMPLARS, rng),
    "drawn": lambda _: DrawnHand(),
    "typeface": lambda rng: TypefaceHand(SANS, rng),
}


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def lean(glyph: MatLike) -> float:
    """How far a glyph leans to the right a pixel up."""
    return -float(slant(np.array([glyph], np.uint8))[0])


def distinct(glyphs: Iterable[MatLike]) -> int:
    return len({(glyph.shape, glyph.tobytes()) for glyph in glyphs})


def is_trimmed(glyph: MatLike) -> bool:
    """Whether ink reaches all sides."""
    return all(edge.any() for edge in (glyph[0], glyph[-1], glyph[:, 0], glyph[:, -1]))


@pytest.mark.parametrize("sample", HANDS.values(), ids=HANDS.keys())
def test_every_hand_writes_digits_and_letters_without_margins(
    sample: Callable[[np.random.Generator], Hand],
) -> None:
    generator = rng()
    hand = sample(generator)
    glyphs = [hand.digit(label, generator) for label in range(10)]
    glyphs += [hand.letter(character, generator) for character in ("a", "€", "中", DRAWING)]
    for glyph in glyphs:
        assert glyph.dtype == np.uint8
        assert glyph.ndim == 2
        assert is_trimmed(glyph)
        assert (glyph > 127).sum() > 100


# --- MNIST's ----------------------------------------------------------------------------------


def test_a_hand_of_mnist_has_two_shapes_of_a_digit() -> None:
    generator = rng()
    hand = MnistHand(EXEMPLARS, generator)
    assert distinct(hand.digit(5, generator) for _ in range(20)) == 2
    assert distinct(hand.digit(6, generator) for _ in range(20)) == 2


class _Recorder(Exemplars):
    """Notes what is asked for."""

    def __init__(self) -> None:
        self.places: dict[int, list[float]] = {3: [], 8: []}

    def sample(self, label: int, place: float, _: np.random.Generator) -> MatLike:
        self.places[label].append(place)
        return BAR


def test_its_digits_are_of_like_slant() -> None:
    recorder = _Recorder()
    generator = rng()
    for _ in range(50):
        hand = MnistHand(recorder, generator)
        hand.digit(3, generator)
        hand.digit(8, generator)
    places = recorder.places[3]
    assert places == recorder.places[8]
    assert len(set(places)) == 50
    assert np.mean(places) == pytest.approx(0.5, abs=0.12)


# --- from templates ---------------------------------------------------------------------------


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The templates that were written, in order."""
    templates: list[str] = []
    write = handwriting.write

    def note(template: str, rng: np.random.Generator, jitter: float = JITTER) -> list[Points]:
        templates.append(template)
        return write(template, rng, jitter)

    monkeypatch.setattr(handwriting, "write", note)
    return templates


def test_a_hand_draws_a_digit_always_by_one_template(written: list[str]) -> None:
    first = set()
    for seed in range(8):
        hand = DrawnHand()
        written.clear()
        glyphs = [hand.digit(8, rng(10 * seed + draw)) for draw in range(4)]
        assert len(written) == distinct(glyphs) == 4
        assert len(set(written)) == 1
        first.add(written[0])
    assert len(first) > 1
    assert first <= set(DIGITS["8"])


def test_a_template_that_nobody_could_tell_is_given_up(
    written: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    judged: list[int] = []

    def refuse_three(label: int, _: Points) -> bool:
        judged.append(label)
        return len(judged) > 3

    monkeypatch.setattr(hands, "is_unmistakable", refuse_three)
    generator = rng()
    hand = DrawnHand()
    hand.digit(7, generator)
    hand.digit(7, generator)
    assert judged == [7] * 5
    assert written[4] == written[3]
    assert len(set(written)) > 1


# --- from a typeface --------------------------------------------------------------------------


def leans(face: Typeface, hands: int, copies: int) -> list[list[float]]:
    """How far each hand's copies of an H lean."""
    generator = rng()
    found = []
    for _ in range(hands):
        hand = TypefaceHand(face, generator)
        found.append([lean(hand.letter("H", generator)) for _ in range(copies)])
    return found


def test_a_hand_that_copies_a_typeface_keeps_its_slant() -> None:
    found = np.array(leans(SANS, 40, 4))
    assert found.mean(axis=1).std() == pytest.approx(0.2, rel=0.3)
    assert found.std(axis=1).mean() < 0.06


def test_each_copy_differs_a_little() -> None:
    generator = rng()
    hand = TypefaceHand(SANS, generator)
    copies = [hand.digit(4, generator) for _ in range(5)]
    assert distinct(copies) == 5
    heights = [copy.shape[0] for copy in copies]
    assert max(heights) < 1.1 * min(heights)


@pytest.fixture
def distortions(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, float]]:
    """How glyphs were distorted, in order; they are left as they are."""
    noted: list[dict[str, float]] = []

    def note(glyph: MatLike, _: np.random.Generator, **habits: float) -> MatLike:
        noted.append(habits)
        return glyph

    monkeypatch.setattr(hands, "distort", note)
    return noted


def test_handwritten_typefaces_are_bent_more_than_print(
    distortions: list[dict[str, float]],
) -> None:
    generator = rng()
    for face in (SANS, SANS._replace(written=True)):
        for _ in range(20):
            TypefaceHand(face, generator).digit(2, generator)
    wobbles = [each["wobble"] for each in distortions]
    printed, handwritten = wobbles[:20], wobbles[20:]
    assert set(printed) == {0.5}
    assert min(handwritten) > 0
    assert 1.7 < max(handwritten) < 2


def test_copies_are_distorted_less_than_letters_out_of_print(
    distortions: list[dict[str, float]],
) -> None:
    generator = rng()
    TypefaceHand(SANS, generator).digit(2, generator)
    drawn_letter("Ж", generator)
    assert distortions == [
        {"slant": 0.04, "stretch": 0.06, "wobble": 0.5},
        {"slant": 0.15, "stretch": 0.15, "wobble": 2},
    ]


@pytest.mark.usefixtures("distortions")
def test_digits_are_the_typefaces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hands, "OWN_SLANT", 0)
    generator = rng()
    hand = TypefaceHand(SANS, generator)
    for label in range(10):
        drawn = fonts.draw(SANS, str(label))
        assert drawn is not None
        copy = hand.digit(label, generator)
        assert np.abs(np.subtract(copy.shape, drawn.shape)).max() <= 2
        assert (copy > 127).sum() == pytest.approx((drawn > 127).sum(), rel=0.01)


# --- slants, letters, marks -------------------------------------------------------------------


@pytest.mark.parametrize("shear", [-0.5, -0.2, 0, 0.2, 0.5])
def test_a_glyph_leans_to_the_right_without_being_cut(shear: float) -> None:
    slanted = sheared(BAR, shear)
    assert lean(slanted) == pytest.approx(shear, abs=0.02)
    assert slanted.shape == (100, 20 + abs(shear) * 100)
    assert slanted.sum() / 255 == pytest.approx(BAR.size, rel=0.02)


@pytest.mark.parametrize("character", ["a", "Ж", "€", "中", DRAWING])
def test_letters_are_of_many_forms(character: str) -> None:
    generator = rng()
    glyphs = [drawn_letter(character, generator) for _ in range(6)]
    assert distinct(glyphs) == 6
    assert all(is_trimmed(glyph) for glyph in glyphs)


@pytest.mark.parametrize("mark", MARKS)
def test_each_mark_is_drawn_without_margins(mark: str) -> None:
    generator = rng()
    glyphs = [drawn_mark(mark, generator) for _ in range(6)]
    assert distinct(glyphs) == 6
    assert all(is_trimmed(glyph) for glyph in glyphs)


def parts(glyph: MatLike) -> int:
    """How many pieces of ink there are."""
    ink = (glyph > 127).astype(np.uint8)
    return cv2.connectedComponents(ink)[0] - 1


@pytest.mark.parametrize(
    ("mark", "pieces", "wide", "high"),
    [
        ("-", 1, 2.0, 99),
        ("/", 1, 0, 1.0),
        (":", 2, 0, 0.7),
        ("=", 2, 1.0, 99),
        ("÷", 3, 0.6, 1.7),
        ("+", 1, 0.6, 1.7),
        ("×", 1, 0.5, 1.7),
        ("(", 1, 0, 0.7),
        (")", 1, 0, 0.7),
    ],
)
def test_marks_are_of_their_shape(mark: str, pieces: int, wide: float, high: float) -> None:
    generator = rng()
    glyphs = [drawn_mark(mark, generator) for _ in range(20)]
    # A thick pen may join what is near each other.
    counts = Counter(parts(glyph) for glyph in glyphs)
    assert counts.most_common(1)[0][0] == pieces
    aspects = [glyph.shape[1] / glyph.shape[0] for glyph in glyphs]
    assert wide < np.median(aspects) < high


# --- crossed out ------------------------------------------------------------------------------


def test_a_crossed_out_character_has_strokes_through_it() -> None:
    for seed in range(20):
        crossed = crossed_out(BAR, rng(seed))
        assert is_trimmed(crossed)
        # Nothing of it is gone, and strokes stick out of its sides.
        assert ((crossed == 255).sum(axis=0) >= 100).sum() == 20
        assert crossed.shape[0] >= 100
        assert crossed.shape[1] >= 24
        assert (crossed > 127).sum() > BAR.size


def test_four_to_six_strokes_cross_it(monkeypatch: pytest.MonkeyPatch) -> None:
    lines: list[int] = []
    monkeypatch.setattr(cv2, "line", lambda *_, thickness, **__: lines.append(thickness))
    counts = set()
    widths = set()
    for seed in range(60):
        lines.clear()
        crossed_out(BAR, rng(seed))
        assert len(set(lines)) == 1  # one pen
        counts.add(len(lines))
        widths.add(lines[0])
    assert counts == {4, 5, 6}
    assert widths == {5, 6, 7, 8, 9}


def test_strokes_go_from_side_to_side_and_stick_out(monkeypatch: pytest.MonkeyPatch) -> None:
    ends: list[tuple[list[int], list[int]]] = []

    def note(canvas: MatLike, start: list[int], end: list[int], **_: object) -> None:
        assert canvas.shape == (100 + 2 * 4, 20 + 2 * 8)
        ends.append((start, end))

    monkeypatch.setattr(cv2, "line", note)
    for seed in range(100):
        crossed_out(BAR, rng(seed))
    (left, first_level), (right, last_level) = np.array(ends).transpose(1, 2, 0)
    # Within 0.15 of the canvas's width from either side.
    assert (left.min(), left.max()) == (0, 5)
    assert (right.min(), right.max()) == (30, 35)
    assert np.ptp(first_level) > 100
    assert np.ptp(last_level) > 100


# --- writers ----------------------------------------------------------------------------------


def test_half_of_the_writers_are_mnists() -> None:
    writers = Writers(EXEMPLARS, [*typefaces(), SANS])
    generator = rng()
    hands = [writers.sample(generator) for _ in range(2000)]
    counts = Counter(type(hand) for hand in hands)
    assert counts[MnistHand] / 2000 == pytest.approx(0.48, abs=0.04)
    assert counts[DrawnHand] / 2000 == pytest.approx(0.3, abs=0.04)
    assert counts[TypefaceHand] / 2000 == pytest.approx(0.22, abs=0.04)


def test_three_quarters_of_the_copied_typefaces_are_handwritten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    faces: list[Typeface] = []
    monkeypatch.setattr(hands, "TypefaceHand", lambda face, _: faces.append(face))
    monkeypatch.setattr(hands, "MNIST_SHARE", 0)
    monkeypatch.setattr(hands, "DRAWN_SHARE", 0)
    handwritten = typefaces()
    writers = Writers(EXEMPLARS, [*handwritten, SANS])
    generator = rng()
    for _ in range(1000):
        writers.sample(generator)
    counts = Counter(faces)
    assert counts[SANS] / 1000 == pytest.approx(0.25, abs=0.05)
    assert counts.keys() == {SANS, *handwritten}
