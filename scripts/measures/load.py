"""Simulated users, each of whom sends the next photo as soon as the last one is answered."""

import asyncio
import itertools
import json
import math
import re
import ssl
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import httpx

from bot.sandbox.server import Sandbox
from measures.sample_photos import Labelled

PATIENCE = 120.0  # seconds to wait for an answer
BEGINNING = 1.0  # seconds within which the users begin: people do not send in the same moment
# For httpx, which else would load certificates; that takes long, and the sandbox has no TLS.
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


class UnansweredError(Exception):
    """The bot or the sandbox does not answer as it should; the message is one sentence."""


class Demand(NamedTuple):
    """What users send together: photos of one kind, until a number or a time is reached.

    Attributes:
        users: how many, each in a chat of their own.
        kind: "photo" or "document", as Telegram calls compressed photos and files.
        photos: how many in all, at most.
        seconds: after which nobody sends another one.
    """

    users: int
    kind: str
    photos: float = math.inf
    seconds: float = math.inf


class Load(NamedTuple):
    """What the users saw.

    Attributes:
        answers: milliseconds until each answer.
        right: how many answers were right.
        seconds: from the first photo to the last answer.
        processor: seconds of processor time that the users themselves took.
    """

    answers: list[float]
    right: int
    seconds: float
    processor: float


def ask_for_help(sandbox: Sandbox) -> None:
    """Send /help; the sandbox keeps it until the bot has started.

    Raises:
        httpx.HTTPError: the sandbox does not take it.
    """
    answer = httpx.post(
        f"{sandbox.url}/chat/1/messages",
        data={"text": "/help"},
        headers={"Origin": sandbox.url},
        verify=NO_TLS,
    )
    answer.raise_for_status()


def wait_for_help(sandbox: Sandbox) -> None:
    """Wait until the bot has written.

    Raises:
        UnansweredError: the bot has written nothing within `PATIENCE` seconds.
    """
    address = f"{sandbox.url}/chat/1/events?after=1&wait=10"
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        answer = httpx.get(address, timeout=20, verify=NO_TLS)
        answer.raise_for_status()
        events = answer.json()["events"]
        if any(map(_is_from_bot, events)):
            return
    raise UnansweredError(f"The bot did not answer within {PATIENCE:.0f} s.")


def _is_from_bot(event: dict[str, Any]) -> bool:
    message = event.get("message", {})
    sender = message.get("from", {})
    return bool(sender.get("is_bot"))


def send_photos(sandbox: Sandbox, photos: Labelled, demand: Demand) -> Load:
    """Send the photos over and over until the demand is met.

    Raises:
        UnansweredError: one was not answered.
    """
    try:
        return asyncio.run(_send_photos(sandbox, photos, demand))
    except (TimeoutError, OSError, EOFError):
        raise UnansweredError(f"A photo was not answered within {PATIENCE:.0f} s.") from None


async def _send_photos(sandbox: Sandbox, photos: Labelled, demand: Demand) -> Load:
    people = _People(sandbox, photos, demand)
    chats = range(1, demand.users + 1)
    began = time.monotonic()
    used = time.process_time()
    await asyncio.gather(*map(people.send, chats))
    return Load(
        answers=people.answers,
        right=people.right,
        seconds=time.monotonic() - began,
        processor=time.process_time() - used,
    )


class _People:
    """Users who send photos at the same time, each in a chat of their own."""

    def __init__(self, sandbox: Sandbox, photos: Labelled, demand: Demand) -> None:
        self.answers: list[float] = []  # milliseconds
        self.right = 0
        self._sandbox = sandbox
        self._demand = demand
        forms = [(picture(data, demand.kind), label) for data, label in photos]
        self._waiting = itertools.cycle(forms)
        self._numbers = itertools.count()
        self._end = time.monotonic() + demand.seconds
        beginning = min(BEGINNING, demand.seconds / 5)
        self._pause = beginning / demand.users

    async def send(self, chat: int) -> None:
        """Send photos in `chat` until the demand is met."""
        earlier = chat - 1
        await asyncio.sleep(self._pause * earlier)
        after = 0
        async with connected(self._sandbox) as connection:
            while self._goes_on():
                after = await self._send_one(connection, chat, after)

    def _goes_on(self) -> bool:
        """Whether another photo is to be sent, which is then counted."""
        if time.monotonic() >= self._end:
            return False
        number = next(self._numbers)
        return number < self._demand.photos

    async def _send_one(self, connection: "Connection", chat: int, after: int) -> int:
        """Send a photo and wait for the answer; return the number of the chat's last event."""
        photo, label = next(self._waiting)
        sent = time.monotonic()
        posted = await connection.request(f"POST /chat/{chat}/messages", photo)
        message_id = posted["message_id"]
        answer, after = await reply(connection, chat, message_id, after)
        seconds = time.monotonic() - sent
        self.answers.append(1000 * seconds)
        self.right += number_read(answer) == label
        return after


def number_read(answer: dict[str, Any]) -> str:
    """What the bot says it has read: the first number, before the bars of all ten digits."""
    headline, _, _ = answer.get("text", "").partition("\n")
    number = re.search(r"\d+", headline)
    return number[0] if number else ""


async def reply(
    connection: "Connection", chat: int, message_id: int, after: int
) -> tuple[dict[str, Any], int]:
    """Wait for the answer to a message; return it and the number of the chat's last event.

    What answers a text or a command does not quote it.

    Raises:
        TimeoutError: there was none within `PATIENCE` seconds.
    """

    def replies(event: dict[str, Any]) -> bool:
        if event["type"] != "message" or not _is_from_bot(event):
            return False
        message = event["message"]
        original = message.get("reply_to_message", {})
        is_later = message["message_id"] > message_id
        return bool(is_later and original.get("message_id", message_id) == message_id)

    event = await wait_for_event(connection, chat, after, replies)
    return event["message"], event["id"]


async def wait_for_event(
    connection: "Connection", chat: int, after: int, matches: Callable[[dict[str, Any]], bool]
) -> dict[str, Any]:
    """Wait for the chat's first event with a number above `after` that `matches`.

    Raises:
        TimeoutError: there was none within `PATIENCE` seconds.
    """
    async with asyncio.timeout(PATIENCE):
        while True:
            news = await connection.request(f"GET /chat/{chat}/events?after={after}&wait=20")
            events: list[dict[str, Any]] = news["events"]
            for event in events:
                after = event["id"]
                if matches(event):
                    return event


class Connection(NamedTuple):
    """An open connection to the sandbox.

    httpx would take so much processor time that it would slow down the bot that is measured.
    """

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    address: str

    async def request(self, line: str, content: bytes = b"\r\n") -> dict[str, Any]:
        """Send `line` and what `form` returned; return the JSON of the answer.

        Raises:
            UnansweredError: the status is not 200.
            EOFError: the connection was closed.
        """
        host = self.address.removeprefix("http://")
        head = f"{line} HTTP/1.1\r\nHost: {host}\r\nOrigin: {self.address}\r\n"
        request = head.encode() + content
        self.writer.write(request)
        status, body = await self._answer()
        if " 200 " not in status:
            raise UnansweredError(f"The sandbox answered {body.decode()}")
        answered: dict[str, Any] = json.loads(body)
        return answered

    async def _answer(self) -> tuple[str, bytes]:
        """Read the next answer: its first line, and its body."""
        answer = await self.reader.readuntil(b"\r\n\r\n")
        status, _, headers = answer.decode().partition("\r\n")
        match = re.search(r"content-length: (\d+)", headers)
        length = int(match[1]) if match else 0
        body = await self.reader.readexactly(length)
        return status, body


@asynccontextmanager
async def connected(sandbox: Sandbox) -> AsyncIterator[Connection]:
    """Connect to the sandbox, and disconnect at the end."""
    address = sandbox.url.removeprefix("http://")
    host, port = address.split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        yield Connection(reader, writer, sandbox.url)
    finally:
        writer.close()


def picture(
    data: bytes, kind: str, name: str = "photo.jpg", mime_type: str = "image/jpeg"
) -> bytes:
    """The form that the chat page sends for a file, as `form` returns it."""
    file = (name, data, mime_type)
    return form(data={"kind": kind}, files={"file": file})


def form(**content: Any) -> bytes:  # noqa: ANN401  whatever httpx takes
    """Encode a form: the headers that describe it, an empty line, and the body."""
    request = httpx.Request("POST", "http://-", **content)
    body = request.read()
    content_type = request.headers["content-type"]
    head = f"Content-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body
