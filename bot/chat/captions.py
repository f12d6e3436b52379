"""What a picture shows of how a photo was read, in words and in Telegram's HTML; pure functions.

Who cannot see the picture, or not well, has it all in its caption.
"""

from collections.abc import Sequence
from html import escape

from bot.chat.answers import certainty, copied, doubts, is_one_digit, refusal
from bot.chat.replies import percent
from bot.translations import Translator
from model.reader import MOST_SHOWN, Digit, Reading

# By eye; Telegram takes 1024 characters in a caption.
LONGEST_TEXT = 300  # characters of what is written
MOST_DOUBTS = 3  # digits that are told as doubtful one by one


def caption(translate: Translator, reading: Reading) -> str:
    """What was read and how sure that is, or why nothing was; and what was left out, and why."""
    if reading.refused:
        why = refusal(translate, reading.refused, len(reading.digits))
        return f"{why}\n{_nearest(translate, reading.most_important)}"
    read = copied(reading, LONGEST_TEXT)
    lines = [
        translate("saw", read=read),
        _certainty(translate, reading),
        *doubts(translate, reading, MOST_DOUBTS),
        translate("saw-boxes"),
    ]
    count = len(reading.digits)
    if count > MOST_SHOWN:
        lines.append(translate("saw-cards", shown=MOST_SHOWN, count=count))
    return "\n".join(lines)


def _certainty(translate: Translator, reading: Reading) -> str:
    """The answer's line; of one sure digit the probability, which an answer has in its table."""
    if not (reading.is_sure and is_one_digit(reading)):
        return certainty(translate, reading)
    [digit] = reading.digits
    return translate("saw-sure", share=escape(percent(translate, digit.probability)))


def _nearest(translate: Translator, digits: Sequence[Digit]) -> str:
    """What comes nearest to a digit in a photo of which nothing is asserted."""
    if not digits:
        return translate("saw-nothing")
    shares = [f"{digit.text} ({percent(translate, digit.probability)})" for digit in digits]
    nearest = escape(", ".join(shares))
    return translate("saw-nearest", count=len(digits), nearest=nearest)
