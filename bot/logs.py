"""Logging to stderr, from which the bot's secrets are kept out."""

import logging
import re

from telegram.error import BadRequest, InvalidToken, NetworkError, RetryAfter

# C0 and C1 controls, and what else Python or Unicode breaks lines at: a name may hold any of them,
# and a log's reader may obey them.
CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
# Those of a traceback, which has lines of its own.
CONTROLS_BUT_NEWLINES = re.compile(r"(?!\n)" + CONTROLS.pattern)
# Characters, chosen: what is shorter is a part of ordinary words, and guessed soon.
SHORTEST_SECRET = 8


class Redaction(logging.Filter):
    """Replaces a secret in whatever a record would print, its traceback included.

    One of fewer than `SHORTEST_SECRET` characters is left where it is.
    """

    def __init__(self, secret: str) -> None:
        """Replace `secret`, as it is and as it stands percent-encoded in an address."""
        super().__init__()
        # What follows the colon is the secret, and the part that no encoding changes.
        self._secret = secret.rpartition(":")[2]

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, redacted."""
        record.msg = self._redacted(record.getMessage())
        record.args = None
        _format_traceback(record)
        if record.exc_text:
            record.exc_text = self._redacted(record.exc_text)
        if record.stack_info:
            record.stack_info = self._redacted(record.stack_info)
        return True

    def _redacted(self, text: str) -> str:
        if len(self._secret) < SHORTEST_SECRET:
            return text
        return text.replace(self._secret, "[secret]")


def shorten_network_errors(record: logging.LogRecord) -> bool:
    """Let every record pass; an unreachable Telegram becomes a line, not a traceback."""
    if record.exc_info and _is_networks_fault(record.exc_info[1]):
        record.msg = f"{record.getMessage()} ({record.exc_info[1]})"
        record.args = None
        record.exc_info = None
    return True


def escape_controls(record: logging.LogRecord) -> bool:
    """Let every record pass; its message becomes one line, so that no text forges another.

    The lines of a traceback are indented, so that none of them looks like a record of its own.
    """
    record.msg = CONTROLS.sub(_escaped, record.getMessage())
    record.args = None
    _format_traceback(record)
    if record.exc_text:
        record.exc_text = _indented(record.exc_text)
    if record.stack_info:
        record.stack_info = _indented(record.stack_info)
    return True


def configure(level: str, *secrets: str) -> None:
    """Log everything from `level` up, without `secrets`."""
    handler = logging.StreamHandler()
    handler.addFilter(shorten_network_errors)
    for secret in secrets:
        handler.addFilter(Redaction(secret))
    handler.addFilter(escape_controls)
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


def _format_traceback(record: logging.LogRecord) -> None:
    """Make text of a record's exception, which filters can change."""
    if record.exc_info and not record.exc_text:
        record.exc_text = logging.Formatter().formatException(record.exc_info)


def _escaped(control: re.Match[str]) -> str:
    """A control character as Python writes it: a backslash and letters or digits."""
    return repr(control[0])[1:-1]


def _indented(text: str) -> str:
    visible = CONTROLS_BUT_NEWLINES.sub(_escaped, text)
    lines = visible.split("\n")
    return "\n".join(f"  {line}" for line in lines)
