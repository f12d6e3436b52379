"""How the bot presents itself, in each language."""

import httpx
from telegram import Bot, BotCommand, BotCommandScopeAllPrivateChats, BotCommandScopeChat

from bot.sandbox.profile import Profile
from bot.sandbox.server import running


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
            await bot.set_my_commands([("mine", "x"), ("too", "y")], scope=BotCommandScopeChat(7))
            assert (await seen("de", 7), await seen("de", 8)) == (["mine", "too"], ["private"])


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


def test_a_bot_that_has_set_nothing_has_no_commands_and_no_descriptions() -> None:
    profile = Profile()
    assert profile.commands_for(1, "en") == []
    assert (profile.description_for("en"), profile.short_description_for("en")) == ("", "")


def test_the_short_description_has_languages_of_its_own() -> None:
    profile = Profile()
    profile.descriptions.update({"": "I read digits.", "de": "Ich lese Ziffern."})
    profile.short_descriptions.update({"": "Digits", "ru": "Цифры"})
    assert [profile.short_description_for(code) for code in ("ru", "de")] == ["Цифры", "Digits"]
    assert [profile.description_for(code) for code in ("ru", "de")] == [
        "I read digits.",
        "Ich lese Ziffern.",
    ]
