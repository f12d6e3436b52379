"""Refusals of drawings."""

import pytest

from bot.mini_app.refusal import RefusedError
from bot.translations import for_code


def test_a_refusal_is_told_in_the_persons_language_with_its_values() -> None:
    refused = RefusedError(429, "too-many-pending", count=2)
    assert refused.status == 429
    assert refused.sentence(for_code("en")).startswith("Too many photos at once")
    assert "2 ваши фотографии" in refused.sentence(for_code("ru"))


def test_a_refusal_without_words_is_an_error() -> None:
    for refused in (RefusedError(400, "no-such-text"), RefusedError(400, "too-many-pending")):
        with pytest.raises(LookupError):
            refused.sentence(for_code("en"))
