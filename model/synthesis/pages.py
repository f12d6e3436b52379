"""Glyphs -> a photo of a page with them, as a phone takes it."""

from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.random import Generator

from model.boxes import Box, hull
from model.synthesis.camera.capture import Device, develop, lens, tone
from model.synthesis.camera.lighting import light
from model.synthesis.camera.viewpoint import camera_view
from model.synthesis.colours import Colour, luma
from model.synthesis.geometry import Size
from model.synthesis.glyphs.glyph_images import trim
from model.synthesis.layout import Layout, in_cells, in_rows
from model.synthesis.paper.printed_lines import PrintedLines, print_lines
from model.synthesis.paper.table import lay_on_table
from model.synthesis.pen.ink import Ink, project_ink
from model.synthesis.pen.pens import KINDS, Pen, any_pen
from model.synthesis.pen.stroke_fields import INK_LEVEL, draw
from model.synthesis.scene import Scene
from model.synthesis.styles import SETTINGS, Style

LEAST_CONTRAST = 38.0  # grey levels between ink and paper, of which noise takes a few; by eye
SCREEN_CONTRASTS = (1.0, 4.0)  # times that: on a screen everybody picks a colour that stands out
TABLE_SHARE = 0.15  # of a phone's photos of paper
LIGHT_PAPER = 110  # grey level; ink darkens what is lighter, and covers what is darker
DEEPENINGS = 6  # colours that are tried, from a pen's own to black or white
GROUND_STEP = 3  # pixels; the median of every third is the paper's colour as well as that of all
# Of a wholly mottled or grainy ink, one part in so many is lost on the whole: by eye.
MOTTLED_PARTS, GRAINY_PARTS = 3, 2


class Page(NamedTuple):
    """A photo of a page.

    Attributes:
        photo: (h, w, 3) uint8 BGR.
        boxes: of each glyph's ink, in pixels of the photo.
    """

    photo: MatLike
    boxes: list[Box]


def render(  # noqa: PLR0913  all but the first three have a default or are the generator
    glyphs: Sequence[MatLike],
    style: Style,
    size: Size,
    rng: Generator,
    *,
    rows: int = 1,
    height: float | None = None,
) -> Page:
    """Write glyphs on a page and photograph it.

    Args:
        glyphs: at least one: (h, w) uint8 each, ink 255 on 0, about 112 pixels high.
        style: what they are written on.
        size: the photo's width and height.
        rng: what decides all that is left open.
        rows: in how many rows to write them, 1 to as many as there are glyphs.
        height: the digits' height in pixels; left open if None.

    Returns:
        The photo, and the boxes in the order of `glyphs`.
    """
    inked = [trim(glyph, INK_LEVEL) for glyph in glyphs]
    shapes = np.array([glyph.shape for glyph in inked])
    lay_out = in_cells if SETTINGS[style].boxed else in_rows
    layout = lay_out(shapes, size, rng, rows, height)
    digit_height = float(np.median(layout.positions[:, 2]))
    return photograph(inked, layout, style, size, rng, digit_height=digit_height)


def photograph(  # noqa: PLR0913  a page is made of all these
    glyphs: Sequence[MatLike],
    layout: Layout,
    style: Style,
    size: Size,
    rng: Generator,
    *,
    digit_height: float,
    printed: Sequence[PrintedLines] = (),
) -> Page:
    """Write glyphs where a layout has them, and photograph the page.

    Args:
        glyphs: at least one: (h, w) uint8 each, ink 255 on 0, without margins.
        layout: their positions, and the printed cells of a style that has some.
        style: what they are written on.
        size: the photo's width and height.
        rng: what decides all that is left open.
        digit_height: of the digits, in the page's pixels.
        printed: lines that are printed on the page beside those of the style.

    Returns:
        The photo, and the boxes in the order of `glyphs`.
    """
    setting = SETTINGS[style]
    kind = str(rng.choice(setting.pens))
    pen = any_pen(KINDS[kind], digit_height, rng)
    strokes = [
        draw(glyph, position, pen, rng)
        for glyph, position in zip(glyphs, layout.positions, strict=True)
    ]
    view = camera_view(size, strokes, setting.tilt, rng)
    scene = Scene(size, view, digit_height, layout.cells)
    surface = setting.surface(scene, rng)
    for lines, line_style in printed:
        print_lines(surface, scene, lines, line_style)
    inks = [project_ink(glyph, view, size, pen, rng) for glyph in strokes]
    boxes = [ink.box for ink in inks]
    on_paper = setting.device is Device.PHONE and not setting.boxed
    if on_paper and rng.random() < TABLE_SHARE:
        lay_on_table(surface, boxes, rng)
    return Page(_expose(surface, inks, style, pen, rng), boxes)


def _expose(
    surface: MatLike,
    inks: Sequence[Ink],
    style: Style,
    pen: Pen,
    rng: Generator,
) -> MatLike:
    """Ink the `surface`, light it, and take it with a phone, a scanner or a screenshot."""
    device = SETTINGS[style].device
    written = _written_part(inks)
    ground = _ground(surface[written])
    curve = tone(device, rng)
    blur, kept = lens(device, min(ink.width for ink in inks), rng)
    lit = _light(surface.shape[1::-1], style, rng)
    least = LEAST_CONTRAST
    if style is Style.SCREEN:
        least *= rng.uniform(*SCREEN_CONTRASTS)
    darkest = lit[written].min()
    dimmest = float(darkest) / 255
    colour = _legible(pen, ground, dimmest, curve, least / kept)
    multiply = luma(ground) > LIGHT_PAPER
    for ink in inks:
        _write(surface, ink, colour, multiply=multiply)
    channels = cv2.merge([lit, lit, lit])
    lit_surface = cv2.multiply(surface, channels, scale=1 / 255)
    exposed = cv2.LUT(lit_surface, curve)
    blurred = blur(exposed)
    return develop(blurred, device, rng)


def _written_part(inks: Sequence[Ink]) -> tuple[slice, slice]:
    """The rows and columns of the photo that hold all ink: at least one of each."""
    boxes = [ink.box for ink in inks]
    box = hull(boxes)
    bottom = max(box.bottom, box.y + 1)
    right = max(box.right, box.x + 1)
    rows = slice(box.y, bottom)
    columns = slice(box.x, right)
    return rows, columns


def _ground(part: MatLike) -> Colour:
    """The commonest colour of a `part` (h, w, 3) of a surface."""
    sample = part[::GROUND_STEP, ::GROUND_STEP]
    median = np.median(sample, axis=(0, 1))
    return np.asarray(median, np.float32)


def _light(size: Size, style: Style, rng: Generator) -> MatLike:
    """How much light falls where (h, w) uint8; scanners and screens are lit evenly."""
    if SETTINGS[style].device is not Device.PHONE:
        return np.full(size[::-1], 255, np.uint8)
    shaded = style is Style.SHADED
    creased = style is Style.CRUMPLED
    return light(size, rng, shaded=shaded, creased=creased)


def _legible(pen: Pen, ground: Colour, dim: float, curve: MatLike, least: float) -> Colour:
    """The ink's colour, deepened until it stands out from the `ground` in the photo.

    Args:
        pen: whose ink it is.
        ground: the paper's colour.
        dim: the least light on any ink, 0..1.
        curve: (256, 1, 3), what the device makes of each channel.
        least: grey levels by which ink and ground are to differ.
    """
    light_paper = luma(ground) > LIGHT_PAPER
    extreme_level = 0 if light_paper else 255
    extreme = np.full(3, extreme_level, np.float32)
    unmottled = 1 - pen.mottle / MOTTLED_PARTS
    ungrainy = 1 - pen.grain / GRAINY_PARTS
    cover = pen.strength * unmottled * ungrainy
    paper_level = _photographed(ground, dim, curve)
    for depth in np.linspace(0, 1, DEEPENINGS, dtype=np.float32):
        deepening = depth * (extreme - pen.colour)
        colour: Colour = pen.colour + deepening
        full = colour * ground / 255 if light_paper else colour
        inked = ground + cover * (full - ground)
        ink_level = _photographed(inked, dim, curve)
        if abs(ink_level - paper_level) >= least:
            break
    return colour


def _photographed(colour: MatLike, dim: float, curve: MatLike) -> float:
    """The grey level 0..255 of a `colour` in `dim` light as the device records it."""
    lit = np.clip(dim * colour, 0, 255)
    levels = lit.astype(int)
    channels = np.arange(3)
    recorded = curve[levels, 0, channels]
    return luma(recorded.astype(np.float32))


def _write(surface: MatLike, ink: Ink, colour: Colour, *, multiply: bool) -> None:
    """Blend `ink` into the `surface`; with `multiply`, what is below it shows through."""
    height, width = ink.cover.shape
    rows = slice(ink.y, ink.y + height)
    columns = slice(ink.x, ink.x + width)
    part = surface[rows, columns]
    ink_colour = colour.astype(np.uint8)
    full = np.full_like(part, ink_colour)
    if multiply:
        full = cv2.multiply(part, full, scale=1 / 255)
    cover = ink.cover.astype(np.float32)
    weight = cover / 255
    surface[rows, columns] = cv2.blendLinear(full, part, weight, 1 - weight)
