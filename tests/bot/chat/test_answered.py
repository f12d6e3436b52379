"""What the buttons below an answer know of it."""

from datetime import UTC, datetime

import pytest
from telegram import (
    Chat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
    User,
)
from telegram.constants import InlineKeyboardButtonLimit

from bot.chat import keyboards
from bot.chat.answered import Answered, person
from bot.chat.keyboards import Part
from bot.translations import for_code

ENGLISH = for_code("en")
ANNA = User(777000111, "Anna", is_bot=False)
GROUP = Chat(-1001234567890, Chat.SUPERGROUP)
CHANNEL = Chat(-1009876543210, Chat.CHANNEL)


def message(markup: InlineKeyboardMarkup | None = None, **about: object) -> Message:
    now = datetime.now(UTC)
    return Message(987654, now, GROUP, reply_markup=markup, **about)  # type: ignore[arg-type]


def below(answered: Answered) -> list[InlineKeyboardMarkup]:
    """All keyboards that may stand below an answer."""
    return [
        keyboards.answer(ENGLISH, answered),
        keyboards.parts(ENGLISH, answered, [Part(0, 1, "7"), Part(1, 2, "1")]),
        keyboards.keypad(ENGLISH, answered, 0),
        keyboards.question(ENGLISH, answered),
    ]


@pytest.mark.parametrize("text", ["", "7", "12.54\n-3", "7" * 256])
def test_an_answer_is_found_again_by_whatever_buttons_stand_below_it(text: str) -> None:
    answered = Answered(987654, 777000111, text)
    for markup in below(answered):
        assert Answered.with_buttons(message(markup)) == answered


@pytest.mark.parametrize(("text", "truth"), [("7" * 257, None), ("12", "1.2"), ("7", "")])
def test_what_was_read_is_not_known_where_it_is_not_what_is_copied(
    text: str, truth: str | None
) -> None:
    for markup in below(Answered(1, 2, text, truth)):
        assert Answered.with_buttons(message(markup)) == Answered(1, 2, None)


@pytest.mark.parametrize("truth", ["7", "", None])
def test_a_refusal_is_known_as_one_whatever_was_said_of_it(truth: str | None) -> None:
    for markup in below(Answered(1, 2, "", truth)):
        assert Answered.with_buttons(message(markup)) == Answered(1, 2, "")


def test_other_buttons_name_no_photo() -> None:
    assert Answered.with_buttons(message()) is None
    assert Answered.with_buttons(message(keyboards.languages(ENGLISH))) is None
    for data in (
        "wrong",
        "back",
        "wrong:1:2",
        "wrong:1:2:x",
        "wrong:1:2:n\n",
        "is:0:3",
        "wrong:-1:2:n",
    ):
        markup = InlineKeyboardMarkup.from_button(InlineKeyboardButton("x", callback_data=data))
        assert Answered.with_buttons(message(markup)) is None


def test_a_reference_has_room_in_a_button_for_the_largest_ids() -> None:
    answered = Answered(2**31 - 1, 2**63 - 1, "7")
    for markup in below(answered):
        for button in (each for row in markup.inline_keyboard for each in row):
            data = str(button.callback_data or "")
            assert len(data.encode()) <= InlineKeyboardButtonLimit.MAX_CALLBACK_DATA
        assert Answered.with_buttons(message(markup)) == answered


def test_the_sender_of_a_photo_is_a_person_or_nobody() -> None:
    """Telegram's own user stands for a channel in its group, a bot of its for who has no name."""
    telegram = User(777000, "Telegram", is_bot=False)
    no_name = User(1087968824, "Group", is_bot=True, username="GroupAnonymousBot")
    assert person(message(from_user=ANNA)) == ANNA.id
    assert person(message(from_user=telegram, sender_chat=CHANNEL, is_automatic_forward=True)) == 0
    assert person(message(from_user=no_name, sender_chat=GROUP)) == 0
    assert person(message(sender_chat=CHANNEL)) == 0
    assert person(message()) == 0


def test_the_answer_to_a_photo_names_it_and_its_sender() -> None:
    assert Answered.to(message(from_user=ANNA), "7") == Answered(987654, ANNA.id, "7")
