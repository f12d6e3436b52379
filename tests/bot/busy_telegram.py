"""A Telegram on loopback where many people write in chats and groups, all at the same time."""

import asyncio
import itertools
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from tests.bot.loopback import serving

TOKEN = "123456:nobody"  # noqa: S105  nobody's
BOT = {"id": 123456, "is_bot": True, "first_name": "Digits", "username": "digits_bot"}
SUMMONS = "@digits_bot"
UPDATES_AT_ONCE = 100  # as Telegram hands them out at most

Message = dict[str, Any]


class BusyTelegram:
    """Keeps what people write until the bot acknowledges it, and notes what the bot sends.

    A message to one of the `closed` chats is refused: the bot has to wait for so many seconds.
    """

    def __init__(self) -> None:
        """Nobody has written yet."""
        self.url = ""
        self.sent: list[Message] = []
        self.closed: dict[int, int] = {}
        self._files: list[bytes] = []
        self._updates: dict[int, Message] = {}
        self._numbers = itertools.count(1)
        self._news = asyncio.Condition()

    async def send_text(self, user: int, chat: int, text: str) -> int:
        """A user sends a command, or another text; returns the id of the message."""
        entities = [{"type": "bot_command", "offset": 0, "length": len(text)}]
        return await self._send(user, chat, {"text": text, "entities": entities})

    async def send_picture(self, user: int, chat: int, data: bytes) -> int:
        """A user sends a picture as a file to be read; returns the id of the message."""
        self._files.append(data)
        name = str(len(self._files) - 1)
        document = {"file_id": name, "file_unique_id": name, "mime_type": "image/png"}
        entities = [{"type": "mention", "offset": 0, "length": len(SUMMONS)}]
        content = {"document": document, "caption": SUMMONS, "caption_entities": entities}
        return await self._send(user, chat, content)

    async def reply_to(self, message_id: int, seconds: float) -> Message:
        """Wait for the bot's reply to a message.

        Raises:
            TimeoutError: there is none within so many seconds.
        """

        def found() -> bool:
            return bool(self.replies_to(message_id))

        async with asyncio.timeout(seconds), self._news:
            await self._news.wait_for(found)
        return self.replies_to(message_id)[0]

    def replies_to(self, message_id: int) -> list[Message]:
        """The bot's replies to a message."""
        return [message for message in self.sent if message["reply_to"] == message_id]

    async def _send(self, user: int, chat: int, content: Message) -> int:
        message_id = next(self._numbers)
        sender = {"id": user, "is_bot": False, "first_name": "x", "language_code": "en"}
        message = {"message_id": message_id, "date": 1, "chat": _chat(chat), "from": sender}
        self._updates[message_id] = {"update_id": message_id, "message": message | content}
        await self._notify()
        return message_id

    async def _notify(self) -> None:
        async with self._news:
            self._news.notify_all()

    async def answer(self, request: web.Request) -> web.Response:
        """Answer a call of the bot."""
        method = request.path.rpartition("/")[2]
        if request.path.startswith("/file/"):
            return web.Response(body=self._files[int(method)])
        form = {**request.query, **await request.post()}
        chat = int(str(form.get("chat_id", 0)))
        if chat in self.closed:
            parameters = {"retry_after": self.closed[chat]}
            body = {"ok": False, "error_code": 429, "description": "x", "parameters": parameters}
            return web.json_response(body, status=429)
        return web.json_response({"ok": True, "result": await self._result(method, chat, form)})

    async def _result(self, method: str, chat: int, form: Message) -> object:
        match method:
            case "getMe":
                return BOT
            case "getUpdates":
                return await self._updates_from(int(form["offset"]), float(form["timeout"]))
            case "getFile":
                name = form["file_id"]
                return {"file_id": name, "file_unique_id": name, "file_path": name}
            case "sendMessage":
                return await self._take(chat, form)
            case _:
                return True

    async def _updates_from(self, offset: int, seconds: float) -> list[Message]:
        for number in list(self._updates):
            if number < offset:
                del self._updates[number]
        try:
            async with asyncio.timeout(seconds), self._news:
                await self._news.wait_for(lambda: self._updates)
        except TimeoutError:
            return []
        return list(itertools.islice(self._updates.values(), UPDATES_AT_ONCE))

    async def _take(self, chat: int, form: Message) -> Message:
        reply_to = json.loads(form.get("reply_parameters", "{}")).get("message_id")
        message = {"message_id": next(self._numbers), "date": 1, "chat": _chat(chat)}
        self.sent.append(message | {"text": form["text"], "reply_to": reply_to})
        await self._notify()
        return message


def _chat(chat: int) -> Message:
    """A chat with this id; those of groups are negative."""
    return {"id": chat, "type": "private"} if chat > 0 else {"id": chat, "type": "supergroup"}


@asynccontextmanager
async def busy_telegram() -> AsyncIterator[BusyTelegram]:
    """Serves at its `url`."""
    telegram = BusyTelegram()
    async with serving(telegram.answer) as telegram.url:
        yield telegram
