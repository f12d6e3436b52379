"""Logging to stderr, from which the bot's token is kept out."""

import logging

from telegram.error import BadRequest, InvalidToken, NetworkError


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
        return text.replace(self._secret, "[token]")


def brief(record: logging.LogRecord) -> bool:
    """Let an unreachable Telegram be a line, not a traceback, and a failed start none at all."""
    error = record.exc_info[1] if record.exc_info else None
    if isinstance(error, NetworkError | InvalidToken) and not isinstance(error, BadRequest):
        record.msg, record.args = f"{record.getMessage()} ({error})", None
        record.exc_info = None
    # `poll` raises what makes the start fail.
    return not record.getMessage().startswith("Network Retry Loop (Bootstrap")


def configure(level: str, token: str) -> None:
    """Log everything from `level` up, without `token`."""
    handler = logging.StreamHandler()
    handler.addFilter(brief)
    handler.addFilter(Redaction(token))
    style = "%(asctime)s %(levelname)s %(name)s: %(message)s"
    logging.basicConfig(level=level, format=style, handlers=[handler], force=True)
    for chatty in ("httpx", "httpcore"):  # a line a request, with the token in its address
        logging.getLogger(chatty).setLevel(logging.WARNING)
