"""Clients that take their time: how long they may, and how many of them.

Nobody needs the webhook's secret to open connections, and uvicorn waits for a request for any time.
With some thousand of them the process could open neither files nor connections any more.
"""

import asyncio
from typing import Any, NamedTuple

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol


class ClientLimits(NamedTuple):
    """What clients are granted; chosen far from what Telegram needs, which opens 64 connections."""

    request_seconds: float = 10.0
    """For a whole request, from the connection or the request's first byte on."""
    unfinished: int = 256
    """Connections whose request has not come to its end; the oldest gives way to one more."""
    connections: int = 512
    """In all. Who comes then gets 503; a process may have some 1,024 files and connections."""
    backlog: int = 128
    """Connections that are taken at once, before any of them gives way."""


LIMITS = ClientLimits()


class LimitedConfig(uvicorn.Config):
    """uvicorn's settings, with limits for slow clients."""

    def __init__(self, app: Any, limits: ClientLimits, **options: Any) -> None:  # noqa: ANN401  ASGI
        """Serve `app` with uvicorn's other `options`."""
        super().__init__(
            app,
            http=_Protocol,
            ws="none",
            limit_concurrency=limits.connections,
            backlog=limits.backlog,
            **options,
        )
        self.client_limits = limits


class _Protocol(H11Protocol):
    """One connection, which is dropped if a request does not come to its end in time."""

    config: LimitedConfig
    deadline: asyncio.TimerHandle | None = None
    """While a request is awaited or has not come to its end."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._note_progress()
        connections: set[Any] = self.connections
        unfinished = [each for each in connections if each.deadline is not None]
        if len(unfinished) > self.config.client_limits.unfinished:
            oldest = min(unfinished, key=_end_of_patience)
            oldest.give_up()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._note_progress()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def _note_progress(self) -> None:
        is_unfinished = self.conn.their_state in {h11.IDLE, h11.SEND_BODY}
        if not is_unfinished:
            self._stop_waiting()
        elif self.deadline is None:
            seconds = self.config.client_limits.request_seconds
            self.deadline = self.loop.call_later(seconds, self.give_up)

    def give_up(self) -> None:
        """Drop the connection, without waiting for anything."""
        self._stop_waiting()
        self.transport.abort()

    def _stop_waiting(self) -> None:
        if self.deadline is not None:
            self.deadline.cancel()
            self.deadline = None


def _end_of_patience(connection: Any) -> float:  # noqa: ANN401  uvicorn's
    when: float = connection.deadline.when()
    return when
