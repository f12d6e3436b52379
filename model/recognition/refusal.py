"""Why a picture was not read: every reason, in one place."""

from enum import StrEnum


class Refusal(StrEnum):
    """A reason in words short enough for a log line, a metric's label and JSON.

    The bot's translations are found by the members' names.
    """

    NOT_A_PICTURE = "not a picture"
    TOO_MANY_BYTES = "too many bytes"
    TOO_MANY_PIXELS = "too many pixels"
    TOO_DEMANDING = "too demanding to read"
    BLANK = "nothing is written there"
    TOO_DARK = "too dark"
    TOO_SMALL = "nothing large enough to be read"
    TURNED = "on its side or upside down"
    NOT_A_DIGIT = "clear, but no digit"
    NO_DIGIT = "nothing that looks like a digit"
    TOO_MANY_COMPONENTS = "too many marks to be digits"


NOT_DECODED = frozenset(
    {
        Refusal.NOT_A_PICTURE,
        Refusal.TOO_MANY_BYTES,
        Refusal.TOO_MANY_PIXELS,
        Refusal.TOO_DEMANDING,
    }
)
"""The reasons for which there is no decoded photo to look for digits in."""


class RefusedError(Exception):
    """Raised inside the recogniser; the reader turns it into a Reading without digits."""

    def __init__(self, refusal: Refusal) -> None:
        """Keep the reason."""
        super().__init__(refusal.value)
        self.refusal = refusal
