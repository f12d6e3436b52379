"""Corners, homographies and parts of a pixel."""

import numpy as np
import pytest

from model.synthesis.geometry import (
    SUBPIXEL_BITS,
    affine,
    corners,
    frame,
    inverse,
    project_points,
    rotation,
    subpixel,
)

VIEW = np.array([[1, 0.1, -5], [-0.1, 1, 8], [1e-4, 0, 1]])


def test_corners_go_round_each_box() -> None:
    box = np.array([1.0, 2, 10, 20])
    assert corners(box).tolist() == [[1, 2], [11, 2], [11, 22], [1, 22]]
    several = np.stack([[box, box], [box + 1, box]])
    assert corners(several).shape == (2, 2, 4, 2)
    assert np.array_equal(corners(several)[1, 0], corners(box + 1))


def test_points_are_projected_by_the_view_and_back() -> None:
    points = np.arange(12.0).reshape(2, 3, 2)
    there = project_points(points, VIEW)
    assert not np.allclose(there, points)
    assert np.allclose(project_points(there, np.linalg.inv(VIEW)), points)


def test_a_view_divides_by_what_is_farther() -> None:
    halved = np.diag([1.0, 1, 2])
    assert project_points(np.array([[6.0, 8]]), halved).tolist() == [[3, 4]]


def test_parts_of_a_pixel_are_those_that_opencv_draws_with() -> None:
    assert subpixel(np.array([1.0, 1.5, 1.03, 1.04, -2])).tolist() == [16, 24, 16, 17, -32]
    assert SUBPIXEL_BITS == 4


def test_a_quarter_turn_takes_x_to_y() -> None:
    assert np.allclose(rotation(np.pi / 2) @ [1, 0], [0, 1])
    assert np.allclose(rotation(np.pi / 2) @ [0, 1], [-1, 0])
    assert np.linalg.det(rotation(0.3)) == pytest.approx(1)


def test_a_shift_follows_the_linear_map() -> None:
    homography = affine(np.diag([2.0, 3]), np.array([10.0, 20]))
    assert project_points(np.array([[1.0, 1]]), homography).tolist() == [[12, 23]]
    assert homography[2].tolist() == [0, 0, 1]


def test_the_frame_of_a_picture_is_all_of_it() -> None:
    assert frame((30, 20)).tolist() == [0, 0, 30, 20]


def test_the_inverse_leads_back() -> None:
    assert np.allclose(inverse(VIEW) @ VIEW, np.eye(3))
