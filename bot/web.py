"""The bot's own HTTP: updates by webhook, and what operators ask."""

import asyncio
import hmac
import json
import logging
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from telegram import Bot, Update

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  its name, not its value
LARGEST_BODY = 1 << 20  # bytes; an update is a few thousand
COME_AGAIN = {"Retry-After": "3"}  # s; Telegram heeds it
CHECK_SECONDS = 5.0
GRACE_SECONDS = 9  # for what is under way when the bot is told to stop

logger = logging.getLogger(__name__)

Check = Callable[[], Awaitable[object]]


def health_routes(checks: dict[str, Check]) -> list[BaseRoute]:
    """/healthz, /metrics, and /readyz, which is ready when none of `checks` raises anything."""

    async def healthz(_: Request) -> Response:
        return PlainTextResponse("alive\n")

    async def readyz(_: Request) -> Response:
        passed = await asyncio.gather(*map(_passes, checks.values()))
        by_name = dict(zip(checks, passed, strict=True))
        return JSONResponse(by_name, 200 if all(passed) else 503)

    async def metrics(_: Request) -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)]


def webhook_route(
    path: str, secret: str, bot: Bot, deliver: Callable[[Update], Awaitable[bool]]
) -> Route:
    """Where Telegram posts updates: 200 when `deliver` is done with one, 503 to get it again.

    401 without `secret` in the header, 413 for more than `LARGEST_BODY` bytes, 400 for no update.
    """

    async def receive(request: Request) -> Response:
        given = request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(given.encode(), secret.encode()):
            raise HTTPException(401, "The secret is missing or wrong.")
        body = await _body(request)
        if await deliver(_update(body, bot)):
            return Response()
        return Response(status_code=503, headers=COME_AGAIN)

    return Route(path, receive, methods=["POST"])


@asynccontextmanager
async def serving(routes: list[BaseRoute], listener: socket.socket) -> AsyncIterator[None]:
    """Answer HTTP at `listener` until the context ends; then finish what is under way."""
    app = Starlette(routes=routes, exception_handlers={ClientDisconnect: _answer_nobody})
    config = uvicorn.Config(
        app,
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


async def _passes(check: Check) -> bool:
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            await check()
    except Exception as error:  # noqa: BLE001  whatever it is, the answer is no
        logger.warning("Not ready: %s", error or type(error).__name__)
        return False
    return True


async def _body(request: Request) -> bytes:
    """All bytes of a request.

    Raises:
        HTTPException: there are more than `LARGEST_BODY`.
    """
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            raise HTTPException(413, "This is more than an update.")
    return bytes(body)


def _update(body: bytes, bot: Bot) -> Update:
    """The update that a body holds.

    Raises:
        HTTPException: it holds none.
    """
    try:
        return Update.de_json(json.loads(body), bot)
    except Exception:  # noqa: BLE001  the library trusts what it takes apart
        raise HTTPException(400, "This is no update.") from None


async def _answer_nobody(_: Request, __: Exception) -> Response:
    return Response()  # who left reads nothing
