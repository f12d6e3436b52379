"""JSON as the Bot API takes it: nothing in it that could not be sent on."""

import json
import math
from typing import Any

# Objects and lists in each other, as in TDLib, which Telegram's own server is built on:
# https://github.com/tdlib/td/blob/master/tdutils/td/utils/JsonBuilder.h (DEFAULT_MAX_DEPTH).
DEEPEST = 100


def loads(text: str | bytes) -> Any:  # noqa: ANN401  JSON can be anything
    """The value that `text` holds.

    Raises:
        ValueError: it is no JSON; or it is nested too deep, has a number that is not finite, or
            half a character.
    """
    try:
        value = json.loads(text)
    except RecursionError:
        raise ValueError("it is nested too deep") from None
    _check(value, DEEPEST)
    return value


def _check(value: object, levels: int) -> None:
    """See that a value can be written again, in at most so many `levels`."""
    match value:
        case float():
            if not math.isfinite(value):
                raise ValueError("a number is too large")
        case str():
            value.encode()  # fails for half a character
        case list():
            _check_all(value, levels - 1)
        case dict():
            _check_all([*value, *value.values()], levels - 1)


def _check_all(parts: list[Any], levels: int) -> None:
    if levels < 0:
        raise ValueError("it is nested too deep")
    for part in parts:
        _check(part, levels)
