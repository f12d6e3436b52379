"""Simulated users who send photos, other files and text, and press buttons."""

import asyncio
import itertools
from collections import Counter
from typing import Any, NamedTuple

import cv2
from cv2.typing import MatLike

from bot.sandbox.server import Sandbox
from measures.load import (
    PATIENCE,
    Connection,
    UnansweredError,
    connected,
    form,
    picture,
    reply,
    wait_for_event,
)
from measures.sample_photos import jpeg, one_digit, paper

USERS = 16
SIZE = (365, 274)  # width and height in pixels: reading then costs more than sending
BUTTONS = ("picture", "right")  # each pressed below one in `PRESSES` answers to photos
PRESSES = 5
COMPRESSED = (3, 6, 9)  # digits sent as a photo; the others as a file


class Thing(NamedTuple):
    """Something to send: its kind, and the form that the chat page sends for it."""

    kind: str
    content: bytes


def things() -> list[Thing]:
    """A photo of each digit, as a file or a photo, and other things between them."""
    mixed = itertools.zip_longest(_photos(), _others())
    flat = itertools.chain.from_iterable(mixed)
    return [thing for thing in flat if thing is not None]


def _photos() -> list[Thing]:
    photos = []
    for digit in range(10):
        data = jpeg(one_digit(str(digit), SIZE))
        kind = "photo" if digit in COMPRESSED else "document"
        content = picture(data, kind)
        photos.append(Thing("photo", content))
    return photos


def _others() -> list[Thing]:
    seven = one_digit("7", SIZE)
    png = _encoded(seven, ".png")
    webp = _encoded(seven, ".webp")
    blank = jpeg(paper(SIZE))
    incomplete = jpeg(seven)[:2000]
    text = b"seven"
    return [
        Thing("photo", picture(png, "document", "7.png", "image/png")),
        Thing("photo", picture(webp, "sticker", "7.webp", "image/webp")),
        Thing("refused", picture(blank, "document")),
        Thing("refused", picture(incomplete, "document")),
        Thing("no picture", picture(text, "document")),
        Thing("no picture", picture(text, "document", "7.txt", "text/plain")),
        Thing("text", form(data={"text": "/help"})),
        Thing("text", form(data={"text": "seven"})),
    ]


def _encoded(photo: MatLike, suffix: str) -> bytes:
    _, data = cv2.imencode(suffix, photo)
    return data.tobytes()


def send(sandbox: Sandbox, photos: int) -> Counter[str]:
    """Let users send `photos` photos, other things between them, and press buttons.

    Returns:
        How many were sent of each kind of thing.

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
                answer, after = await _send_one(connection, chat, thing, after)
                if thing.kind == "photo" and place < len(BUTTONS):
                    button = BUTTONS[place]
                    after = await _press(connection, chat, answer, button, after)
                    sent["button"] += 1

    chats = range(1, USERS + 1)
    await asyncio.gather(*map(person, chats))
    return sent


async def _send_one(
    connection: Connection, chat: int, thing: Thing, after: int
) -> tuple[dict[str, Any], int]:
    """Send a thing; return the answer and the number of the chat's last event."""
    line = f"POST /chat/{chat}/messages"
    posted = await connection.request(line, thing.content)
    return await reply(connection, chat, posted["message_id"], after)


async def _press(
    connection: Connection, chat: int, answer: dict[str, Any], data: str, after: int
) -> int:
    """Press a button, wait until the bot confirms it; return the number of that event."""
    number = answer["message_id"]
    content = form(json={"message_id": number, "data": data})
    await connection.request(f"POST /chat/{chat}/callbacks", content)

    def ends(event: dict[str, Any]) -> bool:
        if event["type"] != "callback_answer":
            return False
        return bool(event["message_id"] == number)

    end = await wait_for_event(connection, chat, after, ends)
    return int(end["id"])
