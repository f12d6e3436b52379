"""A digit of any size, anywhere, light or dark and a little turned, is read as the plain one is."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.reader import Reader
from model.recognition import digit_network
from model.recognition.decoding import Photo
from model.recognition.segmentation import find_components
from tests.model.mnist_pages import BLACK, WHITE, Colour, Image, Placed, digit, encode, mnist, page

SMALLEST, LARGEST, TURN = 20, 900, 15  # pixels, pixels, degrees
SAMPLE, DEMANDED = 300, 0.97
PENS: list[tuple[Colour, Colour]] = [
    (WHITE, BLACK),
    (BLACK, WHITE),
    ((200, 235, 245), (140, 60, 30)),
    ((90, 40, 20), (80, 230, 250)),
]


def turned(image: Image, degrees: float) -> Image:
    large = cv2.resize(np.pad(image, 4), None, fx=10, fy=10, interpolation=cv2.INTER_CUBIC)
    side = len(large)
    matrix = cv2.getRotationMatrix2D((side / 2, side / 2), degrees, 1)
    return np.asarray(cv2.warpAffine(large, matrix, (side, side)), np.uint8)


def photo(image: Image, rng: np.random.Generator) -> bytes:
    """Put `image` anywhere on a page of any size with any pen."""
    side = round(float(np.exp(rng.uniform(np.log(SMALLEST), np.log(LARGEST)))))
    width, height = rng.integers(max(side + 40, 160), 1281, 2).tolist()
    x, y = (int(rng.integers(8, length - side - 8)) for length in (width, height))
    placed = Placed(turned(image, rng.uniform(-TURN, TURN)), x, y, side)
    return encode(page(width, height, [placed], *PENS[rng.integers(len(PENS))]), ".jpg")


@pytest.mark.slow
def test_a_digit_on_a_page_is_read_as_the_plain_digit_is(reader: Reader) -> None:
    rng = np.random.default_rng(2)
    images = mnist().images[rng.choice(10_000, SAMPLE, replace=False)]
    plain = digit_network.load()(images).argmax(axis=1)
    texts = [reader.read(photo(image, rng)).text for image in images]
    assert np.mean([text == str(answer) for text, answer in zip(texts, plain, strict=True)]) >= (
        DEMANDED
    )


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    label=st.integers(0, 9),
    side=st.integers(SMALLEST, LARGEST),
    degrees=st.floats(-TURN, TURN),
    corner=st.tuples(st.integers(10, 300), st.integers(10, 60)),
    pen=st.sampled_from(PENS),
)
def test_the_ink_is_found_where_it_is(
    label: int, side: int, degrees: float, corner: tuple[int, int], pen: tuple[Colour, Colour]
) -> None:
    placed = Placed(turned(digit(label), degrees), *corner, side)
    components = find_components(Photo(page(1280, 980, [placed], *pen)))
    boxes = components.boxes / components.scale
    found = np.append(boxes[:, :2].min(axis=0), (boxes[:, :2] + boxes[:, 2:]).max(axis=0))
    x, y, width, height = placed.box
    assert np.abs(found - (x, y, x + width, y + height)).max() <= max(4, 0.1 * side)
