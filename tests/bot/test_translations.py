"""Every language says everything, and says it as Telegram and its grammar allow."""

import itertools
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from babel import Locale
from fluent.runtime import FluentResource
from fluent.syntax import ast
from fluent.syntax.visitor import Visitor
from telegram.constants import (
    BotCommandLimit,
    BotDescriptionLimit,
    BotNameLimit,
    CallbackQueryLimit,
    MessageLimit,
)

from bot import translations
from bot.chat import replies
from bot.sandbox.entities import parse_html, utf16_length
from bot.translations import (
    DEFAULT_LANGUAGE,
    FOLDER,
    Translator,
    all_languages,
    for_code,
    languages_in,
)

NUMBERS = (0, 1, 2, 5, 21, 12_345)
SAID = ("right", "nothing", "5", "2046")
CAPTIONS = ("greeting", "confusion", "confusion-judged")
NOTICES = (
    "noted",
    "only-the-sender",
    "photo-gone",
    "too-many-a-minute",
    "too-many-messages",
    "too-much-reading",
    "too-many-pending",
    "not-invited",
)
COMMANDS = {f"command-{name}": BotCommandLimit.MAX_DESCRIPTION for name in replies.COMMANDS}
DESCRIPTIONS = {
    "bot-name": BotNameLimit.MAX_NAME_LENGTH,
    "description": BotDescriptionLimit.MAX_DESCRIPTION_LENGTH,
    "short-description": BotDescriptionLimit.MAX_SHORT_DESCRIPTION_LENGTH,
}

languages = pytest.mark.parametrize("language", all_languages())


class Variables(Visitor):
    """The names of the values that a text needs."""

    def __init__(self, message: ast.Message) -> None:
        """Look through `message`."""
        self.names: set[str] = set()
        self.visit(message)

    def visit_VariableReference(self, node: ast.VariableReference) -> None:  # noqa: N802
        """Note its name."""
        self.names.add(node.id.name)


def entries(code: str) -> list[Any]:
    """What the parser found in a language's file."""
    return FluentResource((FOLDER / f"{code}.ftl").read_text("utf-8")).body


@cache
def variables(code: str) -> dict[str, set[str]]:
    """The keys of a language, and the values that each needs."""
    messages = (entry for entry in entries(code) if isinstance(entry, ast.Message))
    return {message.id.name: Variables(message).names for message in messages}


def texts(code: str, key: str) -> list[str]:
    """What a key says with all kinds of values."""
    names, say = variables(code)[key], all_languages()[code]
    return [
        say(key, **{name: said if name == "feedback" else number for name in names})
        for number, said in itertools.product(NUMBERS, SAID)
    ]


def test_english_and_russian_are_spoken() -> None:
    assert {code: translate("name") for code, translate in all_languages().items()} == {
        "en": "English",
        "ru": "Русский",
    }


@languages
def test_each_language_calls_itself_as_its_speakers_do(language: str) -> None:
    assert (
        all_languages()[language]("name").lower()
        == str(Locale(language).get_language_name()).lower()
    )


@languages
def test_every_line_of_a_language_was_understood_and_no_key_is_given_twice(language: str) -> None:
    found = entries(language)
    assert [entry for entry in found if isinstance(entry, ast.Junk)] == []
    keys = [entry.id.name for entry in found if isinstance(entry, ast.Message)]
    assert len(keys) == len(set(keys))


@languages
def test_no_key_and_no_value_is_missing_in_any_language(language: str) -> None:
    assert variables(language) == variables(DEFAULT_LANGUAGE)


@languages
def test_everything_can_be_said_in_markup_that_telegram_accepts(language: str) -> None:
    for key in variables(language):
        for said in texts(language, key):
            text, _ = parse_html(said)
            longest = (
                MessageLimit.CAPTION_LENGTH if key in CAPTIONS else MessageLimit.MAX_TEXT_LENGTH
            )
            assert 0 < utf16_length(text) <= longest, key
            assert "{" not in text, key


@languages
def test_what_telegram_shows_as_it_stands_has_no_markup_and_keeps_the_limits(language: str) -> None:
    notices = dict.fromkeys(NOTICES, CallbackQueryLimit.ANSWER_CALLBACK_QUERY_TEXT_LENGTH)
    buttons = dict.fromkeys((key for key in variables(language) if key.startswith("button-")), 24)
    for key, longest in (COMMANDS | DESCRIPTIONS | notices | buttons | {"name": 24}).items():
        for text in texts(language, key):
            assert 0 < utf16_length(text) <= longest, key
            assert not set(text) & set("<>&\n"), key


@languages
def test_the_columns_of_tables_are_wide_enough_for_every_language(language: str) -> None:
    say = all_languages()[language]
    assert len(say("column-digit")) <= 5
    assert max(len(say(f"column-{name}")) for name in ("precision", "recall")) <= 10
    assert max(len(say(key, percent=100)) for key in ("share", "share-exact")) <= 8


@languages
def test_privacy_names_what_is_kept_and_the_way_to_delete_it(language: str) -> None:
    privacy = all_languages()[language]("privacy")
    assert "28" in privacy
    assert "/forget" in privacy


@pytest.mark.parametrize(
    ("language_code", "code"),
    [
        ("en", "en"),
        ("en-GB", "en"),
        ("ru", "ru"),
        ("ru-RU", "ru"),
        ("RU", "ru"),
        ("de", "en"),
        ("rus", "en"),
        ("", "en"),
        (None, "en"),
    ],
)
def test_the_words_for_a_language_tag_are_english_if_the_language_is_not_here(
    language_code: str | None, code: str
) -> None:
    assert for_code(language_code).code == code


def test_numbers_are_written_as_each_language_does() -> None:
    metrics = {"images": 10_000, "errors": 1}
    assert "10,000" in replies.confusion_caption(for_code("en"), metrics)
    assert "10\N{NO-BREAK SPACE}000" in replies.confusion_caption(for_code("ru"), metrics)
    assert for_code("en")("share", percent=98.76) == "98.8 %"
    assert for_code("ru")("share", percent=98.76) == "98,8 %"


@pytest.mark.parametrize(
    ("count", "phrase"),
    [(1, "1 ответ "), (2, "2 ответа "), (5, "5 ответов "), (11, "11 ответов "), (21, "21 ответ ")],
)
def test_russian_counts_with_the_right_form(count: int, phrase: str) -> None:
    russian = for_code("ru")
    assert phrase in russian("forgotten", count=count)
    judged = russian("accuracy-judged", answers=count, percent=50, low=1, high=2)
    assert phrase.strip() + "," in judged


@pytest.mark.parametrize(
    ("count", "phrase"),
    [(1, "1 цифра,"), (2, "2 цифры,"), (5, "5 цифр,"), (11, "11 цифр,"), (21, "21 цифра,")],
)
def test_russian_counts_digits_with_the_right_form(count: int, phrase: str) -> None:
    assert phrase in for_code("ru")("accuracy-judged-digits", digits=count, percent=50)


@languages
def test_what_people_write_is_listed_in_small_letters_once_each(language: str) -> None:
    """Else what they write would never be found there."""
    for key in ("correction-nothing", "correction-openings"):
        phrases = all_languages()[language](key).split(" / ")
        assert phrases == [phrase.lower().strip() for phrase in phrases]
        assert len(phrases) == len(set(phrases)) > 1


@pytest.mark.parametrize(
    ("count", "seconds", "photos"),
    [
        (1, "1 секунду", "1 ваша фотография"),
        (2, "2 секунды", "2 ваши фотографии"),
        (11, "11 секунд", "11 ваших фотографий"),
        (23, "23 секунды", "23 ваши фотографии"),
    ],
)
def test_russian_waits_with_the_right_form(count: int, seconds: str, photos: str) -> None:
    russian = for_code("ru")
    for key in ("too-many-a-minute", "too-many-messages", "too-much-reading"):
        assert russian(key, seconds=count).endswith(f" {seconds}.")
    assert f" {photos} " in russian("too-many-pending", count=count)


@languages
def test_none_and_one_are_told_in_words_of_their_own(language: str) -> None:
    none, one, many = (all_languages()[language]("forgotten", count=count) for count in (0, 1, 5))
    assert "0" not in none
    assert len({none, one, many}) == 3
    assert "5" in many


def test_a_language_is_added_by_adding_its_file(tmp_path: Path) -> None:
    source = "name = Deutsch\nshare = { NUMBER($percent, minimumFractionDigits: 1) } %\n"
    (tmp_path / "de.ftl").write_text(source, "utf-8")
    german = languages_in(tmp_path)["de"]
    assert german("name") == "Deutsch"
    assert german("share", percent=1234.5) == "1.234,5 %"


def test_a_text_ends_where_the_next_key_stands_at_the_beginning_of_a_line(tmp_path: Path) -> None:
    file = tmp_path / "en.ftl"
    file.write_text("# A list.\nlist =\n    one = 1\n    two\n# two = 3\nlast = end", "utf-8")
    say = Translator(file)
    assert say("list") == "one = 1\ntwo"
    assert say("last") == "end"


async def test_what_is_prepared_is_not_taken_apart_again(tmp_path: Path) -> None:
    file = tmp_path / "xx.ftl"
    file.write_text("one = 1\ntwo = { $many } of two\n")
    translate = Translator(file)
    assert translate("one") == "1"
    await translate.prepare()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.translations.FluentResource", None)
        assert translate("two", many=2) == "2 of two"


async def test_soon_after_the_start_all_languages_are_prepared(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    prepared: list[str] = []

    async def note(translator: Translator) -> None:
        prepared.append(translator.code)

    monkeypatch.setattr(Translator, "prepare", note)
    monkeypatch.setattr(translations, "PREPARED_AFTER", 0)
    await translations.prepare()
    assert prepared == [*all_languages()]


def test_a_missing_key_or_value_is_an_error_and_never_said(tmp_path: Path) -> None:
    file = tmp_path / "en.ftl"
    file.write_text("said = You said: { $said }\nempty =\n    .label = nothing\n", "utf-8")
    for key in ("nothing", "empty", "said"):
        with pytest.raises(LookupError):
            Translator(file)(key)
