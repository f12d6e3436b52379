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
    httpx.post(
        f"{sandbox.url}/chat/1/messages",
        data={"text": "/help"},
        headers={"Origin": sandbox.url},
        verify=NO_TLS,
    ).raise_for_status()


def wait_for_help(sandbox: Sandbox) -> None:
    """Wait until the bot has written.

    Raises:
        UnansweredError: it does not.
    """
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        address = f"{sandbox.url}/chat/1/events?after=1&wait=10"
        answer = httpx.get(address, timeout=20, verify=NO_TLS)
        events = answer.raise_for_status().json()["events"]
        if any(event.get("message", {}).get("from", {}).get("is_bot") for event in events):
            return
    raise UnansweredError(f"The bot did not answer within {PATIENCE:.0f} s.")


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
    answers: list[float] = []
    right = 0
    forms = [(picture(data, demand.kind), label) for data, label in photos]
    numbers, waiting = itertools.count(), itertools.cycle(forms)
    began, used = time.monotonic(), time.process_time()
    end = began + demand.seconds
    pause = min(BEGINNING, demand.seconds / 5) / demand.users

    async def person(chat: int) -> None:
        nonlocal right
        after = 0
        await asyncio.sleep(pause * (chat - 1))
        async with connected(sandbox) as connection:
            while (sent := time.monotonic()) < end and next(numbers) < demand.photos:
                photo, label = next(waiting)
                posted = await connection.request(f"POST /chat/{chat}/messages", photo)
                answer, after = await reply(connection, chat, posted["message_id"], after)
                answers.append(1000 * (time.monotonic() - sent))
                right += label in answer.get("text", "")

    await asyncio.gather(*map(person, range(1, demand.users + 1)))
    return Load(answers, right, time.monotonic() - began, time.process_time() - used)


async def reply(
    connection: "Connection", chat: int, message_id: int, after: int
) -> tuple[dict[str, Any], int]:
    """The message that replies to this one, and the chat's last event."""

    def replies(event: dict[str, Any]) -> bool:
        original = event.get("message", {}).get("reply_to_message", {})
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
        self.writer.write(head.encode() + content)
        answer = (await self.reader.readuntil(b"\r\n\r\n")).decode()
        length = re.search(r"content-length: (\d+)", answer)
        body = await self.reader.readexactly(int(length[1]) if length else 0)
        if " 200 " not in answer.splitlines()[0]:
            raise UnansweredError(f"The sandbox answered {body.decode()}")
        answered: dict[str, Any] = json.loads(body)
        return answered


@asynccontextmanager
async def connected(sandbox: Sandbox) -> AsyncIterator[Connection]:
    """A connection to the sandbox."""
    host, port = sandbox.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        yield Connection(reader, writer, sandbox.url)
    finally:
        writer.close()


def picture(
    data: bytes, kind: str, name: str = "photo.jpg", mime_type: str = "image/jpeg"
) -> bytes:
    """A file as the chat page sends it."""
    return form(data={"kind": kind}, files={"file": (name, data, mime_type)})


def form(**content: Any) -> bytes:  # noqa: ANN401  whatever httpx takes
    """The last headers of a request, and its body."""
    request = httpx.Request("POST", "http://-", **content)
    body = request.read()
    head = f"Content-Type: {request.headers['content-type']}\r\nContent-Length: {len(body)}"
    return head.encode() + b"\r\n\r\n" + body
