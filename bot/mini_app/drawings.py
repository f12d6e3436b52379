"""Drawings from the Mini App: each becomes a photo in its user's chat, and is answered as one."""

import logging
from collections.abc import Callable

from telegram import Bot, Message, Update, User
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.mini_app.refusal import RefusedError
from bot.storage.inbox import Inbox
from bot.storage.pseudonyms import PseudonymKey
from bot.updates.intake import entry_of, sender_name
from bot.updates.rate_limits import RateLimits
from bot.updates.rejection import SILENCE

PNG = b"\x89PNG\r\n\x1a\n"  # how every file of the format begins
NO_UPDATE = 0  # in place of Telegram's number of an update

logger = logging.getLogger(__name__)


class Drawings:
    """Takes in the drawings of a bot's users."""

    def __init__(
        self,
        bot: Bot,
        inbox: Inbox,
        key: PseudonymKey,
        rate_limits: RateLimits,
        stored: Callable[[], None],
    ) -> None:
        """Store drawings in `inbox`, as photos that their users have sent.

        Args:
            bot: sends them to their users.
            inbox: keeps them until they are answered.
            key: hides the names of users and chats there.
            rate_limits: which of them are let in.
            stored: is called when there is something new in the inbox.
        """
        self._bot = bot
        self._inbox = inbox
        self._key = key
        self._rate_limits = rate_limits
        self._stored = stored
        self._under_way: set[int] = set()  # users, whose drawings may wait for Telegram

    async def receive(self, user: User, drawing: bytes) -> None:
        """Take in a drawing: it is in its user's chat then, and will be answered there.

        Raises:
            RefusedError: it is not taken.
        """
        if user.id in self._under_way:
            raise RefusedError(429, "page-draw-under-way")
        self._under_way.add(user.id)
        try:
            await self._admit(user)
            photo = await self._send(user, drawing)
            await self._store(user, photo)
        finally:
            self._under_way.remove(user.id)

    async def _admit(self, user: User) -> None:
        sender = sender_name(self._key, user.id)
        try:
            pending = await self._inbox.pending({sender})
        except Exception:  # noqa: BLE001  drivers raise what they please; it is logged already
            raise _failed() from None
        rejection = self._rate_limits.drawing_rejection(user.id, pending[sender])
        if rejection is SILENCE:
            raise RefusedError(429, "page-draw-wait")
        if rejection is not None:
            raise RefusedError(429, str(rejection.key), **rejection.values)

    async def _send(self, user: User, drawing: bytes) -> Message:
        """Send a drawing to its user: an answer needs a photo to reply to, and so does feedback."""
        if not drawing.startswith(PNG):
            raise RefusedError(400, "page-draw-not-a-drawing")
        try:
            return await self._bot.send_photo(user.id, drawing, disable_notification=True)
        except Forbidden:
            raise RefusedError(403, "page-draw-no-chat") from None
        except BadRequest as error:
            no_chat = error.message.lower().startswith("chat not found")
            key = "page-draw-no-chat" if no_chat else "page-draw-not-a-drawing"
            raise RefusedError(400, key) from None
        except TelegramError as error:
            logger.warning("A drawing did not arrive: %s", error)
            raise _failed() from None

    async def _store(self, user: User, photo: Message) -> None:
        message = photo.to_dict() | {"from": user.to_dict()}
        data = {"update_id": NO_UPDATE, "message": message}
        update = Update.de_json(data, self._bot)
        try:
            await self._inbox.store([entry_of(data, update, self._key)])
        except Exception:  # noqa: BLE001  drivers raise what they please; it is logged already
            raise _failed() from None
        self._stored()


def _failed() -> RefusedError:
    return RefusedError(503, "page-draw-failed")
