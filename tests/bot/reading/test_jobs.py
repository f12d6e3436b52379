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
    assert reading.lines == whole.lines


@pytest.mark.parametrize("count", [1, 400])
def test_a_reading_takes_a_kilobyte_a_digit_on_its_way_to_the_bot(count: int) -> None:
    rng = np.random.default_rng(1)
    digits = [Digit(SOMEWHERE, rng.bytes(784), tuple(rng.random(10))) for _ in range(count)]
    sent = ForkingPickler.dumps(in_a_line(*digits))
    assert len(sent) < 500 + 1024 * count


def test_the_bot_needs_no_numpy_for_what_it_gets(reader: Reader) -> None:
    for job in (jobs.read, jobs.explain):
        sent = ForkingPickler.dumps(job(reader, photo_of("7")))
        assert b"Digit" in bytes(sent)
        assert b"numpy" not in bytes(sent)


def test_an_explanation_is_drawn_of_a_picture_and_of_nothing_else(reader: Reader) -> None:
    drawn = jobs.explain(reader, photo_of("7"))
    assert drawn
    assert drawn.picture.startswith(b"\xff\xd8\xff")
    assert (drawn.reading.text, drawn.reading.photo) == ("7", None)
    assert jobs.explain(reader, b"seven") is None
    assert jobs.read(reader, b"seven").refused is Refusal.NOT_A_PICTURE
