"""JSON that can be sent on, and JSON that cannot."""

import json

import pytest

from bot.sandbox import strict_json
from bot.sandbox.strict_json import DEEPEST


@pytest.mark.parametrize(
    "value", [{"a": [1, 2.5, None, True, "\N{GRINNING FACE}"]}, 7, [], "", -1e308, 10**30]
)
def test_what_can_be_sent_on_is_read(value: object) -> None:
    assert strict_json.loads(json.dumps(value)) == value
    assert strict_json.loads(json.dumps(value).encode()) == value


@pytest.mark.parametrize("opening", ["[", '{"a": '])
def test_as_deep_as_telegram_takes_it_it_is_read_and_no_deeper(opening: str) -> None:
    def nested(levels: int) -> str:
        closing = "]" if opening == "[" else "}"
        return opening * levels + "1" + closing * levels

    assert strict_json.loads(nested(DEEPEST))
    for levels in (DEEPEST + 1, 900, 100_000):
        with pytest.raises(ValueError, match="nested too deep"):
            strict_json.loads(nested(levels))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "1e400",
        '{"a": -1e400}',
        "[NaN]",
        "Infinity",
        '"\\ud83d"',
        '{"\\ud83d": 1}',
        "9" * 5000,
        b"\xff",
    ],
)
def test_what_cannot_be_sent_on_is_refused(text: str | bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        strict_json.loads(text)
