"""Photo -> strokes: where its ink is, which ink hangs together, how far apart the pieces are.

Paper is what changes slowly, ink is what departs from it. Colours depart in one direction (from
the paper's to the pen's), so dark on light, light on dark and coloured pens are the same thing.
"""

from typing import NamedTuple

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray

from model.recognition.decoding import Photo
from model.recognition.normalization import strength
from model.recognition.refusal import Refusal, RefusedError
from model.recognition.resizing import shrink
from model.recognition.rule_removal import without_lines

# Digits are sought at this size; if they prove small there, again at the photo's own.
SIDE = 640
SMALL = 40  # pixels at this size
PAPER_SIDE = 160  # the paper's shading needs no more pixels than this
COLOUR_SIDE = 80  # nor the colours of paper and pen more than this
# Wider than any stroke, narrower than most shadows; a share of the photo's shorter side.
STROKE_LIMIT = 0.3
# Of the second look: tables, shadows' edges and tinted boxes are paper then, broad markers too.
FINE_LIMIT = 0.1
DARKEST = 0.3  # of the usual light: a deeper shadow is no paper
GRAIN_FACTOR = 4.0  # what departs less than so many standard deviations of the paper is paper
MIN_CONTRAST = 10.0  # of 255; JPEG alone leaves a few
# Of the way from paper to full ink: lower on clean paper, so that a stroke keeps its faint ends.
INK_SHARE = (0.35, 0.55)
MIN_SIDE = 8  # pixels; of anything smaller not even a person could tell which digit it is
SPECK = 0.12  # of the tallest piece: dirt, not a part of a digit
MAX_PIECES = 64
UNLIKE, BUSY = 15, 0.4  # grey levels; share of a scene where thin things are lighter, or darker
FAINT = 0.6  # of the usual ink: where there are too many pieces, these go first


class Components(NamedTuple):
    """The ink of a picture that was scaled by `scale`, in pieces that hang together.

    `ink` (h, w) uint8 says how far each pixel departs from the paper. `labels` (h, w) int32 is the
    number of the pixel's piece, 0 on paper. `boxes` (n, 4) int32 holds x, y, width and height of
    the pieces, in order of no meaning, `areas` (n,) their pixels, and `ids` (n,) their numbers in
    `labels`.
    """

    ink: MatLike
    labels: MatLike
    boxes: NDArray[np.int32]
    areas: NDArray[np.int32]
    ids: NDArray[np.int32]
    scale: float

    @property
    def inside(self) -> NDArray[np.bool_]:
        """Which pieces (n,) the photo's edge does not touch."""
        return _inside(self.boxes, self.ink.shape)

    @property
    def ends(self) -> NDArray[np.int32]:
        """Where the pieces (n, 2) end: x and y of the first pixel beyond."""
        return self.boxes[:, :2] + self.boxes[:, 2:]


def _inside(boxes: NDArray[np.int32], shape: tuple[int, ...]) -> NDArray[np.bool_]:
    ends = boxes[:, :2] + boxes[:, 2:]
    return np.asarray(((boxes[:, :2] > 0) & (ends < shape[::-1])).all(axis=1))


def find_components(photo: Photo, *, inverse: bool = False, fine: bool = False) -> Components:
    """Find the strokes in `photo`.

    `inverse` takes for ink what at first sight is paper: light on dark for dark on light. `fine`
    takes for paper whatever is broader than fine strokes.

    Raises:
        RefusedError: there is no ink, or it is in more pieces than anyone writes digits.
    """
    limit = FINE_LIMIT if fine else STROKE_LIMIT
    longest = max(photo.pixels.shape[:2])
    small = shrink(photo.pixels, SIDE)
    found = _strokes(small, max(small.shape[:2]) / longest / photo.scale, inverse, limit)
    if found.boxes[found.inside, 3].max(initial=0) < SMALL and max(photo.full.pixels.shape) > SIDE:
        found = _strokes(photo.full.pixels, 1 / photo.full.scale, inverse, limit)
    if not len(found.boxes):
        raise RefusedError(Refusal.NO_DIGIT)
    if len(found.boxes) > MAX_PIECES:
        raise RefusedError(Refusal.TOO_MANY_MARKS)
    return found


def _strokes(photo: MatLike, scale: float, inverse: bool, limit: float) -> Components:
    ink = ink_map(photo, inverse=inverse, limit=limit)
    labels, stats = without_lines(_threshold(ink))
    boxes, areas = stats[:, :4], stats[:, cv2.CC_STAT_AREA]
    side = boxes[:, 2:].max(axis=1)
    side[0] = 0  # the paper
    largest = side[_inside(boxes, ink.shape)].max(initial=0)
    if largest < MIN_SIDE:
        largest = side.max()
    ids = np.flatnonzero((side >= max(3, SPECK * largest)) & (areas >= 4)).astype(np.int32)
    if largest < MIN_SIDE:
        ids = ids[:0]
    if len(ids) > MAX_PIECES:
        total = np.bincount(labels.ravel(), ink.ravel())
        ids = ids[total[ids] / areas[ids] >= FAINT * np.percentile(ink[labels > 0], 95)]
    return Components(ink, labels, boxes[ids], areas[ids], ids, scale)


def ink_map(photo: MatLike, *, inverse: bool = False, limit: float = STROKE_LIMIT) -> MatLike:
    """How far each pixel of `photo` departs from its paper towards the ink (h, w) uint8."""
    height, width = photo.shape[:2]
    small = shrink(photo, PAPER_SIDE)
    projection = _projection(shrink(small, COLOUR_SIDE), inverse, limit)
    # OpenCV is four times as fast at three channels as at one.
    inkiness = cv2.extractChannel(cv2.transform(photo, np.repeat(projection, 3, axis=0)), 0)
    window = max(3, round(limit * min(small.shape[:2])))
    # Opening keeps only what is wider than the window: the paper with its shading and shadows.
    kernel = np.ones((window, window), np.uint8)
    paper = cv2.morphologyEx(cv2.transform(small, projection), cv2.MORPH_OPEN, kernel)
    # At an edge in the paper, enlarging would leave a seam.
    paper = cv2.dilate(paper, np.ones((3, 3), np.uint8))
    departure = cv2.subtract(inkiness, cv2.resize(paper, (width, height)))
    light = cv2.bitwise_not(paper)
    usual = strength(light, -1, 0.5)
    if usual < 128:  # dark paper's ink does not fade so
        return departure
    # Ink takes the same share of the light everywhere: in a shadow its strokes are fainter.
    light = np.maximum(light, round(DARKEST * usual)).astype(np.uint8)
    return cv2.divide(departure, cv2.resize(light, (width, height)), scale=usual)


def is_scene(photo: MatLike) -> bool:
    """Whether `photo` (h, w, 3) uint8 BGR shows things rather than a page.

    On a page all strokes are darker than the paper, or all lighter; among things much is lighter
    than what is around it and much is darker.
    """
    grey = cv2.cvtColor(shrink(photo, PAPER_SIDE), cv2.COLOR_BGR2GRAY)
    kernel = np.ones((max(3, round(STROKE_LIMIT * min(grey.shape))),) * 2, np.uint8)
    lighter, darker = (
        cv2.morphologyEx(grey, operation, kernel) > UNLIKE
        for operation in (cv2.MORPH_TOPHAT, cv2.MORPH_BLACKHAT)
    )
    return min(float(lighter.mean()), float(darker.mean())) > BUSY


def _projection(small: MatLike, inverse: bool, limit: float) -> NDArray[np.float32]:
    """The 1x4 transform of BGR onto the line from the paper's colour to the ink's, in 0..255."""
    shorter = min(small.shape[:2])
    colours = small.astype(np.float32)
    paper = cv2.medianBlur(small, min(255, shorter // 2) | 1)
    # Components also vanish when their surroundings close over them; at an edge of paper or shadow
    # nothing does, and the paper inside a loop does not depart from the median.
    around = np.ones((max(3, round(limit * shorter)),) * 2, np.uint8)
    thin = 2 * colours - cv2.morphologyEx(small, cv2.MORPH_CLOSE, around)
    thin -= cv2.morphologyEx(small, cv2.MORPH_OPEN, around)
    departure, thin = (colours - paper).reshape(-1, 3), thin.reshape(-1, 3)
    weight = np.maximum(np.einsum("ij,ij->i", departure, thin), 0)
    darker = departure @ np.ones(3, np.float32) < 0
    directions = [(weight * side) @ departure for side in (darker, ~darker)]
    direction = sorted(directions, key=np.linalg.norm)[0 if inverse else 1]
    total = np.abs(direction).sum()
    if total < 1:
        raise RefusedError(Refusal.NO_DIGIT)
    direction /= total
    offset = -255 * direction[direction < 0].sum()
    return np.append(direction, offset)[None].astype(np.float32)


def _threshold(ink: MatLike) -> MatLike:
    """Mask (h, w) of 0 and 255: ink that stands out from the paper's grain."""
    counts = cv2.calcHist([ink], [0], None, [256], [0, 256]).ravel()
    quarter, grain = np.searchsorted(np.cumsum(counts), (ink.size / 4, ink.size / 2)).tolist()
    # Ink lies above the paper's values only: what lies below them shows the grain alone.
    floor = grain + max(MIN_CONTRAST, GRAIN_FACTOR * (grain - quarter) / 0.6745)
    levels = np.arange(256, dtype=np.uint8)
    inked = np.repeat(levels, np.where(levels > floor, counts, 0).astype(np.intp))
    if inked.size < MIN_SIDE:
        return np.zeros_like(ink)
    otsu, _ = cv2.threshold(inked, 0, 255, cv2.THRESH_OTSU)
    full = float(inked[inked >= otsu].mean())
    least, most = (grain + share * (full - grain) for share in INK_SHARE)
    level = min(max(floor, least), most)
    return cv2.threshold(ink, level, 255, cv2.THRESH_BINARY)[1]


def gaps(strokes: Components) -> dict[tuple[int, int], float]:
    """How many pixels of paper lie between neighbours, by their places in `boxes`.

    Neighbours are pieces whose Voronoi cells touch: nothing else lies between them.
    """
    if len(strokes.ids) < 2:
        return {}
    (left, top), (right, bottom) = strokes.boxes[:, :2].min(axis=0), strokes.ends.max(axis=0)
    labels = strokes.labels[top:bottom, left:right]
    place = np.full(max(labels.max(), strokes.ids.max()) + 1, -1, np.int32)
    place[strokes.ids] = np.arange(len(strokes.ids))
    owner = place[labels]
    distance, cells = cv2.distanceTransformWithLabels(
        (owner < 0).astype(np.uint8), cv2.DIST_L2, 3, labelType=cv2.DIST_LABEL_CCOMP
    )
    cell_owner = np.zeros(cells.max() + 1, np.int32)
    cell_owner[cells[owner >= 0]] = owner[owner >= 0]
    nearest = cell_owner[cells]
    narrowest = np.full((len(strokes.ids),) * 2, np.inf)
    for one, other in ((np.s_[:, :-1], np.s_[:, 1:]), (np.s_[:-1], np.s_[1:])):
        border = nearest[one] != nearest[other]
        ends = np.sort([nearest[one][border], nearest[other][border]], axis=0)
        np.minimum.at(narrowest, tuple(ends), (distance[one] + distance[other])[border])
    neighbours = np.argwhere(np.isfinite(narrowest)).tolist()
    return {(one, other): float(narrowest[one, other]) for one, other in neighbours}
