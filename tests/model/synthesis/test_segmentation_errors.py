"""What a wrong segmentation takes for one digit."""

import cv2
import numpy as np

from model.synthesis.segmentation_errors import fragment, join, touching_digits
from tests.model.mnist_pages import mnist


def test_pairs_are_in_one_piece_as_segmentation_would_part_them_else() -> None:
    rng = np.random.default_rng(1)
    for _ in range(30):
        pair = touching_digits(mnist().images[:100], rng)
        assert cv2.connectedComponents((pair > 127).astype(np.uint8))[0] == 2


def test_a_pair_is_wider_than_either_digit_whatever_they_are() -> None:
    bar, corner = np.full((112, 10), 255, np.uint8), np.zeros((112, 90), np.uint8)
    corner[:12], corner[:, 78:] = 255, 255
    for left, right in ((bar, corner), (corner, bar), (bar, bar), (corner, corner)):
        joined = join(left, right, overlap=6)
        assert joined.shape[1] >= max(left.shape[1], right.shape[1])
        assert joined.shape[1] >= (left.shape[1] + right.shape[1]) / 2


def test_a_fragment_is_less_than_half_a_digit_and_wider_than_one() -> None:
    rng = np.random.default_rng(2)
    for _ in range(30):
        height, width = fragment(mnist().images[:100], rng).shape
        assert width > 1.5 * height
