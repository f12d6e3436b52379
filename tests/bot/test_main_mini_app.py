"""`python -m bot` with a webhook: the Mini App beside it, and the button that opens it."""

import asyncio
import socket
from typing import Any

import httpx

from tests.bot.processes import FEW_SECONDS, Start
from tests.bot.recording_api import RecordingApi, recording_api

TOKEN = "123456:nobody"  # noqa: S105  nobody's


async def button_set(api: RecordingApi) -> dict[str, Any]:
    """The menu button, once the bot has set it."""
    async with asyncio.timeout(FEW_SECONDS):
        while not api.asked("setChatMenuButton"):
            await asyncio.sleep(0.05)
    [call] = api.asked("setChatMenuButton")
    assert "chat_id" not in call
    button: dict[str, Any] = call["menu_button"]
    return button


async def test_with_https_people_draw_beside_the_webhook(start: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    async with recording_api() as api:
        settings = {"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API_URL": api.url}
        url = "https://bot.example.org/digits"
        process = start(**settings, WEBHOOK_URL=f"{url}/hook", PORT=str(port))
        button = await button_set(api)
        assert button == {"type": "web_app", "text": "✏️ Draw", "web_app": {"url": f"{url}/draw/"}}
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
            assert '<canvas id="paper"' in (await client.get("/digits/draw/")).text
            assert (await client.post("/digits/draw/", content=b"x")).status_code == 401
            assert (await client.get("/draw/")).status_code == 404
        await asyncio.to_thread(process.stop)


async def test_without_a_webhook_the_button_opens_the_commands_again(start: Start) -> None:
    async with recording_api() as api:
        process = start(TELEGRAM_TOKEN=TOKEN, TELEGRAM_API_URL=api.url)
        assert await button_set(api) == {"type": "commands"}
        await asyncio.to_thread(process.stop)
