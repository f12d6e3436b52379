"""How the bot presents itself: its name, texts and commands in each language, its photos."""

from collections.abc import Mapping
from typing import Any, TypeVar

Commands = list[dict[str, Any]]
Content = TypeVar("Content")


class Profile:
    """What the bot has set, texts by language; "" for any other."""

    def __init__(self) -> None:
        """A bot that has not yet presented itself."""
        self.commands: dict[tuple[str, int], dict[str, Commands]] = {}
        """By scope, which is a type and a chat id, and by language."""
        self.names = {"": "Digit Bot"}
        self.photos: list[list[dict[str, Any]]] = []
        """The PhotoSizes of each, the newest first."""
        self.descriptions: dict[str, str] = {}
        self.short_descriptions: dict[str, str] = {}
        self.menu_buttons: dict[int, dict[str, Any]] = {}
        """By chat id; 0 for all chats without one of their own."""

    def commands_for(self, chat_id: int, language: str) -> Commands:
        """The commands a user sees in a private chat: the narrowest scope wins."""
        scopes = [("chat", chat_id), ("all_private_chats", 0), ("default", 0)]
        for scope in scopes:
            commands = _in_language(self.commands.get(scope, {}), language)
            if commands:
                return commands
        return []

    def name_for(self, language: str) -> str:
        """What the bot is called."""
        return _in_language(self.names, language) or ""

    def description_for(self, language: str) -> str:
        """What an empty chat shows."""
        return _in_language(self.descriptions, language) or ""

    def short_description_for(self, language: str) -> str:
        """What the bot's profile shows."""
        return _in_language(self.short_descriptions, language) or ""


def _in_language(by_language: Mapping[str, Content], language: str) -> Content | None:
    """What is set for this language, or else for any other; None if nothing is."""
    return by_language.get(language) or by_language.get("")
