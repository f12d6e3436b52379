"""How many photos of one user are read, and which updates count as photos."""

import gc
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import Update

from bot.application import Service
from bot.updates.minutes import NOTICES_A_MINUTE, WINDOW_SECONDS
from bot.updates.rate_limits import Limits, RateLimits
from bot.updates.rejection import SILENCE, Rejection
from tests.bot.arrivals import PHOTO, Clock, photo_by, photos_a_minute, press_by, update_of
from tests.bot.conversation import Message

PHOTO_OF_ANOTHER: Message = PHOTO | {
    "message_id": 1,
    "date": 0,
    "chat": {"id": 5, "type": "group"},
    "from": {"id": 6, "is_bot": False, "first_name": "y"},
}


def waiting(seconds: int) -> Rejection:
    return Rejection("too-many-a-minute", {"seconds": seconds})


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
    rate_limits = photos_a_minute(1, clock)
    assert rate_limits.rejection(update_of(5, content, bot=service.bot)) is None
    assert rate_limits.rejection(photo_by(5)) == waiting(60)


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
    rate_limits = photos_a_minute(1, clock)
    update = update_of(5, content | written, "group", service.bot)
    assert rate_limits.rejection(update) is None
    assert rate_limits.rejection(photo_by(5)) == (waiting(60) if counts else None)


@pytest.mark.parametrize(
    ("content", "kind", "counts"),
    [
        ({"text": "12.5"}, "private", True),
        ({"text": "12.5"}, "group", False),
        ({"new_chat_title": "x"}, "private", False),
    ],
)
def test_a_text_in_reply_to_a_photo_has_that_read_in_private(
    content: Message, kind: str, counts: bool, service: Service, clock: Clock
) -> None:
    rate_limits = photos_a_minute(1, clock)
    update = update_of(5, content | {"reply_to_message": PHOTO_OF_ANOTHER}, kind, service.bot)
    assert rate_limits.rejection(update) is None
    assert rate_limits.rejection(photo_by(5)) == (waiting(60) if counts else None)


def test_an_edited_photo_does_not_count(clock: Clock) -> None:
    rate_limits = photos_a_minute(1, clock)
    message = photo_by(5).to_dict()["message"]
    edited = Update.de_json({"update_id": 1, "edited_message": message}, None)
    for update in (edited, photo_by(5)):
        assert rate_limits.rejection(update) is None


def test_one_may_be_the_most_that_are_pending(clock: Clock) -> None:
    rate_limits = RateLimits(Limits(pending=1), clock=clock)
    too_many = Rejection("too-many-pending", {"count": 1})
    assert rate_limits.rejection(photo_by(5), pending=1) == too_many
    assert rate_limits.rejection(photo_by(5), pending=0) is None


def test_who_is_not_invited_is_rejected_whatever_they_send(clock: Clock) -> None:
    rate_limits = RateLimits(allowed={5}, clock=clock)
    assert rate_limits.rejection(photo_by(5)) is None
    not_invited = Rejection("not-invited", {"id": "<code>6</code>"})
    assert rate_limits.rejection(photo_by(6)) == not_invited
    assert rate_limits.rejection(update_of(6, {"text": "hello"})) == SILENCE


def test_what_nobody_sent_is_let_in_where_everybody_is_and_nowhere_else(clock: Clock) -> None:
    photo = photo_by(5).to_dict()
    del photo["message"]["from"]
    nobodys = Update.de_json(photo, None)
    assert photos_a_minute(1, clock).rejection(nobodys) is None
    assert RateLimits(allowed={5}, clock=clock).rejection(nobodys) == SILENCE


def test_what_nobody_sent_counts_as_of_one_user(clock: Clock) -> None:
    rate_limits = photos_a_minute(1, clock)
    photos = [photo_by(5).to_dict() for _ in range(2)]
    for photo in photos:
        del photo["message"]["from"]
    one, other = (Update.de_json(photo, None) for photo in photos)
    assert rate_limits.rejection(one) is None
    assert rate_limits.rejection(other) == waiting(60)


@pytest.mark.parametrize(
    ("data", "counts"),
    [
        *((data, True) for data in ("sample", "picture", "right", "wrong", "back")),
        *((data, True) for data in ("which:0:12", "is:0:1", "album:1:7")),
        *((data, False) for data in ("wrongx", "isx", "language:ru", "")),
    ],
)
def test_buttons_that_read_a_picture_count_and_no_others(
    data: str, counts: bool, clock: Clock
) -> None:
    rate_limits = photos_a_minute(1, clock)
    assert rate_limits.rejection(press_by(5, data)) is None
    assert rate_limits.rejection(photo_by(5)) == (waiting(60) if counts else None)


def test_text_is_never_too_much_and_users_do_not_count_for_each_other(clock: Clock) -> None:
    rate_limits = photos_a_minute(1, clock)
    assert rate_limits.rejection(photo_by(5)) is None
    assert rate_limits.rejection(photo_by(5)) == waiting(60)
    assert rate_limits.rejection(update_of(5, {"text": "hello"})) is None
    assert rate_limits.rejection(photo_by(6)) is None


def test_an_update_that_comes_again_is_neither_counted_nor_refused(clock: Clock) -> None:
    rate_limits = RateLimits(Limits(photos_a_minute=1, pending=1), clock=clock)
    update = photo_by(5)
    assert rate_limits.rejection(update) is None
    assert rate_limits.rejection(update, pending=1) is None
    assert rate_limits.rejection(photo_by(5), pending=1) is not None
    assert rate_limits.rejection(update, pending=1) is None


def test_what_came_a_minute_ago_counts_no_more(clock: Clock) -> None:
    rate_limits = photos_a_minute(1, clock)
    assert rate_limits.rejection(photo_by(5)) is None
    clock.now += 59.5
    assert rate_limits.rejection(photo_by(5)) == waiting(1)
    clock.now += 0.4
    assert rate_limits.rejection(photo_by(5)) == SILENCE
    clock.now += 0.1
    assert rate_limits.rejection(photo_by(5)) is None


def test_the_first_photo_is_let_in_also_when_the_clock_has_just_begun(clock: Clock) -> None:
    clock.now = 0.0
    assert photos_a_minute(1, clock).rejection(photo_by(5)) is None


@pytest.mark.parametrize(("most", "freed"), [(1, 1), (9, 1), (10, 2), (19, 2), (20, 3)])
def test_nothing_is_read_until_more_than_a_tenth_is_free_again(
    most: int, freed: int, clock: Clock
) -> None:
    rate_limits = photos_a_minute(most, clock)
    for _ in range(most):
        assert rate_limits.rejection(photo_by(5)) is None
        clock.now += 1
    assert rate_limits.rejection(photo_by(5)) == waiting(60 - most + freed - 1)
    clock.now += 60 - most + freed - 1
    answers = [rate_limits.rejection(photo_by(5)) for _ in range(freed + 1)]
    assert answers[:freed] == [None] * freed
    assert answers[freed] is not None


def test_an_update_that_comes_again_after_the_limit_is_reached_is_still_let_in(
    clock: Clock,
) -> None:
    rate_limits = photos_a_minute(1, clock)
    update = photo_by(5)
    assert rate_limits.rejection(update) is None
    assert rate_limits.rejection(photo_by(5)) == waiting(60)
    assert rate_limits.rejection(update) is None


@given(
    st.integers(1, 25),
    st.lists(st.sampled_from([0.0, 0.125, 1.0, 2.5, 7.0, 30.0, 59.0, 60.0]), max_size=120),
)
def test_no_minute_has_more_than_the_limit_and_what_is_told_is_true(
    most: int, pauses: list[float]
) -> None:
    clock = Clock()
    rate_limits = photos_a_minute(most, clock)
    read: list[float] = []
    notices: list[float] = []
    opens = 0.0  # or less than a second earlier
    for pause in pauses:
        clock.now += pause
        rejection = rate_limits.rejection(photo_by(5))
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
        assert rate_limits.rejection(photo_by(5)) is None


def test_who_is_quiet_for_a_minute_takes_no_memory(clock: Clock) -> None:
    rate_limits = photos_a_minute(1, clock)
    photos = [photo_by(user) for user in range(1000)]
    tracemalloc.start()
    try:
        for photo in photos:
            assert rate_limits.rejection(photo) is None
        gc.collect()
        remembered, _ = tracemalloc.get_traced_memory()
        clock.now += WINDOW_SECONDS
        assert rate_limits.rejection(photo_by(1000)) is None
        gc.collect()
        left, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert remembered > 100 * len(photos)
    assert left < remembered / 4


def test_other_messages_have_a_limit_of_their_own(clock: Clock) -> None:
    limits = Limits(photos_a_minute=1, messages_a_minute=2)
    rate_limits = RateLimits(limits, clock=clock)
    hello = {"text": "hello"}
    assert [rate_limits.rejection(update_of(5, hello)) for _ in range(4)] == [
        None,
        None,
        Rejection("too-many-messages", {"seconds": 60}),
        SILENCE,
    ]
    assert rate_limits.rejection(photo_by(5)) is None
    assert rate_limits.rejection(update_of(6, hello)) is None
    clock.now += WINDOW_SECONDS
    assert rate_limits.rejection(update_of(5, hello)) is None


def test_what_people_in_a_group_say_to_each_other_does_not_count(
    service: Service, clock: Clock
) -> None:
    rate_limits = RateLimits(Limits(messages_a_minute=1), clock=clock)
    command = {"text": "/help", "entities": [{"type": "bot_command", "offset": 0, "length": 5}]}
    for _ in range(3):
        hello = update_of(5, {"text": "hello"}, "group", service.bot)
        assert rate_limits.rejection(hello) is None
    assert rate_limits.rejection(update_of(5, command, "group", service.bot)) is None
    assert rate_limits.rejection(update_of(5, command, "group", service.bot)) is not None


def test_pictures_that_take_long_to_read_are_limited_by_what_they_took(clock: Clock) -> None:
    rate_limits = RateLimits(Limits(seconds_a_minute=10), clock=clock)
    for _ in range(4):
        assert rate_limits.rejection(photo_by(5)) is None
        rate_limits.spend(5, 2.5)
        clock.now += 1
    assert rate_limits.rejection(photo_by(5)) == Rejection("too-much-reading", {"seconds": 56})
    assert rate_limits.rejection(photo_by(5)) == SILENCE
    assert rate_limits.rejection(photo_by(6)) is None
    clock.now += 56
    assert rate_limits.rejection(photo_by(5)) is None


def test_without_limits_everything_is_answered(clock: Clock) -> None:
    rate_limits = RateLimits(clock=clock)
    rate_limits.spend(5, 1000)
    for pending in range(1000):
        assert rate_limits.rejection(photo_by(5), pending) is None
        assert rate_limits.rejection(update_of(5, {"text": "hello"}), pending) is None


def test_too_many_pending_are_told_once_until_nothing_is(clock: Clock) -> None:
    rate_limits = RateLimits(Limits(pending=2), clock=clock)
    answers = [rate_limits.rejection(photo_by(5), pending) for pending in (0, 1, 2, 2, 1, 0, 1)]
    too_many = Rejection("too-many-pending", {"count": 2})
    assert answers == [None, None, too_many, SILENCE, SILENCE, None, None]
    assert rate_limits.rejection(photo_by(6), 1) is None


def test_a_drawing_counts_as_a_photo(clock: Clock) -> None:
    rate_limits = photos_a_minute(2, clock)
    assert rate_limits.drawing_rejection(5, 0) is None
    assert rate_limits.rejection(photo_by(5)) is None
    assert rate_limits.drawing_rejection(5, 0) == waiting(60)
    assert rate_limits.drawing_rejection(5, 0) is SILENCE
    assert rate_limits.rejection(photo_by(5)) is SILENCE
    assert rate_limits.drawing_rejection(6, 0) is None


def test_drawings_alone_are_limited_and_forgotten_after_a_minute(clock: Clock) -> None:
    rate_limits = photos_a_minute(1, clock)
    assert rate_limits.drawing_rejection(5, 0) is None
    assert rate_limits.drawing_rejection(6, 0) is None
    assert rate_limits.drawing_rejection(5, 0) == waiting(60)
    clock.now += WINDOW_SECONDS
    assert rate_limits.drawing_rejection(5, 0) is None


def test_drawings_that_wait_and_those_of_strangers_are_rejected() -> None:
    rate_limits = RateLimits(Limits(pending=3), allowed={5})
    assert rate_limits.drawing_rejection(5, 2) is None
    assert rate_limits.drawing_rejection(5, 3) == Rejection("too-many-pending", {"count": 3})
    for _ in range(2):
        assert rate_limits.drawing_rejection(6, 0) == Rejection("not-invited", {"id": "6"})
