"""Which picture a message holds, found without loading what reads pictures."""

import subprocess
import sys
from datetime import UTC, datetime
from typing import Any

from telegram import Chat, Document, Message, PhotoSize, Sticker

from bot.chat.pictures import asked_picture, picture_in

NOW = datetime.now(UTC)
SMALL, LARGE = (PhotoSize(name, name, side, side) for name, side in (("s", 90), ("l", 1280)))
DOCUMENT = Document("d", "d")
STICKER = Sticker("t", "t", 512, 512, is_animated=False, is_video=False, type=Sticker.REGULAR)


def message(**content: Any) -> Message:  # noqa: ANN401  whatever the library takes
    return Message(1, NOW, Chat(1, Chat.PRIVATE), **content)


def test_of_a_photo_it_is_the_largest_size() -> None:
    assert picture_in(message(photo=(SMALL, LARGE))) is LARGE


def test_a_file_or_a_sticker_may_be_a_picture() -> None:
    assert picture_in(message(document=DOCUMENT)) is DOCUMENT
    assert picture_in(message(sticker=STICKER)) is STICKER


def test_without_any_of_these_there_is_none() -> None:
    assert picture_in(message(text="7")) is None
    assert picture_in(None) is None


def test_a_guest_is_asked_about_the_messages_own_picture_or_else_the_one_it_replies_to() -> None:
    photo = message(photo=(SMALL, LARGE))
    assert asked_picture(message(document=DOCUMENT, reply_to_message=photo)) is DOCUMENT
    assert asked_picture(message(text="7", reply_to_message=photo)) is LARGE
    assert asked_picture(message(text="7", reply_to_message=message(text="8"))) is None
    assert asked_picture(message(text="7")) is None


def test_the_limits_that_ask_for_it_load_no_worker_processes() -> None:
    code = (
        "import sys, bot.updates.rate_limits\n"
        "print(*[name for name in sys.modules if name.startswith(('bot.reading', 'model.'))])"
    )
    loaded = subprocess.check_output([sys.executable, "-c", code], text=True)  # noqa: S603  our own
    assert not loaded.split()
