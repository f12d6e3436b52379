"""The errors of the Bot API and of the chat page."""

import pytest

from bot.sandbox.errors import ApiError, PageError
from bot.translations import for_code


@pytest.mark.parametrize(
    ("code", "phrase"),
    [
        (400, "Bad Request"),
        (401, "Unauthorized"),
        (404, "Not Found"),
        (409, "Conflict"),
        (413, "Request Entity Too Large"),
    ],
)
def test_the_bot_api_words_each_status_and_the_reason(code: int, phrase: str) -> None:
    assert ApiError(code=code).description == phrase
    error = ApiError("chat not found", code)
    assert (error.code, error.description, str(error)) == (code, *[f"{phrase}: chat not found"] * 2)


def test_without_a_code_it_is_a_bad_request() -> None:
    assert ApiError("x").code == PageError("x").status_code == 400


def test_the_page_shows_a_sentence_in_the_persons_language() -> None:
    error = PageError("no-picture", 404, name="7.txt")
    assert error.status_code == 404
    assert error.sentence(for_code("en")).startswith("7.txt cannot be read as a picture.")
    assert error.sentence(for_code("ru")).startswith("7.txt не открывается как картинка.")


@pytest.mark.parametrize("error", [PageError("nothing-of-the-kind"), PageError("no-picture")])
def test_a_sentence_that_is_not_there_or_lacks_a_value_is_an_error(error: PageError) -> None:
    with pytest.raises(LookupError):
        error.sentence(for_code("en"))
