"""Refusals: why a drawing is not taken, in words for the Mini App's page."""

from bot.translations import Translator


class RefusedError(Exception):
    """A drawing is not taken."""

    def __init__(self, status: int, key: str, **values: str | float) -> None:
        """Take the HTTP status, and the key and values of the text that says what to do."""
        super().__init__(key)
        self.status = status
        self._key = key
        self._values = values

    def sentence(self, translate: Translator) -> str:
        """Why, and what to do next, in a language; plain.

        Raises:
            LookupError: there is no such text, or it needs a value that is not given.
        """
        return translate(self._key, **self._values)
