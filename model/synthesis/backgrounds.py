"""What digits are written on: papers, forms, screens, and the table below.

Everything is drawn straight into the photo's pixels, through the `view` that a camera has of the
page, so that nothing is resampled and lines stay as sharp as they are on paper.
"""

from functools import cache
from typing import NamedTuple

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray

from model.synthesis.geometry import (
    SUBPIXEL_BITS,
    SUBPIXEL_STEPS,
    Matrix,
    Size,
    corners,
    project_points,
    subpixel,
)

Numbers = NDArray[np.float32]
Colour = NDArray[np.float32]  # blue, green, red in 0..255
Palette = tuple[tuple[int, int, int], ...]

TILE = 1300  # pixels; a photo from Telegram has at most 1280 a side
NOISE_DEVIATION = 32.0  # leaves four deviations on both sides of 128
SOILED_SHARE = 0.2
SPACINGS = (0.3, 3)  # of lines, in digits' heights: people write within one, or across many

# Colours (blue, green, red) as phones record them, averaged by eye; each use varies them.
WHITES = ((252, 252, 252), (240, 243, 244), (225, 236, 242), (212, 216, 218), (190, 196, 198))
PASTELS = (
    (120, 235, 250), (70, 215, 225),  # sticky-note yellow
    (200, 180, 250), (190, 235, 180), (240, 215, 170),  # pink, green, blue
    (160, 210, 250), (235, 200, 215),  # peach, lilac
    (110, 160, 195), (140, 185, 210),  # kraft brown
    (60, 110, 235), (80, 80, 210), (95, 170, 80), (215, 150, 60),  # strong ones
)  # fmt: skip
DARKS = ((35, 35, 35), (60, 80, 45), (50, 60, 40), (75, 45, 35), (45, 40, 80), (70, 70, 72))
RULES = ((225, 195, 165), (205, 165, 130), (175, 175, 175), (190, 160, 205), (120, 110, 105))
MARGIN_RED = (110, 110, 225)
GRID_BLACK = (45, 42, 40)
CELLS = ((240, 242, 243), (222, 226, 226), (195, 205, 212), (150, 170, 182), (215, 205, 198))
TINTS = ((200, 200, 200), (205, 175, 145), (165, 190, 205), (190, 215, 190), (170, 170, 240))
FORMS = ((254, 254, 254), (246, 248, 250), (225, 238, 250), (238, 232, 248), (235, 245, 235))
FRAMES = ((130, 180, 250), (190, 160, 245), (165, 215, 160), (235, 195, 150), (180, 180, 180))
SCREENS = ((255, 255, 255), (250, 250, 250), (255, 255, 255), (0, 0, 0), (30, 30, 30), (128,) * 3)
NEIGHBOURS = ((150, 70, 40), (50, 50, 50))


class Scene(NamedTuple):
    """What is to be photographed.

    `size` is the photo's, `view` (3, 3) maps the page to the photo, `digit_height` is in pixels;
    `cells` (n, 4) are the x, y, width and height of printed boxes on the page.
    """

    size: Size
    view: Matrix
    digit_height: float
    cells: Matrix


class Line(NamedTuple):
    """How a line is printed: `thickness` in pixels, `strength` 0..1 of its colour."""

    colour: Colour
    thickness: int
    strength: float


def pick_colour(palette: Palette, rng: np.random.Generator, spread: float = 8) -> Colour:
    """One of the palette's colours, varied by about `spread` a channel."""
    colour = np.array(palette[int(rng.integers(len(palette)))])
    # Most of the variation is in lightness: paper differs more by that than by hue.
    varied = colour + rng.normal(0, spread) + rng.normal(0, spread / 2, 3)
    return np.clip(varied, 0, 255).astype(np.float32)


def noise(
    size: Size, cell: float | tuple[float, float], rng: np.random.Generator, channels: int = 1
) -> MatLike:
    """Random values (h, w) or (h, w, 3) uint8 around 128, in blotches of `cell` pixels."""
    cells = np.broadcast_to(cell, 2)
    across, down = np.clip(np.ceil(size / cells), 2, TILE).astype(int).tolist()
    x, y = rng.integers(TILE - across + 1), rng.integers(TILE - down + 1)
    piece = _tile(channels)[y : y + down, x : x + across]
    return cv2.resize(piece, size, interpolation=cv2.INTER_LINEAR)


@cache
def _tile(channels: int) -> NDArray[np.uint8]:
    """Noise drawn once: to draw it anew costs more than all the rest of a photo."""
    shape = (TILE, TILE, channels)[: 2 + (channels > 1)]
    values = np.random.default_rng(channels).normal(128, NOISE_DEVIATION, shape)
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)


def tinted(texture: MatLike, darkest: Colour, lightest: Colour) -> MatLike:
    """Map grey `texture` (h, w) uint8 from 0, the `darkest` colour, to 255, the `lightest`."""
    share = np.linspace(0, 1, 256, dtype=np.float32)[:, None, None]
    table = np.clip(darkest + share * (lightest - darkest), 0, 255).astype(np.uint8)
    return cv2.LUT(cv2.merge([texture] * 3), table)


def blank(scene: Scene, colour: Colour, rng: np.random.Generator, grain: float = 1) -> MatLike:
    """A sheet (h, w, 3) uint8 of one `colour`, with fibres and blotches as strong as `grain`."""
    fine = noise(scene.size, rng.uniform(1, 3), rng)
    coarse = noise(scene.size, max(scene.size) * rng.uniform(0.02, 0.3), rng)
    share = rng.uniform(0.2, 1)
    texture = cv2.addWeighted(fine, share, coarse, 1 - share, 0)
    strength = grain * 0.25 * rng.random() ** 2
    sheet = tinted(texture, colour - 128 * strength, colour + 127 * strength)
    if grain and rng.random() < SOILED_SHARE:
        _soil(sheet, rng)
    return sheet


def _soil(sheet: MatLike, rng: np.random.Generator) -> None:
    """Leave a few specks of dirt."""
    height, width = sheet.shape[:2]
    for x, y in rng.integers(0, (width, height), (int(rng.integers(1, 6)), 2)).tolist():
        axes = np.ceil(max(width, height) * rng.uniform(0.001, 0.008, 2)).astype(int).tolist()
        shade = (sheet[y, x] * rng.uniform(0.45, 0.9)).tolist()
        cv2.ellipse(sheet, (x, y), axes, rng.uniform(0, 180), 0, 360, shade, -1, cv2.LINE_AA)


def plain(scene: Scene, rng: np.random.Generator) -> MatLike:
    """White, grey or cream paper (h, w, 3) uint8, as all surfaces are."""
    return blank(scene, pick_colour(WHITES, rng), rng)


def coloured(scene: Scene, rng: np.random.Generator) -> MatLike:
    """Sticky notes, card, wrapping paper."""
    return blank(scene, pick_colour(PASTELS, rng, 14), rng, grain=rng.choice((1, 1, 3)))


def dark(scene: Scene, rng: np.random.Generator) -> MatLike:
    """A blackboard or dark card."""
    return blank(scene, pick_colour(DARKS, rng), rng, grain=1.5)


def screen(scene: Scene, rng: np.random.Generator) -> MatLike:
    """A touch screen's canvas: of one colour, without any grain."""
    usual = rng.random() < 0.65
    colour = pick_colour(SCREENS, rng, 0) if usual else rng.integers(0, 256, 3).astype(np.float32)
    return blank(scene, colour, rng, grain=0)


def ruled(scene: Scene, rng: np.random.Generator) -> MatLike:
    """Paper with ruled lines, at times with a margin."""
    surface, spacing = plain(scene, rng), _spacing(scene, rng)
    lines = _parallels(scene, spacing, rng)
    _print(surface, scene, lines, _fine(pick_colour(RULES, rng), spacing, rng))
    if rng.random() < 0.4:
        margin = _parallels(scene, 0.6 * max(scene.size), rng)[:1, :, ::-1]
        _print(surface, scene, margin, _fine(pick_colour((MARGIN_RED,), rng, 20), spacing, rng))
    return surface


def squared(scene: Scene, rng: np.random.Generator) -> MatLike:
    """Paper with a square grid."""
    surface, spacing = plain(scene, rng), _spacing(scene, rng)
    level, upright = (_parallels(scene, spacing, rng) for _ in range(2))
    lines = np.concatenate([level, upright[:, :, ::-1]])
    _print(surface, scene, lines, _fine(pick_colour(RULES, rng), spacing, rng))
    return surface


def dotted(scene: Scene, rng: np.random.Generator) -> MatLike:
    """Paper with a grid of dots."""
    surface = plain(scene, rng)
    spacing = max(_spacing(scene, rng), max(scene.size) / 60)
    axes = [np.arange(start, end, spacing) for start, end in _extent(scene).T]
    points = project_points(np.stack(np.meshgrid(*axes), axis=-1).reshape(-1, 2), scene.view)
    radius = round(max(0.6, spacing * rng.uniform(0.02, 0.06)) * (SUBPIXEL_STEPS))
    colour = pick_colour(RULES, rng).tolist()
    for point in subpixel(points).tolist():
        cv2.circle(surface, point, radius, colour, -1, cv2.LINE_AA, SUBPIXEL_BITS)
    return surface


def any_white(scene: Scene, rng: np.random.Generator) -> MatLike:
    """Paper of which the pattern is not the point."""
    return (plain, plain, ruled, squared)[rng.integers(4)](scene, rng)


def _spacing(scene: Scene, rng: np.random.Generator) -> float:
    """Between two lines, in pixels."""
    spacing, side = scene.digit_height * np.exp(rng.uniform(*np.log(SPACINGS))), max(scene.size)
    return float(np.clip(spacing, max(7, side / 60), 0.6 * side))


def _extent(scene: Scene) -> Matrix:
    """Page coordinates (low and high, x and y) of all that the photo shows."""
    back = np.asarray(np.linalg.inv(scene.view), np.float64)
    page = project_points(corners(np.array([0.0, 0.0, *scene.size])), back)
    return np.array([page.min(axis=0), page.max(axis=0)])


def _parallels(scene: Scene, spacing: float, rng: np.random.Generator) -> Matrix:
    """Horizontal lines (n, 2 ends, x and y) over the page; mirror x and y for upright ones."""
    extent = _extent(scene)
    start, end = extent.min(), extent.max()
    y = np.arange(start + spacing * rng.random(), end, spacing)
    return np.stack(np.meshgrid([start, end], y), axis=-1)


def _fine(colour: Colour, spacing: float, rng: np.random.Generator) -> Line:
    """A line of a thickness that suits the `spacing`."""
    thickest = int(np.clip(spacing / 10, 1, 4))
    return Line(colour, int(rng.integers(1, thickest + 1)), rng.uniform(0.4, 1))


def _print(surface: MatLike, scene: Scene, lines: Matrix, line: Line) -> None:
    """Print `lines` (n, 2, 2) of the page."""
    drawn = surface.copy()
    colour, thickness, strength = line.colour.tolist(), line.thickness, line.strength
    for start, end in subpixel(project_points(lines, scene.view)).tolist():
        cv2.line(drawn, start, end, colour, thickness, cv2.LINE_AA, SUBPIXEL_BITS)
    cv2.addWeighted(drawn, strength, surface, 1 - strength, 0, dst=surface)


def cell(scene: Scene, rng: np.random.Generator) -> MatLike:
    """A printed puzzle's grid, each glyph in a cell of its own."""
    surface = blank(scene, pick_colour(CELLS, rng), rng)
    if rng.random() < 0.25:
        _tint(surface, scene, rng)
    side, black = scene.cells[0, 3], pick_colour((GRID_BLACK,), rng, 15)
    thin = max(1, round(side * rng.uniform(0.004, 0.02)))
    thick = max(thin, round(side * rng.uniform(0.02, 0.07)))
    for border in _grid(scene):
        width = thick if rng.random() < 0.4 else thin
        _print(surface, scene, border[None], Line(black, width, rng.uniform(0.75, 1)))
    if len(scene.cells) == 1 and rng.random() < 0.3:
        _neighbour(surface, scene, rng)
    return surface


def _grid(scene: Scene) -> Matrix:
    """Lines (n, 2, 2) along all cells' borders, and along those of the cells around them."""
    low, high = _extent(scene)
    # Cells touch: the same border is not drawn twice.
    steps = np.arange(-1, 3)[:, None, None]
    borders = np.round(scene.cells[:, :2] + steps * scene.cells[:, 2:], 3)
    columns, rows = (np.unique(borders[..., axis]) for axis in (0, 1))
    upright = [[[column, low[1]], [column, high[1]]] for column in columns]
    level = [[[low[0], row], [high[0], row]] for row in rows]
    return np.array(upright + level)


def _tint(surface: MatLike, scene: Scene, rng: np.random.Generator) -> None:
    """Print a tint over some cells: flat, or as a halftone of dots."""
    tint = pick_colour(TINTS, rng, 12)
    layer = cv2.multiply(surface, np.full_like(surface, tint.astype(np.uint8)), scale=1 / 255)
    if rng.random() < 0.5:
        pitch = rng.uniform(2.5, 5)
        across, down = (np.cos(np.arange(n) * (2 * np.pi / pitch)) for n in scene.size)
        gaps = (down[:, None] + across > rng.uniform(0.2, 1)).astype(np.uint8)
        cv2.copyTo(surface, gaps, layer)
    mask = np.zeros(surface.shape[:2], np.uint8)
    for quad in project_points(corners(scene.cells), scene.view):
        cv2.fillConvexPoly(mask, np.rint(quad).astype(np.int32), 1)
    cv2.copyTo(layer, mask, surface)


def _neighbour(surface: MatLike, scene: Scene, rng: np.random.Generator) -> None:
    """Part of what is written in the next cell, where the photo shows that at all."""
    place, side = scene.cells[0, :2], scene.cells[0, 3]
    step = np.array([(1, 0), (-1, 0), (0, 1), (0, -1)][rng.integers(4)])
    middle = project_points(place + side * (0.5 + step), scene.view)
    axes = np.rint(side * rng.uniform(0.2, 0.44, 2)).astype(int).tolist()
    colour = rng.choice(NEIGHBOURS).tolist()
    pen = max(1, round(side * rng.uniform(0.04, 0.1)))
    arc = int(rng.integers(180, 360))
    centre = np.rint(middle).astype(int).tolist()
    cv2.ellipse(surface, centre, axes, 0, 0, arc, colour, pen, cv2.LINE_AA)


def form(scene: Scene, rng: np.random.Generator) -> MatLike:
    """A scanned form's boxes, printed in a pale colour; some scanners drop that colour."""
    surface = blank(scene, pick_colour(FORMS, rng, 2), rng, grain=0.5)
    if rng.random() < 0.25:
        return surface
    frame = pick_colour(FRAMES, rng, 15)
    boxes = list(subpixel(project_points(corners(scene.cells), scene.view)))
    if rng.random() < 0.4:  # the boxes are left white on a coloured ground
        white, strength = surface.copy(), rng.uniform(0.3, 0.7)
        cv2.addWeighted(surface, 1 - strength, np.full_like(surface, frame), strength, 0, surface)
        mask = np.zeros(surface.shape[:2], np.uint8)
        cv2.fillPoly(mask, boxes, 1, shift=SUBPIXEL_BITS)
        cv2.copyTo(white, mask, surface)
    thickness = max(1, round(scene.cells[0, 3] * rng.uniform(0.005, 0.04)))
    cv2.polylines(surface, boxes, True, frame.tolist(), thickness, cv2.LINE_AA, SUBPIXEL_BITS)
    return surface
