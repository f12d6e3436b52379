"""A Bot API on loopback that answers as no Bot API should."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from enum import Enum

PIECE = bytes(2**16)


class Misbehaving(Enum):
    """How a body is sent that does not come to an end."""

    ENDLESS = "as fast as it is taken"
    DRIP = "a byte every 20 ms"
    HALF = "half of it, then the connection is dropped"


def response_of(body: object, status: int = 200, headers: str = "") -> bytes:
    """A whole response; a body that is no bytes is sent as JSON."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    head = f"HTTP/1.1 {status} X\r\nContent-Length: {len(data)}\r\n{headers}"
    return f"{head}Connection: close\r\n\r\n".encode() + data


def result_of(result: object) -> bytes:
    """The response to a call that succeeded."""
    return response_of({"ok": True, "result": result})


class HostileApi:
    """Answers each method as `answers` says, which may be changed at any time, others with true.

    Keeps the heads of the requests, and counts the bytes of bodies without end that it got rid of.
    """

    def __init__(self, answers: Mapping[str, bytes | Misbehaving]) -> None:
        """Nothing is sent yet."""
        self.url = ""
        self.answers = dict(answers)
        self.requests: list[str] = []
        self.sent = 0

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request and close."""
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            self.requests.append(head)
            path, _, _ = head.split()[1].partition("?")
            method = path.rpartition("/")[2]
            await self._send(self.answers.get(method, result_of(result=True)), writer)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the bot has had enough
        finally:
            writer.close()

    async def _send(self, answer: bytes | Misbehaving, writer: asyncio.StreamWriter) -> None:
        match answer:
            case bytes():
                writer.write(answer)
            case Misbehaving.HALF:
                whole = result_of(list(range(1000)))
                writer.write(whole[: len(whole) // 2])
            case Misbehaving.DRIP:
                await self._send_endlessly(b"[", 0.02, writer)
            case Misbehaving.ENDLESS:
                await self._send_endlessly(PIECE, 0, writer)

    async def _send_endlessly(
        self, piece: bytes, pause: float, writer: asyncio.StreamWriter
    ) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
        while True:
            writer.write(piece)
            await writer.drain()
            self.sent += len(piece)
            await asyncio.sleep(pause)


@asynccontextmanager
async def serving_hostile_api(api: HostileApi) -> AsyncIterator[None]:
    """Serve it at its `url`."""
    async with await asyncio.start_server(api.answer, "127.0.0.1", 0) as listener:
        api.url = f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}"
        yield
