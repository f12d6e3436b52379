"""Updates as they come, and what the rate limits say to them."""

import itertools

from telegram import Bot, Update

from bot.chat import keyboards
from bot.translations import for_code
from bot.updates.rate_limits import Limits, RateLimits
from tests.bot.conversation import Chat, Message

PHOTO: Message = {"photo": [{"file_id": "x", "file_unique_id": "x", "width": 1, "height": 1}]}

_update_ids = itertools.count(1)


class Clock:
    """Stands still unless it is moved."""

    now = 1000.0

    def __call__(self) -> float:
        """The time in seconds."""
        return self.now


def update_of(user: int, content: Message, kind: str = "private", bot: Bot | None = None) -> Update:
    """A message of a user."""
    message = {"message_id": 1, "date": 0, "chat": {"id": user, "type": kind}}
    sender = {"id": user, "is_bot": False, "first_name": "x"}
    data = {"update_id": next(_update_ids), "message": message | {"from": sender} | content}
    return Update.de_json(data, bot)


def photo_by(user: int) -> Update:
    return update_of(user, PHOTO)


def press_by(user: int, data: str) -> Update:
    sender = {"id": user, "is_bot": False, "first_name": "x"}
    query = {"id": "1", "from": sender, "chat_instance": "1", "data": data}
    return Update.de_json({"update_id": next(_update_ids), "callback_query": query}, None)


def photos_a_minute(count: int, clock: Clock) -> RateLimits:
    """So many photos of each user are read within a minute."""
    return RateLimits(Limits(photos_a_minute=count), clock=clock)


async def pressed(bot: Bot, person: Chat) -> Update:
    """The press of a button below a message of the bot, which has not been answered."""
    english = for_code("en")
    await person.send("hello")
    await bot.send_message(person.id, "x", reply_markup=keyboards.sample(english))
    await person.fetch()
    [message] = person.received
    await person.press(message, english("button-try"))
    return await newest(bot)


async def newest(bot: Bot) -> Update:
    """The update that came last."""
    [update] = await bot.get_updates(offset=-1)
    return update
