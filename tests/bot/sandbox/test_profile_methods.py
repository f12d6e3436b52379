"""How a bot presents itself over HTTP, and what the page shows of that."""

from collections.abc import Awaitable, Callable

import httpx
import pytest
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    InputProfilePhotoStatic,
)
from telegram.error import BadRequest

from bot.sandbox.server import running
from tests.bot.conversation import photo_of

Refusal = Callable[..., Awaitable[tuple[int, str]]]


@pytest.mark.parametrize(
    ("method", "parameters", "reason"),
    [
        ("setMyCommands", {"commands": [{"command": "Start", "description": "x"}]}, "BOT_COMMAND_"),
        ("setMyCommands", {"commands": [{"command": "", "description": "x"}]}, "BOT_COMMAND_"),
        (
            "setMyCommands",
            {"commands": [{"command": "x", "description": "x" * 257}]},
            "BOT_COMMAND_DESCRIPTION_INVALID",
        ),
        (
            "setMyCommands",
            {"commands": [{"command": "x", "description": "x"}] * 101},
            "BOT_COMMANDS_TOO_MUCH",
        ),
        ("setMyCommands", {"commands": [], "scope": {"type": "x"}}, "can't parse BotCommandScope"),
        ("setMyCommands", {"scope": {"type": "chat", "chat_id": 10**9}}, "chat not found"),
        ("deleteMyCommands", {"language_code": "deu"}, "invalid language code specified"),
        ("getMyName", {"language_code": "deu"}, "invalid language code specified"),
        ("setMyName", {"name": "x" * 65}, "BOT_NAME_TOO_LONG"),
        ("setMyName", {"name": ""}, "BOT_NAME_INVALID"),
        ("setMyProfilePhoto", {"photo": {"type": "animated"}}, "unsupported profile photo type"),
        ("setMyProfilePhoto", {"photo": {"type": "static", "photo": "x"}}, "there is no photo"),
        ("getUserProfilePhotos", {"user_id": 10**9}, "user not found"),
        ("setMyCommands", {"language_code": "deu"}, "invalid language code specified"),
        ("setMyDescription", {"description": "x" * 513}, "BOT_DESCRIPTION_TOO_LONG"),
        ("setMyShortDescription", {"short_description": "x" * 121}, "BOT_SHORT_DESCRIPTION"),
    ],
)
async def test_a_bad_profile_is_refused(
    refusal: Refusal, method: str, parameters: dict[str, object], reason: str
) -> None:
    code, description = await refusal(method, **parameters)
    assert code == 400
    assert description.startswith(f"Bad Request: {reason}")


async def test_commands_are_kept_per_scope_and_language() -> None:
    with running() as sandbox:
        async with (
            Bot(sandbox.token, base_url=f"{sandbox.url}/bot") as bot,
            httpx.AsyncClient(base_url=sandbox.url) as client,
        ):

            async def seen(language: str, chat_id: int = 1) -> list[str]:
                answer = await client.get(
                    "/commands",
                    params={"chat_id": chat_id},
                    headers={"Accept-Language": language},
                )
                return [command["command"] for command in answer.json()["commands"]]

            assert await seen("en") == []
            await bot.set_my_commands([BotCommand("start", "Begin")])
            assert await seen("de-DE") == ["start"]
            await bot.set_my_commands([BotCommand("los", "Anfang")], language_code="de")
            assert (await seen("de-DE"), await seen("fr")) == (["los"], ["start"])
            scope = BotCommandScopeAllPrivateChats()
            await bot.set_my_commands([BotCommand("private", "x")], scope=scope)
            assert await seen("de") == ["private"]
            await client.post(
                "/chat/7/messages", data={"text": "hello"}, headers={"Origin": sandbox.url}
            )
            mine = BotCommandScopeChat(7)
            await bot.set_my_commands([("mine", "x"), ("too", "y")], scope=mine)
            assert (await seen("de", 7), await seen("de", 8)) == (["mine", "too"], ["private"])
            assert [each.command for each in await bot.get_my_commands(mine)] == ["mine", "too"]
            assert await bot.get_my_commands(mine, "de") == ()
            await bot.delete_my_commands(mine)
            assert await seen("de", 7) == ["private"]


async def test_descriptions_are_kept_per_language() -> None:
    with running() as sandbox:
        async with (
            Bot(sandbox.token, base_url=f"{sandbox.url}/bot") as bot,
            httpx.AsyncClient(base_url=sandbox.url) as client,
        ):
            await bot.set_my_description("I read digits.")
            await bot.set_my_description("Ich lese Ziffern.", language_code="de")
            await bot.set_my_short_description("Digits")
            about = (await client.get("/commands", headers={"Accept-Language": "de"})).json()
            assert about["description"] == "Ich lese Ziffern."
            assert about["short_description"] == "Digits"
            events = (await client.get("/chat/1/events")).json()["events"]
            assert [event["type"] for event in events] == ["profile"] * 3


async def test_the_name_is_kept_per_language_and_can_be_taken_back() -> None:
    with running() as sandbox:
        async with Bot(sandbox.token, base_url=f"{sandbox.url}/bot") as bot:
            await bot.set_my_name("Ziffern", "de")
            assert [(await bot.get_my_name(code)).name for code in ("de", "fr")] == [
                "Ziffern",
                "Digit Bot",
            ]
            await bot.set_my_name("", "de")
            assert (await bot.get_my_name("de")).name == "Digit Bot"
            await bot.set_my_name("Digits")
            assert (await bot.get_me()).first_name == "Digits"


async def test_the_photo_is_a_jpeg_that_the_page_shows() -> None:
    with running() as sandbox:
        async with (
            Bot(sandbox.token, base_url=f"{sandbox.url}/bot") as bot,
            httpx.AsyncClient(base_url=sandbox.url) as client,
        ):
            png = photo_of("7", suffix=".png")
            assert (await client.get("/commands")).json()["photo"] == ""
            with pytest.raises(BadRequest, match="Image_process_failed"):
                await bot.set_my_profile_photo(InputProfilePhotoStatic(png))
            for digit in "78":
                await bot.set_my_profile_photo(InputProfilePhotoStatic(photo_of(digit)))
            photos = await bot.get_user_profile_photos(bot.id, limit=1)
            assert (photos.total_count, len(photos.photos)) == (2, 1)
            shown = (await client.get("/commands")).json()["photo"]
            assert shown == photos.photos[0][0].file_id
            assert (await client.get(f"/pictures/{shown}")).is_success
