"""Glyphs -> a photo of a page with them, as a phone takes it."""

from collections.abc import Callable, Sequence
from enum import StrEnum, auto
from typing import NamedTuple

import cv2
import numpy as np
from cv2.typing import MatLike

from model.boxes import Box, hull
from model.synthesis import backgrounds, capture
from model.synthesis.backgrounds import Colour, Scene
from model.synthesis.capture import Device
from model.synthesis.geometry import Matrix, Size
from model.synthesis.glyphs import trim
from model.synthesis.ink import KINDS, Ink, Pen, any_pen, draw, project_ink

LEAST_CONTRAST = 38.0  # grey levels; about 35 are left after the noise
LEAST_HEIGHT = 12.0  # pixels; of smaller digits nobody could tell which they are
HEIGHTS = (0.06, 0.85)  # of the photo's shorter side
TALL = (0.93, 1.07)  # times their usual height, from digit to digit
TALL_IN_CELLS = (0.9, 1.1)
WIDEST = 1.3  # times their height; wider glyphs are written smaller
GAPS = (0.1, 0.9)  # between digits, as shares of their height: tight but not touching, to wide
PITCHES = (1.35, 2.2)  # from row to row, in heights
CLIMB = 0.03  # deviation of a row's slope, against the paper's lines
UNEVEN = 0.04  # of the height: how far digits are off their row
FILL = 0.92  # of the photo's sides, at most
CELL_FILL = (0.42, 0.82)  # of a printed box's side
TABLE_SHARE = 0.15
INK_LEVEL = 127  # of 255; a glyph ends where its ink is fainter
LIGHT_PAPER = 110  # grey level; ink darkens what is lighter, and covers what is darker
DEEPENINGS = 6  # steps from a pen's own colour to black or white


class Style(StrEnum):
    """What is photographed."""

    PLAIN = auto()
    RULED = auto()
    SQUARED = auto()
    DOTTED = auto()
    CRUMPLED = auto()
    SHADED = auto()
    COLOURED = auto()
    DARK = auto()
    CELL = auto()
    FORM = auto()
    SCREEN = auto()


class Setting(NamedTuple):
    """What a style's pages are made of, and what takes them, `tilt` times as askew as most."""

    surface: Callable[[Scene, np.random.Generator], MatLike]
    pens: tuple[str, ...] = ("ballpoint", "felt-tip", "marker", "pencil", "fountain")
    boxed: bool = False
    tilt: float = 1.0
    device: Device = Device.PHONE


CELL_PENS = ("ballpoint", "felt-tip", "felt-tip", "biro", "fountain", "pencil", "press")
FORM_PENS = ("biro", "biro", "ballpoint", "felt-tip", "pencil")
SETTINGS = {
    Style.PLAIN: Setting(backgrounds.plain),
    Style.RULED: Setting(backgrounds.ruled),
    Style.SQUARED: Setting(backgrounds.squared),
    Style.DOTTED: Setting(backgrounds.dotted),
    Style.CRUMPLED: Setting(backgrounds.any_white),
    Style.SHADED: Setting(backgrounds.any_white),
    Style.COLOURED: Setting(backgrounds.coloured),
    Style.DARK: Setting(backgrounds.dark, ("chalk",)),
    Style.CELL: Setting(backgrounds.cell, CELL_PENS, boxed=True, tilt=0.6),
    Style.FORM: Setting(backgrounds.form, FORM_PENS, boxed=True, tilt=0.1, device=Device.SCANNER),
    Style.SCREEN: Setting(backgrounds.screen, ("finger",), tilt=0, device=Device.SCREENSHOT),
}


class Page(NamedTuple):
    """`photo` (h, w, 3) uint8 BGR; `boxes` are x, y, width, height of each glyph's ink in it."""

    photo: MatLike
    boxes: list[Box]


def render(  # noqa: PLR0913
    glyphs: Sequence[MatLike],
    style: Style,
    size: Size,
    rng: np.random.Generator,
    *,
    rows: int = 1,
    height: float | None = None,
) -> Page:
    """Write `glyphs` on a page and photograph it.

    Args:
        glyphs: (h, w) uint8 each, ink 255 on 0, about 112 pixels; several make rows.
        style: what they are written on.
        size: the photo's width and height.
        rng: what decides all that is left open.
        rows: in how many rows to write them.
        height: the digits' height in pixels; left open if None.
    """
    setting = SETTINGS[style]
    inked = [trim(glyph, INK_LEVEL) for glyph in glyphs]
    layout = _in_cells if setting.boxed else _in_rows
    positions, cells = layout(np.array([glyph.shape for glyph in inked]), size, rng, rows, height)
    digit_height = float(np.median(positions[:, 2]))
    pen = any_pen(KINDS[str(rng.choice(setting.pens))], digit_height, rng)
    drawn = [
        draw(glyph, position, pen, rng) for glyph, position in zip(inked, positions, strict=True)
    ]
    view = capture.camera_view(size, drawn, setting.tilt, rng)
    surface = setting.surface(Scene(size, view, digit_height, cells), rng)
    inks = [project_ink(glyph, view, size, pen, rng) for glyph in drawn]
    boxes = [ink.box for ink in inks]
    on_paper = setting.device is Device.PHONE and not setting.boxed
    if on_paper and rng.random() < TABLE_SHARE:
        capture.lay_on_table(surface, boxes, rng)
    return Page(_photograph(surface, inks, style, pen, rng), boxes)


def _in_rows(
    shapes: Matrix, size: Size, rng: np.random.Generator, rows: int, height: float | None
) -> tuple[Matrix, Matrix]:
    """The middle and height (n, 3) of glyphs of `shapes` (n, 2), and no cells (0, 4)."""
    positions, wide = _written(shapes, rng, rows)
    half = np.stack([wide, positions[:, 2]], axis=1) / 2
    low = (positions[:, :2] - half).min(axis=0)
    block = (positions[:, :2] + half).max(axis=0) - low
    digit_height = height or _height(block, len(shapes), size, rng)
    spare = np.array(size) - digit_height * block
    # Most people aim at what they photograph, if not well.
    corner = spare * (0.5 + rng.uniform(-0.5, 0.5, 2) * np.sqrt(rng.random()))
    positions[:, :2] -= low
    positions *= digit_height
    positions[:, :2] += corner
    return positions, np.empty((0, 4))


def _written(shapes: Matrix, rng: np.random.Generator, rows: int) -> tuple[Matrix, Matrix]:
    """Spots (n, 3) in units of a digit's height, wherever they begin, and the widths (n,)."""
    tall = np.minimum(1, WIDEST * shapes[:, 0] / shapes[:, 1])
    tall = tall * rng.uniform(*TALL, len(shapes))
    wide = tall * shapes[:, 1] / shapes[:, 0]
    gap, pitch = np.exp(rng.uniform(*np.log(GAPS))), rng.uniform(*PITCHES)
    climb = rng.normal(0, CLIMB)
    positions = np.zeros((len(shapes), 3))
    for row, members in enumerate(np.array_split(np.arange(len(shapes)), rows)):
        steps = wide[members] + gap * rng.uniform(0.7, 1.3, len(members))
        x = rng.uniform(0, gap) + np.cumsum(steps) - steps + wide[members] / 2
        y = row * pitch + climb * x + (1 - tall[members]) / 2 + rng.normal(0, UNEVEN, len(members))
        positions[members] = np.stack([x, y, tall[members]], axis=1)
    return positions, wide


def _height(block: Matrix, count: int, size: Size, rng: np.random.Generator) -> float:
    """Of the digits in pixels, if a `block` of them is so many times as wide and high as one."""
    largest = float((FILL * np.array(size) / block).min())
    low, high = HEIGHTS
    if count > 1:
        return largest * rng.uniform(0.35, 1)
    asked = min(size) * low * (high / low) ** np.sqrt(rng.random())
    return min(largest, max(LEAST_HEIGHT, float(asked)))


def _in_cells(
    shapes: Matrix, size: Size, rng: np.random.Generator, rows: int, height: float | None
) -> tuple[Matrix, Matrix]:
    """The middle and height (n, 3) of glyphs of `shapes` (n, 2), and their cells (n, 4)."""
    count = len(shapes)
    table = np.array([-(-count // rows), rows])  # columns and rows
    fill, room = rng.uniform(*CELL_FILL), (size / table).min()
    side = height / fill if height else room * rng.uniform(0.8, 1.1 if count == 1 else 1)
    places = np.stack(np.divmod(np.arange(count), table[0])[::-1], axis=1)
    middle = (places + 0.5 - table / 2) * side + np.array(size) / 2
    middle += rng.normal(0, 0.03 * side, 2)
    cells = np.concatenate([middle - side / 2, np.full((count, 2), side)], axis=1)
    tall = side * fill * np.minimum(1, shapes[:, 0] / shapes[:, 1])
    tall *= rng.uniform(*TALL_IN_CELLS, count)
    off = (1 - fill) / 2 * side * rng.uniform(-0.7, 0.7, middle.shape)
    return np.concatenate([middle + off, tall[:, None]], axis=1), cells


def _photograph(
    surface: MatLike, inks: Sequence[Ink], style: Style, pen: Pen, rng: np.random.Generator
) -> MatLike:
    """Ink the `surface`, light it, and take it with a phone, a scanner or a screenshot."""
    device = SETTINGS[style].device
    box = hull([ink.box for ink in inks])
    bottom, right = max(box.bottom, box.y + 1), max(box.right, box.x + 1)
    written = np.s_[box.y : bottom, box.x : right]
    ground = np.median(surface[written][::3, ::3], axis=(0, 1)).astype(np.float32)
    tone = capture.tone(device, rng)
    blur, kept = capture.lens(device, min(ink.width for ink in inks), rng)
    light = np.full(surface.shape[:2], 255, np.uint8)
    if device is Device.PHONE:
        shaded, creased = style is Style.SHADED, style is Style.CRUMPLED
        light = capture.light(light.shape[::-1], rng, shaded=shaded, creased=creased)
    # On a screen everybody picks a colour that stands out.
    least = LEAST_CONTRAST * (rng.uniform(1, 4) if style is Style.SCREEN else 1)
    dim = float(light[written].min()) / 255
    colour = _legible(pen, ground, dim, tone, least / kept)
    for ink in inks:
        _write(surface, ink, colour, multiply=_grey(ground) > LIGHT_PAPER)
    lit = cv2.multiply(surface, cv2.merge([light] * 3), scale=1 / 255)
    return capture.develop(blur(cv2.LUT(lit, tone)), device, rng)


def _grey(colour: Colour) -> float:
    return float(colour @ np.array([0.114, 0.587, 0.299], np.float32))


def _legible(pen: Pen, ground: Colour, dim: float, tone: MatLike, least: float) -> Colour:
    """The ink's colour, deepened until it stands out from the `ground` in the photo."""
    light_paper = _grey(ground) > LIGHT_PAPER
    extreme = np.full(3, 0 if light_paper else 255, np.float32)
    full = pen.strength * (1 - pen.mottle / 3) * (1 - pen.grain / 2)
    for depth in np.linspace(0, 1, DEEPENINGS, dtype=np.float32):
        colour: Colour = pen.colour + depth * (extreme - pen.colour)
        inked = ground + full * ((colour * ground / 255 if light_paper else colour) - ground)
        one, other = (
            _grey(tone[np.clip(dim * shade, 0, 255).astype(int), 0, (0, 1, 2)].astype(np.float32))
            for shade in (ground, inked)
        )
        if abs(one - other) >= least:
            break
    return colour


def _write(surface: MatLike, ink: Ink, colour: Colour, *, multiply: bool) -> None:
    """Blend `ink` into the `surface`; on light paper, what is below it shows through."""
    height, width = ink.cover.shape
    part = surface[ink.y : ink.y + height, ink.x : ink.x + width]
    full = np.full_like(part, colour.astype(np.uint8))
    if multiply:
        full = cv2.multiply(part, full, scale=1 / 255)
    weight = ink.cover.astype(np.float32) / 255
    part[:] = cv2.blendLinear(full, part.copy(), weight, 1 - weight)
