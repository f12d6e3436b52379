"""How light falls on a page: from one side, past what stands in it, and over creases.

Light is computed small, as shares of the brightest, for it changes slowly. There x and y run from
-1 to 1 over the photo; `x` is (1, w), `y` is (h, 1), and the fields made of them are (h, w).
All amounts are by eye.
"""

from math import sqrt

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.random import Generator
from numpy.typing import NDArray

from model.synthesis.geometry import Size
from model.synthesis.textures import centred_noise

Field = NDArray[np.floating]

LIGHT_SIDE = 200  # pixels; light changes too slowly to need more
SHADOWED, SHADOWED_IF_SHADED = 0.08, 0.7  # shares of the pages
DEPTH, DEPTHS_IF_SHADED = 0.3, (0.3, 0.75)  # of light that is lost on the far side, at most
SLOPE_CURVES = (0.7, 3.0)  # powers: a window far away, to a lamp close by
VIGNETTE_SHARE = 0.3  # of the photos
VIGNETTE_DEPTH = 0.6  # of the slope's depth, at most

# A shadow's outline is a circle around a place off a corner, bent by a few waves: a head, a hand
# or a phone's rounded corner. Lengths are shares of the longer side.
SHADOW_SHADES = (0.4, 0.85)  # of the light that is left
OUTLINE_POINTS = 60
WAVES = 4
WAVE_HEIGHT = 0.25  # of the radius, deviation of the longest wave; shorter ones are lower
LATEST_PHASE = 7.0  # radians, a little more than once around
SHADOW_RADII = (0.4, 0.8)
SHADOW_CENTRES = (-0.1, 1.1)  # of each side: just outside
CENTRE_DEVIATION = 0.2
SOFTEST_EDGE, SHARPEST_EDGE = 0.1, 0.7  # of the longer side; pixels

# Creases.
CRUMPLED_SHARE = 0.75  # of the creased pages; the others are only folded
FOLDS = (1, 4)  # the upper bound exclusive
FOLD_OFFSETS = (-0.8, 0.8)  # of x or y
FOLD_STEEPNESS = (4.0, 30.0)  # how fast a fold's light fades, for each 1 of x or y
FOLD_STRENGTHS = (0.03, 0.2)  # of the light
FACETS = (8, 60)  # the upper bound exclusive
FACET_DEVIATIONS = (0.5, 1, 1)  # of a facet's brightness, and its slopes along x and y
FACET_STRENGTHS = (0.02, 0.08)  # of the light, for each deviation
BENDS = (0.0, 0.3)  # pixels for each grey level of noise, by which facets' borders are bent
BENT_PARTS = 6  # of the width that are bent each in its way
FACET_EDGES = (0.5, 2.5)  # pixels by which the borders are blurred


def light(size: Size, rng: Generator, *, shaded: bool, creased: bool) -> MatLike:
    """How much light falls where.

    Args:
        size: the photo's width and height.
        rng: what decides all that is left open.
        shaded: whether it is uneven, most often with the shadow of a hand, a head or the phone.
        creased: whether the paper has been crumpled or folded.

    Returns:
        (h, w) uint8, about 255 where it is brightest.
    """
    shadowed_share = SHADOWED_IF_SHADED if shaded else SHADOWED
    shadowed = rng.random() < shadowed_share
    depth = rng.uniform(*DEPTHS_IF_SHADED) if shaded else DEPTH
    width, height = _small(size)
    x = np.linspace(-1, 1, width, dtype=np.float32).reshape(1, -1)
    y = np.linspace(-1, 1, height, dtype=np.float32).reshape(-1, 1)
    field = _slope(x, y, depth, rng)
    if creased:
        field *= _creases(x, y, rng)
    if shadowed:
        field *= _shadow((width, height), rng)
    brightest = max(1.0, float(field.max()))
    levels = field * (255 / brightest)
    small = np.asarray(levels.clip(0, 255), np.uint8)
    return cv2.resize(small, size, interpolation=cv2.INTER_LINEAR)


def _small(size: Size) -> Size:
    """The width and height that light is computed in."""
    width, height = size
    scale = min(1.0, LIGHT_SIDE / max(size))
    small_width = max(2, round(width * scale))
    small_height = max(2, round(height * scale))
    return small_width, small_height


def _along(x: Field, y: Field, angle: float) -> Field:
    """How far (h, w) each place lies in the direction of `angle` radians."""
    across = np.cos(angle) * x
    down = np.sin(angle) * y
    return np.asarray(across + down)


def _slope(x: Field, y: Field, depth: float, rng: Generator) -> Field:
    """Light that fades by up to `depth` from one side to another, and to the corners."""
    angle = rng.uniform(0, 2 * np.pi)
    along = _along(x, y, angle)
    ramp = (1 + along / sqrt(2)) / 2  # 0..1, whatever the angle
    fall = _uniform((0, depth), rng)
    curve = _uniform(SLOPE_CURVES, rng)
    field = 1 - fall * ramp**curve
    if rng.random() < VIGNETTE_SHARE:
        field *= _vignette(x, y, depth, rng)
    return field


def _vignette(x: Field, y: Field, depth: float, rng: Generator) -> Field:
    """Light that fades towards the corners, as lenses leave it."""
    fall = _uniform((0, VIGNETTE_DEPTH * depth), rng)
    squares = x * x + y * y
    corner = 2  # of the squares, where both are 1
    return np.asarray(1 - fall * squares / corner)


def _shadow(size: Size, rng: Generator) -> Field:
    """The share of light that a shadow leaves: 1 outside it."""
    side = max(size)
    shade = rng.uniform(*SHADOW_SHADES)
    outline = _shadow_outline(size, rng)
    corners = np.rint(outline).astype(np.int32)
    mask = np.ones(size[::-1], np.float32)
    cv2.fillPoly(mask, [corners], shade)
    softness = SOFTEST_EDGE * side * rng.random() ** 2
    sigma = softness + SHARPEST_EDGE
    shadow = cv2.GaussianBlur(mask, (0, 0), sigma)
    return np.asarray(shadow, np.float32)


def _shadow_outline(size: Size, rng: Generator) -> NDArray[np.float64]:
    """Points (`OUTLINE_POINTS`, 2) around what stands in the light."""
    side = max(size)
    around = np.linspace(0, 2 * np.pi, OUTLINE_POINTS, endpoint=False)
    swing = _swing(around, rng)
    radius = side * rng.uniform(*SHADOW_RADII)
    radii = radius * (1 + swing)
    corner = rng.choice(SHADOW_CENTRES, 2) * size
    off_corner = rng.normal(0, CENTRE_DEVIATION, 2)
    centre = corner + off_corner * side
    # Points on the outline, seen from its centre.
    x = np.cos(around) * radii
    y = np.sin(around) * radii
    outline = np.stack([x, y], axis=1)
    return np.asarray(centre + outline)


def _swing(angles: NDArray[np.float64], rng: Generator) -> NDArray[np.float64]:
    """The sum (n,) of a few random waves around a circle at `angles` (n,), around 0."""
    frequencies = np.arange(1, WAVES + 1)
    heights = rng.normal(0, WAVE_HEIGHT, WAVES) / frequencies
    phases = rng.uniform(0, LATEST_PHASE, WAVES)
    swings = np.zeros_like(angles)
    for frequency, height, phase in zip(frequencies, heights, phases, strict=True):
        wave = np.cos(frequency * angles + phase)
        swings += height * wave
    return swings


def _creases(x: Field, y: Field, rng: Generator) -> Field:
    """Light on crumpled or folded paper, around 1."""
    field = np.ones_like(x + y)
    if rng.random() < CRUMPLED_SHARE:
        field += _facets(x, y, rng)
    for _ in range(rng.integers(*FOLDS)):
        field += _fold(x, y, rng)
    return field


def _fold(x: Field, y: Field, rng: Generator) -> Field:
    """Light on the side of a fold that faces the window, shade on the other, around 0."""
    angle = rng.uniform(0, np.pi)
    offset = _uniform(FOLD_OFFSETS, rng)
    distance = _along(x, y, angle) - offset
    steepness = _uniform(FOLD_STEEPNESS, rng)
    faded = np.exp(-(np.abs(distance) * steepness))
    strength = _uniform(FOLD_STRENGTHS, rng)
    facing = strength * np.sign(distance)
    return np.asarray(facing * faded)


def _uniform(bounds: tuple[float, float], rng: Generator) -> np.float32:
    """A number between `bounds`, in the precision of light."""
    return np.float32(rng.uniform(*bounds))


def _facets(x: Field, y: Field, rng: Generator) -> Field:
    """Facets between creases, each turned a little from the light (h, w), around 0."""
    labels = _cells((x.size, y.size), rng)
    light = _planes(labels, x, y, rng)
    strength = _uniform(FACET_STRENGTHS, rng)
    bent = _bent(strength * light, rng)
    edge = rng.uniform(*FACET_EDGES)
    facets = cv2.GaussianBlur(bent, (0, 0), edge)
    return np.asarray(facets, np.float32)


def _planes(labels: MatLike, x: Field, y: Field, rng: Generator) -> Field:
    """Light that changes evenly over each of the `labels`, in deviations."""
    count = int(labels.max()) + 1
    planes = rng.normal(0, FACET_DEVIATIONS, (count, 3))
    columns = planes.astype(np.float32).T
    brightness, across, down = columns[:, labels]
    slope = across * x
    light = brightness + slope
    return np.asarray(light + down * y)


def _cells(size: Size, rng: Generator) -> MatLike:
    """Which of some random points is nearest (h, w) int32, counted from 1."""
    width, height = size
    count = int(rng.integers(*FACETS))
    rows = rng.integers(0, height, count)
    columns = rng.integers(0, width, count)
    points = np.full((height, width), 255, np.uint8)
    points[rows, columns] = 0
    _, labels = cv2.distanceTransformWithLabels(
        points,
        cv2.DIST_L2,
        maskSize=cv2.DIST_MASK_5,
        labelType=cv2.DIST_LABEL_PIXEL,
    )
    return labels


def _bent(field: Field, rng: Generator) -> MatLike:
    """The `field` (h, w), its straight borders bent."""
    height, width = field.shape
    size = width, height
    across = centred_noise(size, width / BENT_PARTS, rng)
    down = centred_noise(size, width / BENT_PARTS, rng)
    amount = _uniform(BENDS, rng)
    rows, columns = np.indices((height, width), np.float32)
    return cv2.remap(
        field,
        map1=columns + amount * across,
        map2=rows + amount * down,
        interpolation=cv2.INTER_LINEAR,
    )
