"""What all HTTP clients share: what they ask for, how much they read, which proxy they take."""

import gzip

import pytest

from bot.api.client import new_session, proxy, read_body
from tests.bot.hostile_api import HostileApi, Misbehaving, response_of, serving_hostile_api

BODY = bytes(1000)


@pytest.mark.parametrize(("most", "body"), [(1000, BODY), (999, None)])
async def test_a_body_is_read_whole_or_not_at_all(most: int, body: bytes | None) -> None:
    api = HostileApi({"file": response_of(BODY)})
    async with (
        serving_hostile_api(api),
        new_session(api.url) as session,
        session.get(f"{api.url}/file") as answer,
    ):
        assert await read_body(answer, most) == body


async def test_of_a_body_without_end_little_is_read() -> None:
    api = HostileApi({"file": Misbehaving.ENDLESS})
    async with (
        serving_hostile_api(api),
        new_session(api.url) as session,
        session.get(f"{api.url}/file") as answer,
    ):
        assert await read_body(answer, 10**6) is None
    # What lies between the two ends in the system's buffers was sent, too.
    assert api.sent < 20 * 10**6


async def test_no_compression_is_asked_for_and_none_undone() -> None:
    packed = gzip.compress(BODY)
    api = HostileApi({"file": response_of(packed, headers="Content-Encoding: gzip\r\n")})
    async with (
        serving_hostile_api(api),
        new_session(api.url) as session,
        session.get(f"{api.url}/file") as answer,
    ):
        assert await read_body(answer, 1000) == packed
    [request] = api.requests
    assert "accept-encoding: identity\r\n" in request.lower()


async def test_cookies_are_not_kept() -> None:
    api = HostileApi({"file": response_of(b"", headers="Set-Cookie: a=b\r\n")})
    async with serving_hostile_api(api), new_session(api.url) as session:
        for _ in range(2):
            async with session.get(f"{api.url}/file"):
                pass
    assert len(api.requests) == 2
    assert "cookie:" not in api.requests[1].lower()


def test_the_environment_names_a_proxy_for_some_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "no_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    assert proxy("https://api.example") is None
    monkeypatch.setenv("https_proxy", "http://proxy.example:3128")
    assert proxy("https://api.example") == "http://proxy.example:3128"
    assert proxy("http://api.example") is None
    monkeypatch.setenv("no_proxy", "api.example")
    assert proxy("https://api.example") is None
    assert proxy("https://other.example") == "http://proxy.example:3128"
