"""Why a picture was not read: every reason, in one place."""

from enum import StrEnum


class Refusal(StrEnum):
    """A reason in words short enough for a log line, a metric's label and JSON."""

    NOT_A_PICTURE = "not a picture"
    TOO_MANY_BYTES = "too many bytes"
    TOO_MANY_PIXELS = "too many pixels"
    TOO_DEMANDING = "too demanding to read"
    NO_DIGIT = "nothing that looks like a digit"
    TOO_MANY_MARKS = "too many marks to be digits"


UNSEEN = frozenset(
    {
        Refusal.NOT_A_PICTURE,
        Refusal.TOO_MANY_BYTES,
        Refusal.TOO_MANY_PIXELS,
        Refusal.TOO_DEMANDING,
    }
)
"""The reasons why a picture was not even looked at."""


class RefusedError(Exception):
    """Raised inside the recogniser; the reader turns it into a Reading without digits."""

    def __init__(self, refusal: Refusal) -> None:
        """Keep the reason."""
        super().__init__(refusal.value)
        self.refusal = refusal
