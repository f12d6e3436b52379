"""In which language the bot speaks to whom."""

import asyncio
import re

import pytest

from bot import __version__
from bot.application import Service
from bot.chat import answers, replies
from bot.sandbox.entities import parse_html
from bot.sandbox.server import Sandbox, running
from bot.translations import for_code
from model.reader import Reader, Reading, Refusal
from tests.bot.conversation import answering, chatting, photo_of

ENGLISH, RUSSIAN = for_code("en"), for_code("ru")


def plain(html: str) -> str:
    """The text without its markup."""
    return parse_html(html)[0]


@pytest.mark.parametrize("language", ["en-GB", "ru-RU", "de-DE"])
async def test_commands_and_descriptions_are_registered_in_every_language(
    reader: Reader, language: str
) -> None:
    translate = for_code(language)
    with running() as fresh:
        async with answering(fresh, reader), chatting(fresh, language) as chat:
            about = await chat.get("/commands")
            # The bot answers before it has introduced itself.
            while about["short_description"] != translate("short-description"):
                await asyncio.sleep(0.05)
                about = await chat.get("/commands")
    commands = {each["command"]: each["description"] for each in about["commands"]}
    assert commands == replies.commands(translate)
    assert about["description"] == translate("description")
    assert about["short_description"] == translate("short-description")


async def test_everything_is_said_in_the_language_of_the_users_telegram(
    service: Service, sandbox: Sandbox, reader: Reader
) -> None:
    del service
    model = reader.model
    lines, size = reader.lines.metrics, len(model.content)
    async with chatting(sandbox, "ru-RU") as chat:
        told = [await chat.ask(f"/{name}") for name in ("help", "accuracy", "about", "language")]
        assert [each["text"] for each in told] == [
            plain(replies.help(RUSSIAN)),
            plain(replies.accuracy(RUSSIAN, model.metrics)),
            plain(replies.about(RUSSIAN, model.metrics, lines, size, __version__)),
            RUSSIAN("language"),
        ]
        caption = (await chat.ask("/confusion"))["caption"]
        assert caption == replies.confusion_caption(RUSSIAN, model.metrics)
        assert (await chat.ask("привет"))["text"] == RUSSIAN("hint")
        assert re.search(r"7 .*\d\d,\d %", (await chat.show(photo_of("7")))["text"])
        nothing = answers.answer(RUSSIAN, Reading(refused=Refusal.BLANK))
        assert (await chat.show(photo_of("")))["text"] == nothing
        file = await chat.send_file(b"seven", "seven.txt", "text/plain")
        assert (await chat.reply_to(file))["text"] == RUSSIAN("not-an-image-file")
