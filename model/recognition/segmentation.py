"""Photo -> components: where its ink is, which ink hangs together, how far apart that is.

Paper is what changes slowly, ink is what departs from it. Colours depart in one direction (from
the paper's to the pen's), so dark on light, light on dark and coloured pens are the same thing.
"""

from typing import NamedTuple

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray

from model.recognition.decoding import Photo
from model.recognition.frame_removal import remove_frames_and_rules
from model.recognition.normalization import strength
from model.recognition.refusal import Refusal, RefusedError
from model.recognition.resizing import shrink

# Where nothing else is said, a value was chosen on the development photos.
# Digits are sought at this size; if they prove small there, again at the photo's own.
SIDE = 640  # pixels of the longer side
SMALL = 40  # pixels of height at this size
PAPER_SIDE = 160  # pixels; the paper's shading needs no more than this
COLOUR_SIDE = 80  # pixels; nor the colours of paper and pen more than this
# Wider than any stroke, narrower than most shadows; a share of the photo's shorter side.
STROKE_LIMIT = 0.3
# Of the second look: tables, shadows' edges and tinted boxes are paper then, broad markers too.
FINE_LIMIT = 0.1
DARK_PAPER = 128  # of 255, the middle: darker paper's ink does not fade in a shadow
DARKEST = 0.3  # of the usual light: a deeper shadow is no paper
GRAIN_FACTOR = 4.0  # what departs less than so many standard deviations of the paper is paper
QUARTILE = 0.6745  # standard deviations between the median and a quartile, of a normal distribution
MIN_CONTRAST = 10.0  # of 255; JPEG alone leaves a few
# Of the way from paper to full ink: lower on clean paper, so that a stroke keeps its faint ends.
LEAST_SHARE, MOST_SHARE = 0.35, 0.55
MIN_SIDE = 8  # pixels; of anything smaller not even a person could tell which digit it is
SPECK = 0.12  # of the longest component: dirt, not a part of a digit
LEAST_SIDE, LEAST_AREA = 3, 4  # pixels; less is dirt, however small the digits are
MOST_COMPONENTS = 64  # of a picture that is read; more take long, and are a page of text
FAINT = 0.6  # of the usual ink: where there are too many components, these go first
UNLIKE = 15  # of 255: so much lighter or darker than around it, a thing is no paper
BUSY = 0.4  # of a scene's pixels are in lighter things, or in darker ones, whichever are fewer

Integers = NDArray[np.int32]
Flags = NDArray[np.bool_]


class Components(NamedTuple):
    """The ink of a picture that was scaled by `scale`, in components: what hangs together.

    `ink` (h, w) uint8 says how far each pixel departs from the paper. `labels` (h, w) int32 is the
    id of the pixel's component, 0 on paper; ink that is no writing has an id too. `boxes` (n, 4)
    int32 holds x, y, width and height of the components, in order of no meaning, `areas` (n,) int32
    their pixels, and `ids` (n,) int32 their ids in `labels`.
    """

    ink: MatLike
    labels: MatLike
    boxes: Integers
    areas: Integers
    ids: Integers
    scale: float

    @property
    def inside(self) -> Flags:
        """Which components (n,) the photo's edge does not touch."""
        return _are_inside(self.boxes, self.ink)

    @property
    def ends(self) -> Integers:
        """Where the components (n, 2) end: x and y of the first pixel beyond."""
        return self.boxes[:, :2] + self.boxes[:, 2:]


def _are_inside(boxes: Integers, ink: MatLike) -> Flags:
    height, width = ink.shape
    x, y, across, down = boxes.T
    before = np.minimum(x, y)
    right, bottom = x + across, y + down
    beyond = np.minimum(width - right, height - bottom)
    return np.asarray(np.minimum(before, beyond) > 0)


def find_components(photo: Photo, *, inverse: bool = False, fine: bool = False) -> Components:
    """Find the components of a photo's ink.

    Args:
        photo: of any size.
        inverse: take for ink what at first sight is paper: light on dark for dark on light.
        fine: take for paper whatever is broader than fine strokes.

    Returns:
        1 to `MOST_COMPONENTS` of them, in the photo at a size where its digits are large enough.

    Raises:
        RefusedError: there is no ink, or it is in more components than anyone writes digits.
    """
    limit = FINE_LIMIT if fine else STROKE_LIMIT
    longest = max(photo.pixels.shape[:2])
    small = shrink(photo.pixels, SIDE)
    scale = max(small.shape[:2]) / longest / photo.scale
    components = _find_components(small, scale, inverse, limit)
    if _are_small(components) and max(photo.full.pixels.shape) > SIDE:
        full = photo.full
        components = _find_components(full.pixels, 1 / full.scale, inverse, limit)
    if not len(components.ids):
        raise RefusedError(Refusal.NO_DIGIT)
    if len(components.ids) > MOST_COMPONENTS:
        raise RefusedError(Refusal.TOO_MANY_MARKS)
    return components


def _are_small(components: Components) -> bool:
    heights = components.boxes[components.inside, 3]
    return bool(heights.max(initial=0) < SMALL)


def _find_components(picture: MatLike, scale: float, inverse: bool, limit: float) -> Components:
    ink = ink_map(picture, inverse=inverse, limit=limit)
    mask = _threshold(ink)
    labels, boxes, areas = remove_frames_and_rules(mask)
    ids = _without_specks(boxes, areas, ink)
    if len(ids) > MOST_COMPONENTS:
        ids = _without_faint(ids, areas, labels, ink)
    return Components(ink, labels, boxes[ids], areas[ids], ids, scale)


def _without_specks(boxes: Integers, areas: Integers, ink: MatLike) -> Integers:
    """The ids of the components that are large enough for a part of a digit."""
    _, _, width, height = boxes.T
    sides = np.maximum(width, height)
    sides[0] = 0  # the paper
    inside = _are_inside(boxes, ink)
    longest = sides[inside].max(initial=0)
    if longest < MIN_SIDE:
        longest = sides.max()
    if longest < MIN_SIDE:
        return np.zeros(0, np.int32)
    shortest = max(LEAST_SIDE, SPECK * longest)
    is_large = (sides >= shortest) & (areas >= LEAST_AREA)
    return np.flatnonzero(is_large).astype(np.int32)


def _without_faint(ids: Integers, areas: Integers, labels: MatLike, ink: MatLike) -> Integers:
    """Those of the components `ids` whose ink is about as dark as the darkest."""
    total = np.bincount(labels.ravel(), ink.ravel())
    mean = total[ids] / areas[ids]
    every = ink[labels > 0]
    full = np.percentile(every, 95)
    return np.asarray(ids[mean >= FAINT * full])


def ink_map(photo: MatLike, *, inverse: bool = False, limit: float = STROKE_LIMIT) -> MatLike:
    """Tell how far each pixel of a photo departs from its paper towards the ink.

    Args:
        photo: (h, w, 3) uint8 BGR.
        inverse: as in `find_components`.
        limit: in shares of the shorter side: what is broader is paper.

    Returns:
        (h, w) uint8: 0 on paper, the more the inkier, as bright ink as in the usual light.

    Raises:
        RefusedError: all is of one colour.
    """
    small = shrink(photo, PAPER_SIDE)
    smallest = shrink(small, COLOUR_SIDE)
    projection = _projection(smallest, inverse, limit)
    # OpenCV is four times as fast at three channels as at one.
    threefold = np.repeat(projection, 3, axis=0)
    inkiness = cv2.transform(photo, threefold)
    inkiness = cv2.extractChannel(inkiness, 0)
    small_inkiness = cv2.transform(small, projection)
    paper = _paper(small_inkiness, limit)
    departure = cv2.subtract(inkiness, _enlarged(paper, inkiness))
    return _evenly_lit(departure, paper)


def _paper(inkiness: MatLike, limit: float) -> MatLike:
    """What is left of `inkiness` (h, w) uint8 without strokes: the paper, its shading and shadows.

    Opening keeps only what is wider than a window.
    """
    window = _window(inkiness, limit)
    paper = cv2.morphologyEx(inkiness, cv2.MORPH_OPEN, window)
    # At an edge in the paper, enlarging would leave a seam.
    neighbourhood = np.ones((3, 3), np.uint8)
    return cv2.dilate(paper, neighbourhood)


def _evenly_lit(departure: MatLike, paper: MatLike) -> MatLike:
    """Darken the ink in a shadow: it takes the same share of the light everywhere."""
    light = cv2.bitwise_not(paper)
    usual = strength(light, -1, 0.5)
    if usual < DARK_PAPER:
        return departure
    darkest = np.uint8(round(DARKEST * usual))
    light = np.maximum(light, darkest)
    return cv2.divide(departure, _enlarged(light, departure), scale=usual)


def _enlarged(image: MatLike, like: MatLike) -> MatLike:
    height, width = like.shape
    return cv2.resize(image, (width, height))


def _window(image: MatLike, limit: float) -> MatLike:
    """The square that is as wide as the broadest stroke, for morphology."""
    shorter = min(image.shape[:2])
    side = max(3, round(limit * shorter))
    return np.ones((side, side), np.uint8)


def is_scene(photo: MatLike) -> bool:
    """Whether `photo` (h, w, 3) uint8 BGR shows things rather than a page.

    On a page all strokes are darker than the paper, or all lighter; among things much is lighter
    than what is around it and much is darker.
    """
    small = shrink(photo, PAPER_SIDE)
    grey = cv2.cvtColor(small, cv2.COLOR_BGR2GRAY)
    window = _window(grey, STROKE_LIMIT)
    lighter_by = cv2.morphologyEx(grey, cv2.MORPH_TOPHAT, window)
    darker_by = cv2.morphologyEx(grey, cv2.MORPH_BLACKHAT, window)
    lighter = float(np.mean(lighter_by > UNLIKE))
    darker = float(np.mean(darker_by > UNLIKE))
    return min(lighter, darker) > BUSY


def _projection(small: MatLike, inverse: bool, limit: float) -> NDArray[np.float32]:
    """The transform (1, 4) of BGR onto the line from the paper's colour to the ink's, in 0..255.

    Raises:
        RefusedError: nothing departs from the paper.
    """
    departure = _departure(small)
    thinness = _thinness(small, limit)
    agreement = np.einsum("ij,ij->i", departure, thinness)
    weight = np.maximum(agreement, 0)
    is_darker = departure @ np.ones(3, np.float32) < 0
    dark = (weight * is_darker) @ departure
    light = (weight * ~is_darker) @ departure
    weaker, stronger = sorted((dark, light), key=np.linalg.norm)
    direction = weaker if inverse else stronger
    total = np.abs(direction).sum()
    if total < 1:
        raise RefusedError(Refusal.NO_DIGIT)
    direction /= total
    # What is furthest against the direction becomes 0.
    offset = -255 * direction[direction < 0].sum()
    row = np.append(direction, offset)
    return row[None].astype(np.float32)


def _departure(small: MatLike) -> NDArray[np.float32]:
    """How far each pixel's colour (n, 3) is from the paper's, which the median over much gives."""
    shorter = min(small.shape[:2])
    side = shorter // 2 | 1  # OpenCV takes odd ones only
    paper = cv2.medianBlur(small, side)
    departure = small.astype(np.float32) - paper
    return departure.reshape(-1, 3)


def _thinness(small: MatLike, limit: float) -> NDArray[np.float32]:
    """How far each pixel's colour (n, 3) is from what is around anything thin.

    Strokes also vanish when their surroundings close over them; at an edge of paper or shadow
    nothing does, and the paper inside a loop does not depart from the median.
    """
    window = _window(small, limit)
    closed = cv2.morphologyEx(small, cv2.MORPH_CLOSE, window)
    opened = cv2.morphologyEx(small, cv2.MORPH_OPEN, window)
    colours = small.astype(np.float32)
    thinness = 2 * colours - closed - opened
    return thinness.reshape(-1, 3)


def _threshold(ink: MatLike) -> MatLike:
    """Mask (h, w) of 0 and 255: ink that stands out from the paper's grain."""
    histogram = cv2.calcHist([ink], [0], None, [256], [0, 256])
    counts = histogram.ravel().astype(np.intp)
    reached = np.cumsum(counts)
    # Ink lies above the paper's values only: what lies below them shows the grain alone.
    quarter, half = ink.size / 4, ink.size / 2
    quartile = int(np.searchsorted(reached, quarter))
    median = int(np.searchsorted(reached, half))
    deviation = (median - quartile) / QUARTILE
    floor = median + max(MIN_CONTRAST, GRAIN_FACTOR * deviation)
    full = _full_ink(counts, floor)
    if full is None:
        return np.zeros_like(ink)
    least = median + LEAST_SHARE * (full - median)
    most = median + MOST_SHARE * (full - median)
    level = min(max(floor, least), most)
    return cv2.threshold(ink, level, 255, cv2.THRESH_BINARY)[1]


def _full_ink(counts: NDArray[np.intp], floor: float) -> float | None:
    """The mean ink of a stroke's core, given how often each level of ink is there (256,).

    None if there is less ink above `floor` than the smallest digit has.
    """
    levels = np.arange(256, dtype=np.uint8)
    is_inked = levels > floor
    inked = np.repeat(levels[is_inked], counts[is_inked])
    if inked.size < MIN_SIDE:
        return None
    otsu, _ = cv2.threshold(inked, 0, 255, cv2.THRESH_OTSU)
    full = inked[inked >= otsu]
    return float(full.mean())


def gaps(components: Components) -> dict[tuple[int, int], float]:
    """How many pixels of paper lie between neighbours, by their places in `boxes`.

    Neighbours are components whose Voronoi cells touch: nothing else lies between them.
    """
    count = len(components.ids)
    if count < 2:
        return {}
    nearest, distance = _voronoi(_owners(components))
    narrowest = np.full((count, count), np.inf)
    _narrow(narrowest, nearest, distance)
    _narrow(narrowest, nearest.T, distance.T)
    neighbours = np.argwhere(np.isfinite(narrowest))
    return {(one, other): float(narrowest[one, other]) for one, other in neighbours.tolist()}


def _owners(components: Components) -> Integers:
    """The place in `boxes` of each pixel's component, -1 elsewhere, around the components only."""
    left, top, _, _ = components.boxes.min(axis=0)
    right, bottom = components.ends.max(axis=0)
    labels = components.labels[top:bottom, left:right]
    count = len(components.ids)
    places = np.full(labels.max() + 1, -1, np.int32)
    places[components.ids] = np.arange(count)
    return np.asarray(places[labels])


def _narrow(narrowest: NDArray[np.float64], nearest: Integers, distance: MatLike) -> None:
    """Lower `narrowest` (n, n) to the paper between each two owners whose cells meet in a row."""
    without_last, without_first = np.s_[:, :-1], np.s_[:, 1:]
    left, right = nearest[without_last], nearest[without_first]
    paper = distance[without_last] + distance[without_first]
    is_border = left != right
    one, other = left[is_border], right[is_border]
    first, second = np.minimum(one, other), np.maximum(one, other)
    np.minimum.at(narrowest, (first, second), paper[is_border])


def _voronoi(owners: Integers) -> tuple[Integers, MatLike]:
    """Each pixel's nearest owner (h, w) int32, and how far it is, (h, w) float32 pixels."""
    is_paper = (owners < 0).astype(np.uint8)
    distance, cells = cv2.distanceTransformWithLabels(
        is_paper, cv2.DIST_L2, 3, labelType=cv2.DIST_LABEL_CCOMP
    )
    is_owned = owners >= 0
    owner_of_cell = np.zeros(cells.max() + 1, np.int32)
    owner_of_cell[cells[is_owned]] = owners[is_owned]
    return owner_of_cell[cells], distance
