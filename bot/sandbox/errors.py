"""The errors that the Bot API and the chat page answer with."""

from starlette.exceptions import HTTPException

from bot.translations import Translator

# Not http.HTTPStatus: its phrase for 413 differs between Python versions.
_PHRASES = {
    400: "Bad Request",
    401: "Unauthorized",
    404: "Not Found",
    409: "Conflict",
    413: "Request Entity Too Large",
}


class ApiError(Exception):
    """A Bot API refusal, worded as Telegram words it."""

    def __init__(self, reason: str = "", code: int = 400) -> None:
        """Takes the reason without its "Bad Request: " prefix, and the HTTP status code."""
        phrase = _PHRASES[code]
        self.code = code
        self.description = f"{phrase}: {reason}" if reason else phrase
        super().__init__(self.description)


class PageError(HTTPException):
    """A refusal for the user of the chat page, which says what to do next."""

    def __init__(self, key: str, code: int = 400, **values: str | float) -> None:
        """Takes the key of the sentence without its "page-", the HTTP status code, and values."""
        super().__init__(code, key)
        self._values = values

    def sentence(self, translate: Translator) -> str:
        """The refusal in a language.

        Raises:
            LookupError: there is no such text, or it needs a value that is not given.
        """
        return translate(f"page-{self.detail}", **self._values)
