"""Photos of pages on which somebody wrote lines of numbers, with each character's box."""

from collections.abc import Iterable
from typing import NamedTuple

from cv2.typing import MatLike
from numpy.random import Generator

from model.boxes import Box
from model.recognition.character_set import DIGITS, MARKS, UNKNOWN
from model.synthesis.glyphs.hands import Hand, Writers, crossed_out, drawn_mark
from model.synthesis.glyphs.photographs import sample_scene
from model.synthesis.pages import photograph
from model.synthesis.sampling import log_uniform, pick
from model.synthesis.strings import sample_string, symbol
from model.synthesis.styles import SETTINGS, Style
from model.synthesis.text_frames import sample_frames
from model.synthesis.text_habits import sample_habits
from model.synthesis.text_layout import fit_page, place

# By eye where no reason is given.
HEIGHTS = (10.0, 52.0)  # of digits in pixels; of smaller ones nobody could tell which they are
ROW_SHARES = (0.62, 0.2, 0.12, 0.06)  # of the pages with one to four lines
CROSSED_OUT = 0.01  # share of the digits
PICTURE = 0.05  # share of the pages that are photos of things, with nothing written on them
PICTURE_SIDES = (100, 500)  # pixels, the upper bound exclusive
MOST_CHARACTERS = 14  # of a page's line; longer ones are cut, as strips are
STYLES = tuple(Style)


class TextPage(NamedTuple):
    """A photo, and what is written on it.

    Attributes:
        photo: (h, w, 3) uint8 BGR.
        boxes: of each character's ink, in pixels of the photo.
        symbols: what each character is: a digit, a mark, or `UNKNOWN` for what is neither.
        rows: the line of each character, from 0.
        digit_height: in pixels.
    """

    photo: MatLike
    boxes: list[Box]
    symbols: list[str]
    rows: list[int]
    digit_height: float


def sample_text_page(writers: Writers, rng: Generator) -> TextPage:
    """Make a photo of a page, or of things with nothing written on them.

    Args:
        writers: whose hands there are.
        rng: decides everything.
    """
    if rng.random() < PICTURE:
        width, height = rng.integers(*PICTURE_SIDES, 2).tolist()
        photo = sample_scene((width, height), rng)
        return TextPage(photo, [], [], [], log_uniform(HEIGHTS, rng))
    count = int(rng.choice(len(ROW_SHARES), p=ROW_SHARES)) + 1
    lines = []
    for _ in range(count):
        text = sample_string(rng)
        lines.append(text[:MOST_CHARACTERS].strip())
    hand = writers.sample(rng)
    style = pick(STYLES, rng)
    digit_height = log_uniform(HEIGHTS, rng)
    return write_lines(lines, hand, style, digit_height, rng)


def write_lines(
    lines: list[str], hand: Hand, style: Style, digit_height: float, rng: Generator
) -> TextPage:
    """Write lines on a page that is hardly larger than they are, and photograph it.

    Args:
        lines: each with at least one character that is no space.
        hand: whose.
        style: what they are written on.
        digit_height: in pixels of the page.
        rng: decides all that is left open.
    """
    text = "".join(lines).replace(" ", "")
    glyphs, symbols = _written(text, hand, rng)
    habits = sample_habits(boxed=SETTINGS[style].boxed, rng=rng)
    placed = place(lines, aspects(glyphs), habits, rng)
    placed, size = fit_page(placed, digit_height, rng)
    printed = sample_frames(placed, digit_height, rng)
    photo, boxes = photograph(
        glyphs, placed.layout, style, size, rng, digit_height=digit_height, printed=printed
    )
    return TextPage(photo, boxes, symbols, placed.rows.tolist(), digit_height)


def _written(text: str, hand: Hand, rng: Generator) -> tuple[list[MatLike], list[str]]:
    """The glyphs of characters, of which few are crossed out, and what each then is."""
    glyphs = []
    symbols = []
    for character in text:
        glyph = write_character(character, hand, rng)
        meaning = symbol(character)
        if character in DIGITS and rng.random() < CROSSED_OUT:
            glyph = crossed_out(glyph, rng)
            meaning = UNKNOWN
        glyphs.append(glyph)
        symbols.append(meaning)
    return glyphs, symbols


def write_character(character: str, hand: Hand, rng: Generator) -> MatLike:
    """A character as the `hand` writes it: a glyph (h, w) uint8, ink 255 on 0, without margins."""
    if character in DIGITS:
        return hand.digit(int(character), rng)
    if character in MARKS:
        return drawn_mark(character, rng)
    return hand.letter(character, rng)


def aspects(glyphs: Iterable[MatLike]) -> list[float]:
    """The width / height of each glyph."""
    return [glyph.shape[1] / glyph.shape[0] for glyph in glyphs]
