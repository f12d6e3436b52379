"""The bot's words: one Fluent file a language, in `languages/`, named by its two-letter code."""

from functools import cached_property
from pathlib import Path

from fluent.runtime import FluentBundle, FluentResource

DEFAULT = "en"


class Words:
    """What the bot says in one language."""

    def __init__(self, file: Path) -> None:
        """Take a language's `file`, which is read when its first word is wanted."""
        self.code = file.stem
        self._file = file

    @cached_property
    def _bundle(self) -> FluentBundle:
        # The marks that isolate values would be copied along with a number.
        bundle = FluentBundle([self.code], use_isolating=False)
        bundle.add_resource(FluentResource(self._file.read_text("utf-8")))
        return bundle

    def __call__(self, key: str, **values: str | float) -> str:
        """The text of `key`; numbers among `values` are written and counted as the language does.

        Raises:
            LookupError: there is no such text, or it needs a value that is not given.
        """
        pattern = self._bundle.get_message(key).value
        if pattern is None:
            raise LookupError(f"{self.code}.ftl has no text for {key}")
        text, errors = self._bundle.format_pattern(pattern, values)
        if errors:
            raise LookupError(f"{key} in {self.code}.ftl: {errors[0]}")
        return str(text)


def read(folder: Path) -> dict[str, Words]:
    """The languages in `folder`, by their codes."""
    return {file.stem: Words(file) for file in sorted(folder.glob("*.ftl"))}


LANGUAGES = read(Path(__file__).with_name("languages"))


def for_code(language_code: str | None) -> Words:
    """The words for an IETF language tag, such as "ru-RU"; English if the language is not here."""
    code = (language_code or DEFAULT).partition("-")[0].lower()
    return LANGUAGES.get(code, LANGUAGES[DEFAULT])
