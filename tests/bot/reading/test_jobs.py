"""What workers are asked for, and what comes back to the bot."""

from multiprocessing.reduction import ForkingPickler

import numpy as np
import pytest

from bot.reading import jobs
from model.reader import Digit, Reader, Refusal
from tests.bot.conversation import photo_of
from tests.readings import SOMEWHERE, in_a_line


def test_a_reading_comes_whole_but_for_its_pixels(reader: Reader) -> None:
    whole, reading = reader.read(photo_of("204")), jobs.read(reader, photo_of("204"))
    assert whole.photo is not None
    assert reading.photo is None
    assert reading.decoded
    assert reading.text == whole.text == "204"
    for digit, same in zip(reading.digits, whole.digits, strict=True):
        assert digit.box == same.box
        assert (digit.crop == same.crop).all()
        assert (digit.probabilities == same.probabilities).all()


@pytest.mark.parametrize("count", [1, 400])
def test_a_reading_takes_a_kilobyte_a_digit_on_its_way_to_the_bot(count: int) -> None:
    rng = np.random.default_rng(1)
    crops = rng.integers(0, 256, (count, 28, 28), np.uint8)
    digits = [Digit(SOMEWHERE, crop, rng.random(10, np.float32)) for crop in crops]
    sent = ForkingPickler.dumps(in_a_line(*digits))
    assert len(sent) < 500 + 1024 * count


def test_an_explanation_is_drawn_of_a_picture_and_of_nothing_else(reader: Reader) -> None:
    drawn = jobs.explain(reader, photo_of("7"))
    assert drawn
    assert drawn.picture.startswith(b"\xff\xd8\xff")
    assert (drawn.reading.text, drawn.reading.photo) == ("7", None)
    assert jobs.explain(reader, b"seven") is None
    assert jobs.read(reader, b"seven").refused is Refusal.NOT_A_PICTURE
