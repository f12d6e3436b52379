"""A picture of the way of a photo: what each stage of reading it leaves, in their order."""

import math
from collections.abc import Mapping, Sequence

import cv2
import numpy as np
from cv2.typing import MatLike

from model.boxes import Box, hull
from model.drawing import annotate
from model.lettering import DIGIT_HEIGHT, write
from model.pipeline import line_reader_from
from model.reader import Reader
from model.recognition.character_set import CHARACTERS
from model.recognition.classification import ClassifiedCandidate
from model.recognition.components import Components
from model.recognition.decoding import Photo, decode
from model.recognition.digit_network import classifier_from
from model.recognition.line_network import Characters
from model.recognition.line_reading import usual_height
from model.recognition.page import Page, find_page
from model.recognition.passes import SegmentationReader
from model.recognition.photo_ink import PhotoInk
from model.recognition.refusal import Refusal, RefusedError
from model.recognition.segmentation import SIDE

# Lengths in pixels, sizes as OpenCV has them, colours blue, green, red; by eye.
WIDTH, HEIGHT = 430, 290  # of a stage's picture
MARGIN = 16
TITLE_HEIGHT, TITLE_SIZE = 30, 0.6
ACROSS = 2  # stages beside each other
AROUND = 20  # paper shown around the writing
CROPS_ACROSS, CROP_ROWS, CROP_SCALE, CROP_CELL = 5, 3, 2, 86
NAME_BELOW, NAME_SIZE = 10, 0.6
HIGHEST_SHOWN = 0.994  # probability: a higher one would be rounded to a certainty
PAPER, INK, BOX = (247, 247, 247), (32, 32, 32), (22, 120, 40)
HUE_STEP = 67  # of OpenCV's 180, so that the next component has another colour
WRITABLE = str.maketrans("×÷", "x:")  # OpenCV's letters are ASCII


def draw_stages(reader: Reader, data: bytes) -> MatLike:
    """Read a photo stage by stage and draw what each leaves: (h, w, 3) uint8 BGR.

    Where a page is read turned or for fine strokes alone, only the last stage shows that.

    Args:
        reader: whose networks read.
        data: the bytes of a picture file.

    Raises:
        RefusedError: they are no picture, or there is no ink in it.
    """
    photo = decode(data, SIDE)
    page = find_page(photo)
    classifier = classifier_from(reader.model)
    threshold = float(reader.model.metrics["refusal_threshold"])
    segmentation = SegmentationReader(classifier, threshold)
    segmented = segmentation.read(PhotoInk(photo if page is None else page.photo))
    components = segmented.components
    if components is None:
        raise RefusedError(Refusal.BLANK)
    writing = _writing(components)
    lines = line_reader_from(reader.lines, classifier)
    seen = lines.find(components, usual_height(components))
    and_page = "" if page is None else ", and the page in it"
    stages = {
        f"1 the photo{and_page}": _with_page(photo, page),
        "2 the ink of the page": _on_white(components.ink),
        "3 what hangs together": _coloured(components)[writing.window],
        "4 candidates, by the digit network": _crops(segmented.candidates),
        "5 characters, by the line network": _boxed(components, seen, writing),
        "6 both together, in lines": annotate(reader.read(data)),
    }
    return _arranged(stages)


def _writing(components: Components) -> Box:
    """The part of the components' picture that has all of them, with some paper around it."""
    height, width = components.ink.shape
    around = hull([Box(*box) for box in components.boxes.tolist()])
    return around.grown(AROUND).clipped(width, height)


def _with_page(photo: Photo, page: Page | None) -> MatLike:
    """The photo with a frame round the page, if it is only a part."""
    full = photo.full
    picture = full.pixels.copy()
    if page is not None:
        height, width = page.photo.full.pixels.shape[:2]
        corner = Box(page.x, page.y, 0, 0).downscaled(full.scale)
        end = (corner.x + width, corner.y + height)
        cv2.rectangle(picture, (corner.x, corner.y), end, BOX, thickness=8)
    return picture


def _on_white(ink: MatLike) -> MatLike:
    """Ink (h, w) uint8, dark on white, as (h, w, 3)."""
    return cv2.cvtColor(255 - ink, cv2.COLOR_GRAY2BGR)


def _coloured(components: Components) -> MatLike:
    """Each component in a colour of its own; what is none is left out."""
    colours = np.full((components.labels.max() + 1, 3), 255, np.uint8)
    hues = HUE_STEP * np.arange(len(components.ids)) % 180
    saturated = np.full_like(hues, 255)
    values = np.full_like(hues, 200)
    hsv = np.dstack([hues, saturated, values]).astype(np.uint8)
    colours[components.ids] = cv2.cvtColor(hsv, cv2.COLOR_HSV2BGR)[0]
    picture: MatLike = colours[components.labels]
    return picture


def _crops(candidates: Sequence[ClassifiedCandidate]) -> MatLike:
    """What the digit network got of each, and its likeliest digit."""
    in_order = sorted(candidates, key=lambda candidate: candidate.box.middle)
    shown = in_order[: CROPS_ACROSS * CROP_ROWS]
    rows = math.ceil(len(shown) / CROPS_ACROSS)
    picture = np.full((max(1, rows) * CROP_CELL, WIDTH, 3), PAPER, np.uint8)
    for place, candidate in enumerate(shown):
        row, column = divmod(place, CROPS_ACROSS)
        area = picture[row * CROP_CELL :, column * CROP_CELL :]
        _draw_crop(area, candidate)
    return picture


def _draw_crop(area: MatLike, candidate: ClassifiedCandidate) -> None:
    side = CROP_SCALE * len(candidate.crop)
    crop = cv2.resize(candidate.crop, (side, side), interpolation=cv2.INTER_NEAREST)
    area[:side, :side] = cv2.cvtColor(crop, cv2.COLOR_GRAY2BGR)
    probability = min(candidate.probability, HIGHEST_SHOWN)
    name = f"{candidate.probabilities.argmax()}  {100 * probability:.0f} %"
    write(area, name, (0, CROP_CELL - NAME_BELOW), NAME_SIZE, INK)


def _boxed(components: Components, seen: Characters, writing: Box) -> MatLike:
    """The ink with a box round each character and its name."""
    picture = _on_white(components.ink // 2)
    for (x, y, width, height), probabilities in zip(seen.boxes, seen.probabilities, strict=True):
        left, top = round(x - width / 2), round(y - height / 2)
        cv2.rectangle(picture, (left, top, round(width), round(height)), BOX)
        name = CHARACTERS[probabilities.argmax()].translate(WRITABLE)
        write(picture, name, (round(x), top - 3), NAME_SIZE, BOX, align=0.5)
    return picture[writing.window]


def _arranged(stages: Mapping[str, MatLike]) -> MatLike:
    """The stages row by row, each below its title."""
    panels = [_panel(title, picture) for title, picture in stages.items()]
    rows = [_row(panels[first : first + ACROSS]) for first in range(0, len(panels), ACROSS)]
    return cv2.vconcat(rows)


def _row(panels: Sequence[MatLike]) -> MatLike:
    """Panels beside each other, made as high as the highest."""
    highest = max(map(len, panels))
    filled = [
        cv2.copyMakeBorder(panel, 0, highest - len(panel), 0, 0, cv2.BORDER_CONSTANT, value=PAPER)
        for panel in panels
    ]
    return cv2.hconcat(filled)


def _panel(title: str, picture: MatLike) -> MatLike:
    """A picture, scaled to its place, and the title above it."""
    scale = min(WIDTH / picture.shape[1], HEIGHT / picture.shape[0])
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    scaled = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=method)
    height, width = scaled.shape[:2]
    panel = np.full((TITLE_HEIGHT + height + MARGIN, WIDTH + 2 * MARGIN, 3), PAPER, np.uint8)
    panel[TITLE_HEIGHT : TITLE_HEIGHT + height, MARGIN : MARGIN + width] = scaled
    baseline = round(TITLE_HEIGHT / 2 + TITLE_SIZE * DIGIT_HEIGHT / 2)
    write(panel, title, (MARGIN, baseline), TITLE_SIZE, INK)
    return panel
