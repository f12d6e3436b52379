"""What is ink of a photo, fine strokes and light ones of it: found when asked for, once."""

import numpy as np

from model.boxes import Box
from model.recognition.decoding import Photo
from model.recognition.photo_ink import PhotoInk
from model.recognition.segmentation import find_components
from tests.model.recognition.hand_made import blank, with_box
from tests.model.recognition.rings import ROW, rings


def shaded_rings() -> PhotoInk:
    """Rings on a dark bar, which is broader than fine strokes."""
    bar = with_box(blank(), 60, 175, 380, 130, grey=150)
    return PhotoInk(Photo(rings(ROW, paper=bar)))


def test_fine_strokes_are_components_of_their_own() -> None:
    fine = shaded_rings().fine
    assert fine is not None
    assert len(fine.ids) == len(ROW)
    assert fine.boxes[:, 2].max() < 100


class Unseen(PhotoInk):
    """A photo with no ink at first sight."""

    @property
    def usual(self) -> None:
        """None."""


def test_where_nothing_is_seen_no_fine_strokes_are_sought() -> None:
    assert Unseen(shaded_rings().photo).fine is None


def test_light_strokes_are_ink_where_at_first_dark_ones_are() -> None:
    dark, light = Box(60, 60, 20, 300), Box(400, 100, 16, 200)
    photo = Photo(with_box(with_box(blank(200), *dark, grey=0), *light, grey=255))
    inverse = PhotoInk(photo).inverse
    assert inverse is not None
    at_first = find_components(photo)
    assert [at_first.ink[box.window].min() > 0 for box in (dark, light)] == [True, False]
    assert [inverse.ink[box.window].min() > 0 for box in (dark, light)] == [False, True]


def test_they_are_found_once() -> None:
    ink = shaded_rings()
    assert ink.usual is ink.usual
    assert ink.fine is ink.fine
    assert ink.inverse is ink.inverse


def test_a_blank_page_has_none() -> None:
    ink = PhotoInk(Photo(blank()))
    assert (ink.usual, ink.fine, ink.inverse) == (None, None, None)


def test_nor_has_a_photo_that_cannot_be_decoded_as_large_as_it_takes() -> None:
    rng = np.random.default_rng(0)
    photo = blank(grey=250)
    for x, y in rng.integers(20, 460, (20, 2)).tolist():
        photo = with_box(photo, x, y, 3, 12)
    assert PhotoInk(Photo(photo)).fine is not None
    assert PhotoInk(Photo(photo, data=b"no picture")).fine is None
