"""The bot's HTTP server: the webhook, and health checks and metrics for operators."""

import asyncio
import hmac
import json
import logging
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import uvicorn
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from telegram import Update

from bot.slow_clients import LIMITS, ClientLimits, LimitedConfig

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  its name, not its value
LARGEST_BODY = 1 << 20  # bytes; an update is a few thousand
RETRY_LATER = {"Retry-After": "3"}  # s; Telegram waits that long
CHECK_SECONDS = 5.0  # for one of the checks of /readyz
GRACE_SECONDS = 9  # for requests that are under way when the bot has to stop

logger = logging.getLogger(__name__)

Check = Callable[[], Awaitable[object]]
Receive = Callable[[list[dict[str, Any]]], Awaitable[bool]]


def health_routes(checks: dict[str, Check]) -> list[BaseRoute]:
    """The routes /healthz, /metrics and /readyz: 200 if none of `checks` raises, else 503.

    What is out of order is logged once, and once more when it is in order again.
    """
    failing: set[str] = set()

    async def healthz(_: Request) -> Response:
        return PlainTextResponse("alive\n")

    async def readyz(_: Request) -> Response:
        troubles = await asyncio.gather(*map(_trouble, checks.values()))
        by_name = dict(zip(checks, troubles, strict=True))
        for name, trouble in by_name.items():
            _log_change(name, trouble, failing)
        passed = {name: trouble is None for name, trouble in by_name.items()}
        return JSONResponse(passed, 200 if all(passed.values()) else 503)

    async def metrics(_: Request) -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)]


def webhook_route(path: str, secret: str, receive_updates: Receive) -> Route:
    """The route to which Telegram posts updates: 200 when one is received, else 503.

    After a 503 Telegram posts the update again. 401 without `secret` in the header, 413 for more
    than `LARGEST_BODY` bytes, 400 for what is no update.
    """

    async def receive(request: Request) -> Response:
        given = request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(given.encode(), secret.encode()):
            raise HTTPException(401, "The secret is missing or wrong.")
        body = await body_of(request, LARGEST_BODY)
        if body is None:
            raise HTTPException(413, "This is more than an update.")
        if await receive_updates([_update(body)]):
            return Response()
        return Response(status_code=503, headers=RETRY_LATER)

    return Route(path, receive, methods=["POST"])


async def body_of(request: Request, largest: int) -> bytes | None:
    """All bytes of a request; None if there are more than `largest`, and the rest is not read."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > largest:
            return None
    return bytes(body)


@asynccontextmanager
async def serving(
    routes: list[BaseRoute], listener: socket.socket, limits: ClientLimits = LIMITS
) -> AsyncIterator[None]:
    """Answer HTTP at `listener` until the context ends; then finish what is under way."""
    app = Starlette(routes=routes, exception_handlers={ClientDisconnect: _answer_nobody})
    config = LimitedConfig(
        app,
        limits,
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    server = _Server(config)
    task = asyncio.create_task(server.serve([listener]))
    try:
        yield
    finally:
        server.should_exit = True
        await task


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to the bot."""
        yield


async def _trouble(check: Check) -> Exception | None:
    """What a check raises, if anything."""
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            await check()
    except Exception as error:  # noqa: BLE001  whatever it raises, the part is out of order
        return error
    return None


def _log_change(name: str, trouble: Exception | None, failing: set[str]) -> None:
    """Log that a part is out of order, or in order again; `failing` are those that are out."""
    if trouble is not None and name not in failing:
        failing.add(name)
        logger.warning("Not ready: %s (%s)", name, str(trouble) or type(trouble).__name__)
    elif trouble is None and name in failing:
        failing.remove(name)
        logger.warning("Ready again: %s", name)


def _update(body: bytes) -> dict[str, Any]:
    """The update that a body holds.

    Raises:
        HTTPException: it holds none.
    """
    try:
        update = json.loads(body)
        Update.de_json(update, None)
    except Exception:  # noqa: BLE001  the library raises anything for malformed JSON
        raise HTTPException(400, "This is no update.") from None
    return dict(update)


async def _answer_nobody(_: Request, __: Exception) -> Response:
    return Response()  # the client has gone, so nobody reads it
