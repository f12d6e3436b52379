"""How the bot presents itself: its commands and descriptions, per language."""

from typing import Any

Commands = list[dict[str, Any]]


class Profile:
    """What the bot has set, with "" for "any other language"."""

    def __init__(self) -> None:
        """A bot that has not yet presented itself."""
        self.commands: dict[tuple[str, int], dict[str, Commands]] = {}
        self.descriptions: dict[str, str] = {}
        self.short_descriptions: dict[str, str] = {}

    def commands_for(self, chat_id: int, language: str) -> Commands:
        """The commands a user sees in a private chat: the narrowest scope wins."""
        for scope in (("chat", chat_id), ("all_private_chats", 0), ("default", 0)):
            by_language = self.commands.get(scope, {})
            if found := by_language.get(language) or by_language.get(""):
                return found
        return []

    def description_for(self, language: str) -> str:
        """What an empty chat shows."""
        return self.descriptions.get(language) or self.descriptions.get("", "")

    def short_description_for(self, language: str) -> str:
        """What the bot's profile shows."""
        return self.short_descriptions.get(language) or self.short_descriptions.get("", "")
