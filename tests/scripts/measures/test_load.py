"""Simulated users before the real bot: how many photos they send, and what they count as right."""

import asyncio

import pytest

from bot.sandbox.server import running
from measures import load, sample_photos
from measures.load import Demand
from model.reader import Reader
from tests.bot.conversation import answering

SEVEN = sample_photos.jpeg(sample_photos.one_digit("7", (365, 274)))
PHOTOS = [(SEVEN, "7"), (SEVEN, "4")]


@pytest.mark.parametrize("kind", ["photo", "document"])
async def test_users_send_as_many_photos_as_asked_and_compare_the_answers_with_the_labels(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(load, "BEGINNING", 0)
    with running() as sandbox:
        async with answering(sandbox, Reader.trained()):
            demand = Demand(users=2, kind=kind, photos=4)
            done = await asyncio.to_thread(load.send_photos, sandbox, PHOTOS, demand)
    assert len(done.answers) == 4
    assert done.right == 2
    assert 0 < max(done.answers) <= 1000 * done.seconds


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("7\n4    0.1 %\n7   99.1 % █████████", "7"),
        ("Probably 7, maybe 1\n1   20.0 %", "7"),
        ("2046\n2   99.0 %", "2046"),
        ("I see nothing that looks like a digit.\n3", ""),
    ],
)
def test_what_is_read_is_the_first_number_and_not_one_of_the_bars(text: str, number: str) -> None:
    assert load.number_read({"text": text}) == number


def test_an_answer_without_text_has_read_nothing() -> None:
    assert load.number_read({}) == ""


async def test_a_help_that_waited_is_answered_once_the_bot_has_started() -> None:
    with running() as sandbox:
        await asyncio.to_thread(load.ask_for_help, sandbox)
        async with answering(sandbox, Reader.trained()):
            await asyncio.to_thread(load.wait_for_help, sandbox)


def test_without_a_bot_users_do_not_wait_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load, "PATIENCE", 0.2)
    monkeypatch.setattr(load, "BEGINNING", 0)
    with running() as sandbox, pytest.raises(load.UnansweredError, match="not answered within"):
        load.send_photos(sandbox, PHOTOS, Demand(users=1, kind="photo", photos=1))
