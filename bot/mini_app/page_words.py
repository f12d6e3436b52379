"""A page's own words, in the person's language."""

import html
import re

from bot.translations import Translator

# `{{ key }}`, or `{{ key name… }}` for a text with values that the page's scripts know.
_BLANK = re.compile(r"\{\{ (?P<key>[a-z-]+)(?P<names>(?: [a-z]+)*) \}\}")


def fill_in(template: str, translate: Translator) -> str:
    """The page's HTML in a language: each `{{ key }}` becomes the text of `page-key`.

    `{{ lang }}` becomes the language's code. `{{ key name }}` becomes a text in which `{name}`
    stands where a script puts the value.

    Raises:
        LookupError: there is no such text, or it needs a value that is not named.
    """

    def words(blank: re.Match[str]) -> str:
        key = blank["key"]
        if key == "lang":
            return translate.code
        values = {name: f"{{{name}}}" for name in blank["names"].split()}
        return html.escape(translate(f"page-{key}", **values))

    return _BLANK.sub(words, template)
