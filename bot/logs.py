"""Logging to stderr, from which the bot's secrets are kept out."""

import logging

from telegram.error import BadRequest, InvalidToken, NetworkError, RetryAfter


class Redaction(logging.Filter):
    """Replaces a secret in whatever a record would print, its traceback included."""

    def __init__(self, secret: str) -> None:
        """Replace `secret`, as it is and as it stands percent-encoded in an address."""
        super().__init__()
        # What follows the colon is the secret, and the part that no encoding changes.
        self._secret = secret.rpartition(":")[2]

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, redacted."""
        record.msg, record.args = self._redacted(record.getMessage()), None
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        record.exc_text = record.exc_text and self._redacted(record.exc_text)
        record.stack_info = record.stack_info and self._redacted(record.stack_info)
        return True

    def _redacted(self, text: str) -> str:
        return text.replace(self._secret, "[secret]")


def brief(record: logging.LogRecord) -> bool:
    """Let an unreachable Telegram be a line, not a traceback."""
    error = record.exc_info[1] if record.exc_info else None
    known = isinstance(error, NetworkError | InvalidToken | RetryAfter)
    if known and not isinstance(error, BadRequest):
        record.msg, record.args = f"{record.getMessage()} ({error})", None
        record.exc_info = None
    return True


def configure(level: str, *secrets: str) -> None:
    """Log everything from `level` up, without `secrets`."""
    handler = logging.StreamHandler()
    handler.addFilter(brief)
    for secret in secrets:
        handler.addFilter(Redaction(secret))
    style = "%(asctime)s %(levelname)s %(name)s: %(message)s"
    logging.basicConfig(level=level, format=style, handlers=[handler], force=True)
    for chatty in ("httpx", "httpcore"):  # a line a request, with the token in its address
        logging.getLogger(chatty).setLevel(logging.WARNING)
