"""The sandbox's server: `with running() as sandbox:` and a bot can talk to `sandbox.url`."""

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from bot.sandbox import bot_api, chat_page
from bot.sandbox.errors import ApiError
from bot.sandbox.faults import Faults, FaultyApi
from bot.sandbox.files import FILE_BYTES, Files
from bot.sandbox.state import State


@dataclass(frozen=True)
class Sandbox:
    """Where the sandbox is, and the token of the bot it waits for."""

    url: str
    token: str


@contextmanager
def running(
    port: int = 0, faults: Faults | None = None, file_bytes: int = FILE_BYTES
) -> Iterator[Sandbox]:
    """Serves a fresh sandbox on 127.0.0.1, in a thread of its own, until the context ends.

    Args:
        port: the TCP port; 0 for a free one.
        faults: which of the bot's calls shall fail; None for none.
        file_bytes: how many bytes of files are kept.

    Raises:
        OSError: the port is taken.
    """
    state = State(files=Files(file_bytes))
    with socket.create_server(("127.0.0.1", port)) as listener:
        # Else Nagle's algorithm holds every answer's body back for 40 ms.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        server = _Server(state, faults)
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        while thread.is_alive() and not server.started:
            time.sleep(0.01)
        try:
            yield Sandbox(f"http://127.0.0.1:{listener.getsockname()[1]}", state.token)
        finally:
            server.should_exit = True
            thread.join()


class _Server(uvicorn.Server):
    def __init__(self, state: State, faults: Faults | None) -> None:
        super().__init__(
            uvicorn.Config(
                _app(state, faults),
                http=_Protocol,
                lifespan="off",
                log_config=None,
                log_level="warning",
                access_log=False,
                timeout_graceful_shutdown=3,
            )
        )
        self._state = state

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # uvicorn waits for the requests under way, so the long polls have to end first.
        await self._state.close()
        await super().shutdown(sockets)


class _Protocol(H11Protocol):
    """Hands each connection to the app, so that faults can drop it."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}


class _LocalOnly:
    """Refuses other host names: a foreign site can point its own at 127.0.0.1."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        _, port = scope["server"]
        own = f"127.0.0.1:{port}"
        if headers.get("host") in (own, f"localhost:{port}"):
            await self._app(scope, receive, send)
            return
        answer = JSONResponse({"error": f"Open http://{own}/ instead."}, 403)
        await answer(scope, receive, send)


async def _let_go(_: Request, __: ClientDisconnect) -> Response:
    # A page that is closed during an upload is no fault to report, and nobody reads this.
    return Response()


def _app(state: State, faults: Faults | None) -> Starlette:
    handlers: dict[Any, Any] = {
        ApiError: bot_api.refuse,
        HTTPException: chat_page.refuse,
        ClientDisconnect: _let_go,
    }
    middleware = [Middleware(_LocalOnly)]
    if faults is not None:
        middleware.append(Middleware(FaultyApi, faults, state.notifier))
    app = Starlette(
        routes=[*bot_api.ROUTES, *chat_page.ROUTES],
        middleware=middleware,
        exception_handlers=handlers,
    )
    app.state.sandbox = state
    return app
