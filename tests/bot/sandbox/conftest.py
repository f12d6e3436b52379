"""A bot on the running sandbox's one side and a person at the chat page on the other."""

import itertools
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable

import cv2
import httpx
import numpy as np
import pytest
from telegram import Bot
from telegram.request import HTTPXRequest

from bot.sandbox.server import Sandbox
from tests.bot.sandbox.receiver import Receiver, receiving

_chat_ids = itertools.count(1)
# Nothing here speaks TLS, and loading the certificates anew for each test takes the most time.
_NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


@pytest.fixture
async def bot(sandbox: Sandbox) -> AsyncIterator[Bot]:
    bot = Bot(
        sandbox.token,
        base_url=f"{sandbox.url}/bot",
        base_file_url=f"{sandbox.url}/file/bot",
        request=HTTPXRequest(httpx_kwargs={"verify": _NO_TLS}),
        get_updates_request=HTTPXRequest(httpx_kwargs={"verify": _NO_TLS}),
    )
    async with bot:
        await bot.delete_webhook(drop_pending_updates=True)
        yield bot


@pytest.fixture
def chat_id() -> int:
    """Somebody who has not yet written to the bot."""
    return next(_chat_ids)


@pytest.fixture
async def page(sandbox: Sandbox, chat_id: int) -> AsyncIterator[httpx.AsyncClient]:
    """The chat page's own requests; "messages" is this person's chat's messages."""
    async with httpx.AsyncClient(
        base_url=f"{sandbox.url}/chat/{chat_id}/",
        headers={"Origin": sandbox.url},
        verify=_NO_TLS,
    ) as client:
        yield client


@pytest.fixture
async def hello(bot: Bot, page: httpx.AsyncClient) -> int:
    """The id of a message by which the person has opened the chat; the bot has received it."""
    message_id: int = (await page.post("messages", data={"text": "hello"})).json()["message_id"]
    await bot.delete_webhook(drop_pending_updates=True)
    return message_id


@pytest.fixture
async def sandbox_call(
    sandbox: Sandbox, chat_id: int
) -> AsyncIterator[Callable[..., Awaitable[httpx.Response]]]:
    """Calls a method, in this person's chat unless told otherwise."""
    base_url = f"{sandbox.url}/bot{sandbox.token}/"
    async with httpx.AsyncClient(base_url=base_url, verify=_NO_TLS) as client:

        async def call(method: str, **parameters: object) -> httpx.Response:
            return await client.post(method, json={"chat_id": chat_id, **parameters})

        yield call


@pytest.fixture
def refusal(
    sandbox_call: Callable[..., Awaitable[httpx.Response]],
) -> Callable[..., Awaitable[tuple[int, str]]]:
    """Calls a method that is refused; returns the code and the description."""

    async def call(method: str, **parameters: object) -> tuple[int, str]:
        answer = await sandbox_call(method, **parameters)
        body = answer.json()
        assert (body["ok"], body["error_code"]) == (False, answer.status_code)
        return body["error_code"], body["description"]

    return call


@pytest.fixture
async def receiver(bot: Bot) -> AsyncIterator[Receiver]:
    """The bot's webhook; the test sets it, and afterwards there is none."""
    async with receiving() as receiver:
        yield receiver
        await bot.delete_webhook(drop_pending_updates=True)


@pytest.fixture(scope="session")
def picture() -> bytes:
    """A PNG, 640 px wide and 480 px high."""
    _, data = cv2.imencode(".png", np.full((480, 640, 3), 200, np.uint8))
    return data.tobytes()
