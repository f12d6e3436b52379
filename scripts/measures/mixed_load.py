"""People who send whatever people send, each the next when one is answered, and press buttons."""

import asyncio
import itertools
from collections import Counter
from typing import Any, NamedTuple

import cv2

from bot.sandbox.server import Sandbox
from measures.load import (
    PATIENCE,
    Connection,
    UnansweredError,
    connected,
    form,
    found,
    picture,
    reply,
)
from measures.sample_photos import jpeg, one_digit, paper

USERS = 16
SIZE = (365, 274)  # pixels; small, so that what is sent costs less than what is read
BUTTONS = ("picture", "right")  # each pressed below every fifth answer to a photo
PRESSES = 5


class Thing(NamedTuple):
    """What is sent, as the chat page sends it."""

    kind: str
    content: bytes


def things() -> list[Thing]:
    """A photo of each digit, as a file or a photo, and between them whatever else comes."""
    digits = [one_digit(digit, SIZE) for digit in "0123456789"]
    photos = [Thing("photo", picture(jpeg(digit), "document")) for digit in digits]
    photos[3::3] = [Thing("photo", picture(jpeg(digit), "photo")) for digit in digits[3::3]]
    png, webp = (cv2.imencode(suffix, digits[7])[1].tobytes() for suffix in (".png", ".webp"))
    others = [
        Thing("photo", picture(png, "document", "7.png", "image/png")),
        Thing("photo", picture(webp, "sticker", "7.webp", "image/webp")),
        Thing("refused", picture(jpeg(paper(SIZE)), "document")),
        Thing("refused", picture(jpeg(digits[7])[:2000], "document")),
        Thing("no picture", picture(b"seven", "document")),
        Thing("no picture", picture(b"seven", "document", "7.txt", "text/plain")),
        Thing("text", form(data={"text": "/help"})),
        Thing("text", form(data={"text": "seven"})),
    ]
    mixed = itertools.zip_longest(photos, others)
    return [thing for pair in mixed for thing in pair if thing]


def send(sandbox: Sandbox, photos: int) -> Counter[str]:
    """Have so many photos sent, and other things between them; how many of what.

    Raises:
        UnansweredError: one was not answered.
    """
    try:
        return asyncio.run(_send(sandbox, photos))
    except (TimeoutError, OSError, EOFError):
        raise UnansweredError(f"Something was not answered within {PATIENCE:.0f} s.") from None


async def _send(sandbox: Sandbox, photos: int) -> Counter[str]:
    sent: Counter[str] = Counter()
    waiting = itertools.cycle(things())

    async def person(chat: int) -> None:
        after = 0
        async with connected(sandbox) as connection:
            while sent["photo"] < photos:
                thing = next(waiting)
                sent[thing.kind] += 1
                place = sent[thing.kind] % PRESSES
                posted = await connection.request(f"POST /chat/{chat}/messages", thing.content)
                answer, after = await reply(connection, chat, posted["message_id"], after)
                if thing.kind == "photo" and place < len(BUTTONS):
                    after = await _press(connection, chat, answer, BUTTONS[place], after)
                    sent["button"] += 1

    await asyncio.gather(*map(person, range(1, USERS + 1)))
    return sent


async def _press(
    connection: Connection, chat: int, answer: dict[str, Any], data: str, after: int
) -> int:
    """Press a button and wait until it waits no longer; the chat's last event."""
    number = answer["message_id"]
    content = form(json={"message_id": number, "data": data})
    await connection.request(f"POST /chat/{chat}/callbacks", content)

    def ends(event: dict[str, Any]) -> bool:
        return bool(event["type"] == "callback_answer" and event["message_id"] == number)

    return int((await found(connection, chat, after, ends))["id"])
