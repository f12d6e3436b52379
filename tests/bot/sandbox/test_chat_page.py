"""The requests of the chat page."""

import asyncio
import re

import httpx
import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup

from bot.sandbox.server import Sandbox


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "text/html"),
        ("/page.css", "text/css"),
        *((f"/{name}.css", "text/css") for name in ("greeting", "message", "album")),
        *((f"/{name}.css", "text/css") for name in ("composer", "dialog", "board", "controls")),
        ("/sample.jpg", "image/jpeg"),
        ("/page.js", "text/javascript"),
        *((f"/{name}.js", "text/javascript") for name in ("message", "compose", "draw", "log")),
        *((f"/{name}.js", "text/javascript") for name in ("reply", "menu", "focus", "canvas")),
        *((f"/{name}.js", "text/javascript") for name in ("shrink", "server", "words", "board")),
    ],
)
async def test_the_page_needs_nothing_from_elsewhere(
    page: httpx.AsyncClient, sandbox: Sandbox, path: str, kind: str
) -> None:
    answer = await page.get(sandbox.url + path)
    assert answer.headers["content-type"].startswith(kind)
    assert answer.headers["content-security-policy"].startswith("default-src 'self'")
    if kind.startswith("text/"):
        assert not re.findall(r"(?:src|href)=\"(?:https?:)?//", answer.text)


async def test_other_addresses_are_not_found(page: httpx.AsyncClient, sandbox: Sandbox) -> None:
    for path in ("/server.py", "/page.html/../server.py", "/pictures/unknown"):
        answer = await page.get(sandbox.url + path)
        assert answer.status_code == 404
        assert answer.json()["error"]


async def test_a_same_origin_fetch_may_post_too(sandbox: Sandbox, chat_id: int) -> None:
    async with httpx.AsyncClient(headers={"Sec-Fetch-Site": "same-origin"}) as client:
        url = f"{sandbox.url}/chat/{chat_id}/messages"
        assert (await client.post(url, data={"text": "hi"})).status_code == 200


@pytest.mark.parametrize(
    ("form", "file", "code", "sentence"),
    [
        ({}, None, 400, "There is nothing to send yet"),
        ({"text": " \n "}, None, 400, "There is nothing to send yet"),
        ({"text": "x" * 4097}, None, 400, "keep it within 4096"),
        ({"caption": "x" * 1025}, b"x", 400, "keep it within 1024"),
        ({"kind": "photo"}, b"no picture", 400, "Send it as a file"),
        ({"kind": "photo"}, b"", 400, "Send it as a file"),
        ({"kind": "sticker"}, b"no picture", 400, "A sticker is a WebP picture"),
        ({"kind": "sticker"}, bytes(2**19 + 1), 413, "stickers up to 0.5 MB"),
        ({"kind": "photo"}, bytes(10 * 2**20 + 1), 413, "photos up to 10 MB"),
        ({"kind": "document"}, bytes(50 * 2**20 + 1), 413, "documents up to 50 MB"),
        ({"kind": "document"}, bytes(101 * 2**20), 413, "choose a smaller one"),
    ],
    ids=[
        "empty",
        "blank",
        "text",
        "caption",
        "notes",
        "nothing",
        "moving",
        "sticker",
        "photo",
        "file",
        "form",
    ],
)
async def test_a_refusal_says_what_to_do(
    page: httpx.AsyncClient, form: dict[str, str], file: bytes | None, code: int, sentence: str
) -> None:
    files = {} if file is None else {"file": ("a.png", file)}
    answer = await page.post("messages", data=form, files=files)
    assert answer.status_code == code
    assert sentence in answer.json()["error"]
    assert (await page.get("events")).json()["events"] == []


async def test_a_chat_number_no_user_can_have_is_refused(
    page: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    for number in (0, 2**31):
        answer = await page.post(f"{sandbox.url}/chat/{number}/messages", data={"text": "x"})
        assert answer.status_code == 400


async def test_events_replay_the_conversation_of_this_chat_alone(
    bot: Bot, page: httpx.AsyncClient, hello: int, chat_id: int, sandbox: Sandbox
) -> None:
    reply = await bot.send_message(chat_id, "one")
    await reply.edit_text("two")
    events = (await page.get("events?after=0")).json()["events"]
    assert [event["type"] for event in events] == ["message", "message", "edit"]
    assert [event["message"]["message_id"] for event in events] == [
        hello,
        reply.message_id,
        reply.message_id,
    ]
    later = (await page.get(f"events?after={events[1]['id']}")).json()["events"]
    assert later == events[2:]
    other = await page.get(f"{sandbox.url}/chat/{chat_id + 1_000_000}/events")
    assert other.json() == {"events": []}


async def test_events_wait_for_the_first_one(
    bot: Bot, page: httpx.AsyncClient, hello: int, chat_id: int
) -> None:
    del hello
    last = (await page.get("events")).json()["events"][-1]["id"]
    waiting = asyncio.create_task(page.get(f"events?after={last}&wait=20"))
    await asyncio.sleep(0.2)
    assert not waiting.done()
    await bot.send_message(chat_id, "news")
    (event,) = (await asyncio.wait_for(waiting, 5)).json()["events"]
    assert event["message"]["text"] == "news"


async def test_an_event_number_has_to_be_one(page: httpx.AsyncClient) -> None:
    for number in ("x", "-1", "1e9", "9" * 16):
        assert (await page.get(f"events?after={number}")).status_code == 400


async def test_only_a_button_that_is_there_can_be_pressed(
    bot: Bot, page: httpx.AsyncClient, hello: int, chat_id: int
) -> None:
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Yes", callback_data="yes")]])
    message = await bot.send_message(chat_id, "well?", reply_markup=keyboard)
    for message_id, data in ((message.message_id, "no"), (hello, "yes"), (0, "yes")):
        answer = await page.post("callbacks", json={"message_id": message_id, "data": data})
        assert answer.status_code == 400
        assert "no longer there" in answer.json()["error"]
    infinite = b'{"message_id": 1e400, "data": "yes"}'
    deep = b'{"message_id": %s, "data": "yes"}' % (b"[" * 100_000)
    for body in (b"", b"[]", b"{}", b'{"message_id": "x", "data": ""}', infinite, deep):
        assert (await page.post("callbacks", content=body)).status_code == 400
    assert await bot.get_updates() == ()


async def test_photos_are_shown_and_other_files_are_not(
    page: httpx.AsyncClient, sandbox: Sandbox, picture: bytes
) -> None:
    async def file_id(kind: str) -> str:
        sent = await page.post("messages", data={"kind": kind}, files={"file": picture})
        content = sent.json()[kind]
        found = (content[0] if kind == "photo" else content)["file_id"]
        assert isinstance(found, str)
        return found

    shown = await page.get(f"{sandbox.url}/pictures/{await file_id('photo')}")
    assert shown.headers["content-type"] == "image/jpeg"
    assert shown.headers["x-content-type-options"] == "nosniff"
    hidden = await page.get(f"{sandbox.url}/pictures/{await file_id('document')}")
    assert hidden.status_code == 404
