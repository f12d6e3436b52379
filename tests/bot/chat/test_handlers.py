"""What the bot answers, over HTTP, to the photos and other things that a user sends."""

import re

import pytest
from telegram.constants import FileSizeLimit

from bot.chat import answers
from bot.translations import for_code
from model.reader import Reading, Refusal
from tests.bot.conversation import (
    Chat,
    headline,
    photo_of,
    preformatted,
)

PNG = "image/png"
ENGLISH = for_code("en")


def refusal(reason: Refusal) -> str:
    """What is said in English when nothing at all was seen."""
    return answers.answer(ENGLISH, Reading(refused=reason))


@pytest.mark.parametrize("digit", "0123456789")
async def test_a_photo_of_a_digit_is_answered_with_it_and_ten_bars(chat: Chat, digit: str) -> None:
    answer = await chat.show(photo_of(digit))
    assert headline(answer) == digit
    rows = preformatted(answer)
    assert [row[0] for row in rows] == list("0123456789")
    widths = [row.count("█") for row in rows]
    assert widths[int(digit)] == max(widths) > sum(widths) / 2


async def test_a_picture_sent_as_a_file_is_read_too(chat: Chat) -> None:
    for suffix, mime_type in ((".png", PNG), (".webp", "image/webp"), (".bmp", "image/bmp")):
        data = photo_of("3", suffix=suffix)
        answer = await chat.reply_to(await chat.send_file(data, f"three{suffix}", mime_type))
        assert headline(answer).startswith("3")


async def test_light_digits_on_dark_paper_are_read_too(chat: Chat) -> None:
    assert headline(await chat.show(photo_of("6", paper=30, ink=220))).startswith("6")


async def test_a_row_of_digits_is_answered_with_the_number_and_how_sure_it_is(chat: Chat) -> None:
    answer = await chat.show(photo_of("20461"))
    assert re.fullmatch(r"20461\nSure: 9\d\.\d % for the least sure digit", answer["text"])
    assert answer["entities"] == [{"type": "code", "offset": 0, "length": 5}]


async def test_paper_without_a_digit_is_refused_with_what_helps(chat: Chat) -> None:
    answer = await chat.show(photo_of(""))
    assert answer["text"] == refusal(Refusal.BLANK)
    assert "closer" in answer["text"]


async def test_a_file_that_is_no_picture_is_refused_politely(chat: Chat) -> None:
    for data, name, mime_type, answer in (
        (b"seven", "seven.txt", "text/plain", ENGLISH("not-an-image-file")),
        (b"seven", "seven.png", PNG, refusal(Refusal.NOT_A_PICTURE)),
        (b"", "empty.png", PNG, refusal(Refusal.NOT_A_PICTURE)),
    ):
        reply = await chat.reply_to(await chat.send_file(data, name, mime_type))
        assert reply["text"] == answer, name


async def test_a_file_that_telegram_will_not_hand_out_is_refused_for_its_size(chat: Chat) -> None:
    # To ask for it would fail with "file is too big", which the bot could only call a failure.
    data = bytes(FileSizeLimit.FILESIZE_DOWNLOAD + 2**20)
    reply = await chat.reply_to(await chat.send_file(data, "large.png", PNG))
    assert reply["text"] == refusal(Refusal.TOO_MANY_BYTES)


async def test_read_alone_says_to_reply_to_a_photo(chat: Chat) -> None:
    assert (await chat.ask("/read"))["text"] == ENGLISH("read-help")


async def test_text_and_unknown_commands_get_a_hint(chat: Chat) -> None:
    for text in ("hello", "7", "/nonsense", "\N{GRINNING FACE}"):
        assert (await chat.ask(text))["text"] == ENGLISH("hint")


async def test_markup_in_what_the_user_sends_does_no_harm(chat: Chat) -> None:
    markup = "</b><i>&amp; & <script>alert('7')</script> {0} %s"
    assert (await chat.ask(markup))["text"] == ENGLISH("hint")
    captioned = await chat.reply_to(await chat.send_photo(photo_of("4"), markup))
    assert headline(captioned).startswith("4")
    name = "<b>&\"'.png"
    filed = await chat.send_file(photo_of("4", suffix=".png"), name, PNG, caption="/help <")
    assert headline(await chat.reply_to(filed)).startswith("4")
    broken = await chat.reply_to(await chat.send_file(b"<b>", name, PNG))
    assert broken["text"] == refusal(Refusal.NOT_A_PICTURE)


@pytest.mark.parametrize(("digits", "last"), [("7", "👌"), ("", "🤷")])
async def test_reactions_show_that_work_has_begun_and_ended(
    chat: Chat, digits: str, last: str
) -> None:
    await chat.show(photo_of(digits))

    def reactions() -> list[str]:
        return [e["emoji"][0] for e in chat.events if e["type"] == "reaction"]

    await chat.wait_for(lambda: {} if len(reactions()) == 2 else None)
    assert reactions() == ["👀", last]


async def test_typing_is_shown_before_the_answer(chat: Chat) -> None:
    await chat.show(photo_of("7"))
    asked, meanwhile, answered = (
        event for event in chat.events if event["type"] not in ("profile", "reaction")
    )
    assert (asked["type"], answered["type"]) == ("message", "message")
    assert (meanwhile["type"], meanwhile["action"]) == ("action", "typing")
