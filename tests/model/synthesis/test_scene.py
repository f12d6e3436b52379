"""What of the page a photo shows."""

import numpy as np

from model.synthesis.scene import Scene

NO_CELLS = np.empty((0, 4))


def test_seen_straight_a_photo_shows_as_much_of_the_page_as_it_is_large() -> None:
    scene = Scene((160, 120), np.eye(3), 30, NO_CELLS)
    assert np.allclose(scene.extent, [[0, 0], [160, 120]])


def test_from_farther_away_it_shows_more() -> None:
    scene = Scene((160, 120), np.diag([0.5, 0.5, 1]), 30, NO_CELLS)
    assert np.allclose(scene.extent, [[0, 0], [320, 240]])


def test_askew_it_shows_all_that_any_corner_shows() -> None:
    turned = np.array([[0.0, -1, 160], [1, 0, 0], [0, 0, 1]])
    scene = Scene((160, 120), turned, 30, NO_CELLS)
    assert np.allclose(scene.extent, [[0, 0], [120, 160]])
