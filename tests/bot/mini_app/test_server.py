"""The Mini App's requests, from the page to the answer in the chat."""

import asyncio
import re
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from bot import web
from bot.application import Service
from bot.mini_app import board
from bot.mini_app.init_data import LONGEST_AGE
from bot.mini_app.server import LARGEST_DRAWING, mini_app_routes
from bot.sandbox.server import Sandbox
from bot.translations import all_languages, for_code
from bot.updates.rate_limits import Limits, RateLimits
from model.reader import Reader
from tests.bot.conversation import Chat, Message, answering, chatting
from tests.bot.mini_app.launching import init_data, somebody

PNG = b"\x89PNG\r\n\x1a\n"


@asynccontextmanager
async def serving_mini_app(service: Service, token: str) -> AsyncIterator[str]:
    """The address of the Mini App of a bot at work."""
    folder = "/somewhere/draw/"
    routes = mini_app_routes(folder, service.drawings, token)
    listener = socket.create_server(("127.0.0.1", 0))
    async with web.serving(routes, listener):
        yield f"http://127.0.0.1:{listener.getsockname()[1]}{folder}"


@pytest.fixture
async def client(service: Service, sandbox: Sandbox) -> AsyncIterator[httpx.AsyncClient]:
    """A browser in Telegram."""
    async with (
        serving_mini_app(service, sandbox.token) as url,
        httpx.AsyncClient(base_url=url, timeout=60) as client,
    ):
        yield client


def signed_by(token: str, user_id: int, **fields: object) -> dict[str, str]:
    """The headers of what somebody posts who has opened the page."""
    return {"Authorization": f"tma {init_data(token, somebody(user_id), **fields)}"}


async def drawing_in(chat: Chat) -> Message:
    """The drawing that is shown in the chat."""
    return await chat.wait_for(lambda: next((m for m in chat.received if "photo" in m), None))


async def test_a_drawing_is_shown_in_the_chat_and_answered_like_a_photo(
    client: httpx.AsyncClient, chat: Chat, sandbox: Sandbox, seven: bytes
) -> None:
    await chat.ask("/help")
    posted = await client.post("", content=seven, headers=signed_by(sandbox.token, chat.id))
    assert (posted.status_code, posted.json()) == (200, {})
    drawing = await drawing_in(chat)
    answer = await chat.reply_to(drawing["message_id"])
    assert answer["text"].startswith("7")
    rows = answer["reply_markup"]["inline_keyboard"]
    texts = [[button["text"] for button in row] for row in rows]
    assert texts == [["Copy", "What I saw"], ["Right", "Wrong"]]


async def test_the_answer_to_a_drawing_can_be_judged_and_looked_at(
    client: httpx.AsyncClient, chat: Chat, sandbox: Sandbox, seven: bytes
) -> None:
    await chat.ask("/help")
    await client.post("", content=seven, headers=signed_by(sandbox.token, chat.id))
    drawing = await drawing_in(chat)
    answer = await chat.reply_to(drawing["message_id"])
    await chat.press(answer, "Right")
    judged = await chat.edit_of(answer)
    assert judged["text"].endswith("You said: right")
    await chat.press(judged, "What I saw")
    assert (await chat.reply_to(answer["message_id"]))["photo"]
    assert "one answer" in (await chat.ask("/forget"))["text"]


async def test_a_drawing_is_answered_in_the_language_of_its_user(
    client: httpx.AsyncClient, sandbox: Sandbox, seven: bytes
) -> None:
    async with chatting(sandbox, "ru") as chat:
        await chat.ask("/help")
        data = init_data(sandbox.token, somebody(chat.id, "ru"))
        await client.post("", content=seven, headers={"Authorization": f"tma {data}"})
        answer = await chat.reply_to((await drawing_in(chat))["message_id"])
        _, judgements = answer["reply_markup"]["inline_keyboard"]
        assert judgements[0]["text"] == "Верно"


@pytest.mark.parametrize(
    ("authorization", "sentence"),
    [
        ({}, "cannot tell who you are"),
        ({"Authorization": "tma"}, "cannot tell who you are"),
        ({"Authorization": "Basic eDp5"}, "cannot tell who you are"),
        (signed_by("123456:another-bot", 5), "cannot tell who you are"),
    ],
)
async def test_who_is_not_known_cannot_draw(
    client: httpx.AsyncClient, authorization: dict[str, str], sentence: str, seven: bytes
) -> None:
    refused = await client.post("", content=seven, headers=authorization)
    assert refused.status_code == 401
    assert sentence in refused.json()["error"]


async def test_a_page_that_is_open_for_too_long_says_so(
    client: httpx.AsyncClient, sandbox: Sandbox, seven: bytes
) -> None:
    since = int(time.time()) - LONGEST_AGE - 5
    headers = signed_by(sandbox.token, 5, auth_date=since)
    refused = await client.post("", content=seven, headers=headers)
    assert refused.status_code == 401
    assert "open for more than a day" in refused.json()["error"]


async def test_who_is_not_known_can_send_everything_and_reads_why_then(
    client: httpx.AsyncClient,
) -> None:
    url, size = client.base_url, 8 * LARGEST_DRAWING
    reader, writer = await asyncio.open_connection(url.host, url.port)
    head = f"POST {url.path} HTTP/1.1\r\nHost: x\r\nContent-Length: {size}\r\n\r\n"
    writer.write(head.encode() + bytes(size))
    await writer.drain()
    assert await reader.readline() == b"HTTP/1.1 401 Unauthorized\r\n"
    writer.close()


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        (b"", (400, "page-draw-not-a-drawing")),
        (b"<svg/>", (400, "page-draw-not-a-drawing")),
        (b"\xff\xd8\xff\xe0 a JPEG, perhaps", (400, "page-draw-not-a-drawing")),
        (PNG, (400, "page-draw-not-a-drawing")),
        (PNG + bytes(1000), (400, "page-draw-not-a-drawing")),
        (PNG + bytes(LARGEST_DRAWING), (413, "page-draw-too-large")),
    ],
    ids=["nothing", "svg", "jpeg", "a head alone", "noughts", "too much"],
)
async def test_what_is_no_drawing_is_refused(
    client: httpx.AsyncClient, chat: Chat, sandbox: Sandbox, body: bytes, refusal: tuple[int, str]
) -> None:
    await chat.ask("/help")
    refused = await client.post("", content=body, headers=signed_by(sandbox.token, chat.id))
    status, key = refusal
    assert refused.status_code == status
    assert refused.json() == {"error": for_code("en")(key)}
    await chat.fetch()
    assert [message for message in chat.received if "photo" in message] == []


async def test_a_body_without_an_end_is_not_read_for_ever(
    client: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield bytes(LARGEST_DRAWING // 10)

    refused = await client.post("", content=chunks(), headers=signed_by(sandbox.token, 5))
    assert refused.status_code == 413


async def test_who_has_not_started_the_bot_is_told_to(
    client: httpx.AsyncClient, sandbox: Sandbox, seven: bytes
) -> None:
    headers = signed_by(sandbox.token, 2**40)
    refused = await client.post("", content=seven, headers=headers)
    assert refused.status_code == 400
    assert "send /start" in refused.json()["error"]


@pytest.mark.parametrize(
    ("rate_limits", "sentence"),
    [
        (RateLimits(allowed={5}), "This bot is for invited people only"),
        (RateLimits(Limits(photos_a_minute=1)), "Too many photos at once"),
    ],
    ids=["access", "limits"],
)
async def test_access_and_limits_are_those_of_photos(
    sandbox: Sandbox, reader: Reader, seven: bytes, rate_limits: RateLimits, sentence: str
) -> None:
    async with (
        answering(sandbox, reader, rate_limits=rate_limits) as service,
        chatting(sandbox) as chat,
        serving_mini_app(service, sandbox.token) as url,
        httpx.AsyncClient() as client,
    ):
        await chat.send_photo(seven)
        await chat.wait_for(lambda: next(chat.received, None))
        refused = await client.post(url, content=seven, headers=signed_by(sandbox.token, chat.id))
        assert refused.status_code == 429
        assert sentence in refused.json()["error"]
        await chat.fetch()
        assert [message for message in chat.received if "photo" in message] == []


@pytest.mark.parametrize("code", all_languages())
@pytest.mark.parametrize("way", ["address", "browser"])
async def test_the_page_is_whole_in_every_language(
    client: httpx.AsyncClient, code: str, way: str
) -> None:
    by_address: dict[str, Any] = {
        "params": {"lang": f"{code}-XX"},
        "headers": {"Accept-Language": "fr"},
    }
    by_browser: dict[str, Any] = {"headers": {"Accept-Language": f"{code}-XX;q=0.9, fr;q=0.5"}}
    page = await client.get("", **(by_address if way == "address" else by_browser))
    assert page.headers["Content-Type"].startswith("text/html")
    assert page.headers["Vary"] == "Accept-Language"
    assert f'<html lang="{code}">' in page.text
    assert all_languages()[code]("page-draw-title") in page.text
    assert "{{" not in page.text
    assert '<canvas id="paper"' in page.text


async def test_refusals_are_in_the_pages_language(client: httpx.AsyncClient) -> None:
    refused = await client.post("", params={"lang": "ru"})
    assert refused.json() == {"error": for_code("ru")("page-draw-not-from-telegram")}


async def test_nothing_but_the_pages_own_files_and_telegrams_script_is_let_in(
    client: httpx.AsyncClient,
) -> None:
    page = await client.get("")
    telegrams = "https://telegram.org/js/telegram-web-app.js"
    policy = page.headers["Content-Security-Policy"]
    assert sorted(policy.split("; ")) == [
        "base-uri 'none'",
        "connect-src 'self'",
        "default-src 'none'",
        "form-action 'none'",
        "frame-ancestors https://*.telegram.org",
        "img-src data:",
        f"script-src 'self' {telegrams}",
        "style-src 'self'",
    ]
    links = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert [link for link in links if ":" in link] == ["data:,", telegrams]
    for link in set(links) - {"data:,", telegrams}:
        assert (await client.get(link)).status_code == 200


async def test_every_file_of_the_board_is_there_and_no_other(client: httpx.AsyncClient) -> None:
    for name in ("mini_app.js", "mini_app.css", *board.FILES):
        file = await client.get(name)
        assert file.status_code == 200
        assert re.match("text/(css|javascript)", file.headers["Content-Type"])
    for name in ("mini_app.html", "board.html", "../server.py", "%2e%2e/server.py", "x.js"):
        assert (await client.get(name)).status_code == 404
