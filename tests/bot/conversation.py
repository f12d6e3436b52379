"""The real bot at work, the people who talk to it, and the photos that they take."""

import asyncio
import itertools
import ssl
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import cv2
import httpx
import numpy as np
from numpy.typing import NDArray

from bot.application import Service, running_service
from bot.reading.worker_pool import DEADLINE_SECONDS
from bot.sandbox.server import Sandbox
from bot.updates.polling import Polling
from bot.updates.rate_limits import RateLimits
from model.reader import Reader

Message = dict[str, Any]

MNIST = Path(__file__).parents[1] / "data" / "mnist_test.npz"
PITCH = 190  # pixels from one digit to the next, which is some 170 high
PATIENCE = 60  # s

_chat_ids = itertools.count(1)
# Nothing here speaks TLS, and loading the certificates anew for each chat takes long.
_NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


class Chat:
    """One person at the chat page: what they send, and what comes back."""

    def __init__(self, client: httpx.AsyncClient, chat_id: int) -> None:
        """Talk through the page's own requests; `client` knows the page's address and origin."""
        self.id = chat_id
        self.events: list[dict[str, Any]] = []
        self._client = client

    async def send(self, text: str, reply_to: int = 0) -> int:
        """Send a text or a command, in reply to a message or, with 0, to none; returns its id."""
        return await self._post(data={"text": text, "reply_to": str(reply_to)})

    async def send_photo(self, data: bytes, caption: str = "") -> int:
        """Send a picture as a photo; returns its message id."""
        return await self._post(data={"kind": "photo", "caption": caption}, files={"file": data})

    async def send_album(self, photos: Iterable[bytes]) -> None:
        """Send several photos as one album."""
        files = [("file", data) for data in photos]
        form = {"kind": "photo"}
        answer = await self._client.post(f"/chat/{self.id}/messages", data=form, files=files)
        answer.raise_for_status()

    async def send_file(self, data: bytes, name: str, mime_type: str, caption: str = "") -> int:
        """Send a file as it is; returns its message id."""
        form = {"kind": "document", "caption": caption}
        return await self._post(data=form, files={"file": (name, data, mime_type)})

    async def reply_to(self, message_id: int) -> Message:
        """Wait for the bot's reply to this message."""

        def found() -> Message | None:
            replies = (m for m in self.received if replied_to(m) == message_id)
            return next(replies, None)

        return await self.wait_for(found)

    async def press(self, message: Message, button: str) -> None:
        """Press the button with this text below a message."""
        rows = message["reply_markup"]["inline_keyboard"]
        data = next(each["callback_data"] for row in rows for each in row if each["text"] == button)
        body = {"message_id": message["message_id"], "data": data}
        (await self._client.post(f"/chat/{self.id}/callbacks", json=body)).raise_for_status()

    async def edit_of(self, message: Message) -> Message:
        """Wait for what the bot has made of this message of its own."""

        def found() -> Message | None:
            edits = (event["message"] for event in self.events if event["type"] == "edit")
            return next((m for m in edits if m["message_id"] == message["message_id"]), None)

        return await self.wait_for(found)

    async def send_elsewhere(self, text: str, photo: bytes | None = None, reply_to: int = 0) -> int:
        """Send a text, or a photo with it below, to a group that the bot is not in."""
        form = {"text": text, "reply_to": str(reply_to)}
        files = {"file": photo} if photo else None
        return await self._post("elsewhere/messages", data=form, files=files)

    async def told_elsewhere(self) -> list[Message]:
        """What the bot has said in that group."""
        events = (await self.get(f"/chat/{self.id}/elsewhere/events"))["events"]
        messages = (event["message"] for event in events if event["type"] == "message")
        return [message for message in messages if message["from"]["is_bot"]]

    async def ask(self, text: str, reply_to: int = 0) -> Message:
        """Send a text or a command, perhaps in reply, and wait for the answer.

        The answer need not quote it.
        """
        return await self.answer_to(await self.send(text, reply_to))

    async def answer_to(self, message_id: int) -> Message:
        """Wait for the answer to this message, which need not quote it."""

        def found() -> Message | None:
            later = (m for m in self.received if m["message_id"] > message_id)
            return next((m for m in later if replied_to(m) in (None, message_id)), None)

        return await self.wait_for(found)

    async def show(self, photo: bytes) -> Message:
        """Send a photo and wait for the reply."""
        return await self.reply_to(await self.send_photo(photo))

    @property
    def received(self) -> Iterator[Message]:
        """What the bot has sent, as far as events have been fetched."""
        messages = (event["message"] for event in self.events if event["type"] == "message")
        return (message for message in messages if message["from"]["is_bot"])

    @property
    def actions(self) -> Iterator[dict[str, Any]]:
        """What the bot has shown to be doing, such as "typing", as far as fetched."""
        return (event for event in self.events if event["type"] == "action")

    async def wait_for(self, look: Callable[[], Message | None]) -> Message:
        """Fetch events until `look` finds something among them."""
        async with asyncio.timeout(PATIENCE):
            while (found := look()) is None:
                await self.fetch(wait=PATIENCE)
        return found

    async def fetch(self, wait: int = 0) -> None:
        """Fetch the events since the last time; waits so many seconds for the first one."""
        after = self.events[-1]["id"] if self.events else 0
        path = f"/chat/{self.id}/events?after={after}&wait={wait}"
        events = (await self.get(path))["events"]
        known = {event["id"] for event in self.events}  # fetched by others meanwhile
        self.events += [event for event in events if event["id"] not in known]

    async def get(self, path: str) -> dict[str, Any]:
        """What the page fetches from this address."""
        answer: dict[str, Any] = (await self._client.get(path)).raise_for_status().json()
        return answer

    async def _post(self, path: str = "messages", **form: Any) -> int:  # noqa: ANN401  of httpx
        answer = await self._client.post(f"/chat/{self.id}/{path}", **form)
        message_id: int = answer.raise_for_status().json()["message_id"]
        return message_id


@asynccontextmanager
async def chatting(sandbox: Sandbox, language: str = "en-GB") -> AsyncIterator[Chat]:
    """Somebody new who opens the chat page in a browser that speaks `language`."""
    client = httpx.AsyncClient(
        base_url=sandbox.url,
        headers={"Origin": sandbox.url, "Accept-Language": language},
        timeout=2 * PATIENCE,
        verify=_NO_TLS,
    )
    async with client:
        yield Chat(client, next(_chat_ids))


@asynccontextmanager
async def answering(
    sandbox: Sandbox,
    reader: Reader,
    database_url: str | None = None,
    rate_limits: RateLimits | None = None,
    deadline_seconds: int = DEADLINE_SECONDS,
) -> AsyncIterator[Service]:
    """The bot as `python -m bot` runs it, from start to stop, in this event loop."""
    with TemporaryDirectory() as folder:
        url = database_url or f"sqlite:///{folder}/corrections.db"
        about = sandbox.token, sandbox.url, reader, url
        async with running_service(
            *about,
            single_instance=True,
            rate_limits=rate_limits,
            deadline_seconds=deadline_seconds,
        ) as service:
            stop = asyncio.Event()
            polling = Polling(service.bot, service.polls, service.receive)
            running = asyncio.create_task(polling.run(stop))
            try:
                yield service
            finally:
                stop.set()
                await running


async def hand_in(service: Service, *updates: Message) -> None:
    """Have updates received as if Telegram had sent them, and wait until they are answered."""
    assert await service.receive([*updates])
    await service.join()


def headline(message: Message) -> str:
    """The first line, which tells what was read."""
    return str(message["text"]).splitlines()[0]


def preformatted(message: Message) -> list[str]:
    """The lines that the bubble shows in a fixed-width font."""
    entities = [each for each in message.get("entities", []) if each["type"] == "pre"]
    text = message["text"]
    return [
        line
        for each in entities
        for line in text[each["offset"] : each["offset"] + each["length"]].splitlines()
    ]


def replied_to(message: Message) -> int | None:
    """The id of the message that this one replies to."""
    original: Message = message.get("reply_to_message", {})
    return original.get("message_id")


@cache
def digits() -> dict[int, NDArray[np.uint8]]:
    """Of each digit in MNIST's test set the one that is nearest to their mean; ink 255."""
    with np.load(MNIST) as mnist:
        images, labels = mnist["x_test"], mnist["y_test"]
    groups = {value: images[labels == value] for value in range(10)}
    return {
        value: group[np.square(group - group.mean(axis=0)).sum(axis=(1, 2)).argmin()]
        for value, group in groups.items()
    }


def photo_of(text: str, paper: int = 235, ink: int = 35, suffix: str = ".jpg") -> bytes:
    """A photo of lines of digits, `ink` on `paper` (grey values); of "" the paper alone."""
    lines = text.split("\n")
    longest = max(1, *map(len, lines))
    page = np.zeros((160 + 240 * len(lines), 250 + PITCH * longest), np.float32)
    for row, line in enumerate(lines):
        top = 80 + 240 * row
        for column, character in enumerate(line):
            if character != " ":
                left = 100 + PITCH * column
                place = page[top : top + 240, left : left + 240]
                np.maximum(place, _large(int(character)), out=place)
    grain = np.random.default_rng(0).normal(0, 2, page.shape)
    written = paper + (ink - paper) * np.clip(page / 255, 0, 1) + grain
    picture = np.clip(written, 0, 255).astype(np.uint8)
    _, data = cv2.imencode(suffix, cv2.merge([picture] * 3))
    return data.tobytes()


def _large(value: int) -> NDArray[np.uint8]:
    """One of `digits`, (240, 240) pixels large."""
    return np.asarray(cv2.resize(digits()[value], (240, 240), interpolation=cv2.INTER_CUBIC))
