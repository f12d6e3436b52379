"""How much of one user is answered at once: the rest is refused in one sentence."""

import asyncio
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import Update
from telegram.error import NetworkError

from bot.application import Service
from bot.sandbox.server import Sandbox
from bot.storage.database import connected
from bot.storage.update_log import UpdateLog
from bot.translations import for_code
from bot.updates.backoff import Backoff
from bot.updates.delivery import Delivery
from bot.updates.rate_limits import NOTICES_A_MINUTE, WINDOW_SECONDS, RateLimits
from bot.updates.rejection import SILENCE, Rejection
from model.reader import Reader
from tests.bot.arrivals import PHOTO, photo_by, press_by, rejection_of, update_of
from tests.bot.conversation import Chat, Message, answering, chatting, photo_of

ENGLISH = for_code("en")
PHOTO_OF_ANOTHER: Message = PHOTO | {
    "message_id": 1,
    "date": 0,
    "chat": {"id": 5, "type": "group"},
    "from": {"id": 6, "is_bot": False, "first_name": "y"},
}


class Clock:
    """Stands still unless it is moved."""

    now = 1000.0

    def __call__(self) -> float:
        """The time in seconds."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def waiting(seconds: int) -> Rejection:
    return Rejection("too-many-a-minute", {"seconds": seconds})


async def texts(chat: Chat) -> list[str]:
    """The first lines of what the bot has said."""
    await chat.fetch()
    return [message["text"].split("\n")[0] for message in chat.received]


async def notice_of(chat: Chat, message: Message, button: str) -> str:
    """What the bot answers to the press of a button, "" for nothing but that it has heard."""
    before = len(chat.events)
    await chat.press(message, button)

    def answered() -> Message | None:
        return next((e for e in chat.events[before:] if e["type"] == "callback_answer"), None)

    return str((await chat.wait_for(answered))["text"])


async def test_beyond_the_rate_one_answer_tells_how_long_to_wait_and_then_there_is_silence(
    sandbox: Sandbox, reader: Reader, clock: Clock
) -> None:
    rate_limits = RateLimits(a_minute=2, clock=clock)
    async with (
        answering(sandbox, reader, rate_limits=rate_limits),
        chatting(sandbox, "ru-RU") as chat,
    ):
        await chat.show(photo_of("7"))
        clock.now += 20.5
        await chat.show(photo_of("1"))
        notice = await chat.show(photo_of("2"))
        assert notice["text"] == for_code("ru")("too-many-a-minute", seconds=40)
        for _ in range(3):
            await chat.send_photo(photo_of("3"))
        assert (await chat.ask("hello"))["text"] == for_code("ru")("hint")
        clock.now += 40
        assert (await chat.show(photo_of("4")))["text"].startswith("4")
        assert len(await texts(chat)) == 5


async def test_of_an_album_beyond_the_rate_one_answer_tells_so(
    sandbox: Sandbox, reader: Reader, clock: Clock
) -> None:
    rate_limits = RateLimits(a_minute=1, clock=clock)
    async with answering(sandbox, reader, rate_limits=rate_limits), chatting(sandbox) as chat:
        await chat.show(photo_of("7"))
        await chat.send_album(map(photo_of, "1234"))
        assert (await chat.ask("hello"))["text"] == ENGLISH("hint")
        clock.now += WINDOW_SECONDS
        await chat.show(photo_of("7"))
        notice = ENGLISH("too-many-a-minute", seconds=60)
        assert sorted(await texts(chat)) == sorted(["7", notice, ENGLISH("hint"), "7"])


async def test_a_button_beyond_the_rate_gives_a_notice_once_and_never_goes_on_waiting(
    sandbox: Sandbox, reader: Reader, clock: Clock
) -> None:
    rate_limits = RateLimits(a_minute=1, clock=clock)

    async with answering(sandbox, reader, rate_limits=rate_limits), chatting(sandbox) as chat:
        answer = await chat.show(photo_of("7"))
        for notice in (ENGLISH("too-many-a-minute", seconds=60), ""):
            assert await notice_of(chat, answer, "What I saw") == notice
        clock.now += WINDOW_SECONDS
        await chat.press(answer, "What I saw")
        assert (await chat.reply_to(answer["message_id"]))["photo"]


@pytest.mark.parametrize(
    "content",
    [
        PHOTO,
        {"document": {"file_id": "x", "file_unique_id": "x"}},
        {
            "text": "/read",
            "entities": [{"type": "bot_command", "offset": 0, "length": 5}],
            "reply_to_message": {
                "message_id": 1,
                "date": 0,
                "chat": {"id": 5, "type": "private"},
            }
            | PHOTO,
        },
    ],
    ids=["photo", "file", "read"],
)
def test_what_reads_a_picture_counts(content: Message, service: Service, clock: Clock) -> None:
    rate_limits = RateLimits(a_minute=1, clock=clock)
    assert rejection_of(rate_limits, update_of(5, content, bot=service.bot)) is None
    assert rejection_of(rate_limits, photo_by(5)) == waiting(60)


@pytest.mark.parametrize(
    ("content", "addressed", "counts"),
    [
        (PHOTO, False, False),
        (PHOTO, True, True),
        ({"reply_to_message": PHOTO_OF_ANOTHER}, False, False),
        ({"reply_to_message": PHOTO_OF_ANOTHER}, True, True),
        ({}, True, False),
    ],
    ids=["photo", "photo-for-the-bot", "reply", "reply-for-the-bot", "text-for-the-bot"],
)
def test_in_a_group_only_a_picture_for_the_bot_counts(
    content: Message, addressed: bool, counts: bool, service: Service, clock: Clock
) -> None:
    text = f"@{service.bot.username}" if addressed else "@somebody"
    mention = [{"type": "mention", "offset": 0, "length": len(text)}]
    if "photo" in content:
        written = {"caption": text, "caption_entities": mention}
    else:
        written = {"text": text, "entities": mention}
    rate_limits = RateLimits(a_minute=1, clock=clock)
    update = update_of(5, content | written, "group", service.bot)
    assert rejection_of(rate_limits, update) is None
    assert rejection_of(rate_limits, photo_by(5)) == (waiting(60) if counts else None)


def test_what_nobody_sent_is_not_counted(clock: Clock) -> None:
    rate_limits = RateLimits(a_minute=1, pending=1, allowed={5}, clock=clock)
    for _ in range(3):
        assert rejection_of(rate_limits, Update(1)) is None


@pytest.mark.parametrize(
    ("data", "counts"),
    [("sample", True), ("picture", True), ("right", True), ("is:7:0:1", True)]
    + [(data, False) for data in ("wrong:7", "which:77:1", "back:7", "language:ru", "isx", "")],
)
def test_buttons_that_read_a_picture_count_and_no_others(
    data: str, counts: bool, clock: Clock
) -> None:
    rate_limits = RateLimits(a_minute=1, clock=clock)
    assert rejection_of(rate_limits, press_by(5, data)) is None
    assert rejection_of(rate_limits, photo_by(5)) == (waiting(60) if counts else None)


def test_text_is_never_too_much_and_users_do_not_count_for_each_other(clock: Clock) -> None:
    rate_limits = RateLimits(a_minute=1, clock=clock)
    assert rejection_of(rate_limits, photo_by(5)) is None
    assert rejection_of(rate_limits, photo_by(5)) == waiting(60)
    assert rejection_of(rate_limits, update_of(5, {"text": "hello"})) is None
    assert rejection_of(rate_limits, photo_by(6)) is None


def test_an_update_that_comes_again_is_neither_counted_nor_refused(clock: Clock) -> None:
    rate_limits = RateLimits(a_minute=1, pending=1, clock=clock)
    update = photo_by(5)
    with rate_limits.counting(update) as first, rate_limits.counting(update) as again:
        assert first is again is None
        assert rejection_of(rate_limits, photo_by(5)) is not None
        assert rejection_of(rate_limits, update) is None
    assert rejection_of(rate_limits, update) is None


async def test_telegrams_troubles_count_no_update_twice(tmp_path: Path, clock: Clock) -> None:
    rate_limits = RateLimits(a_minute=2, pending=1, clock=clock)
    failures = [NetworkError("away")] * 3

    async def stumble(_: Update) -> None:
        if failures:
            raise failures.pop()

    async with connected(f"sqlite:///{tmp_path / 'log.db'}") as database:
        log = UpdateLog(database, 123456)
        delivery = Delivery(stumble, log, rate_limits, backoff=Backoff(0.01, 0.01))
        for _ in range(2):
            assert await delivery.deliver(photo_by(5))
    assert failures == []
    assert rejection_of(rate_limits, photo_by(5)) == waiting(60)


def test_what_came_a_minute_ago_counts_no_more(clock: Clock) -> None:
    rate_limits = RateLimits(a_minute=1, clock=clock)
    assert rejection_of(rate_limits, photo_by(5)) is None
    clock.now += 59.5
    assert rejection_of(rate_limits, photo_by(5)) == waiting(1)
    clock.now += 0.4
    assert rejection_of(rate_limits, photo_by(5)) == SILENCE
    clock.now += 0.1
    assert rejection_of(rate_limits, photo_by(5)) is None


@pytest.mark.parametrize(("most", "freed"), [(1, 1), (9, 1), (10, 2), (19, 2), (20, 3)])
def test_nothing_is_read_until_more_than_a_tenth_is_free_again(
    most: int, freed: int, clock: Clock
) -> None:
    rate_limits = RateLimits(a_minute=most, clock=clock)
    for _ in range(most):
        assert rejection_of(rate_limits, photo_by(5)) is None
        clock.now += 1
    assert rejection_of(rate_limits, photo_by(5)) == waiting(60 - most + freed - 1)
    clock.now += 60 - most + freed - 1
    answers = [rejection_of(rate_limits, photo_by(5)) for _ in range(freed + 1)]
    assert answers[:freed] == [None] * freed
    assert answers[freed] is not None


def test_an_update_that_comes_again_after_the_limit_is_reached_is_still_let_in(
    clock: Clock,
) -> None:
    rate_limits = RateLimits(a_minute=1, clock=clock)
    update = photo_by(5)
    assert rejection_of(rate_limits, update) is None
    assert rejection_of(rate_limits, photo_by(5)) == waiting(60)
    assert rejection_of(rate_limits, update) is None


@given(
    st.integers(1, 25),
    st.lists(st.sampled_from([0.0, 0.125, 1.0, 2.5, 7.0, 30.0, 59.0, 60.0]), max_size=120),
)
def test_no_minute_has_more_than_the_limit_and_what_is_told_is_true(
    most: int, pauses: list[float]
) -> None:
    clock = Clock()
    rate_limits = RateLimits(a_minute=most, clock=clock)
    read: list[float] = []
    notices: list[float] = []
    opens = 0.0  # or less than a second earlier
    for pause in pauses:
        clock.now += pause
        rejection = rejection_of(rate_limits, photo_by(5))
        if rejection == SILENCE:
            assert clock.now < opens
            continue
        assert clock.now > opens - 1
        (notices if rejection else read).append(clock.now)
        if rejection:
            opens = clock.now + int(rejection.values["seconds"])
    for times, limit in ((read, most), (notices, NOTICES_A_MINUTE)):
        for at in times:
            assert sum(at <= other < at + WINDOW_SECONDS for other in times) <= limit
    clock.now = max(clock.now + 1, opens)
    if notices and notices[-1] >= read[-1]:
        assert rejection_of(rate_limits, photo_by(5)) is None


def test_who_is_quiet_for_a_minute_is_forgotten(clock: Clock) -> None:
    rate_limits = RateLimits(a_minute=1, pending=1, clock=clock)
    with rate_limits.counting(photo_by(1)):
        for user in range(2, 50):
            rejection_of(rate_limits, photo_by(user))
            rejection_of(rate_limits, photo_by(user))
        clock.now += WINDOW_SECONDS
        assert rejection_of(rate_limits, photo_by(50)) is None
        assert 1 in rate_limits._senders
    clock.now += 0.1
    assert rejection_of(rate_limits, photo_by(51)) is None
    assert list(rate_limits._senders) == [50, 51]


def test_without_limits_everything_is_answered(clock: Clock) -> None:
    rate_limits = RateLimits(clock=clock)
    with ExitStack() as stack:
        for _ in range(1000):
            assert stack.enter_context(rate_limits.counting(photo_by(5))) is None


async def test_beyond_what_may_be_pending_one_answer_tells_so_until_all_are_answered(
    sandbox: Sandbox, reader: Reader
) -> None:
    rate_limits = RateLimits(pending=2)
    async with answering(sandbox, reader, rate_limits=rate_limits), chatting(sandbox) as chat:
        with rate_limits.counting(photo_by(chat.id)), rate_limits.counting(photo_by(chat.id)):
            notice = await chat.show(photo_of("2"))
            assert notice["text"] == ENGLISH("too-many-pending", count=2)
            await chat.send_photo(photo_of("3"))
            await chat.ask("hello")  # by then the 3 has come
        assert (await chat.show(photo_of("4")))["text"].startswith("4")
        assert len(await texts(chat)) == 3


async def test_too_many_pending_is_told_and_the_others_are_handled(
    sandbox: Sandbox, reader: Reader
) -> None:
    rate_limits = RateLimits(pending=2)
    async with (
        answering(sandbox, reader, rate_limits=rate_limits) as service,
        chatting(sandbox) as chat,
    ):
        await chat.ask("hello")
        photos = [update_of(chat.id, PHOTO, bot=service.bot) for _ in range(3)]
        await asyncio.gather(*map(service.delivery.deliver, photos))
        notice = ENGLISH("too-many-pending", count=2)
        answers = (await texts(chat))[1:]
        assert sorted(answers) == sorted([notice, ENGLISH("failure"), ENGLISH("failure")])


def test_what_is_refused_is_not_pending_and_opens_when_nothing_is(clock: Clock) -> None:
    rate_limits = RateLimits(pending=2, clock=clock)
    with rate_limits.counting(photo_by(5)):
        with rate_limits.counting(photo_by(5)):
            too_many = Rejection("too-many-pending", {"count": 2})
            assert [rejection_of(rate_limits, photo_by(5)) for _ in range(3)] == [
                too_many,
                SILENCE,
                SILENCE,
            ]
            assert rejection_of(rate_limits, photo_by(6)) is None
        assert rejection_of(rate_limits, photo_by(5)) == SILENCE
    assert rejection_of(rate_limits, photo_by(5)) is None
