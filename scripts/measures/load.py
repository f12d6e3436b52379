"""People who send photos to the bot through the chat page, each the next when one is answered."""

import asyncio
import itertools
import json
import math
import re
import ssl
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import httpx

from bot.sandbox.server import Sandbox
from measures.pages import Labelled

PATIENCE = 120.0  # s for an answer
_NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # loading the certificates takes long


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
        verify=_NO_TLS,
    ).raise_for_status()


def wait_for_help(sandbox: Sandbox) -> None:
    """Wait until the bot has written.

    Raises:
        UnansweredError: it does not.
    """
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        address = f"{sandbox.url}/chat/1/events?after=1&wait=10"
        answer = httpx.get(address, timeout=20, verify=_NO_TLS)
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
    forms = [(_form(data, demand.kind), label) for data, label in photos]
    numbers, waiting = itertools.count(), itertools.cycle(forms)
    began, used = time.monotonic(), time.process_time()
    end = began + demand.seconds

    async def person(chat: int) -> None:
        nonlocal right
        after = 0
        async with _connected(sandbox) as connection:
            while (sent := time.monotonic()) < end and next(numbers) < demand.photos:
                form, label = next(waiting)
                posted = await connection.request(f"POST /chat/{chat}/messages", form)
                text, after = await _reply(connection, chat, posted["message_id"], after)
                answers.append(1000 * (time.monotonic() - sent))
                right += label in text

    await asyncio.gather(*map(person, range(1, demand.users + 1)))
    return Load(answers, right, time.monotonic() - began, time.process_time() - used)


async def _reply(
    connection: "_Connection", chat: int, message_id: int, after: int
) -> tuple[str, int]:
    """The text that replies to a message, and the chat's last event."""
    async with asyncio.timeout(PATIENCE):
        while True:
            found = await connection.request(f"GET /chat/{chat}/events?after={after}&wait=20")
            for event in found["events"]:
                after = event["id"]
                message = event.get("message", {})
                if message.get("reply_to_message", {}).get("message_id") == message_id:
                    return message.get("text", ""), after


class _Connection(NamedTuple):
    """To the sandbox, kept open. httpx would take as long for a photo as half of the bot does."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    address: str

    async def request(self, line: str, form: bytes = b"\r\n") -> dict[str, Any]:
        """Send `line` and what `_form` made; the answer's JSON."""
        host = self.address.removeprefix("http://")
        head = f"{line} HTTP/1.1\r\nHost: {host}\r\nOrigin: {self.address}\r\n"
        self.writer.write(head.encode() + form)
        answer = (await self.reader.readuntil(b"\r\n\r\n")).decode()
        length = re.search(r"content-length: (\d+)", answer)
        body = await self.reader.readexactly(int(length[1]) if length else 0)
        if " 200 " not in answer.splitlines()[0]:
            raise UnansweredError(f"The sandbox answered {body.decode()}")
        content: dict[str, Any] = json.loads(body)
        return content


@asynccontextmanager
async def _connected(sandbox: Sandbox) -> AsyncIterator[_Connection]:
    host, port = sandbox.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        yield _Connection(reader, writer, sandbox.url)
    finally:
        writer.close()


def _form(data: bytes, kind: str) -> bytes:
    """A file as the chat page sends it: the last headers of a request, and its body."""
    file = ("photo.jpg", data, "image/jpeg")
    request = httpx.Request("POST", "http://-", data={"kind": kind}, files={"file": file})
    body = request.read()
    head = f"Content-Type: {request.headers['content-type']}\r\nContent-Length: {len(body)}"
    return head.encode() + b"\r\n\r\n" + body
