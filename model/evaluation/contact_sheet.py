"""A picture of the labelled photos that were read wrongly."""

import textwrap
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from cv2.typing import MatLike

from model.cards import draw_crop
from model.evaluation.labelled_photos import Outcome, group
from model.lettering import FONT, Colour
from model.percentages import counted, percent
from model.reader import Character, Digit
from model.recognition.decoding import decode
from model.recognition.refusal import RefusedError
from model.recognition.resizing import fit

# Wrong photos. Even if each has a kind of its own, and so a title tile, and as many captions as a
# tile may have, the sheet stays under 60 megapixels.
LIMIT = 120
ACROSS = 6  # tiles
# Lengths within a tile, in pixels; by eye.
MARGIN = 8
PHOTO = 252  # the longer side
CROP = 56
CROPS = 6  # in two columns beside the photo
CELL_WIDTH, CELL_HEIGHT = CROP + MARGIN, PHOTO // 3
LINE = 22  # from one caption to the next
ROWS = 6  # of a label or a reading; sheets of so many rows are read at a glance
LETTERS = 32  # that fit in a caption, about
WIDTH = 2 * MARGIN + PHOTO + 2 * CELL_WIDTH + MARGIN
HEIGHT = MARGIN + PHOTO + 3 * LINE + 2 * MARGIN  # of a tile with three captions, and of a title
# Colours: blue, green, red; by eye.
PAPER, INK, RED, BOX = (240, 240, 240), (40, 40, 40), (30, 30, 200), (220, 0, 220)
# OpenCV's measure of letters: at 1 they are some 22 pixels high.
HEADING, SUBHEADING, CAPTION, CROP_CAPTION = 1.5, 0.8, 0.6, 0.5
DESCENT = 10  # pixels that letters of size 1 reach below their line


def contact_sheet(outcomes: Sequence[Outcome], folder: Path, limit: int = LIMIT) -> MatLike:
    """Draw a tile for each wrong photo of `folder`, kind by kind, the surest first.

    A tile is higher than others where a label or a reading has several rows.
    Of more than `limit` the least sure are left out, and the last tile says how many.

    Returns:
        (h, w, 3) uint8 BGR, at most `ACROSS` tiles wide; a single tile if all photos were right.
    """
    wrong = [outcome for outcome in outcomes if not outcome.right]
    wrong.sort(key=lambda outcome: outcome.probability, reverse=True)
    drawn = group(wrong[:limit], "kind")
    tiles = []
    for kind, everyone in group(outcomes, "kind").items():
        if kind in drawn:
            tiles.append(_kind_title(kind, everyone))
            tiles += [_tile(outcome, folder) for outcome in drawn[kind]]
    left_out = len(wrong) - limit
    if left_out > 0:
        tiles.append(_title(f"{left_out} left out", "the least sure of the wrong photos"))
    if not tiles:
        tiles = [_title("all right", f"none of {len(outcomes)} photos is wrong")]
    return _grid(tiles)


def _grid(tiles: list[MatLike]) -> MatLike:
    """Tiles row by row, the last row filled up with empty ones."""
    across = min(ACROSS, len(tiles))
    missing = -len(tiles) % across
    empty = _blank(PAPER)
    whole = tiles + [empty] * missing
    rows = []
    while whole:
        level = _of_one_height(whole[:across])
        rows.append(cv2.hconcat(level))
        whole = whole[across:]
    return cv2.vconcat(rows)


def _of_one_height(tiles: list[MatLike]) -> list[MatLike]:
    """The tiles, each as high as the highest; what is added below continues their colour."""
    height = max(len(tile) for tile in tiles)
    return [
        cv2.copyMakeBorder(tile, 0, height - len(tile), 0, 0, cv2.BORDER_REPLICATE)
        for tile in tiles
    ]


def _blank(colour: Colour, height: int = HEIGHT) -> MatLike:
    return np.full((height, WIDTH, 3), colour, np.uint8)


def _kind_title(kind: str, outcomes: list[Outcome]) -> MatLike:
    right = [outcome.right for outcome in outcomes]
    wrong = right.count(False)
    everyone = len(outcomes)
    return _title(kind, f"{wrong} of {everyone} wrong")


def _title(large: str, small: str) -> MatLike:
    """A tile of light letters on dark, so that the eye finds where a kind begins."""
    tile = _blank(INK)
    inner = tile[:, 2 * MARGIN : -MARGIN]
    middle = HEIGHT // 2
    below = middle + 2 * LINE
    _write(inner[:middle], large, HEADING, PAPER)
    _write(inner[:below], small, SUBHEADING, PAPER)
    return tile


def _tile(outcome: Outcome, folder: Path) -> MatLike:
    """The photo with boxes, beside it what the network got, below it what was true and read."""
    captions = _captions(outcome)
    more = len(captions) - 3  # than all tiles have
    tile = _blank(PAPER, HEIGHT + more * LINE)
    reading = outcome.reading
    photo = _photo(folder / outcome.file, reading.characters)
    height, width = photo.shape[:2]
    tile[MARGIN : MARGIN + height, MARGIN : MARGIN + width] = photo
    _draw_crops(tile, reading.digits[:CROPS])
    colour = RED if outcome.surely_wrong else INK
    bottom = MARGIN + PHOTO
    for text in captions:
        bottom += LINE
        _write(tile[:bottom, MARGIN:-MARGIN], text, CAPTION, colour)
    return tile


def _photo(path: Path, characters: Sequence[Character]) -> MatLike:
    """The photo, read once more, with boxes, its longer side `PHOTO`; blank where there is none."""
    try:
        data = path.read_bytes()
        photo = decode(data)
    except (OSError, RefusedError):
        return _blank(PAPER)[:PHOTO, :PHOTO]
    picture = fit(photo.pixels, PHOTO)
    longer_side = max(photo.pixels.shape[:2])
    scale = PHOTO / (longer_side * photo.scale)
    for character in characters:
        box = [round(length * scale) for length in character.box]
        cv2.rectangle(picture, box, BOX)
    return picture


def _draw_crops(tile: MatLike, digits: Sequence[Digit]) -> None:
    """Crops in two columns beside the photo, each with what it was read as below it."""
    beside = tile[MARGIN:, 2 * MARGIN + PHOTO :]
    for place, digit in enumerate(digits):
        row, column = divmod(place, 2)
        x = column * CELL_WIDTH
        y = row * CELL_HEIGHT
        cell_row = beside[y : y + CELL_HEIGHT]
        cell = cell_row[:, x : x + CROP]
        draw_crop(cell, digit, CROP)
        caption = f"{digit.value} {counted(digit.probability, 0)}"
        above_margin = cell[:-MARGIN]
        _write(above_margin, caption, CROP_CAPTION, INK)


def _captions(outcome: Outcome) -> list[str]:
    """What was true, what was read or why nothing, and which photo it is: three or more."""
    true = _rows("true: ", outcome.label)
    text = outcome.text
    if outcome.probability:
        text += f" ({percent(outcome.probability)})"
    read = _rows("read: ", text)
    refused = outcome.reading.refused
    if refused:
        read = [f"refused: {refused}"]
    photo = f"{outcome.kind}: {outcome.file}"
    return [*true, *read, photo]


def _rows(name: str, text: str) -> list[str]:
    """Captions for the rows of a label or a reading, at most `ROWS`; if need be, rows share one."""
    rows = text.replace("\n", "|").split("|")
    if len(rows) > ROWS:
        joined = " | ".join(rows)
        rows = textwrap.wrap(joined, LETTERS, max_lines=ROWS, placeholder=" …")
    captions = []
    start = name
    for row in rows:
        captions.append(start + row)
        start = " " * len(name)
    return captions


def _write(area: MatLike, text: str, size: float, colour: Colour) -> None:
    """Write `text` at the lower left of `area`, smaller where it is wider than that."""
    height, room, _ = area.shape
    (width, _), _ = cv2.getTextSize(text, FONT, size, 1)
    below = round(DESCENT * size)  # so that all stand on one line whether or not there is a "g"
    origin = (0, height - below)
    fitting = size
    if width > room:
        fitting *= room / width
    cv2.putText(area, text, origin, FONT, fitting, colour, 1, cv2.LINE_AA)
