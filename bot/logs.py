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
        record.msg = self._redacted(record.getMessage())
        record.args = None
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = self._redacted(record.exc_text)
        if record.stack_info:
            record.stack_info = self._redacted(record.stack_info)
        return True

    def _redacted(self, text: str) -> str:
        return text.replace(self._secret, "[secret]")


def shorten_network_errors(record: logging.LogRecord) -> bool:
    """Let every record pass; an unreachable Telegram becomes a line, not a traceback."""
    if record.exc_info and _is_networks_fault(record.exc_info[1]):
        record.msg = f"{record.getMessage()} ({record.exc_info[1]})"
        record.args = None
        record.exc_info = None
    return True


def configure(level: str, *secrets: str) -> None:
    """Log everything from `level` up, without `secrets`."""
    handler = logging.StreamHandler()
    handler.addFilter(shorten_network_errors)
    for secret in secrets:
        handler.addFilter(Redaction(secret))
    style = "%(asctime)s %(levelname)s %(name)s: %(message)s"
    logging.basicConfig(level=level, format=style, handlers=[handler], force=True)
    for chatty in ("httpx", "httpcore"):  # a line a request, with the token in its address
        logging.getLogger(chatty).setLevel(logging.WARNING)


def _is_networks_fault(error: BaseException | None) -> bool:
    """Whether the network, the token or too many calls are the cause, not the bot's own code."""
    # The library derives it from NetworkError, though a bad request is the bot's own fault.
    if isinstance(error, BadRequest):
        return False
    return isinstance(error, NetworkError | InvalidToken | RetryAfter)
