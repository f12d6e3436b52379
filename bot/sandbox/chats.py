"""The private chats: their messages, and the events that a chat page follows."""

import time
from collections import OrderedDict, defaultdict, deque
from itertools import count, takewhile
from operator import itemgetter
from typing import Any

from bot.sandbox.notifier import Notifier

Message = dict[str, Any]
Event = dict[str, Any]

EVERYONE = 0
"""In place of a chat id: an event for every chat page."""

_MESSAGES_KEPT = 5_000
_EVENTS_KEPT = 20_000


class Chats:
    """Messages are never changed in place: an edit puts a new dict in the old one's place."""

    def __init__(self, notifier: Notifier) -> None:
        """No chats yet; the notifier wakes the pages that wait for events."""
        self._notifier = notifier
        self._chats: dict[int, dict[str, Any]] = {}
        self._messages: OrderedDict[tuple[int, int], Message] = OrderedDict()
        self._message_ids = count(1)
        self._events: defaultdict[int, deque[Event]] = defaultdict(deque)
        self._event_ids = count(1)
        self._order: deque[deque[Event]] = deque()
        """For each event, oldest first, the queue of its chat, which holds it."""

    def open(self, user: dict[str, Any]) -> None:
        """Lets the bot write to this user, who has written to it."""
        self._chats[user["id"]] = {
            "id": user["id"],
            "type": "private",
            "first_name": user["first_name"],
        }

    def open_group(self, user: dict[str, Any]) -> int:
        """Lets this user write in a group that the bot is not in; returns the group's id."""
        chat_id = -int(user["id"])
        self._chats[chat_id] = {"id": chat_id, "type": "group", "title": "Elsewhere"}
        return chat_id

    def __contains__(self, chat_id: int) -> bool:
        """Whether the bot may write there: to a user who has written to it, and in no group."""
        return chat_id > 0 and chat_id in self._chats

    def get(self, chat_id: int, message_id: int) -> Message | None:
        """The message, if it exists and is not yet forgotten."""
        return self._messages.get((chat_id, message_id))

    def add(self, chat_id: int, sender: dict[str, Any], content: dict[str, Any]) -> Message:
        """Puts a new message into a chat.

        Raises:
            KeyError: the chat is not open: its user has not written to the bot.
        """
        message = {
            "message_id": next(self._message_ids),
            "from": sender,
            "chat": self._chats[chat_id],
            "date": int(time.time()),
            **content,
        }
        if len(self._messages) >= _MESSAGES_KEPT:
            self._messages.popitem(last=False)
        self._store("message", message)
        return message

    def replace(self, message: Message) -> None:
        """Puts an edited message in the place of the one with its id."""
        self._store("edit", message)

    def add_event(self, chat_id: int, kind: str, content: dict[str, Any]) -> None:
        """Adds an event for the chat's page, of a `kind` such as "action" and with these fields."""
        event = {
            "date": int(time.time()),
            "id": next(self._event_ids),
            "chat_id": chat_id,
            "type": kind,
            **content,
        }
        events = self._events[chat_id]
        events.append(event)
        self._order.append(events)
        if len(self._order) > _EVENTS_KEPT:
            events_of_the_oldest = self._order.popleft()
            events_of_the_oldest.popleft()
        if chat_id == EVERYONE:
            self._notifier.notify()
        else:
            self._notifier.notify(chat_id)

    async def events(self, chat_id: int, after: int, seconds: float) -> list[Event]:
        """The chat's events with an id above `after`; waits this long for the first one."""

        def news() -> list[Event]:
            return self._newer(chat_id, after)

        return await self._notifier.wait(chat_id, news, seconds)

    def _newer(self, chat_id: int, after: int) -> list[Event]:
        events: list[Event] = []
        for receiver in (chat_id, EVERYONE):
            newest_first = reversed(self._events.get(receiver, ()))
            events += takewhile(lambda event: event["id"] > after, newest_first)
        return sorted(events, key=itemgetter("id"))

    def _store(self, kind: str, message: Message) -> None:
        chat_id = message["chat"]["id"]
        self._messages[chat_id, message["message_id"]] = message
        self.add_event(chat_id, kind, {"message": message})
