"""A Bot API that hands out files of every kind, good and bad."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

TOKEN = "123456:AAsecret-part_of-the-token-0123456789"  # noqa: S105  nobody's
PIECE = bytes(2**16)


class FileServer:
    """Sends a file as its name says; getFile answers with the name `file_path`.

    Counts the bytes of files without end that it got rid of, and how many gated files were asked
    for at once; these, of 5 bytes, are sent when the `gate` is set.
    """

    def __init__(self) -> None:
        """Nothing is sent yet."""
        self.url = ""
        self.file_path = "endless"
        self.sent = self.waiting = self.most_waiting = 0
        self.gate = asyncio.Event()

    def address(self, name: str) -> str:
        """Where the file of this name is."""
        return f"{self.url}/file/bot{TOKEN}/{name}"

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request and close."""
        try:
            request = (await reader.readuntil(b"\r\n\r\n")).decode()
            await self._send(request.split()[1].rpartition("/")[2], writer)
            await writer.drain()
        except ConnectionError:
            pass  # the bot has had enough
        finally:
            writer.close()

    async def _send(self, name: str, writer: asyncio.StreamWriter) -> None:
        if name == "getFile":
            file = f'{{"file_id":"f","file_unique_id":"u","file_path":"{self.file_path}"}}'
            body = f'{{"ok":true,"result":{file}}}'.encode()
            writer.write(_head(200, len(body)) + body)
        elif name.isdecimal():  # a status
            writer.write(_head(int(name), 0))
        elif name == "dropped":
            writer.write(_head(200, 1000) + bytes(500))
        elif name.startswith("size-"):
            size = int(name.removeprefix("size-"))
            writer.write(_head(200, size) + bytes(size))
        elif name == "slow":
            await self._send_slowly(writer)
        elif name == "gated":
            await self._send_gated(writer)
        else:
            await self._send_endlessly(writer)

    async def _send_slowly(self, writer: asyncio.StreamWriter) -> None:
        writer.write(_head(200, 1000))
        while True:
            writer.write(b"0")
            await writer.drain()
            await asyncio.sleep(0.02)

    async def _send_gated(self, writer: asyncio.StreamWriter) -> None:
        self.waiting += 1
        self.most_waiting = max(self.most_waiting, self.waiting)
        await self.gate.wait()
        self.waiting -= 1
        writer.write(_head(200, 5) + b"seven")

    async def _send_endlessly(self, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
        while True:
            writer.write(PIECE)
            await writer.drain()
            self.sent += len(PIECE)


def _head(status: int, length: int) -> bytes:
    return f"HTTP/1.1 {status} X\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n".encode()


@asynccontextmanager
async def serving_files() -> AsyncIterator[FileServer]:
    """The server, on loopback."""
    server = FileServer()
    async with await asyncio.start_server(server.answer, "127.0.0.1", 0) as listener:
        server.url = f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}"
        yield server
