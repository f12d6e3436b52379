"""Photo -> components: which of its ink stands out from the paper, and which hangs together."""

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray

from model.recognition.components import MOST_COMPONENTS, Components, Flags, Integers, are_inside
from model.recognition.decoding import SMALL_SIDE, Photo
from model.recognition.frame_removal import remove_frames_and_rules
from model.recognition.ink import FINE_LIMIT, STROKE_LIMIT, ink_map
from model.recognition.normalization import strength
from model.recognition.refusal import Refusal, RefusedError
from model.recognition.resizing import shrink

# Where no other source is given, a value was chosen by trial on the development photos; no
# measurement of each is on record.
#
# Digits are sought at this size; if they prove small there, again at the photo's own.
SIDE = 640  # pixels of the longer side
# In a small copy a digit is sought that is no less high than MNIST's images, and alone but for
# specks.
LARGE, MOST_SPECKS = 28, 7
SMALL = 40  # pixels of height at this size
GRAIN_FACTOR = 4.0  # what departs less than so many standard deviations of the paper is paper
QUARTILE = 0.6745  # standard deviations between the median and a quartile, of a normal distribution
MIN_CONTRAST = 10.0  # of 255; JPEG alone leaves a few
# Of the way from paper to full ink: lower on clean paper, so that a stroke keeps its faint ends.
LEAST_SHARE, MOST_SHARE = 0.35, 0.55
MIN_SIDE = 8  # pixels; of anything smaller not even a person could tell which digit it is
SPECK = 0.12  # of the longest component: dirt, not a part of a digit
LEAST_SIDE, LEAST_AREA = 3, 4  # pixels; less is dirt, however small the digits are
DARKEST = 0.95  # the quantile of ink that is the darkest, without a few pixels
FAINT = 0.6  # of the usual ink: where there are too many components, these go first


def find_components(photo: Photo, *, inverse: bool = False, fine: bool = False) -> Components:
    """Find the components of a photo's ink.

    Args:
        photo: of any size.
        inverse: take for ink what at first sight is paper: light on dark for dark on light.
        fine: take for paper whatever is broader than fine strokes.

    Returns:
        At least one, in the photo at a size where its digits are large enough.

    Raises:
        RefusedError: there is no ink.
    """
    limit = FINE_LIMIT if fine else STROKE_LIMIT
    copy = shrink(photo.pixels, SIDE)
    components = _find_in_copy(photo, copy, inverse, limit)
    if _are_small(components) and max(photo.full.pixels.shape) > SIDE:
        full = photo.full
        scale = 1 / full.scale
        components = _find_components(full.pixels, scale, inverse, limit)
    if not len(components.ids):
        raise RefusedError(Refusal.NO_DIGIT)
    return components


def find_in_small_copy(photo: Photo) -> Components | None:
    """Find the components of a photo's ink in a small copy, if one of them alone is large.

    Returns:
        None if none is large there, or several are; or if the photo is so small that to look closer
        takes hardly longer.
    """
    if max(photo.pixels.shape) < 2 * SMALL_SIDE:
        return None
    try:
        components = _find_in_copy(photo, photo.small, inverse=False, limit=STROKE_LIMIT)
    except RefusedError:
        return None
    heights = components.boxes[:, 3]
    if not 0 < len(heights) <= 1 + MOST_SPECKS:
        return None
    large = np.count_nonzero(2 * heights >= heights.max())
    return components if large == 1 and heights.max() >= LARGE else None


def _find_in_copy(photo: Photo, copy: MatLike, inverse: bool, limit: float) -> Components:
    longest = max(photo.pixels.shape[:2])
    longest_of_copy = max(copy.shape[:2])
    scale = longest_of_copy / longest / photo.scale
    return _find_components(copy, scale, inverse, limit)


def _are_small(components: Components) -> bool:
    are_digits = components.inside & ~components.are_rules
    heights = components.boxes[are_digits, 3]
    highest = heights.max(initial=0)
    return bool(highest < SMALL)


def _find_components(picture: MatLike, scale: float, inverse: bool, limit: float) -> Components:
    ink = ink_map(picture, inverse=inverse, limit=limit)
    mask = _threshold(ink)
    labels, boxes, areas = remove_frames_and_rules(mask)
    ids = _without_specks(boxes, areas, ink)
    if len(ids) > MOST_COMPONENTS:
        # The dots of dotted paper and the paper's grain
        ids = ids[boxes[ids, 2:].max(axis=1) >= MIN_SIDE]
    components = Components(ink, labels, boxes[ids], areas[ids], ids, scale, picture)
    return _without_faint(components) if components.are_many else components


def _without_specks(boxes: Integers, areas: Integers, ink: MatLike) -> Integers:
    """The ids of the components that are large enough for a part of a digit."""
    _, _, width, height = boxes.T
    sides = np.maximum(width, height)
    sides[0] = 0  # the paper
    inside = are_inside(boxes, ink)
    longest = sides[inside].max(initial=0)
    if longest < MIN_SIDE:
        longest = sides.max()
    if longest < MIN_SIDE:
        return np.zeros(0, np.int32)
    shortest = max(LEAST_SIDE, SPECK * longest)
    is_long = sides >= shortest
    is_large = areas >= LEAST_AREA
    ids = np.flatnonzero(is_long & is_large)
    return ids.astype(np.int32)


def _without_faint(components: Components) -> Components:
    """Those of the components whose ink is about as dark as the darkest."""
    ink, labels = components.ink, components.labels
    means = components.mean_ink(ink)
    inside = components.inside
    is_dark = means >= FAINT * _darkest(ink, labels > 0)
    if inside.any() and not is_dark[inside].any():
        # What is dark is the table round the paper, and no pen is as dark.
        is_writing = np.isin(labels, components.ids[inside])
        is_dark = means >= FAINT * _darkest(ink, is_writing)
    return components.only(is_dark)


def _darkest(ink: MatLike, mask: Flags) -> float:
    """How dark the darkest of the pixels in a mask (h, w) are, without a few of them."""
    places = np.flatnonzero(mask)
    return strength(ink.ravel()[places], -1, DARKEST)


def _threshold(ink: MatLike) -> MatLike:
    """Mask (h, w) of 0 and 255: ink that stands out from the paper's grain."""
    histogram = cv2.calcHist([ink], [0], None, [256], [0, 256])
    counts = histogram.ravel().astype(np.intp)
    reached = np.cumsum(counts)
    # Ink lies above the paper's values only: what lies below them shows the grain alone.
    quarter = ink.size / 4
    half = ink.size / 2
    quartile = int(np.searchsorted(reached, quarter))
    median = int(np.searchsorted(reached, half))
    deviation = (median - quartile) / QUARTILE
    grain = GRAIN_FACTOR * deviation
    floor = median + max(MIN_CONTRAST, grain)
    full = _full_ink(counts, floor)
    if full is None:
        return np.zeros_like(ink)
    contrast = full - median
    least = median + LEAST_SHARE * contrast
    most = median + MOST_SHARE * contrast
    level = min(max(floor, least), most)
    _, mask = cv2.threshold(ink, level, 255, cv2.THRESH_BINARY)
    return mask


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
