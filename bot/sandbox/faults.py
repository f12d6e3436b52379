"""Fault injection: lets a share of the bot's calls fail, as the network and Telegram may."""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.sandbox.notifier import Notifier

_ANSWERS: dict[str, Response] = {
    "429": JSONResponse(
        {
            "ok": False,
            "error_code": 429,
            "description": "Too Many Requests: retry after 1",
            "parameters": {"retry_after": 1},
        },
        429,
        {"Retry-After": "1"},
    ),
    "500": JSONResponse(
        {"ok": False, "error_code": 500, "description": "Internal Server Error"}, 500
    ),
    # From a proxy in between, which answers in HTML.
    "502": HTMLResponse("<html><body><h1>502 Bad Gateway</h1></body></html>\r\n", 502),
}
WITHOUT_EFFECT = (*_ANSWERS, "dropped", "slow", "time-out")
"""The kinds that come before the call is carried out, or only delay it.

There is one more, "lost": the call is carried out, and the connection dropped without an answer.
"""

_PARTS = 30  # that a "slow" file is sent in


@dataclass
class Faults:
    """How often which calls fail; may be changed at any time, from any thread.

    Args:
        share: the share of the bot's calls that fail, 0 to 1.
        kinds: what happens to these, each as often as the others.
        seed: with the same seed the same calls of a sequence fail.
        seconds: how long a "time-out" keeps the bot waiting.
        delay: how many seconds a "slow" call takes.
        part_delay: how many seconds each of the parts of a "slow" file takes.

    Raises:
        ValueError: there is no such kind.
    """

    share: float
    kinds: Sequence[str] = WITHOUT_EFFECT
    seed: int = 0
    seconds: float = 8
    delay: float = 1.5
    part_delay: float = 0.1
    counts: Counter[str] = field(default_factory=Counter, init=False)
    """How many calls have failed, by kind."""

    def __post_init__(self) -> None:
        """Checks the kinds."""
        known = (*WITHOUT_EFFECT, "lost")
        unknown = set(self.kinds).difference(known)
        if not self.kinds or unknown:
            names = ", ".join(known)
            raise ValueError(f"Choose one or more kinds of faults among {names}.")
        self._random = random.Random(self.seed)  # noqa: S311  not for secrets

    def draw(self) -> str:
        """What shall happen to the next call; "" for nothing."""
        if self._random.random() >= self.share:
            return ""
        kind = self._random.choice(self.kinds)
        self.counts[kind] += 1
        return kind


class FaultyApi:
    """ASGI middleware that lets calls of the bot fail, and never one of the chat page.

    The server has to put the connection's transport into the scope's state, since ASGI has no way
    to drop a connection.
    """

    def __init__(self, app: ASGIApp, faults: Faults, notifier: Notifier) -> None:
        """Wraps the app; waits end when the notifier is closed."""
        self._app = app
        self._faults = faults
        self._notifier = notifier

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Carries the call out, or lets it fail."""
        called_by_bot = scope["path"].startswith(("/bot", "/file/bot"))
        kind = self._faults.draw() if called_by_bot else ""
        match kind:
            case "dropped":
                await _drop(scope, receive)
            case "time-out":
                await self._notifier.sleep(self._faults.seconds)
                await _drop(scope, receive)
            case "lost":
                await self._app(scope, receive, _unsent)
                await _drop(scope, receive)
            case "slow":
                await self._app(scope, receive, await self._slow(scope, send))
            case _:
                answer = _ANSWERS.get(kind, self._app)
                await answer(scope, receive, send)

    async def _slow(self, scope: Scope, send: Send) -> Send:
        if not scope["path"].startswith("/file/"):
            await self._notifier.sleep(self._faults.delay)
            return send

        async def drip(message: Message) -> None:
            body = message.get("body", b"")
            for part in _parts(body):
                await self._notifier.sleep(self._faults.part_delay)
                await send({"type": "http.response.body", "body": part, "more_body": True})
            await send({**message, "body": b""} if body else message)

        return drip


def _parts(body: bytes) -> Iterator[bytes]:
    size = len(body) // _PARTS + 1
    for start in range(0, len(body), size):
        yield body[start : start + size]


async def _unsent(_: Message) -> None:
    pass


async def _drop(scope: Scope, receive: Receive) -> None:
    scope["state"]["transport"].close()
    # The server reports it as a failure if this returns before the connection has ended.
    while (await receive())["type"] != "http.disconnect":
        pass
