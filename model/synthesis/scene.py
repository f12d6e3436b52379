"""What is to be photographed, before anything is drawn."""

from typing import NamedTuple

import numpy as np

from model.synthesis.geometry import Matrix, Size, corners, frame, inverse, project_points


class Scene(NamedTuple):
    """A page, and how the camera sees it.

    Attributes:
        size: the photo's width and height in pixels.
        view: (3, 3), the homography from the page to the photo.
        digit_height: of the digits on the page, in its pixels.
        cells: (n, 4), the x, y, width and height of printed boxes on the page; may be none.
    """

    size: Size
    view: Matrix
    digit_height: float
    cells: Matrix

    @property
    def extent(self) -> Matrix:
        """The page coordinates of all that the photo shows: (2, 2), low and high x and y."""
        photo = corners(frame(self.size))
        page = project_points(photo, inverse(self.view))
        low = page.min(axis=0)
        high = page.max(axis=0)
        return np.array([low, high])
