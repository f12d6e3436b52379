"""Images scaled to a longest side, their proportions kept."""

import cv2
from cv2.typing import MatLike


def fit(image: MatLike, side: int) -> MatLike:
    """Scale an image up or down until its longer side is `side` pixels.

    Args:
        image: (h, w) or (h, w, channels), of any type that OpenCV scales.
        side: in pixels, at least 1.

    Returns:
        An image of the same type and channels; its shorter side has at least one pixel.
    """
    scale = side / _longer_side(image)
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    size = _scaled_size(image, scale)
    return cv2.resize(image, size, interpolation=method)


def shrink(image: MatLike, side: int) -> MatLike:
    """Scale an image down until its longer side is at most `side` pixels.

    It is halved as often as possible and only then scaled to its size: at no step does linear
    interpolation skip a pixel, and a photo takes much less time than in `fit`.

    Args:
        image: (h, w) or (h, w, channels), of any type that OpenCV scales.
        side: in pixels, at least 1.

    Returns:
        A copy of the same type and channels, never larger than `image`; its shorter side has at
        least one pixel.
    """
    scale = min(1.0, side / _longer_side(image))
    size = _scaled_size(image, scale)
    while _longer_side(image) > 2 * side:
        height, width = image.shape[:2]
        half = max(1, width // 2), max(1, height // 2)
        image = cv2.resize(image, half)
    return cv2.resize(image, size)


def _longer_side(image: MatLike) -> int:
    height, width = image.shape[:2]
    return max(int(height), int(width))


def _scaled_size(image: MatLike, scale: float) -> tuple[int, int]:
    """Width and height in pixels after scaling, in OpenCV's order."""
    height, width = image.shape[:2]
    scaled_width = max(1, round(width * scale))
    scaled_height = max(1, round(height * scale))
    return scaled_width, scaled_height
