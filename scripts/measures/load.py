"""People who send photos to the bot through the chat page, each the next when one is answered."""

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

PATIENCE = 120.0  # s for an answer
BEGINNING = 1.0  # s, within which they begin: people do not send in the same moment
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # loading the certificates takes long


class UnansweredError(Exception):
    """The bot or the sandbox does not answer as it should; the message is one sentence."""


class Demand(NamedTuple):
    """How many people send what ("photo", "document"), how many of it and for how long at most."""

    users: int
    kind: str
    photos: float = math.inf
    seconds: float = math.inf


class Load(NamedTuple):
    """Milliseconds of each answer, how many were right, the seconds of all together.

    `processor` is the seconds that the people themselves cost.
    """

    answers: list[float]
    right: int
    seconds: float
    processor: float


def ask_for_help(sandbox: Sandbox) -> None:
    """Send /help, which waits for the bot to come."""
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
        UnansweredError: it does not.
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
    """Send photos, over and again, until the demand is met.

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
    """Who send photos at the same time, each in a chat of their own."""

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
        """Be the person of `chat` until the demand is met."""
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
        """Send a photo and wait for the answer; the chat's last event."""
        photo, label = next(self._waiting)
        sent = time.monotonic()
        posted = await connection.request(f"POST /chat/{chat}/messages", photo)
        message_id = posted["message_id"]
        answer, after = await reply(connection, chat, message_id, after)
        seconds = time.monotonic() - sent
        self.answers.append(1000 * seconds)
        text = answer.get("text", "")
        self.right += label in text
        return after


async def reply(
    connection: "Connection", chat: int, message_id: int, after: int
) -> tuple[dict[str, Any], int]:
    """The message that replies to this one, and the chat's last event."""

    def replies(event: dict[str, Any]) -> bool:
        message = event.get("message", {})
        original = message.get("reply_to_message", {})
        return bool(original.get("message_id") == message_id)

    event = await found(connection, chat, after, replies)
    return event["message"], event["id"]


async def found(
    connection: "Connection", chat: int, after: int, wanted: Callable[[dict[str, Any]], bool]
) -> dict[str, Any]:
    """The chat's first event `after` another one that is `wanted`; waits until it comes.

    Raises:
        TimeoutError: it does not.
    """
    async with asyncio.timeout(PATIENCE):
        while True:
            news = await connection.request(f"GET /chat/{chat}/events?after={after}&wait=20")
            events: list[dict[str, Any]] = news["events"]
            for event in events:
                after = event["id"]
                if wanted(event):
                    return event


class Connection(NamedTuple):
    """To the sandbox, kept open. httpx would take as long for a photo as half of the bot does."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    address: str

    async def request(self, line: str, content: bytes = b"\r\n") -> dict[str, Any]:
        """Send `line` and what `form` made; the answer's JSON."""
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
        """The next answer's first line, and its body."""
        answer = await self.reader.readuntil(b"\r\n\r\n")
        status, _, headers = answer.decode().partition("\r\n")
        match = re.search(r"content-length: (\d+)", headers)
        length = int(match[1]) if match else 0
        body = await self.reader.readexactly(length)
        return status, body


@asynccontextmanager
async def connected(sandbox: Sandbox) -> AsyncIterator[Connection]:
    """A connection to the sandbox."""
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
    """A file as the chat page sends it."""
    file = (name, data, mime_type)
    return form(data={"kind": kind}, files={"file": file})


def form(**content: Any) -> bytes:  # noqa: ANN401  whatever httpx takes
    """The last headers of a request, and its body."""
    request = httpx.Request("POST", "http://-", **content)
    body = request.read()
    content_type = request.headers["content-type"]
    head = f"Content-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body
