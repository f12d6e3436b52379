"""Translations: one Fluent file a language, in `languages/`, named by its two-letter code."""

import asyncio
import re
from collections.abc import Mapping
from functools import cache, cached_property
from pathlib import Path

from fluent.runtime import FluentBundle, FluentResource

DEFAULT_LANGUAGE = "en"
PREPARED_AFTER = 0.5  # seconds: at the start there is enough to do; chosen
FOLDER = Path(__file__).with_name("languages")
KEY = re.compile(r"^([a-zA-Z][\w-]*)(?= *=)", re.MULTILINE)  # no text refers to another one


class Translator:
    """The texts of the bot in one language."""

    def __init__(self, file: Path) -> None:
        """Take a language's `file`, which is read when the first text is asked for."""
        self.code = file.stem
        self._file = file

        # Isolating puts invisible characters around values, which would be copied with a number.
        self._bundle = FluentBundle([self.code], use_isolating=False)

    @cached_property
    def _sources(self) -> dict[str, str]:
        """What stands behind each key in the file."""
        _, *parts = KEY.split(self._file.read_text("utf-8"))
        return dict(zip(parts[::2], parts[1::2], strict=True))

    def __call__(self, key: str, **values: str | float) -> str:
        """The text of `key`; numbers among `values` are written and counted as the language does.

        Raises:
            LookupError: there is no such text, or it needs a value that is not given.
        """
        self._parse(key)
        pattern = self._bundle.get_message(key).value
        if pattern is None:
            raise LookupError(f"{self.code}.ftl has no text for {key}")
        text, errors = self._bundle.format_pattern(pattern, values)
        if errors:
            raise LookupError(f"{key} in {self.code}.ftl: {errors[0]}")
        return str(text)

    async def prepare(self) -> None:
        """Take all texts apart, with a pause after each in which others go on."""
        for key in self._sources:
            self._parse(key)
            await asyncio.sleep(0)

    def _parse(self, key: str) -> None:
        """Take a text apart, at its first use: all of them would take 40 ms of the start."""
        if not self._bundle.has_message(key):
            self._bundle.add_resource(FluentResource(key + self._sources[key]))


def languages_in(folder: Path) -> Mapping[str, Translator]:
    """The languages whose files lie in `folder`, by their codes and in that order."""
    files = sorted(folder.glob("*.ftl"))
    return {file.stem: Translator(file) for file in files}


@cache
def all_languages() -> Mapping[str, Translator]:
    """The bot's languages, by their codes; the folder is looked through once."""
    return languages_in(FOLDER)


async def prepare() -> None:
    """Take the texts of all languages apart, soon, so that no answer has to wait for that."""
    await asyncio.sleep(PREPARED_AFTER)
    for translator in all_languages().values():
        await translator.prepare()


def for_code(language_code: str | None) -> Translator:
    """The translator for an IETF language tag, such as "ru-RU"; English if there is none."""
    languages = all_languages()
    if language_code is None:
        return languages[DEFAULT_LANGUAGE]
    code = language_code.partition("-")[0].lower()
    return languages.get(code, languages[DEFAULT_LANGUAGE])
