"""What the bot answers, over HTTP, to commands."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

from bot.chat import replies
from bot.sandbox.server import Sandbox, running
from bot.storage import keys
from bot.storage.corrections import Corrections
from bot.storage.database import connected
from bot.storage.judgements import JudgedAnswer
from bot.translations import for_code
from model.reader import Reader
from tests.bot.conversation import (
    Chat,
    answering,
    chatting,
    headline,
    photo_of,
    preformatted,
    replied_to,
)

PHONE_WIDTH = 30  # characters of a fixed-width font that fit a bubble of a phone 360 px wide
ENGLISH = for_code("en")


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
        f"{len(reader.model.content) / 1024:,.0f} kB",
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
