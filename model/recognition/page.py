"""Photo -> page: the sheet of paper in it, without the table, the hand or the room around it.

A photo of nothing but paper is the page as it is. A sheet with other things around it is sought on
a small copy: by Otsu's threshold (1979) it is one large light region of a simple outline, and all
along that outline it ends abruptly. Dark corners and shadows end softly or have the paper's own
colour, and what lies around the cell of a form is light again, so all these stay in the page.
"""

from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray

from model.boxes import Box
from model.recognition.decoding import Photo
from model.recognition.resizing import shrink

# Lengths are in pixels of the small copy. All limits were chosen on rendered sheets on tables and
# on the development photos; no measurement of each is on record.
SIDE = 160  # of the longer side; a sheet's outline needs no more than this
LEVELS = 2  # of lightness: what is darker than the table may lie on it
LEAST_SHEET, MOST_SHEET = 0.1, 0.96  # of the photo
BROADEST_STROKE = 25  # a dark notch in the outline that is narrower may be ink, as may any hole
CALM = 0.75  # of the sheet is light; of a light digit on a dark screen, with its loop, less is
CONVEX = 0.92  # of its convex hull
BEND, MOST_CORNERS = 3.0, 6  # so far the outline leaves a polygon with no more corners
BROADEST_RULE = 16  # the surroundings are somewhere broader than the lines around a form's cell
OTHER = 0.1  # of the surroundings, at most, is light, too: more of it might be a page as well
# So near the outline the colours of paper and table are mixed; up to so near, the surroundings are
# compared with the paper, the lightest that is so near to them.
HALO, RING, NEAR = 2, 5, 8
# Times the paper's lightness: the surroundings are darker than that in one channel and not lighter
# in another, and they have another colour or are darker than shadows are.
DARKER, LIGHTER, DARKEST_SHADOW = 0.75, 1.2, 0.4
TINT = 0.85  # a shadow darkens all channels alike; in another colour one is darker by so much
ENDS = 0.9  # of the outline: so much of it is as clear
SMOOTH = 15  # the paper's colour beyond its edge is a mean over so much


class Page(NamedTuple):
    """The part of a photo that is paper.

    Attributes:
        photo: the page alone; there are no more pixels in it.
        x: where its left edge is, in pixels of the photo as it was sent.
        y: where its upper edge is.
    """

    photo: Photo
    x: int
    y: int


def find_page(photo: Photo) -> Page | None:
    """Find the sheet of paper in a photo of more than paper.

    What is beside a sheet that lies askew, but in its box, is filled with the paper's colour.

    Returns:
        None if the whole photo is the page, or shows no sheet.

    Raises:
        RefusedError: there is a sheet, and the photo has to be decoded again, larger, and cannot.
    """
    small = shrink(photo.small, SIDE)
    sheet = find_sheet(small)
    if sheet is None:
        return None
    full = photo.full
    box = _box(sheet, full.pixels)
    pixels = full.pixels[box.window].copy()
    _fill_around(pixels, small, sheet)
    x = round(box.x * full.scale)
    y = round(box.y * full.scale)
    return Page(Photo(pixels, full.scale), x, y)


def find_sheet(small: MatLike) -> MatLike | None:
    """Find a light sheet that is surrounded, or bounded on some sides, by something darker.

    Args:
        small: (h, w, 3) uint8 BGR, a picture of at most `SIDE` pixels a side.

    Returns:
        Mask (h, w) uint8 of 0 and 255: what surely belongs to the sheet. None if there is none.
    """
    smooth = cv2.GaussianBlur(small, (3, 3), 0)
    lightness = _least_channel(smooth)
    light = np.full_like(lightness, 255)
    for _ in range(LEVELS):
        light = _lighter_part(lightness, light)
        if not _stands_out(lightness, light):
            continue
        region = _largest_region(light)
        if _share(region) > MOST_SHEET:
            continue  # nor is it smaller with its ink
        sheet = _with_ink(region)
        is_sheet = (
            _has_size(sheet, region)
            and _is_on_table(sheet, light)
            and _has_simple_outline(sheet)
            and _ends_clearly(smooth, sheet)
        )
        inside = cv2.erode(sheet, _window(HALO))
        if is_sheet and inside.any():
            return inside
    return None


def _least_channel(picture: MatLike) -> MatLike:
    """The least of three channels (h, w): in it wood, skin and cloth are dark beside paper."""
    blue, green, red = cv2.split(picture)
    least = cv2.min(blue, green)
    return cv2.min(least, red)


def _window(reach: int) -> MatLike:
    """A square for morphology that reaches so many pixels to each side."""
    side = 2 * reach + 1
    size = (side, side)
    return np.ones(size, np.uint8)


def _lighter_part(lightness: MatLike, mask: MatLike) -> MatLike:
    """The mask (h, w) of what is light among the pixels of a `mask` that is not empty."""
    is_masked = mask > 0
    levels = lightness[is_masked]
    level, _ = cv2.threshold(levels, 0, 255, cv2.THRESH_OTSU)
    _, lightest, _, _ = cv2.minMaxLoc(levels)
    # Where all is of one lightness, nothing is above it.
    level = min(level, lightest - 1)
    _, light = cv2.threshold(lightness, level, 255, cv2.THRESH_BINARY)
    return light


def _stands_out(lightness: MatLike, light: MatLike) -> bool:
    """Whether what is `light` is so much lighter than the rest as paper is than a table."""
    dark = cv2.bitwise_not(light)
    if not dark.any():
        return False
    lighter = cv2.mean(lightness, light)[0]
    darker = cv2.mean(lightness, dark)[0]
    return bool(darker < DARKER * lighter)


def _largest_region(light: MatLike) -> MatLike:
    """The largest region of a mask (h, w) that hangs together; bridges of a pixel do not count."""
    opened = cv2.morphologyEx(light, cv2.MORPH_OPEN, _window(1))
    first = _first_region(opened)
    if cv2.countNonZero(first) > cv2.countNonZero(opened) / 2:
        return first
    _, labels, stats, _ = cv2.connectedComponentsWithStats(opened, connectivity=4)
    areas = stats[:, cv2.CC_STAT_AREA]
    areas[0] = 0  # what is dark
    largest = float(areas.argmax())
    return cv2.inRange(labels, largest, largest)


def _first_region(mask: MatLike) -> MatLike:
    """The region of a `mask` (h, w) with its first pixel: on most photos the paper.

    To fill it takes a ninth of the time that it takes to label all regions.
    """
    height, width = mask.shape
    y, x = divmod(int(mask.argmax()), width)
    filled = np.zeros((height + 2, width + 2), np.uint8)
    flags = 4 | cv2.FLOODFILL_MASK_ONLY | 255 << 8
    cv2.floodFill(mask, filled, (x, y), 0, flags=flags)
    return filled[1:-1, 1:-1]


def _with_ink(region: MatLike) -> MatLike:
    """The `region` (h, w) with the ink in it and at its edge."""
    reach = BROADEST_STROKE // 2
    # Beyond the photo there is no paper, or a dark strip along its edge would be closed, too.
    margins = (reach, reach, reach, reach)
    padded = cv2.copyMakeBorder(region, *margins, cv2.BORDER_CONSTANT, value=0)
    closed = cv2.morphologyEx(padded, cv2.MORPH_CLOSE, _window(reach))
    inside = slice(reach, -reach)
    closed = closed[inside, inside]
    contours = _outer_contours(closed)
    filled = np.zeros_like(region)
    cv2.drawContours(filled, contours, -1, 255, cv2.FILLED)
    return filled


def _outer_contours(mask: MatLike) -> Sequence[MatLike]:
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    return contours


def _has_size(sheet: MatLike, region: MatLike) -> bool:
    """Whether the sheet is a good part of the photo, and little of it is ink."""
    share = _share(sheet)
    is_calm = _share(region) >= CALM * share
    return is_calm and LEAST_SHEET <= share <= MOST_SHEET


def _share(mask: MatLike) -> float:
    """How much of the photo a mask (h, w) takes."""
    return cv2.countNonZero(mask) / mask.size


def _has_simple_outline(sheet: MatLike) -> bool:
    """Whether it is almost convex, and a polygon of few corners, be they its own or the photo's."""
    contours = _outer_contours(sheet)
    points = np.concatenate(contours)
    hull = cv2.convexHull(points)
    filled = np.zeros_like(sheet)
    cv2.fillConvexPoly(filled, hull, 255)
    area = cv2.countNonZero(sheet)
    convex_area = cv2.countNonZero(filled)
    polygon = cv2.approxPolyDP(hull, BEND, closed=True)
    is_convex = area >= CONVEX * convex_area
    return is_convex and len(polygon) <= MOST_CORNERS


def _is_on_table(sheet: MatLike, light: MatLike) -> bool:
    """Whether what is around the sheet is dark, and broader than the lines around a form's cell."""
    around = cv2.bitwise_not(sheet)
    light_around = cv2.bitwise_and(around, light)
    area = cv2.countNonZero(around)
    light_area = cv2.countNonZero(light_around)
    # Along rows or columns, for across a corner any line is broader.
    distances = cv2.distanceTransform(around, cv2.DIST_C, cv2.DIST_MASK_3)
    breadth = distances.max()
    is_dark = light_area <= OTHER * area
    return bool(is_dark and breadth >= BROADEST_RULE)


def _ends_clearly(picture: MatLike, sheet: MatLike) -> bool:
    """Whether along the outline the surroundings are no paper, and no paper in a shadow."""
    levels = _relative_to_paper(picture, sheet)
    least = levels.min(axis=1)
    greatest = levels.max(axis=1)
    is_tinted = least < TINT * greatest
    is_no_shadow = is_tinted | (least < DARKEST_SHADOW)
    is_darker = (least < DARKER) & (greatest < LIGHTER)
    is_no_paper = is_darker & is_no_shadow
    return bool(is_no_paper.mean() >= ENDS)


def _relative_to_paper(picture: MatLike, sheet: MatLike) -> NDArray[np.float32]:
    """The colours (n, 3) just around the sheet, each channel times that of the paper near.

    There is at least one: what is around the sheet is broader than `RING`.
    """
    halo = cv2.dilate(sheet, _window(HALO))
    ring = cv2.dilate(sheet, _window(RING))
    is_around = ring > halo
    paper = cv2.bitwise_and(picture, picture, mask=sheet)
    near = cv2.dilate(paper, _window(NEAR))
    near = np.maximum(near, 1)  # of 255; black paper of a channel cannot be divided by
    ratios = cv2.divide(picture, near, dtype=cv2.CV_32F)
    return ratios[is_around].astype(np.float32)


def _box(sheet: MatLike, picture: MatLike) -> Box:
    """The box of the `sheet` (h, w) in a larger `picture` of the same."""
    small = Box(*cv2.boundingRect(sheet))
    height, width = sheet.shape
    larger_height, larger_width = picture.shape[:2]
    across = larger_width / width
    down = larger_height / height
    left = round(small.x * across)
    top = round(small.y * down)
    right = round(small.right * across)
    bottom = round(small.bottom * down)
    return Box(left, top, right - left, bottom - top)


def _fill_around(page: MatLike, small: MatLike, sheet: MatLike) -> None:
    """Let the paper go on beside the `sheet` (h, w), as far as the `page`, cut out of it, goes."""
    window = Box(*cv2.boundingRect(sheet)).window
    paper = _extended(small, sheet)
    around = cv2.bitwise_not(sheet)
    height, width, _ = page.shape
    large_paper = cv2.resize(paper[window], (width, height))
    large_around = cv2.resize(around[window], (width, height))
    _, mask = cv2.threshold(large_around, 127, 255, cv2.THRESH_BINARY)
    cv2.copyTo(large_paper, mask, page)


def _extended(small: MatLike, sheet: MatLike) -> MatLike:
    """The paper's colour (h, w, 3) without ink; beyond the sheet that of its nearest pixel."""
    inkless = cv2.morphologyEx(small, cv2.MORPH_CLOSE, _window(BROADEST_STROKE // 4))
    around = cv2.bitwise_not(sheet)
    _, nearest = cv2.distanceTransformWithLabels(
        around, cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL
    )
    is_paper = sheet > 0
    paper_labels = nearest[is_paper]
    count = nearest.max() + 1
    colours = np.zeros((count, 3), np.uint8)
    colours[paper_labels] = inkless[is_paper]
    extended: MatLike = colours[nearest]
    return cv2.blur(extended, (SMOOTH, SMOOTH))
