"""What the bot answers, over HTTP, to everything a user can send."""

import re
from itertools import pairwise
from pathlib import Path

import pytest
from telegram.constants import FileSizeLimit

from bot.chat import answers, replies
from bot.sandbox.server import Sandbox, running
from bot.storage import keys
from bot.storage.corrections import Corrections
from bot.storage.database import connected
from bot.storage.judgements import JudgedAnswer
from bot.translations import for_code
from model.reader import Reader, Reading, Refusal
from tests.bot.conversation import Chat, Message, answering, chatting, photo_of, replied_to

PHONE_WIDTH = 30  # characters of a fixed-width font that fit a bubble of a phone 360 px wide
PNG = "image/png"
ENGLISH = for_code("en")


def preformatted(message: Message) -> list[str]:
    """The lines that the bubble shows in a fixed-width font."""
    entities = [each for each in message.get("entities", []) if each["type"] == "pre"]
    text = message["text"]
    return [
        line
        for each in entities
        for line in text[each["offset"] : each["offset"] + each["length"]].splitlines()
    ]


def refusal(reason: Refusal) -> str:
    """What is said in English when nothing at all was seen."""
    return answers.answer(ENGLISH, Reading(refused=reason))


def headline(message: Message) -> str:
    """The first line, which tells what was read."""
    return str(message["text"]).splitlines()[0]


@pytest.mark.parametrize("command", ["/start", "/start x"])
async def test_start_greets_with_a_picture_to_try(chat: Chat, command: str) -> None:
    greeting = await chat.ask(command)
    assert greeting["photo"]
    assert "photo of a handwritten digit" in greeting["caption"]
    await chat.press(greeting, "Try it with this one")
    answer = await chat.reply_to(greeting["message_id"])
    assert headline(answer) == "3"
    [buttons] = answer["reply_markup"]["inline_keyboard"]
    assert [button["text"] for button in buttons] == ["Copy", "What I saw"]


async def test_in_a_private_chat_commands_are_not_quoted_and_photos_are(chat: Chat) -> None:
    for command in (*replies.COMMANDS, "nonsense"):
        assert replied_to(await chat.ask(f"/{command}")) is None, command
    photo = await chat.send_photo(photo_of("7"))
    assert headline(await chat.reply_to(photo)) == "7"


@pytest.mark.parametrize("command", ["/help", "/help@digit_sandbox_bot"])
async def test_help_says_what_to_send(chat: Chat, command: str) -> None:
    answer = await chat.ask(command)
    assert "photo of a handwritten digit" in answer["text"]
    for other in ("/accuracy", "/confusion", "/about", "/language", "/privacy", "/forget"):
        assert other in answer["text"]
    assert len(answer["text"].splitlines()) <= 12


def shown(share: float) -> str:
    """A share in percent with two decimals."""
    return f"{100 * share:.2f} %"


async def test_accuracy_gives_headline_interval_and_a_row_for_each_digit(
    chat: Chat, reader: Reader
) -> None:
    answer = await chat.ask("/accuracy")
    metrics = reader.model.metrics
    wrong = f"{metrics['errors']} of 10,000 MNIST test digits read wrong"
    assert answer["text"].startswith(f"{wrong}: {shown(metrics['accuracy'])} right.")
    low, high = metrics["accuracy_interval"]
    assert f"very likely {100 * low:.1f} to {100 * high:.1f} %." in answer["text"]
    head, *rows = preformatted(answer)
    assert head.split() == ["digit", "precision", "recall"]
    for value, row in enumerate(rows):
        measured = metrics["per_class"][str(value)]
        shares = [measured[name] for name in ("precision", "recall")]
        assert " ".join(row.split()) == " ".join([str(value), *map(shown, shares)])
    assert len(rows) == 10


async def test_accuracy_says_what_its_words_mean_in_a_sentence_each(
    chat: Chat, reader: Reader
) -> None:
    text = (await chat.ask("/accuracy"))["text"]
    error = shown(reader.model.metrics["expected_calibration_error"])
    for beginning in ("Precision: ", "Recall: ", f"Calibration error, {error}: "):
        [_, after] = text.split(beginning)
        assert after.index(".") < 100


async def test_what_is_set_in_a_fixed_width_font_fits_a_phone(chat: Chat) -> None:
    answers = [
        await chat.ask("/accuracy"),
        await chat.show(photo_of("7")),
        await chat.show(photo_of("20\n46")),
    ]
    for answer in answers:
        lines = preformatted(answer)
        assert lines
        assert max(map(len, lines)) <= PHONE_WIDTH


async def test_the_columns_of_the_accuracy_table_are_aligned(chat: Chat) -> None:
    lines = preformatted(await chat.ask("/accuracy"))
    ends = [[match.end() for match in re.finditer(r"\S+( %)?", line)][1:] for line in lines]
    assert len(ends) == 11
    assert all(above == below for above, below in pairwise(ends))


async def test_about_names_model_size_data_and_version(chat: Chat, reader: Reader) -> None:
    text = (await chat.ask("/about"))["text"]
    metrics = reader.model.metrics
    for part in (
        "Digit bot 0.",
        "convolutional",
        f"{metrics['parameters']:,} weights",
        f"{reader.model.classifier.size / 1024:,.0f} kB",
        "MNIST",
        metrics["tflite_sha256"][:8],
    ):
        assert part in text


async def test_confusion_sends_the_heatmap_and_uploads_it_only_once(chat: Chat) -> None:
    first, second = await chat.ask("/confusion"), await chat.ask("/confusion")
    assert "true digit" in first["caption"]
    assert max(size["width"] for size in first["photo"]) >= 600
    assert first["photo"] == second["photo"]
    assert first["caption"] == second["caption"]


async def test_a_heatmap_that_telegram_has_forgotten_is_uploaded_again(reader: Reader) -> None:
    kept = 2**20
    with running(file_bytes=kept) as small:
        async with answering(small, reader), chatting(small) as chat:
            first = await chat.ask("/confusion")
            pushed_out = await chat.send_file(bytes(kept), "zeros.txt", "text/plain")
            await chat.reply_to(pushed_out)
            second, third = await chat.ask("/confusion"), await chat.ask("/confusion")
    assert second["photo"] != first["photo"]
    assert second["photo"] == third["photo"]
    assert second["caption"] == first["caption"]


async def test_after_the_test_set_confusion_shows_what_people_judged(
    sandbox: Sandbox, reader: Reader, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'said.db'}"
    async with answering(sandbox, reader, url), chatting(sandbox, "ru") as chat:
        async with connected(url) as database:
            corrections = Corrections(database, await keys.take_into_use(database, url, "1:x"))
            for photo in range(10):
                await corrections.save(1, (1, photo), JudgedAnswer("71", "11"), "model")
        tested = await chat.ask("/confusion")
        judged = await chat.wait_for(lambda: next((m for m in chat.received if m != tested), None))
    assert tested["photo"] != judged["photo"]
    assert judged["caption"] == for_code("ru")("confusion-judged", digits=20, errors=10)


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
