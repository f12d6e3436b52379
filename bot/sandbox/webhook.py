"""Delivery by webhook: the updates are posted to the bot, as Telegram posts them."""

import asyncio
import itertools
import json
import ssl
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

import httpx

from bot.sandbox.update_queue import Update, UpdateQueue

ANSWER_SECONDS = 60
"""How long the bot may take for one update."""

_LONGEST_RETRY_AFTER = 3600  # s


@dataclass(frozen=True)
class Target:
    """Where the bot wants its updates posted; `secret_token` is "" for none."""

    url: str
    secret_token: str
    max_connections: int


@dataclass(frozen=True)
class Failure:
    """Why a delivery failed, and the seconds of the Retry-After that the bot sent, or 0."""

    reason: str
    retry_after: int = 0


class Webhook:
    """Posts the updates of one chat in order, each until the bot has acknowledged it."""

    def __init__(self, target: Target, updates: UpdateQueue) -> None:
        """Begins, in the running event loop, with what waits in `updates`."""
        self.target = target
        self.last_error: tuple[int, str] | None = None
        """When a delivery last failed, in seconds since 1970, and why."""
        self._updates = updates
        self._incoming: asyncio.Queue[Update] = asyncio.Queue()
        self._chats: dict[int, deque[Update]] = {}
        self._slots = asyncio.Semaphore(target.max_connections)
        updates.follow(self._incoming.put_nowait)
        self._task = asyncio.create_task(self._run())

    async def close(self) -> None:
        """Ends delivery; what is under way counts as not delivered."""
        self._updates.unfollow()
        self._task.cancel()
        await asyncio.wait([self._task])

    async def _run(self) -> None:
        async with self._client() as client, asyncio.TaskGroup() as tasks:
            while True:
                update = await self._incoming.get()
                chat_id = _chat_id(update)
                waiting = self._chats.setdefault(chat_id, deque())
                waiting.append(update)
                if len(waiting) == 1:
                    tasks.create_task(self._deliver_all(chat_id, client))

    def _client(self) -> httpx.AsyncClient:
        secret = self.target.secret_token
        return httpx.AsyncClient(
            headers={"X-Telegram-Bot-Api-Secret-Token": secret} if secret else {},
            limits=httpx.Limits(max_keepalive_connections=self.target.max_connections),
            timeout=None,  # noqa: S113  each attempt has its own
            trust_env=False,
            # Without certificates: no address is https, and loading them takes long.
            verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
        )

    async def _deliver_all(self, chat_id: int, client: httpx.AsyncClient) -> None:
        waiting = self._chats[chat_id]
        while waiting:
            await self._deliver(waiting[0], client)
            self._updates.acknowledge(waiting.popleft())
        del self._chats[chat_id]

    async def _deliver(self, update: Update, client: httpx.AsyncClient) -> None:
        for delay in delays():
            failure = await self._attempt(update, client)
            if failure is None:
                return
            self.last_error = int(time.time()), failure.reason
            await asyncio.sleep(failure.retry_after or delay)

    async def _attempt(self, update: Update, client: httpx.AsyncClient) -> Failure | None:
        body = json.dumps(update)
        headers = {"Content-Type": "application/json"}
        try:
            async with self._slots, asyncio.timeout(ANSWER_SECONDS):
                answer = await client.post(self.target.url, content=body, headers=headers)
        except TimeoutError:
            return Failure("Read timeout expired")
        except httpx.ConnectError:
            return Failure("Connection refused")
        except httpx.HTTPError:
            return Failure("Webhook connection closed")
        return None if answer.is_success else _failure(answer)


def delays() -> Iterator[int]:
    """The seconds to wait after each failure in turn."""
    return itertools.chain((0, 2, 4, 8, 16, 32), itertools.repeat(60))


def _failure(answer: httpx.Response) -> Failure:
    retry_after = answer.headers.get("retry-after", "")
    seconds = 0
    if retry_after.isdecimal():
        seconds = min(int(retry_after), _LONGEST_RETRY_AFTER)
    reason = f"Wrong response from the webhook: {answer.status_code} {answer.reason_phrase}"
    return Failure(reason, seconds)


def _chat_id(update: Update) -> int:
    [content] = [value for name, value in update.items() if name != "update_id"]
    # A button press belongs to the chat of its message.
    message = content.get("message", content)
    return int(message["chat"]["id"])
