"""The bot's words: one Fluent file a language, in `languages/`, named by its two-letter code."""

from pathlib import Path

from fluent.runtime import FluentBundle, FluentResource

DEFAULT = "en"


class Words:
    """What the bot says in one language."""

    def __init__(self, file: Path) -> None:
        """Read a language's `file`."""
        self.code = file.stem
        # The marks that isolate values would be copied along with a number.
        self._bundle = FluentBundle([self.code], use_isolating=False)
        self._bundle.add_resource(FluentResource(file.read_text("utf-8")))

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
