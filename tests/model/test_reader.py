"""Photo bytes in, Reading out: the whole path on photos whose right answer is known."""

import pickle
from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import pytest
from cv2.typing import MatLike
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from model.reader import SURE, ModelError, Reader, Reading, Refusal, TrainedFiles
from model.recognition import digit_network
from tests.imports import READING, packages_loaded_by
from tests.model.mnist_pages import (
    BLACK,
    WHITE,
    Colour,
    Image,
    Placed,
    digit,
    encode,
    mnist,
    page,
    row,
)
from tests.readings import crop_of, digits_in


def test_a_digit_is_read(reader: Reader) -> None:
    reading = reader.read(encode(row("3"), ".jpg"))
    assert reading.text == "3"
    assert reading.refused is None
    [found] = reading.digits
    assert found.value == 3
    assert found.probability > 0.9
    assert len(found.probabilities) == 10
    assert sum(found.probabilities) == pytest.approx(1, abs=1e-4)


def test_the_crop_is_what_the_network_got(reader: Reader) -> None:
    [found] = reader.read(encode(row("3"))).digits
    crop = crop_of(found)
    assert digit_network.load()(crop[None])[0].tolist() == [*found.probabilities]
    assert np.abs(crop.astype(int) - digit(3)).mean() < 12


def test_a_row_of_digits_is_read_in_order(reader: Reader) -> None:
    assert reader.read(encode(row("3068"), ".jpg")).text == "3068"


def test_rows_are_read_one_after_the_other(reader: Reader) -> None:
    rows = np.vstack([row("306"), np.roll(row("827"), 25, axis=1), row("306")])
    assert reader.read(encode(rows, ".jpg")).text == "306\n827\n306"


def test_boxes_are_in_pixels_of_the_photo_that_was_sent(reader: Reader) -> None:
    for width, side in ((700, 150), (1290, 300), (2600, 600), (5200, 200)):
        placed = Placed(digit(3), width // 2, 90, side)
        reading = reader.read(encode(page(width, width * 3 // 4, [placed]), ".jpg"))
        assert reading.text == "3"
        assert reading.digits[0].box == pytest.approx(placed.box, abs=max(width / 250, 0.08 * side))


def test_boxes_are_in_pixels_of_the_upright_photo(reader: Reader) -> None:
    placed = Placed(digit(3), 100, 300, 200)
    lying = cv2.rotate(page(400, 640, [placed]), cv2.ROTATE_90_COUNTERCLOCKWISE)
    exif = bytes.fromhex("45786966 0000 4d4d002a00000008 0001 0112 0003 00000001 00060000 00000000")
    data = encode(lying, ".jpg")
    marker = b"\xff\xe1" + (len(exif) + 2).to_bytes(2, "big") + exif
    reading = reader.read(data[:2] + marker + data[2:])
    assert reading.text == "3"
    assert reading.digits[0].box == pytest.approx(placed.box, abs=16)


def test_a_digit_counts_as_sure_from_nine_in_ten() -> None:
    assert SURE == 0.9  # what replies, colours and the evaluation's "90 % sure" mean


# --- beside the number ------------------------------------------------------------------------


def darken(photo: MatLike, strength: float, window: tuple[slice, slice]) -> None:
    """Leave only a share of the ink's strength in a part of the page."""
    photo[window] = 255 - strength * (255.0 - photo[window])


def test_specks_do_not_change_a_number(reader: Reader) -> None:
    photo = row("3068")
    for x, y in np.random.default_rng(0).integers(5, (655, 35), (30, 2)).tolist():
        cv2.circle(photo, (x, y), 3, BLACK, -1)
        cv2.circle(photo, (x, 209 - y), 2, BLACK, -1)
    assert reader.read(encode(photo)).text == "3068"


@pytest.mark.parametrize(
    ("place", "text"), [(180, "3,068"), (330, "30,68"), (480, "306,8"), (632, "3068,")]
)
def test_a_comma_is_read_where_it_stands(reader: Reader, place: int, text: str) -> None:
    photo = row("3068")
    cv2.line(photo, (place, 140), (place - 8, 165), BLACK, 8, cv2.LINE_AA)
    assert "".join(reader.read(encode(photo)).text.split()) == text


@pytest.mark.parametrize("place", [165, 315, 465, 620])
def test_a_dash_does_not_change_a_number(reader: Reader, place: int) -> None:
    photo = row("3068")
    cv2.line(photo, (place, 105), (place + 30, 103), BLACK, 8, cv2.LINE_AA)
    assert digits_in(reader.read(encode(photo))) == "3068"


def test_a_number_may_have_a_fainter_digit(reader: Reader) -> None:
    photo = row("3068")
    darken(photo, 0.7, np.s_[:, 330:490])
    assert reader.read(encode(photo)).text == "3068"


def test_a_pale_digit_is_not_left_out(reader: Reader) -> None:
    photo = row("3068")
    darken(photo, 0.25, np.s_[:, 480:])
    assert reader.read(encode(photo)).text == "3068"


@pytest.mark.parametrize("table", [(60, 90, 130), (30, 30, 30), (190, 200, 205)])
@pytest.mark.parametrize("turn", [-4, 0, 7])
def test_the_tables_edge_is_no_digit(reader: Reader, table: Colour, turn: float) -> None:
    photo = cv2.copyMakeBorder(row("306"), 90, 90, 90, 90, cv2.BORDER_CONSTANT, value=WHITE)
    height, width = photo.shape[:2]
    photo[:, :40] = photo[-30:] = table
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), turn, 1)
    photo = cv2.warpAffine(photo, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)
    assert reader.read(encode(photo, ".jpg")).text == "306"


@pytest.mark.parametrize("thickness", [3, 8])
@pytest.mark.parametrize("turn", [-5, 0, 3])
def test_the_frame_around_a_digit_is_no_digit(reader: Reader, turn: float, thickness: int) -> None:
    photo = page(640, 480, [Placed(digit(3), 240, 140, 200)])
    corners = cv2.boxPoints(((340, 240), (300, 290), turn)).astype(np.int32)
    cv2.polylines(photo, [corners], True, BLACK, thickness, cv2.LINE_AA)
    [found] = reader.read(encode(photo)).digits
    assert found.value == 3


# --- several threads --------------------------------------------------------------------------


def test_several_threads_read_as_one_does(reader: Reader) -> None:
    pages = (page(400, 300, [Placed(image, 90, 60, 150)]) for image in mnist().images[:14])
    photos = [*map(encode, pages), encode(row("30")), b""]
    alone = [reader.read(data) for data in photos]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(reader.read, photos * 2))
    for one, other in zip(alone * 2, together, strict=True):
        assert one.text == other.text
        assert one.refused == other.refused
        for first, second in zip(one.digits, other.digits, strict=True):
            assert first.box == second.box
            assert first.probabilities == second.probabilities


# --- refusals ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", Refusal.NOT_A_PICTURE),
        (b"hello", Refusal.NOT_A_PICTURE),
        (bytes(20 * 1024 * 1024 + 1), Refusal.TOO_MANY_BYTES),
        (b"P6 60000 60000 255\n", Refusal.TOO_MANY_PIXELS),
    ],
)
def test_what_cannot_be_looked_at_is_refused(reader: Reader, data: bytes, reason: Refusal) -> None:
    assert reader.read(data) == Reading(refused=reason)
    assert not reader.read(data).decoded


def test_a_blank_page_is_refused_with_the_page_that_was_looked_at(reader: Reader) -> None:
    reading = reader.read(encode(page(640, 480)))
    assert reading.refused is Refusal.BLANK
    assert reading.text == ""
    assert reading.digits == ()
    assert reading.photo is not None
    assert reading.photo.pixels.shape == (480, 640, 3)
    assert reading.decoded


def test_a_page_of_specks_is_refused(reader: Reader) -> None:
    specks = page(640, 480)
    for x, y in np.random.default_rng(0).integers(10, (630, 470), (300, 2)).tolist():
        cv2.circle(specks, (x, y), 3, BLACK, -1)
    reading = reader.read(encode(specks))
    assert reading.refused is Refusal.TOO_SMALL
    assert reading.text == ""


def test_a_page_of_many_digits_is_read(reader: Reader) -> None:
    rows = np.vstack([row("3068" * 3, side=40, gap=20)] * 6)
    lines = reader.read(encode(rows)).text.split("\n")
    assert lines == ["3068" * 3] * 6


@pytest.mark.parametrize("word", ["Hamburg", "WEEK", "Newark", "MATH"])
def test_a_word_is_refused(reader: Reader, word: str) -> None:
    photo = page(120 * len(word) + 80, 240)
    for place, letter in enumerate(word):
        where = (50 + 120 * place, 170)
        cv2.putText(photo, letter, where, cv2.FONT_HERSHEY_SIMPLEX, 4, BLACK, 10, cv2.LINE_AA)
    reading = reader.read(encode(photo))
    assert reading.refused is Refusal.NOT_A_DIGIT
    assert reading.text == ""


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    pixels=arrays(np.uint8, st.tuples(st.integers(1, 12), st.integers(1, 12), st.just(3))),
    width=st.integers(1, 60),
    height=st.integers(1, 60),
)
def test_whatever_a_picture_shows_a_reading_comes_back(
    reader: Reader, pixels: Image, width: int, height: int
) -> None:
    picture = np.repeat(np.repeat(pixels, height, axis=0), width, axis=1)
    reading = reader.read(encode(picture, ".ppm"))
    assert bool(reading.text) == (reading.refused is None)
    digits = [character for character in reading.text if character.isdecimal()]
    assert len(digits) in (0, len(reading.digits))


@pytest.mark.parametrize("shape", [(1, 1), (1, 400), (400, 1), (2, 1280), (3000, 2)])
def test_a_picture_may_be_as_thin_as_a_line(reader: Reader, shape: tuple[int, int]) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (*shape, 3), dtype=np.uint8)
    assert reader.read(encode(noise)).refused is Refusal.BLANK


# --- what serves ------------------------------------------------------------------------------


def test_serving_needs_neither_tensorflow_nor_scikit_learn_nor_matplotlib() -> None:
    heavy = {"tensorflow", "keras", "sklearn", "matplotlib", "scipy", "joblib"}
    loaded = packages_loaded_by("from model.reader import Reader; Reader.trained().read(b'')")
    assert READING - loaded == {"pi_heif"}
    assert not heavy & loaded


def test_what_reads_is_loaded_when_something_is_read() -> None:
    code = "from model.reader import Reader, is_heif; Reader.trained(); is_heif(b'')"
    assert not packages_loaded_by(code) & READING


def test_a_network_whose_metrics_lack_a_figure_reads_nothing(reader: Reader) -> None:
    for name in ("model", "lines"):
        files = {"model": reader.model, "lines": reader.lines}
        files[name] = TrainedFiles(files[name].content, {"network": name})
        with pytest.raises(ModelError, match=f"the network {name} lacks"):
            Reader(**files)


def test_a_reader_that_has_read_can_be_sent_to_another_process(reader: Reader) -> None:
    seven = encode(row("7"), ".jpg")
    assert reader.read(seven).text == "7"
    assert pickle.loads(pickle.dumps(reader)).read(seven).text == "7"  # noqa: S301  our own
