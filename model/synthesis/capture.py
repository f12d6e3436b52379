"""How a page is photographed: the view, the light, the table around, the lens and the sensor."""

from collections.abc import Callable, Sequence
from enum import Enum, auto
from functools import partial
from math import erf

import cv2
import numpy as np
from cv2.typing import MatLike

from model.boxes import Box, hull
from model.synthesis.backgrounds import NOISE_DEVIATION, Numbers, noise, pick_colour, tinted
from model.synthesis.geometry import (
    SUBPIXEL_BITS,
    Matrix,
    Size,
    affine,
    corners,
    rotation,
    subpixel,
)
from model.synthesis.ink import Glyph

MARGIN = 2.0  # pixels that stay free around all ink
LEANING, MOST_DEGREES = 3.5, 12  # degrees: deviation and limit
PERSPECTIVE = 0.03  # of the photo's longer side, by which a corner of the page is off
LIGHT_SIDE = 200  # pixels; light changes too slowly to need more
OUTLINE_POINTS = 60  # of a shadow
WAVES = 4  # make the outline of a head, a hand or a phone's rounded corner
BROADEST_BLURRED = 14  # pixels; broader strokes are not blurred more
QUALITIES = (40, 96)  # of JPEG, the upper bound exclusive
TABLES = ((70, 110, 160), (45, 70, 105), (120, 165, 205), (40, 40, 42), (150, 155, 160))


class Device(Enum):
    """What takes the photo."""

    PHONE = auto()
    SCANNER = auto()
    SCREENSHOT = auto()


# How much of a stroke's width the blur may have as deviation.
BLURS = {Device.PHONE: 0.45, Device.SCANNER: 0.15, Device.SCREENSHOT: 0.0}


def camera_view(
    size: Size, glyphs: Sequence[Glyph], tilt: float, rng: np.random.Generator
) -> Matrix:
    """Hold the camera, `tilt` times as askew as most do, so that it sees all ink.

    Returns:
        The view (3, 3): it maps the page to the photo of `size`.
    """
    page, middle = corners(np.array([0, 0, *size])), np.array(size) / 2
    angle = np.radians(np.clip(rng.normal(0, LEANING), -MOST_DEGREES, MOST_DEGREES)) * tilt
    quad = (page - middle) @ rotation(angle).T + middle
    quad += rng.normal(0, PERSPECTIVE * tilt, (4, 2)) * rng.random() * max(size)
    view = cv2.getPerspectiveTransform(page.astype(np.float32), quad.astype(np.float32))
    outlines = [glyph.outline(np.asarray(view, np.float64)) for glyph in glyphs]
    low, high = np.min(outlines, axis=(0, 1)) - MARGIN, np.max(outlines, axis=(0, 1)) + MARGIN
    scale = min(1.0, float((np.array(size) / (high - low)).min()))
    # What would lie outside on one side is shifted in.
    start = np.clip(low * scale, 0, np.maximum(size - (high - low) * scale, 0))
    return np.asarray(affine(scale * np.eye(2), start - low * scale) @ view)


def lay_on_table(surface: MatLike, boxes: Sequence[Box], rng: np.random.Generator) -> None:
    """Let the paper (h, w, 3) end, on one side, somewhere between `boxes` and the photo's edge."""
    height, width = surface.shape[:2]
    written = hull(boxes)
    side = int(rng.integers(4))
    room = (written.x, written.y, width - written.right, height - written.bottom)[side]
    length = (width, height)[1 - side % 2]
    near, far = room * rng.uniform(0.1, 0.85, 2)
    # Seen from the side's own corner; turned to the side that it is on.
    edge = np.array([[0, 0], [near, 0], [far, length], [0, length]])
    if side % 2:
        edge = edge[:, ::-1]
    if side >= 2:
        edge = np.array([width, height]) - edge
    mask = np.zeros((height, width), np.uint8)
    cv2.fillPoly(mask, [subpixel(edge)], 255, cv2.LINE_AA, SUBPIXEL_BITS)
    cv2.copyTo(_table((width, height), rng), mask, surface)


def _table(size: Size, rng: np.random.Generator) -> MatLike:
    """Wood, stone, cloth or anything plain (h, w, 3)."""
    cells = [(size[0] / 3, size[1] / 90), (size[0] / 90, size[1] / 3), (2, 2), (25, 25)]
    colour, contrast = pick_colour(TABLES, rng, 15), rng.uniform(0, 1)
    texture = noise(size, cells[rng.integers(len(cells))], rng)
    return tinted(texture, colour * (1 - contrast), colour * (1 + contrast))


def light(size: Size, rng: np.random.Generator, *, shaded: bool, creased: bool) -> MatLike:
    """How much light falls where (h, w) uint8, 255 where it is brightest.

    Args:
        size: the photo's width and height.
        rng: what decides all that is left open.
        shaded: whether it is bad: most often a hand, a head or the phone stands in it.
        creased: whether the paper has been crumpled or folded.
    """
    shadow = rng.random() < (0.7 if shaded else 0.08)
    depth = rng.uniform(0.3, 0.75) if shaded else 0.3
    scale = min(1.0, LIGHT_SIDE / max(size))
    width, height = (max(2, round(side * scale)) for side in size)
    x = np.linspace(-1, 1, width, dtype=np.float32)[None]
    y = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    field = _slope(x, y, depth, rng)
    if creased:
        field *= _creases(x, y, rng)
    if shadow:
        field *= _shadow((width, height), rng)
    lit = np.clip(field * (255 / max(1.0, float(field.max()))), 0, 255)
    return cv2.resize(np.asarray(lit, np.uint8), size, interpolation=cv2.INTER_LINEAR)


def _slope(x: Numbers, y: Numbers, depth: float, rng: np.random.Generator) -> Numbers:
    """Light that fades by up to `depth` from one side to another, and to the corners (h, w)."""
    angle = rng.uniform(0, 2 * np.pi)
    ramp = (1 + (np.cos(angle) * x + np.sin(angle) * y) / np.sqrt(2)) / 2
    field: Numbers = 1 - np.float32(depth * rng.random()) * ramp ** np.float32(rng.uniform(0.7, 3))
    if rng.random() < 0.3:  # the lens's vignette
        field *= 1 - np.float32(0.6 * depth * rng.random()) * (x * x + y * y) / 2
    return field


def _shadow(size: Size, rng: np.random.Generator) -> Numbers:
    """A shadow's share of light (h, w): what stands in the light is rounded, or has an edge."""
    mask = np.ones(size[::-1], np.float32)
    dark = rng.uniform(0.4, 0.85)
    around = np.linspace(0, 2 * np.pi, OUTLINE_POINTS, endpoint=False)
    waves = np.arange(1, WAVES + 1)[:, None]
    heights = rng.normal(0, 0.25, (WAVES, 1)) / waves
    swing = heights * np.cos(waves * around + rng.uniform(0, 7, (WAVES, 1)))
    reach = max(size) * rng.uniform(0.4, 0.8) * (1 + swing.sum(axis=0))
    centre = rng.choice([-0.1, 1.1], 2) * size + rng.normal(0, 0.2, 2) * max(size)
    outline = centre + np.stack([np.cos(around), np.sin(around)], axis=1) * reach[:, None]
    cv2.fillPoly(mask, [np.rint(outline).astype(np.int32)], dark)
    softness = max(size) * 0.1 * rng.random() ** 2 + 0.7
    return np.asarray(cv2.GaussianBlur(mask, (0, 0), softness), np.float32)


def _creases(x: Numbers, y: Numbers, rng: np.random.Generator) -> Numbers:
    """Facets between creases, each turned a little from the light, and a fold or two (h, w)."""
    field = 1 + _facets(x, y, rng) if rng.random() < 0.75 else np.ones_like(x + y)
    for _ in range(rng.integers(1, 4)):
        angle, offset = rng.uniform(0, np.pi), rng.uniform(-0.8, 0.8)
        distance = np.cos(angle) * x + np.sin(angle) * y - np.float32(offset)
        away = np.abs(distance) * np.float32(rng.uniform(4, 30))
        # Light on the side that faces the window, shade on the other.
        strength = np.float32(rng.uniform(0.03, 0.2))
        field += strength * np.sign(distance) * np.exp(-away)
    return np.asarray(field, np.float32)


def _facets(x: Numbers, y: Numbers, rng: np.random.Generator) -> Numbers:
    """Flat pieces with sharp borders, as the cells nearest to random points, warped (h, w)."""
    width, height = x.size, y.size
    points = np.full((height, width), 255, np.uint8)
    count = int(rng.integers(8, 60))
    points[rng.integers(0, height, count), rng.integers(0, width, count)] = 0
    _, labels = cv2.distanceTransformWithLabels(
        points, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    slopes = rng.normal(0, (0.5, 1, 1), (int(labels.max()) + 1, 3)).astype(np.float32)
    bright, across, down = slopes.T[:, labels]
    flat = np.float32(rng.uniform(0.02, 0.08)) * (bright + across * x + down * y)
    wide = [noise((width, height), width / 6, rng).astype(np.float32) - 128 for _ in range(2)]
    rows, columns = np.indices((height, width), np.float32)
    bent = np.float32(rng.uniform(0, 0.3))
    facets = cv2.remap(flat, columns + bent * wide[0], rows + bent * wide[1], cv2.INTER_LINEAR)
    return np.asarray(cv2.GaussianBlur(facets, (0, 0), rng.uniform(0.5, 2.5)), np.float32)


def tone(device: Device, rng: np.random.Generator) -> MatLike:
    """What the device makes of each channel's light: a table (256, 1, 3) uint8."""
    values = np.linspace(0, 1, 256, dtype=np.float32)[:, None] * np.ones(3, np.float32)
    if device is Device.SCREENSHOT:
        return np.rint(255 * values).astype(np.uint8)[:, None]
    scanner = device is Device.SCANNER
    warm, green = rng.normal(0, (0.05, 0.015)) * (not scanner)
    tint = np.array([1 - warm, 1 + green, 1 + warm])
    exposure = rng.uniform(0.95, 1.1) if scanner else rng.uniform(0.7, 1.2)
    values = np.clip(exposure * values * tint / tint.max(), 0, 1) ** np.exp(rng.normal(0, 0.15))
    if rng.random() < 0.3:  # haze, a dirty lens
        values = values * rng.uniform(0.7, 1) + rng.uniform(0, 0.2)
    if rng.random() < 0.12:  # an app that makes photos look like scans
        values = (values - rng.uniform(0, 0.15)) * rng.uniform(1.3, 2)
    return np.asarray(np.rint(255 * np.clip(values, 0, 1)).astype(np.uint8)[:, None])


def lens(
    device: Device, stroke: float, rng: np.random.Generator
) -> tuple[Callable[[MatLike], MatLike], float]:
    """What blurs the photo, and the share of contrast a `stroke` so many pixels wide keeps."""
    most = BLURS[device] * min(stroke, BROADEST_BLURRED)
    sigma = max(0.3, most * rng.random() ** 1.5)
    kept = float(erf(stroke / (2 * np.sqrt(2) * sigma)))
    kind = rng.random()
    if device is Device.SCREENSHOT or kind < 0.2:
        return np.asarray, 1.0
    if kind < 0.4:
        return partial(_shaken, length=3.5 * sigma, angle=rng.uniform(0, np.pi)), kept
    if kind < 0.55:
        return partial(_zoomed, factor=max(1.0, 2 * sigma)), kept
    return partial(cv2.GaussianBlur, ksize=(0, 0), sigmaX=sigma), kept


def _shaken(image: MatLike, length: float, angle: float) -> MatLike:
    """The camera moved by `length` pixels."""
    side = 2 * int(np.ceil(length / 2)) + 1
    kernel = np.zeros((side, side), np.float32)
    middle, reach = side / 2 - 0.5, length / 2 * np.array([np.cos(angle), np.sin(angle)])
    start, end = subpixel(middle + np.stack([-reach, reach])).tolist()
    cv2.line(kernel, start, end, 1.0, 1, cv2.LINE_8, SUBPIXEL_BITS)
    return cv2.filter2D(image, -1, kernel / kernel.sum())


def _zoomed(image: MatLike, factor: float) -> MatLike:
    """Taken from so far away that it had to be enlarged by `factor`."""
    height, width = image.shape[:2]
    small = (max(2, round(width / factor)), max(2, round(height / factor)))
    return cv2.resize(cv2.resize(image, small, interpolation=cv2.INTER_AREA), (width, height))


def develop(image: MatLike, device: Device, rng: np.random.Generator) -> MatLike:
    """Add the sensor's noise, the phone's sharpening and JPEG to `image` (h, w, 3) uint8."""
    if device is not Device.SCREENSHOT:
        image = _sharpened(_grainy(image, rng), rng)
    elif rng.random() < 0.5:
        return image
    quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(*QUALITIES))]
    return np.asarray(cv2.imdecode(cv2.imencode(".jpg", image, quality)[1], cv2.IMREAD_COLOR))


def _grainy(image: MatLike, rng: np.random.Generator) -> MatLike:
    """With a sensor's noise: little in most photos, much in some."""
    share = min(10.0, 0.7 * np.exp(rng.exponential(0.9))) / NOISE_DEVIATION
    grain = noise(image.shape[1::-1], rng.uniform(1, 2), rng, channels=3)
    return cv2.addWeighted(image, 1, grain, share, -128 * share)


def _sharpened(image: MatLike, rng: np.random.Generator) -> MatLike:
    """As some phones do, the edges exaggerated."""
    if rng.random() > 0.3:
        return image
    amount = rng.uniform(0.3, 1.2)
    soft = cv2.GaussianBlur(image, (0, 0), rng.uniform(0.8, 2))
    return cv2.addWeighted(image, 1 + amount, soft, -amount, 0)
