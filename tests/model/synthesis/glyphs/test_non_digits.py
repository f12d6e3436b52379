"""What is no digit, made to train against."""

from collections import Counter
from collections.abc import Callable

import cv2
import numpy as np
import pytest
from cv2.typing import MatLike

from model.evaluation import test_set
from model.recognition import digit_network
from model.recognition.normalization import normalize
from model.recognition.trained_files import read_digit_network
from model.synthesis.glyphs import fonts, non_digits
from model.synthesis.glyphs.glyph_images import trim
from model.synthesis.glyphs.handwriting import GLYPH_SIDE, MARGIN
from model.synthesis.glyphs.non_digits import (
    blotch,
    could_be_digit,
    handwritten_from,
    photo_window,
    printed_character,
    sample_negative,
    scribble,
    straight_lines,
)
from model.synthesis.glyphs.stroke_templates import LETTERS
from tests.model.mnist_pages import Image, mnist

ALPHABETS = (non_digits.LATIN, non_digits.GREEK, non_digits.CYRILLIC, non_digits.SIGNS)


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def negatives(count: int, seed: int) -> list[MatLike]:
    generator = rng(seed)
    return [sample_negative(mnist().images[:100], generator) for _ in range(count)]


@pytest.fixture(scope="module")
def drawn() -> list[MatLike]:
    return negatives(150, 0)


def normalized(glyphs: list[MatLike]) -> Image:
    """Glyphs as the network gets them."""
    return np.stack([normalize(trim(glyph)) for glyph in glyphs])


# --- all kinds --------------------------------------------------------------------------------


def test_the_same_seed_makes_the_same(drawn: list[MatLike]) -> None:
    again = negatives(20, 0)
    assert [glyph.tobytes() for glyph in again] == [glyph.tobytes() for glyph in drawn[:20]]


def test_each_shows_something_of_its_own(drawn: list[MatLike]) -> None:
    assert all(glyph.max() > 127 for glyph in drawn)
    assert len({glyph.tobytes() for glyph in drawn}) == 150


def test_they_are_glyphs_of_a_size(drawn: list[MatLike]) -> None:
    assert {glyph.dtype for glyph in drawn} == {np.dtype(np.uint8)}
    assert np.median([max(glyph.shape) for glyph in drawn]) == pytest.approx(130, abs=15)


def test_they_look_like_mnist_in_size_and_place_once_normalized(drawn: list[MatLike]) -> None:
    images = normalized(drawn)
    columns, rows = images.any(axis=1).sum(axis=1), images.any(axis=2).sum(axis=1)
    assert np.median(np.maximum(columns, rows)) == pytest.approx(20, abs=1)


def test_none_has_a_part_that_could_be_a_digit(drawn: list[MatLike]) -> None:
    assert not any(could_be_digit(glyph) for glyph in drawn)


def test_the_network_that_serves_refuses_most_of_them_and_hardly_a_digit(
    drawn: list[MatLike],
) -> None:
    files = read_digit_network()
    classifier = digit_network.classifier_from(files)
    threshold = files.metrics["refusal_threshold"]
    refused, refused_digits = (
        (test_set.predict(classifier, images).max(axis=1) < threshold).mean()
        for images in (normalized(drawn), mnist().images[:400])
    )
    assert refused > 0.5
    assert refused_digits < 0.01


SHARES = {
    "handwritten_from": 0.6,
    "printed_character": 0.12,
    "scribble": 0.04,
    "straight_lines": 0.04,
    "touching_digits": 0.1,
    "fragment": 0.03,
    "blotch": 0.04,
    "photo_window": 0.03,
}


@pytest.fixture
def bars(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Have lying bars stand in for all kinds, which their length tells: 40, 41, ..."""
    for number, name in enumerate(SHARES):
        bar = np.full((5, 40 + number), 255, np.uint8)
        monkeypatch.setattr(non_digits, name, lambda *_, bar=bar: bar)
    return monkeypatch


@pytest.mark.usefixtures("bars")
def test_each_kind_has_its_share() -> None:
    kinds = Counter(glyph.shape[1] - 40 for glyph in negatives(6000, 0))
    shares = [kinds[number] / 6000 for number in range(len(SHARES))]
    assert shares == pytest.approx(list(SHARES.values()), abs=0.015)


def test_letters_are_written_more_often_than_marks(bars: pytest.MonkeyPatch) -> None:
    tables: list[bool] = []

    def note(table: dict[str, list[str]], _: np.random.Generator) -> MatLike:
        tables.append(table is LETTERS)
        return np.full((5, 40), 255, np.uint8)

    bars.setattr(non_digits, "handwritten_from", note)
    negatives(3000, 1)
    assert np.mean(tables) == pytest.approx(0.5 / 0.6, abs=0.05)


def test_what_could_be_a_digit_or_is_blank_is_made_again(bars: pytest.MonkeyPatch) -> None:
    bar = np.full((5, 40), 255, np.uint8)
    faint = np.full((5, 40), 127, np.uint8)
    glyphs = [bar.T, faint, bar] * 100
    bars.setattr(non_digits, "handwritten_from", lambda *_: glyphs.pop(0))
    assert not any(glyph is faint or glyph.shape == (40, 5) for glyph in negatives(60, 0))
    assert 60 < len(glyphs) < 285


# --- what could be a digit --------------------------------------------------------------------


def canvas() -> MatLike:
    return np.zeros((160, 160), np.uint8)


def stick(width: int, height: int) -> MatLike:
    image = canvas()
    image[20 : 20 + height, 60 : 60 + width] = 255
    return image


@pytest.mark.parametrize("tilt", [-40, 0, 40])
def test_a_stick_could_be_a_one(tilt: int) -> None:
    assert could_be_digit(cv2.line(canvas(), (78 - tilt, 16), (78 + tilt, 120), (255,), 9))


@pytest.mark.parametrize(("height", "expected"), [(50, False), (56, True), (100, True)])
def test_a_stick_is_at_least_two_and_a_half_times_as_long_as_wide(
    height: int, expected: bool
) -> None:
    assert could_be_digit(stick(20, height)) is expected


@pytest.mark.parametrize(("degrees", "expected"), [(0, False), (22, False), (28, True), (90, True)])
def test_a_stick_is_steep(degrees: float, expected: bool) -> None:
    angle = np.radians(degrees)
    x, y = round(60 * np.cos(angle)), round(60 * np.sin(angle))
    line = cv2.line(canvas(), (80 - x, 80 - y), (80 + x, 80 + y), (255,), 9)
    assert could_be_digit(line) is expected


def test_a_ring_could_be_a_nought() -> None:
    assert could_be_digit(cv2.ellipse(canvas(), (78, 78), (32, 50), 0, 0, 360, (255,), 7))


@pytest.mark.parametrize(("axes", "expected"), [((30, 50), True), ((26, 60), False)])
def test_a_ring_is_round(axes: tuple[int, int], expected: bool) -> None:
    # Too narrow for a ring, yet not so slender as a stick.
    assert could_be_digit(cv2.ellipse(canvas(), (80, 80), axes, 0, 0, 360, (255,), 7)) is expected


@pytest.mark.parametrize(("hole", "expected"), [(22, False), (30, True)])
def test_a_ring_is_empty(hole: int, expected: bool) -> None:
    disc = cv2.circle(canvas(), (80, 80), 50, (255,), -1)
    assert could_be_digit(cv2.circle(disc, (80, 80), hole, (0,), -1)) is expected


def test_a_ring_that_is_crossed_could_not() -> None:
    wheel = cv2.circle(canvas(), (78, 78), 50, (255,), 7)
    assert not could_be_digit(cv2.line(wheel, (28, 78), (128, 78), (255,), 7))


def test_a_disc_could_not() -> None:
    assert not could_be_digit(cv2.circle(canvas(), (80, 80), 50, (255,), -1))


def test_a_triangle_could_not() -> None:
    corners = np.array([(68, 16), (16, 110), (120, 110)], np.int32)
    assert not could_be_digit(cv2.polylines(canvas(), [corners], True, (255,), 7))


@pytest.mark.parametrize(("height", "expected"), [(38, False), (42, True)])
def test_each_part_counts_unless_it_is_as_low_as_a_speck(height: int, expected: bool) -> None:
    image = stick(8, height)
    image[140:150, 20:130] = 255  # a dash; with it the glyph is 130 high
    assert could_be_digit(image) is expected


def test_a_hole_is_no_part() -> None:
    image = canvas()
    image[20:140, 20:140] = 255
    image[30:130, 75:85] = 0  # of the shape of a stick
    assert not could_be_digit(image)


def test_what_is_faint_is_not_looked_at() -> None:
    assert not could_be_digit(np.minimum(stick(10, 100), 127))
    assert could_be_digit(np.minimum(stick(10, 100), 128))


def test_blank_paper_could_not() -> None:
    assert not could_be_digit(canvas())


# --- written and printed characters -----------------------------------------------------------


def test_no_letter_is_among_them_that_a_hand_writes_as_a_digit() -> None:
    printed = set("".join(ALPHABETS))
    assert not set("0123456789OoIlSsZzbgqiJj|!%ΛοισδЗзЧчбЭэОоЫ") & printed


@pytest.mark.parametrize("alphabet", ALPHABETS, ids=["latin", "greek", "cyrillic", "signs"])
def test_every_letter_and_sign_can_be_printed_and_is_its_own(alphabet: str) -> None:
    inks = {fonts.typeset(character, rng()).tobytes() for character in alphabet}
    assert len(inks) == len(alphabet)
    assert b"" not in inks


def test_each_template_of_a_table_is_equally_often_written(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []
    monkeypatch.setattr(non_digits, "draw_template", lambda template, *_: written.append(template))
    generator = rng()
    for _ in range(900):
        handwritten_from({"a": ["x", "y"], "b": ["z"]}, generator)
    counts = Counter(written)
    assert [counts[name] / 900 for name in "xyz"] == pytest.approx([1 / 3] * 3, abs=0.06)


def test_letters_are_written_more_unsteadily_than_digits() -> None:
    # The middle of a line, against its ends, tells the jitter of its points.
    heights = []
    generator = rng()
    for _ in range(150):
        ink = trim(handwritten_from({"dash": ["0,0 50,0 100,0"]}, generator)) > 127
        middles = [np.flatnonzero(column).mean() for column in ink.T[8:-8]]
        heights.append(middles[len(middles) // 2] - (middles[0] + middles[-1]) / 2)
    assert np.std(heights) == pytest.approx(4.5, rel=0.25)


def test_printed_characters_are_of_all_alphabets(monkeypatch: pytest.MonkeyPatch) -> None:
    characters: list[str] = []
    bar = np.full((5, 40), 255, np.uint8)

    def note(character: str, _: np.random.Generator) -> MatLike:
        characters.append(character)
        return bar

    monkeypatch.setattr(fonts, "typeset", note)
    monkeypatch.setattr(non_digits, "distort", lambda glyph, *_, **__: glyph)
    generator = rng()
    for _ in range(6000):
        printed_character(generator)
    counts = [sum(each in alphabet for each in characters) for alphabet in ALPHABETS]
    han = ["一" <= each <= "龥" for each in characters]
    shares = [*(count / 6000 for count in counts), float(np.mean(han))]
    assert shares == pytest.approx([0.4, 0.2, 0.15, 0.15, 0.1], abs=0.025)
    assert set(non_digits.LATIN) <= set(characters)
    assert len({each for each in characters if each >= "一"}) > 400


def test_print_is_often_bent_far(monkeypatch: pytest.MonkeyPatch) -> None:
    bar = np.full((100, 16), 255, np.uint8)
    monkeypatch.setattr(fonts, "typeset", lambda *_: bar)
    generator = rng()
    leans, widths, bends = [], [], []
    for _ in range(250):
        ink = trim(printed_character(generator)).astype(float)
        middles = (ink @ np.arange(ink.shape[1]) / ink.sum(axis=1))[6:-6]
        rows = np.arange(len(middles))
        line = np.polyfit(rows, middles, 1)
        leans.append(line[0])
        widths.append(np.log(np.median((ink > 127).sum(axis=1))))
        bends.append(np.std(middles - np.polyval(line, rows)))
    assert np.std(leans) == pytest.approx(0.2, rel=0.2)
    assert np.std(widths) == pytest.approx(0.22, rel=0.25)
    assert min(bends) < 0.15
    assert np.mean(bends) == pytest.approx(1.1, rel=0.4)


# --- scribbles, lines, blotches, pictures -----------------------------------------------------


def templates(
    make: Callable[[np.random.Generator], MatLike], patch: pytest.MonkeyPatch
) -> list[str]:
    """The templates of 300 glyphs instead of the glyphs."""
    patch.setattr(non_digits, "draw_template", lambda template, *_: template)
    generator = rng()
    return [str(make(generator)) for _ in range(300)]


def test_a_scribble_is_one_smooth_stroke_of_many_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    made = templates(scribble, monkeypatch)
    assert not any("|" in each or "!" in each for each in made)
    turns = [len(each.split()) for each in made]
    assert (min(turns), max(turns)) == (9, 15)
    coordinates = [float(part) for each in made for part in each.replace(",", " ").split()]
    assert min(coordinates) < 2
    assert 98 < max(coordinates) <= 100


def test_a_scribble_hangs_together() -> None:
    generator = rng()
    for _ in range(20):
        ink = (scribble(generator) > 127).astype(np.uint8)
        assert cv2.connectedComponents(ink)[0] - 1 == 1


def test_straight_lines_are_one_or_more_than_three(monkeypatch: pytest.MonkeyPatch) -> None:
    made = templates(straight_lines, monkeypatch)
    counts = Counter(each.count("|") + 1 for each in made)
    assert [counts[count] / 300 for count in (1, 4, 5, 6)] == pytest.approx(
        [0.3, 0.2, 0.3, 0.2], abs=0.09
    )
    assert all(len(line.split()) == 2 for each in made for line in each.split("|"))
    coordinates = [
        float(part) for each in made for part in each.replace(",", " ").replace("|", " ").split()
    ]
    assert min(coordinates) < 2
    assert 98 < max(coordinates) <= 100


@pytest.fixture(scope="module")
def blotches() -> list[MatLike]:
    generator = rng()
    return [blotch(generator) for _ in range(250)]


def test_a_blotch_is_between_half_and_four_fifths_paper(blotches: list[MatLike]) -> None:
    paper = [(each == 0).mean() for each in blotches]
    assert {each.shape for each in blotches} == {(GLYPH_SIDE, GLYPH_SIDE)}
    assert {each.dtype for each in blotches} == {np.dtype(np.uint8)}
    assert min(paper) == pytest.approx(0.5, abs=0.03)
    assert max(paper) == pytest.approx(0.8, abs=0.03)


def empty_corners(share: float | None, patch: pytest.MonkeyPatch) -> float:
    """The share of blotches without ink in their corners, if this share are silhouettes."""
    if share is not None:
        patch.setattr(non_digits, "SILHOUETTES", share)
    generator = rng(1)
    corners = np.ix_([0, 1, 2, 3, -4, -3, -2, -1], [0, 1, 2, 3, -4, -3, -2, -1])
    return float(np.mean([not blotch(generator)[corners].any() for _ in range(200)]))


def test_half_of_the_blotches_are_silhouettes(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = empty_corners(None, monkeypatch)
    silhouettes, textures = (empty_corners(share, monkeypatch) for share in (1, 0))
    assert silhouettes - textures > 0.4
    assert usual == pytest.approx((silhouettes + textures) / 2, abs=0.12)


def test_a_silhouette_is_dark_in_the_middle(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(non_digits, "SILHOUETTES", 1)
    generator = rng()
    middles = [blotch(generator)[46:66, 46:66].mean() for _ in range(60)]
    assert np.mean(middles) > 180


def test_blotches_have_soft_to_hard_edges(blotches: list[MatLike]) -> None:
    soft = [((each > 0) & (each < 255)).sum() / (each > 0).sum() for each in blotches]
    assert min(soft) < 0.1
    assert max(soft) > 0.5


def test_blotches_are_coarse_to_fine(blotches: list[MatLike]) -> None:
    lengths = [cv2.Canny(each, 100, 200).mean() for each in blotches]
    assert np.quantile(lengths, 0.95) > 3 * np.quantile(lengths, 0.05)


def test_a_window_shows_what_departs_from_its_surroundings() -> None:
    generator = rng()
    windows = [photo_window(generator) for _ in range(60)]
    assert {each.shape for each in windows} == {(GLYPH_SIDE, GLYPH_SIDE)}
    assert {each.dtype for each in windows} == {np.dtype(np.uint8)}
    assert len({each.tobytes() for each in windows}) == 60
    black = [(each == 255).mean() for each in windows]
    assert np.median(black) == pytest.approx(0.03, abs=0.01)
    assert all((each < 128).mean() > 0.5 for each in windows)


def board(light: int, dark: int) -> MatLike:
    """A photo of dark spots on light paper."""
    photo = np.full((400, 500), light, np.uint8)
    for x in range(20, 500, 40):
        for y in range(20, 400, 40):
            cv2.circle(photo, (x, y), 5, (dark,), -1)
    return photo


def test_dark_or_light_may_be_the_ink_of_a_window(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(non_digits, "grey_photos", lambda: [board(220, 100)])
    generator = rng()
    windows = [photo_window(generator) for _ in range(200)]
    spots = [each.max() > 127 for each in windows]
    # Where light is ink, nothing is lighter than the paper all around.
    assert np.mean(spots) == pytest.approx(0.5, abs=0.15)


@pytest.mark.parametrize("axis", [0, 1])
def test_windows_are_of_all_sizes(axis: int, monkeypatch: pytest.MonkeyPatch) -> None:
    ruled = np.full((500, 500), 220, np.uint8)
    for line in range(0, 500, 20):  # pixels, so that their number tells how high a window was
        ruled[line : line + 7] = 40
    photo = ruled if axis == 0 else np.ascontiguousarray(ruled.T)
    monkeypatch.setattr(non_digits, "grey_photos", lambda: [photo])
    monkeypatch.setattr(non_digits, "DARK_ON_LIGHT", 1)
    generator = rng()
    counts = []
    for _ in range(150):
        profile = photo_window(generator).mean(axis=1 - axis) > 40
        counts.append(int((np.diff(profile.astype(int)) == 1).sum() + profile[0]))
    assert min(counts) in {1, 2, 3}
    assert max(counts) in {14, 15}


def test_margins_are_those_of_handwriting() -> None:
    glyph = printed_character(rng())
    assert max(glyph.shape) == pytest.approx(GLYPH_SIDE + 2 * MARGIN, abs=1)
