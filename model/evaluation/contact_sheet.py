"""What went wrong with labelled photos, drawn with OpenCV to be looked at."""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from cv2.typing import MatLike

from model.evaluation.labelled_photos import Outcome, group
from model.reader import Digit
from model.recognition.decoding import decode
from model.recognition.refusal import RefusedError
from model.recognition.resizing import fit

# Twice as many tiles, were each wrong photo of a kind of its own, are still under 60 megapixels.
LIMIT = 200
ACROSS = 6
MARGIN = 8
PHOTO = 252
CROP = 56
CROPS = 6  # in two columns beside the photo
CELL_WIDTH, CELL_HEIGHT = CROP + MARGIN, PHOTO // 3
LINE = 22
WIDTH = 2 * MARGIN + PHOTO + 2 * CELL_WIDTH + MARGIN
HEIGHT = MARGIN + PHOTO + 3 * LINE + 2 * MARGIN
FONT = cv2.FONT_HERSHEY_SIMPLEX
PAPER, INK, RED, BOX = (240, 240, 240), (40, 40, 40), (30, 30, 200), (220, 0, 220)


def contact_sheet(outcomes: Sequence[Outcome], folder: Path) -> MatLike:
    """Draw a tile for each wrong photo of `folder`, kind by kind, the surest first.

    Of more than `LIMIT` the least sure are left out, and the last tile says how many.

    Returns:
        (h, w, 3) uint8 BGR, at most `ACROSS` tiles wide; a single tile if all photos were right.
    """
    wrong = [outcome for outcome in outcomes if not outcome.right]
    wrong.sort(key=lambda outcome: outcome.probability, reverse=True)
    shown = group(wrong[:LIMIT], "kind")
    tiles = []
    for kind, everyone in group(outcomes, "kind").items():
        if kind in shown:
            share = f"{sum(not outcome.right for outcome in everyone)} of {len(everyone)} wrong"
            tiles += [_title(kind, share), *(_tile(outcome, folder) for outcome in shown[kind])]
    if len(wrong) > LIMIT:
        tiles.append(_title(f"{len(wrong) - LIMIT} left out", "the least sure of the wrong photos"))
    return _grid(tiles or [_title("all right", f"none of {len(outcomes)} photos is wrong")])


def _grid(tiles: list[MatLike]) -> MatLike:
    across = min(ACROSS, len(tiles))
    whole = tiles + [_blank(PAPER)] * (-len(tiles) % across)
    starts = range(0, len(whole), across)
    return cv2.vconcat([cv2.hconcat(whole[start : start + across]) for start in starts])


def _blank(colour: tuple[int, int, int]) -> MatLike:
    return np.full((HEIGHT, WIDTH, 3), colour, np.uint8)


def _title(large: str, small: str) -> MatLike:
    """A tile in reverse, so that the eye finds where a kind begins."""
    tile = _blank(INK)
    middle = HEIGHT // 2
    _write(tile[:middle, 2 * MARGIN : -MARGIN], large, 1.5, PAPER)
    _write(tile[: middle + 2 * LINE, 2 * MARGIN : -MARGIN], small, 0.8, PAPER)
    return tile


def _tile(outcome: Outcome, folder: Path) -> MatLike:
    """The photo with boxes, beside it what the network got, below it what was true and read."""
    tile = _blank(PAPER)
    digits = outcome.reading.digits
    photo = _photo(folder / outcome.file, digits)
    tile[MARGIN : MARGIN + photo.shape[0], MARGIN : MARGIN + photo.shape[1]] = photo
    for place, digit in enumerate(digits[:CROPS]):
        x = 2 * MARGIN + PHOTO + place % 2 * CELL_WIDTH
        y = MARGIN + place // 2 * CELL_HEIGHT
        _draw_crop(tile[y : y + CELL_HEIGHT, x : x + CROP], digit)
    for line, text in enumerate(_words(outcome)):
        bottom = MARGIN + PHOTO + (line + 1) * LINE
        _write(tile[:bottom, MARGIN:-MARGIN], text, 0.6, RED if outcome.surely_wrong else INK)
    return tile


def _photo(path: Path, digits: Sequence[Digit]) -> MatLike:
    """The photo, read once more, with its longer side `PHOTO`; blank where there is none."""
    try:
        photo = decode(path.read_bytes())
    except (OSError, RefusedError):
        return _blank(PAPER)[:PHOTO, :PHOTO]
    picture = fit(photo.pixels, PHOTO)
    scale = PHOTO / (max(photo.pixels.shape[:2]) * photo.scale)
    for digit in digits:
        x, y, width, height = (round(length * scale) for length in digit.box)
        cv2.rectangle(picture, (x, y), (x + width, y + height), BOX, 1)
    return picture


def _draw_crop(area: MatLike, digit: Digit) -> None:
    large = cv2.resize(digit.crop, (CROP, CROP), interpolation=cv2.INTER_NEAREST)
    area[:CROP] = large[..., np.newaxis]
    _write(area[:-MARGIN], f"{digit.value} {digit.probability:.0%}", 0.5, INK)


def _words(outcome: Outcome) -> tuple[str, str, str]:
    refused = outcome.reading.refused
    return (
        f"true: {outcome.label}",
        f"refused: {refused}" if refused else f"read: {outcome.text} ({outcome.probability:.1%})",
        f"{outcome.kind}: {outcome.file}",
    )


def _write(area: MatLike, text: str, size: float, colour: tuple[int, int, int]) -> None:
    """Write `text` at the lower left of `area`, smaller where it is wider than that."""
    (width, _), _ = cv2.getTextSize(text, FONT, size, 1)
    origin = (0, area.shape[0] - round(10 * size))  # on one line whether or not there is a "g"
    size *= min(1.0, area.shape[1] / max(1, width))
    cv2.putText(area, text, origin, FONT, size, colour, 1, cv2.LINE_AA)
