"""Components -> characters in lines: the line network reads the ink round them.

The network sees digits beside each other, so it parts those that touch, tells marks from digits,
and finds what stands apart. The digit network gives each digit a second opinion.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray

from model.boxes import Box
from model.recognition.character_set import CHARACTERS, DIGITS, UNKNOWN
from model.recognition.classification import ClassifiedCandidate
from model.recognition.components import Components
from model.recognition.digit_network import Classifier
from model.recognition.fusion import Fusion, Opinions, ReadCharacter
from model.recognition.line_network import Characters, LineNetwork, distinct
from model.recognition.line_packing import MOST_PIXELS, own_characters, pack, picture
from model.recognition.line_regions import Region, find_regions
from model.recognition.low_marks import with_backed_marks
from model.recognition.normalization import IMAGE_SIDE, normalize
from model.recognition.refusal import RefusedError
from model.recognition.scaled_ink import ink_of_digits
from model.recognition.segmentation import MIN_SIDE

# Of the heights that the network finds in a region, the median may be so many times what was
# expected; else the region is read once more at the height that was found.
SMALLER, LARGER = 0.75, 1.35
# More characters than that are noise or a page of text; a full page of numbers has fewer.
MOST_CHARACTERS = 1500
# So many characters at most are shown to the digit network, those that are rather digits: two
# thirds of the most. A page with more of them is one of text.
MOST_ASKED = 1000
# A middle as probable as this tells how high digits are.
CLEAR = 0.5
# Where components have less than this of their own ink, it may be the paper that is taken for ink.
PAPER = 0.5
# Intersection over union of a candidate and a character from which on they are the same.
SAME = 0.7
# A character is a part of a candidate if so much of it is inside, and the candidate at most so many
# times as large; another character of which so much is inside has a part in it, too. By eye.
INSIDE, LARGEST_WHOLE, SHARED = 0.8, 2.5, 0.3


class LineReader:
    """Reads the lines of photos; safe to call from several threads at once."""

    def __init__(self, network: LineNetwork, classifier: Classifier, fusion: Fusion) -> None:
        """Read with `network`, ask `classifier` for a second opinion, and weigh by `fusion`."""
        self._network = network
        self._classifier = classifier
        self._fusion = fusion

    def read(
        self,
        components: Components,
        candidates: Sequence[ClassifiedCandidate],
        digit_height: float,
        *,
        most_pixels: int = MOST_PIXELS,
    ) -> list[ReadCharacter]:
        """Read what is written round components.

        Args:
            components: of the photo.
            candidates: what the segmentation makes of them, whether digits or not.
            digit_height: about how high digits are, in pixels of the components' picture.
            most_pixels: that the network reads at first, about; half as many when it looks again.

        Returns:
            The characters, in order of no meaning.
        """
        found = self.find(components, digit_height, most_pixels)
        opinions = self.opinions(components, candidates, found)
        characters = self._fusion.fuse(opinions)
        return with_backed_marks(characters, components)

    def find(
        self,
        components: Components,
        digit_height: float,
        most_pixels: int = MOST_PIXELS,
        *,
        once: bool = False,
    ) -> Characters:
        """What the line network alone sees; as `read`, but boxes are in the components' picture.

        With `once`, no region is read again where its digits prove to have another height.
        """
        try:
            ink, strengths = _ink_and_strengths(components, digit_height)
        except RefusedError:
            # Nothing there is as fine as strokes of digits so high.
            return _joined([])
        height, width = ink.shape
        regions = find_regions(
            components.boxes, components.are_filled, strengths, digit_height, (width, height)
        )
        parts = []
        again = []
        for region, characters in self._look(ink, regions, most_pixels):
            factor = 1.0 if once else _height_factor(characters, region)
            if SMALLER <= factor <= LARGER:
                parts.append(characters)
            else:
                better = factor * region.digit_height
                again.append(region._replace(digit_height=better))
        parts += [characters for _, characters in self._look(ink, again, most_pixels // 2)]
        return _most_probable(distinct(_joined(parts)))

    def _look(
        self, ink: MatLike, regions: Sequence[Region], most_pixels: int
    ) -> Iterator[tuple[Region, Characters]]:
        """The regions of a picture's `ink`, and what the network sees in each."""
        for placed in pack(ink, regions, most_pixels):
            seen = self._network(picture(placed))
            for each in placed:
                yield each.region, own_characters(seen, each)

    def opinions(
        self,
        components: Components,
        candidates: Sequence[ClassifiedCandidate],
        found: Characters,
    ) -> Opinions:
        """What both networks say about the characters that were `found`.

        To the digit network, where it is not asked, all digits are as probable.
        """
        boxes = [_box(box) for box in found.boxes]
        sent = [box.downscaled(components.scale) for box in boxes]
        crops = np.zeros((len(boxes), IMAGE_SIDE, IMAGE_SIDE), np.uint8)
        digits = np.full((len(boxes), len(DIGITS)), 1 / len(DIGITS), np.float32)
        matched = np.zeros(len(boxes), np.bool_)
        asked = _rather_digits(found)
        for index, box in enumerate(sent):
            candidate = _same(box, candidates) or _whole(index, sent, candidates)
            if candidate is not None:
                matched[index] = True
                crops[index] = candidate.crop
                digits[index] = candidate.probabilities
            elif asked[index]:
                crops[index] = _crop(components, boxes[index])
        asked &= ~matched
        if asked.any():
            digits[asked] = self._classifier.upright(crops[asked])
        return Opinions(sent, found.middles, found.probabilities, digits, matched, crops)


def _ink_and_strengths(
    components: Components, digit_height: float
) -> tuple[MatLike, NDArray[np.float64]]:
    """The ink (h, w) uint8 of digits so high, and its mean (n,) on each component.

    Raises:
        RefusedError: all is of one colour.
    """
    photo = components.picture
    ink = ink_of_digits(photo, digit_height)
    strengths = components.mean_ink(ink)
    own_strengths = components.mean_ink(components.ink)
    if np.median(strengths) < PAPER * np.median(own_strengths):
        # Between the lines of squared paper, the squares look as thin as small digits' strokes.
        other_ink = ink_of_digits(photo, digit_height, inverse=True)
        other_strengths = components.mean_ink(other_ink)
        if np.median(other_strengths) > np.median(strengths):
            return other_ink, other_strengths
    return ink, strengths


def _height_factor(characters: Characters, region: Region) -> float:
    """How many times as high as expected the clear digits of a region are; 1 without any."""
    likeliest = characters.probabilities.argmax(axis=1)
    is_clear = (characters.middles >= CLEAR) & (likeliest < len(DIGITS))
    if not is_clear.any():
        return 1.0
    found = float(np.median(characters.boxes[is_clear, 3]))
    return found / region.digit_height


def _most_probable(characters: Characters) -> Characters:
    """The characters, of too many the most probable ones."""
    order = np.argsort(-characters.middles)
    kept = order[:MOST_CHARACTERS]
    return Characters(*(field[kept] for field in characters))


def _rather_digits(characters: Characters) -> NDArray[np.bool_]:
    """Which characters (n,) are digits or marks rather than others, of too many."""
    unknown = characters.probabilities[:, CHARACTERS.index(UNKNOWN)]
    order = np.argsort(unknown)
    chosen = np.zeros(len(order), np.bool_)
    chosen[order[:MOST_ASKED]] = True
    return chosen


def _joined(parts: Sequence[Characters]) -> Characters:
    """The characters of all parts, perhaps none."""
    none = Characters(
        np.empty((0, 4), np.float32),
        np.empty(0, np.float32),
        np.empty((0, len(CHARACTERS)), np.float32),
    )
    fields = zip(none, *parts, strict=True)
    return Characters(*map(np.concatenate, fields))


def _box(middle_box: NDArray[np.float32]) -> Box:
    """The box of whole pixels, at least one, of a middle's x and y, a width and a height."""
    x, y, width, height = middle_box.tolist()
    left = round(x - width / 2)
    top = round(y - height / 2)
    return Box(left, top, max(1, round(width)), max(1, round(height)))


def _same(box: Box, candidates: Sequence[ClassifiedCandidate]) -> ClassifiedCandidate | None:
    """The candidate that is the character in `box`, if there is one."""
    best = max(candidates, key=lambda candidate: candidate.box.iou(box), default=None)
    if best is None or best.box.iou(box) < SAME:
        return None
    return best


def _whole(
    index: int, boxes: Sequence[Box], candidates: Sequence[ClassifiedCandidate]
) -> ClassifiedCandidate | None:
    """The candidate of which the character in one of `boxes` is a part, if no other one is.

    A letter may look like a digit with something beside it.
    """
    box = boxes[index]
    for candidate in candidates:
        outer = candidate.box
        if box.coverage(outer) < INSIDE or outer.area > LARGEST_WHOLE * box.area:
            continue
        if sum(other.coverage(outer) >= SHARED for other in boxes) == 1:
            return candidate
    return None


def _crop(components: Components, box: Box) -> NDArray[np.uint8]:
    """The image that the digit network gets of the ink in `box`, without the paper's grain."""
    height, width = components.ink.shape
    window = box.clipped(width, height).window
    is_inked = components.labels[window] > 0
    ink = np.where(is_inked, components.ink[window], 0)
    return normalize(ink.astype(np.uint8))


def usual_height(components: Components) -> float:
    """About how high digits are if nobody knows: half of all ink's height is in higher components.

    What is too small for a digit, is a piece of a rule, or is cut off by the photo's edge, counts
    only where there is nothing else. In pixels of the components' picture.
    """
    every = components.boxes[:, 3]
    may_be_digits = components.inside & ~components.are_rules & (every >= MIN_SIDE)
    heights = every[may_be_digits] if may_be_digits.any() else every
    heights = np.sort(heights).astype(np.float64)
    reached = np.cumsum(heights)
    return float(heights[np.searchsorted(reached, reached[-1] / 2)])
