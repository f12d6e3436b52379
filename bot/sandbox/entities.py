"""Formatted text: Telegram's HTML to plain text and entities, with offsets in UTF-16 units."""

import html
import re
from typing import Any, NamedTuple

from bot.sandbox.errors import ApiError

Entity = dict[str, Any]

_TYPES = {
    **dict.fromkeys(("b", "strong"), "bold"),
    **dict.fromkeys(("i", "em"), "italic"),
    **dict.fromkeys(("u", "ins"), "underline"),
    **dict.fromkeys(("s", "strike", "del"), "strikethrough"),
    **dict.fromkeys(("span", "tg-spoiler"), "spoiler"),
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
_CONTROL = str.maketrans({**dict.fromkeys(map(chr, range(32)), " "), "\n": "\n", "\r": None})
_TOKEN = re.compile(
    r"""(?P<tag></?(?P<name>[^\s>]*)(?:[^>"']|"[^"]*"|'[^']*')*>?)"""
    r"|(?P<character>&(?:#x[0-9a-fA-F]+|#[0-9]+|(?:lt|gt|amp|quot)(?![a-zA-Z]));?)"
)
_ATTRIBUTE = re.compile(r"""\s+([^\s=>]+)(?:\s*=\s*("[^"]*"|'[^']*'|[\w.-]+))?""")
_LINK = re.compile(r"(?:https?://)?[^\s/:?#]+\.[^\s/?#]+(?:[/?#]\S*)?|tg://\S+", re.IGNORECASE)
_COMMAND = re.compile(
    r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/<>])", re.ASCII
)


class _Opened(NamedTuple):
    name: str
    attributes: dict[str, str]
    offset: int


def utf16_length(text: str) -> int:
    """The length of the text in UTF-16 code units, as Telegram counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def clean(text: str) -> str:
    """The text without the control characters Telegram drops or turns into spaces."""
    return text.translate(_CONTROL)


def strip(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Trims white space at both ends and moves the entities along."""
    stripped = text.strip()
    shift = utf16_length(text) - utf16_length(text.lstrip())
    end = utf16_length(stripped)
    moved = []
    for entity in entities:
        start = max(0, entity["offset"] - shift)
        stop = min(end, entity["offset"] - shift + entity["length"])
        if start < stop:
            moved.append({**entity, "offset": start, "length": stop - start})
    return stripped, moved


def with_commands(text: str, entities: list[Entity]) -> list[Entity]:
    """Adds the bot_command entities of a text, such as "/help@some_bot", except inside code."""
    code = [
        range(entity["offset"], entity["offset"] + entity["length"])
        for entity in entities
        if entity["type"] in ("code", "pre", "text_link")
    ]
    commands = [c for c in _find_commands(text) if not any(c["offset"] in span for span in code)]
    return sorted(entities + commands, key=_order)


def _order(entity: Entity) -> tuple[int, int]:
    return entity["offset"], -entity["length"]


def _find_commands(text: str) -> list[Entity]:
    return [
        {
            "type": "bot_command",
            "offset": utf16_length(text[: match.start()]),
            "length": utf16_length(match[0]),
        }
        for match in _COMMAND.finditer(text)
    ]


def parse_html(source: str) -> tuple[str, list[Entity]]:
    """Reads Telegram's HTML dialect.

    Returns:
        The plain text, and its entities in the order in which they start.

    Raises:
        ApiError: Telegram refuses this markup.
    """
    reader, position = _Reader(), 0
    for token in _TOKEN.finditer(source):
        reader.text += source[position : token.start()]
        position = token.end()
        if token["character"]:
            reader.text += html.unescape(token["character"])
        elif token["tag"].startswith("</"):
            reader.close(token)
        else:
            reader.open(token)
    return reader.text + source[position:], reader.finish()


class _Reader:
    def __init__(self) -> None:
        self.text = ""
        self._opened: list[_Opened] = []
        self._entities: list[Entity] = []

    def open(self, token: re.Match[str]) -> None:
        tag, name = token["tag"], token["name"].lower()
        if tag == f"<{token['name']}":
            raise _error("Unclosed start tag", token)
        if name not in _TYPES:
            raise _error(f'Unsupported start tag "{name}"', token)
        if not tag.endswith(">"):
            raise _error("Unclosed start tag", token)
        attributes = {k: html.unescape(v.strip("\"'")) for k, v in _ATTRIBUTE.findall(tag)}
        if name == "span" and attributes.get("class") != "tg-spoiler":
            raise _error('Tag "span" must have class "tg-spoiler"', token)
        self._opened.append(_Opened(name, attributes, utf16_length(self.text)))

    def close(self, token: re.Match[str]) -> None:
        if not self._opened:
            raise _error("Unexpected end tag", token)
        if not token["tag"].endswith(">"):
            raise _error("Unclosed end tag", token)
        name, start = token["name"].lower(), self._opened.pop()
        if name not in ("", start.name):
            expected = f', expected "</{start.name}>", found "</{name}>"'
            raise _error("Unmatched end tag", token, expected)
        if length := utf16_length(self.text) - start.offset:
            self._add(start, length)

    def finish(self) -> list[Entity]:
        if self._opened:
            name = self._opened[-1].name
            raise _error(f'Can\'t find end tag corresponding to start tag "{name}"')
        for entity in self._entities:
            if entity["type"] == "code":
                entity.pop("language", None)
        return sorted(self._entities, key=_order)

    def _add(self, start: _Opened, length: int) -> None:
        entity: Entity = {"type": _TYPES[start.name], "offset": start.offset, "length": length}
        last = self._entities[-1] if self._entities else {}
        span = (last.get("offset"), last.get("length"))
        href, language = start.attributes.get("href", ""), start.attributes.get("class", "")
        # <pre><code class="language-x"> is one block of code, not two entities.
        if start.name == "pre" and "language" in last and span == (start.offset, length):
            last["type"] = "pre"
        elif start.name == "code" and language.startswith("language-"):
            self._entities.append({**entity, "language": language.removeprefix("language-")})
        elif start.name == "a" and _LINK.fullmatch(href):
            self._entities.append({**entity, "url": href if "://" in href else f"http://{href}"})
        elif start.name != "a":
            self._entities.append(entity)


def _error(problem: str, token: re.Match[str] | None = None, more: str = "") -> ApiError:
    # Telegram counts the bytes of the UTF-8 text.
    offset = f" at byte offset {len(token.string[: token.start()].encode())}" if token else ""
    return ApiError(f"can't parse entities: {problem}{offset}{more}")
