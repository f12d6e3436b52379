"""Text on pictures, drawn with OpenCV: lines of it, and labels."""

import cv2
from cv2.typing import MatLike

Colour = tuple[int, int, int]  # blue, green, red

FONT = cv2.FONT_HERSHEY_SIMPLEX
DIGIT_HEIGHT = 22  # pixels of its digits at size 1
WHITE = (255, 255, 255)
PADDING = 4  # pixels beside a label's text at size 1, by eye


def draw_label(
    picture: MatLike, text: str, corner: tuple[int, int], size: float, colour: Colour
) -> None:
    """Write `text` in white on a coloured tag above `corner`, moved to stay inside the picture.

    Args:
        picture: (h, w, 3) uint8 BGR, changed in place.
        text: a single line.
        corner: x and y in pixels of the tag's lower left corner.
        size: OpenCV's scale of `FONT`; at 1 digits are 22 pixels high.
        colour: of the tag.
    """
    (text_width, text_height), below = cv2.getTextSize(text, FONT, size, 1)
    padding = round(PADDING * size)
    width = text_width + 2 * padding
    height = text_height + below
    x, y = corner
    rightmost = max(0, picture.shape[1] - width)
    left = min(max(x, 0), rightmost)
    bottom = max(height, y)
    start = (left, bottom - height)
    end = (left + width, bottom)
    cv2.rectangle(picture, start, end, colour, cv2.FILLED)
    origin = (left + padding, bottom - below)
    write(picture, text, origin, size, WHITE)


def write(  # noqa: PLR0913, PLR0917  as OpenCV's own
    area: MatLike,
    text: str,
    origin: tuple[int, int],
    size: float,
    colour: Colour,
    align: float = 0,
) -> None:
    """Write one line of text.

    Args:
        area: (h, w, 3) uint8 BGR, changed in place.
        text: a single line.
        origin: x and y in pixels of a point on the baseline.
        size: OpenCV's scale of `FONT`; at 1 digits are 22 pixels high.
        colour: of the letters.
        align: the share of the text that is to the left of `origin`: 0 begins there, 1 ends there.
    """
    thickness = max(1, round(size))
    (width, _), _ = cv2.getTextSize(text, FONT, size, thickness)
    x, y = origin
    start = (x - round(align * width), y)
    cv2.putText(area, text, start, FONT, size, colour, thickness, cv2.LINE_AA)
