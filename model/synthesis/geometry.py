"""Where things lie: corners, homographies, and coordinates in parts of a pixel for OpenCV.

A view is a homography (3, 3) float64 that maps the page's coordinates to the photo's pixels.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
Size = tuple[int, int]  # width and height in pixels

SUBPIXEL_BITS = 4  # lines are placed to a sixteenth of a pixel, or slight slopes become stairs
SUBPIXEL_STEPS = 1 << SUBPIXEL_BITS  # in a pixel
UNIT_SQUARE = np.array([[0, 0], [1, 0], [1, 1], [0, 1]])


def frame(size: Size) -> Matrix:
    """The box (4,) of all of a picture: x, y, width and height."""
    return np.array([0.0, 0.0, *size])


def corners(boxes: Matrix) -> Matrix:
    """The corners of boxes.

    Args:
        boxes: (..., 4) with x, y, width and height.

    Returns:
        (..., 4, 2): from (x, y) clockwise, with y pointing down.
    """
    origins = boxes[..., None, :2]
    sizes = boxes[..., None, 2:]
    return np.asarray(origins + UNIT_SQUARE * sizes)


def project_points(points: Matrix, view: Matrix) -> Matrix:
    """Where the homography `view` (3, 3) maps `points` (..., 2)."""
    one_row = points.reshape(1, -1, 2)
    mapped = cv2.perspectiveTransform(one_row, view)
    shaped = mapped.reshape(points.shape)
    return np.asarray(shaped, np.float64)


def inverse(view: Matrix) -> Matrix:
    """The homography (3, 3) that maps back what `view` (3, 3) maps.

    Raises:
        numpy.linalg.LinAlgError: `view` has no inverse.
    """
    return np.asarray(np.linalg.inv(view), np.float64)


def subpixel(points: Matrix) -> NDArray[np.int32]:
    """The `points` (..., 2) as OpenCV takes them with a `shift` of `SUBPIXEL_BITS`: int32."""
    return np.rint(points * SUBPIXEL_STEPS).astype(np.int32)


def rotation(angle: float) -> Matrix:
    """The matrix (2, 2) that turns by `angle` radians, clockwise where y points down."""
    cos = np.cos(angle)
    sin = np.sin(angle)
    return np.array([[cos, -sin], [sin, cos]])


def affine(linear: Matrix, shift: Matrix) -> Matrix:
    """The homography (3, 3) of a `linear` map (2, 2) and a `shift` (2,) after it."""
    homography = np.eye(3)
    homography[:2, :2] = linear
    homography[:2, 2] = shift
    return homography
