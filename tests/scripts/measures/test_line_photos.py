"""Photos of lines: what is written on them."""

import re

import numpy as np

from measures import line_photos
from tests.model.mnist_pages import mnist


def test_photos_are_of_what_they_say_and_the_same_each_time() -> None:
    photos = line_photos.rendered(mnist(), 2, lambda _: "24.11.2026")
    assert [label for _, label in photos] == ["24.11.2026"] * 2
    assert photos[0] != photos[1]
    assert photos == line_photos.rendered(mnist(), 2, lambda _: "24.11.2026")


def test_a_row_has_ten_digits() -> None:
    assert re.fullmatch(r"\d{10}", line_photos.row(np.random.default_rng(0)))


def test_a_page_has_ten_lines_of_five_numbers() -> None:
    lines = line_photos.page(np.random.default_rng(0)).splitlines()
    assert len(lines) == 10
    assert all(re.fullmatch(r"\d{2,4}( \d{2,4}){4}", line) for line in lines)
