"""What all HTTP clients of the bot share: no compression, no redirects, no body without end."""

from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from aiohttp import ClientResponse, ClientSession, DummyCookieJar, TCPConnector


def new_session(root: str) -> ClientSession:
    """A session for the server at `root`, which connects to nothing yet; needs an event loop."""
    return ClientSession(
        connector=TCPConnector(limit=0),
        cookie_jar=DummyCookieJar(),
        # A compressed body could grow beyond every limit while it is unpacked.
        headers={"Accept-Encoding": "identity"},
        auto_decompress=False,
        proxy=proxy(root),
    )


async def read_body(answer: ClientResponse, most: int) -> bytes | None:
    """The body of an answer; None if it has more than `most` bytes, of which no more are read.

    Raises:
        ClientError: the connection broke.
        TimeoutError: the server took too long.
    """
    data = bytearray()
    async for chunk in answer.content.iter_any():
        data += chunk
        if len(data) > most:
            answer.close()
            return None
    return bytes(data)


def proxy(root: str) -> str | None:
    """The proxy that the environment names for an address, if any."""
    address = urlsplit(root)
    if proxy_bypass(address.hostname or ""):
        return None
    return getproxies().get(address.scheme)
