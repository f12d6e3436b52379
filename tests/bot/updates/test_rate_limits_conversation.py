"""What a user hears who sends too much: one sentence, and then nothing."""

from bot.sandbox.server import Sandbox
from bot.translations import for_code
from bot.updates.minutes import WINDOW_SECONDS
from bot.updates.rate_limits import Limits, RateLimits
from model.reader import Reader
from tests.bot.arrivals import PHOTO, Clock, photos_a_minute, update_of
from tests.bot.conversation import Chat, Message, answering, chatting, hand_in, photo_of

ENGLISH = for_code("en")


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
    rate_limits = photos_a_minute(2, clock)
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
    rate_limits = photos_a_minute(1, clock)
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
    rate_limits = photos_a_minute(1, clock)

    async with answering(sandbox, reader, rate_limits=rate_limits), chatting(sandbox) as chat:
        answer = await chat.show(photo_of("7"))
        for notice in (ENGLISH("too-many-a-minute", seconds=60), ""):
            assert await notice_of(chat, answer, "What I saw") == notice
        clock.now += WINDOW_SECONDS
        await chat.press(answer, "What I saw")
        assert (await chat.reply_to(answer["message_id"]))["photo"]


async def test_beyond_what_may_be_pending_one_answer_tells_so_until_all_are_answered(
    sandbox: Sandbox, reader: Reader
) -> None:
    rate_limits = RateLimits(Limits(pending=2))
    async with (
        answering(sandbox, reader, rate_limits=rate_limits) as service,
        chatting(sandbox) as chat,
    ):
        await chat.ask("hello")
        photos = [update_of(chat.id, PHOTO).to_dict() for _ in range(4)]  # of no file
        await hand_in(service, *photos)
        notice = ENGLISH("too-many-pending", count=2)
        answers = (await texts(chat))[1:]
        assert sorted(answers) == sorted([notice, ENGLISH("failure"), ENGLISH("failure")])
        assert (await chat.show(photo_of("4")))["text"].startswith("4")
