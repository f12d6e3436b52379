"""The reasons why a picture was not read, in the words that logs, metrics and JSON hold."""

import pytest

from model.recognition.refusal import NOT_DECODED, Refusal, RefusedError


def test_each_reason_keeps_its_words() -> None:
    assert [refusal.value for refusal in Refusal] == [
        "not a picture",
        "too many bytes",
        "too many pixels",
        "too demanding to read",
        "nothing is written there",
        "too dark",
        "nothing large enough to be read",
        "on its side or upside down",
        "clear, but no digit",
        "nothing that looks like a digit",
        "too many marks to be digits",
    ]


def test_what_was_looked_at_is_told_from_what_was_not() -> None:
    assert set(Refusal) - NOT_DECODED == {
        Refusal.BLANK,
        Refusal.TOO_DARK,
        Refusal.TOO_SMALL,
        Refusal.TURNED,
        Refusal.NOT_A_DIGIT,
        Refusal.NO_DIGIT,
        Refusal.TOO_MANY_COMPONENTS,
    }


@pytest.mark.parametrize("refusal", Refusal)
def test_the_error_carries_its_reason(refusal: Refusal) -> None:
    error = RefusedError(refusal)
    assert error.refusal is refusal
    assert str(error) == refusal.value
