"""Everything the sandbox remembers, in one place and in memory only."""

import asyncio
import secrets
import string
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.chats import Chats
from bot.sandbox.files import Files
from bot.sandbox.notifier import Notifier
from bot.sandbox.profile import Profile
from bot.sandbox.update_queue import UpdateQueue
from bot.sandbox.webhook import Target, Webhook

_TOKEN_LETTERS = string.ascii_letters + string.digits + "_-"


def _new_token() -> str:
    bot_id = 100_000 + secrets.randbelow(900_000)
    letters = [secrets.choice(_TOKEN_LETTERS) for _ in range(33)]
    return f"{bot_id}:AA{''.join(letters)}"


@dataclass
class State:
    """One bot, its chats and its files; used in the server's event loop only."""

    token: str = field(default_factory=_new_token)
    notifier: Notifier = field(default_factory=Notifier)
    files: Files = field(default_factory=Files)
    profile: Profile = field(default_factory=Profile)
    pressed: dict[str, tuple[int, int]] = field(default_factory=dict)
    """The chat and message ids of each button press that waits for an answer, by query id."""
    guest_queries: dict[str, int] = field(default_factory=dict)
    """The chats of the guest messages that wait for an answer, by query id."""
    webhook: Webhook | None = None

    def __post_init__(self) -> None:
        """Gives the chats and the update queue the same notifier."""
        self.chats = Chats(self.notifier)
        self.updates = UpdateQueue(self.notifier)
        self._changing_webhook = asyncio.Lock()

    async def deliver_to(self, target: Target | None) -> None:
        """Ends delivery by webhook, and begins it anew if there is a target."""
        async with self._changing_webhook:
            if self.webhook:
                await self.webhook.close()
            self.webhook = Webhook(target, self.updates) if target else None

    async def close(self) -> None:
        """Ends what would go on for long: every wait, and delivery by webhook."""
        self.notifier.close()
        await self.deliver_to(None)

    @property
    def bot(self) -> dict[str, Any]:
        """The bot as Telegram's User."""
        return {
            "id": int(self.token.split(":")[0]),
            "is_bot": True,
            "first_name": self.profile.names[""],
            "username": "digit_sandbox_bot",
        }
