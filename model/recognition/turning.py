"""Photos and their ink turned, and boxes turned back: a page may lie on its side or askew."""

from typing import NamedTuple

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray

from model.boxes import Box
from model.recognition.components import Components
from model.recognition.decoding import Photo
from model.recognition.frame_removal import label_components
from model.recognition.scaled_ink import rescaled

# Pixels from the edge of one to its middle: boxes are measured by edges, OpenCV turns middles.
TO_MIDDLE = 0.5
# So many components at least tell how a page lies, with so much around them in their own longer
# sides, and at a size where those are so many pixels, a few times what the line network gets.
MOST_TURNED, MARGIN, LARGE = 24, 2.5, 64
COVERED = 96  # of 255: of a pixel there, so much is ink
FULL = 255  # of a mask's pixels, those that are ink

# OpenCV's names of them, by degrees clockwise.
RIGHT_ANGLES: dict[float, int] = {
    90: cv2.ROTATE_90_CLOCKWISE,
    180: cv2.ROTATE_180,
    270: cv2.ROTATE_90_COUNTERCLOCKWISE,
}

Map = NDArray[np.float64]


class TurnedPhoto(NamedTuple):
    """A photo that was turned, and the way back.

    Attributes:
        photo: with all of the original in it; its corners are filled with what is at its edges.
        back: (2, 3) float64, the affine map from its points to the original's, both in pixels of
            the photos as they were sent.
    """

    photo: Photo
    back: Map

    def turned_back(self, box: Box) -> Box:
        """The smallest upright box in the original that holds what `box` holds here.

        It may lie partly outside the photo if `box` does, or if the photo was not turned by a right
        angle.
        """
        corners = np.array(
            [
                (box.x, box.y),
                (box.right, box.y),
                (box.x, box.bottom),
                (box.right, box.bottom),
            ],
            np.float64,
        )
        [original] = cv2.transform(corners[np.newaxis], self.back)
        lowest = original.min(axis=0)
        highest = original.max(axis=0)
        left, top = map(round, lowest.tolist())
        right, bottom = map(round, highest.tolist())
        width = right - left
        height = bottom - top
        return Box(left, top, width, height)


class Part(NamedTuple):
    """A part of a page: its ink, the mask of what is writing in it, and its picture, scaled."""

    ink: MatLike
    mask: MatLike
    picture: MatLike
    scale: float


def turn(photo: Photo, degrees: float) -> TurnedPhoto:
    """Turn a photo clockwise.

    Raises:
        RefusedError: it has to be decoded again, larger, and cannot.
    """
    full = photo.full
    height, width = full.pixels.shape[:2]
    rotation, _ = _rotation(width, height, degrees)
    pixels = _turned(full.pixels, degrees, cv2.BORDER_REPLICATE)
    turned = Photo(pixels, full.scale)
    inverse = cv2.invertAffineTransform(rotation)
    back = np.asarray(inverse, np.float64)
    back[:, 2] *= full.scale
    return TurnedPhoto(turned, back)


def middle_part(components: Components) -> Part:
    """What is in and around the middle ones of components, of few in all of them."""
    boxes = components.boxes
    middles = boxes[:, :2] + boxes[:, 2:] / 2
    from_middle = np.abs(middles - np.median(middles, axis=0)).max(axis=1)
    nearest = np.argsort(from_middle, kind="stable")[:MOST_TURNED]
    usual = float(np.median(boxes[nearest, 2:].max(axis=1)))
    left, top = boxes[nearest, :2].min(axis=0).tolist()
    right, bottom = components.ends[nearest].max(axis=0).tolist()
    height, width = components.ink.shape
    around = Box(left, top, right - left, bottom - top).grown(round(MARGIN * usual))
    window = around.clipped(width, height).window
    is_writing = np.zeros(components.labels.max() + 1, np.uint8)
    is_writing[components.ids] = FULL
    factor = min(LARGE / usual, 1)
    return Part(
        rescaled(components.ink[window], factor),
        rescaled(is_writing[components.labels[window]], factor),
        rescaled(components.picture[window], factor),
        components.scale * factor,
    )


def turned_components(part: Part, degrees: float) -> Components:
    """The components of a part of a page that is turned clockwise by `degrees`.

    They are almost those of the turned photo, which it would take three times as long to find.
    """
    mask = _turned(part.mask, degrees, cv2.BORDER_CONSTANT)
    _, mask = cv2.threshold(mask, COVERED, FULL, cv2.THRESH_BINARY)
    labels, boxes, areas = label_components(mask)
    ids = np.arange(1, len(boxes), dtype=np.int32)
    ink = _turned(part.ink, degrees, cv2.BORDER_CONSTANT)
    picture = _turned(part.picture, degrees, cv2.BORDER_REPLICATE)
    return Components(ink, labels, boxes[ids], areas[ids], ids, part.scale, picture)


def _turned(image: MatLike, degrees: float, border: int) -> MatLike:
    """An image (h, w) or (h, w, channels) turned clockwise, its corners filled as `border` says."""
    if degrees in RIGHT_ANGLES:
        # The same pixels in a tenth of the time.
        return cv2.rotate(image, RIGHT_ANGLES[degrees])
    height, width = image.shape[:2]
    rotation, size = _rotation(width, height, degrees)
    return cv2.warpAffine(image, _of_middles(rotation), size, borderMode=border)


def _rotation(width: int, height: int, degrees: float) -> tuple[Map, tuple[int, int]]:
    """How to turn a picture clockwise: the affine map (2, 3) of its points, and the new size."""
    middle = (width / 2, height / 2)
    matrix = cv2.getRotationMatrix2D(middle, -degrees, 1)
    rotation = np.asarray(matrix, np.float64)
    cos, sin, _ = np.abs(rotation[0])
    new_width = round(width * cos + height * sin)
    new_height = round(width * sin + height * cos)
    # Its middle comes to the middle of the new picture.
    right = (new_width - width) / 2
    down = (new_height - height) / 2
    rotation[:, 2] += (right, down)
    return rotation, (new_width, new_height)


def _of_middles(rotation: Map) -> Map:
    """A map (2, 3) of points, as OpenCV takes it: of the columns and rows of pixels' middles."""
    to_middle = np.full(2, TO_MIDDLE)
    turned = rotation[:, :2] @ to_middle
    shifted = rotation.copy()
    shifted[:, 2] += turned - to_middle
    return shifted
