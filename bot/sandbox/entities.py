"""Formatted text: Telegram's HTML to plain text and entities, with offsets in UTF-16 units."""

import html
import re
from typing import Any, NamedTuple

from bot.sandbox.errors import ApiError

Entity = dict[str, Any]

_TYPES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "span": "spoiler",
    "tg-spoiler": "spoiler",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
"""The type of entity that each tag makes."""

_UNDETECTED = ("code", "pre", "text_link")
_CONTROL = str.maketrans({**dict.fromkeys(map(chr, range(32)), " "), "\n": "\n", "\r": None})
_TOKEN = re.compile(
    r"""(?P<tag></?(?P<name>[^\s>]*)(?:[^>"']|"[^"]*"|'[^']*')*>?)"""
    r"|(?P<character>&(?:#x[0-9a-fA-F]+|#[0-9]+|(?:lt|gt|amp|quot)(?![a-zA-Z]));?)"
)
_ATTRIBUTE = re.compile(r"""\s+([^\s=>]+)(?:\s*=\s*("[^"]*"|'[^']*'|[\w.-]+))?""")
_LINK = re.compile(r"(?:https?://)?[^\s/:?#]+\.[^\s/?#]+(?:[/?#]\S*)?|tg://\S+", re.IGNORECASE)
_DETECTED = {
    "bot_command": re.compile(
        r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/<>])", re.ASCII
    ),
    "mention": re.compile(r"(?<!\w)@[A-Za-z0-9_]{4,32}(?!\w)", re.ASCII),
}


class _Tag(NamedTuple):
    """A start tag that waits for its end tag."""

    name: str
    attributes: dict[str, str]
    offset: int
    """Where its text begins, in UTF-16 units."""


def utf16_length(text: str) -> int:
    """The length of the text in UTF-16 code units, as Telegram counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def clean(text: str) -> str:
    """The text without carriage returns, and with spaces for control characters but line feeds."""
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


def with_detected(text: str, entities: list[Entity]) -> list[Entity]:
    """Adds what Telegram finds in a text, such as "/help@some_bot" or "@name", except in code."""
    code = [_span(entity) for entity in entities if entity["type"] in _UNDETECTED]
    detected = []
    for kind, pattern in _DETECTED.items():
        for match in pattern.finditer(text):
            offset = utf16_length(text[: match.start()])
            if not any(offset in span for span in code):
                length = utf16_length(match[0])
                detected.append({"type": kind, "offset": offset, "length": length})
    return sorted(entities + detected, key=_order)


def _span(entity: Entity) -> range:
    return range(entity["offset"], entity["offset"] + entity["length"])


def _order(entity: Entity) -> tuple[int, int]:
    return entity["offset"], -entity["length"]


def parse_html(source: str) -> tuple[str, list[Entity]]:
    """Reads Telegram's HTML dialect.

    Returns:
        The plain text, and its entities in the order in which they start.

    Raises:
        ApiError: Telegram refuses this markup.
    """
    reader = _Reader()
    position = 0
    for token in _TOKEN.finditer(source):
        reader.text += source[position : token.start()]
        position = token.end()
        if token["character"]:
            reader.text += html.unescape(token["character"])
        elif token["tag"].startswith("</"):
            reader.close(token)
        else:
            reader.open(token)
    reader.text += source[position:]
    return reader.text, reader.finish()


class _Reader:
    def __init__(self) -> None:
        self.text = ""
        self._open_tags: list[_Tag] = []
        self._entities: list[Entity] = []

    def open(self, token: re.Match[str]) -> None:
        tag, name = token["tag"], token["name"].lower()
        if tag == f"<{token['name']}":
            raise _error("Unclosed start tag", token)
        if name not in _TYPES:
            raise _error(f'Unsupported start tag "{name}"', token)
        if not tag.endswith(">"):
            raise _error("Unclosed start tag", token)
        attributes = _attributes(tag)
        if name == "span" and attributes.get("class") != "tg-spoiler":
            raise _error('Tag "span" must have class "tg-spoiler"', token)
        self._open_tags.append(_Tag(name, attributes, utf16_length(self.text)))

    def close(self, token: re.Match[str]) -> None:
        if not self._open_tags:
            raise _error("Unexpected end tag", token)
        if not token["tag"].endswith(">"):
            raise _error("Unclosed end tag", token)
        name = token["name"].lower()
        start = self._open_tags.pop()
        if name not in ("", start.name):
            expected = f', expected "</{start.name}>", found "</{name}>"'
            raise _error("Unmatched end tag", token, expected)
        length = utf16_length(self.text) - start.offset
        if length:
            self._add(start, length)

    def finish(self) -> list[Entity]:
        if self._open_tags:
            name = self._open_tags[-1].name
            raise _error(f'Can\'t find end tag corresponding to start tag "{name}"')
        for entity in self._entities:
            if entity["type"] == "code":
                entity.pop("language", None)
        return sorted(self._entities, key=_order)

    def _add(self, start: _Tag, length: int) -> None:
        entity: Entity = {"type": _TYPES[start.name], "offset": start.offset, "length": length}
        if start.name == "pre" and self._is_code_block(entity):
            self._entities[-1]["type"] = "pre"
            return
        if start.name == "a":
            url = _url(start.attributes.get("href", ""))
            if not url:
                return
            entity["url"] = url
        language = start.attributes.get("class", "")
        if start.name == "code" and language.startswith("language-"):
            entity["language"] = language.removeprefix("language-")
        self._entities.append(entity)

    def _is_code_block(self, pre: Entity) -> bool:
        """Whether it is <pre><code class="language-x">: one block of code, not two entities."""
        if not self._entities:
            return False
        last = self._entities[-1]
        return "language" in last and _span(last) == _span(pre)


def _attributes(tag: str) -> dict[str, str]:
    attributes = {}
    for name, value in _ATTRIBUTE.findall(tag):
        attributes[name] = html.unescape(value.strip("\"'"))
    return attributes


def _url(href: str) -> str:
    """The address that a link leads to; "" if Telegram makes no link of it."""
    if not _LINK.fullmatch(href):
        return ""
    return href if "://" in href else f"http://{href}"


def _error(problem: str, token: re.Match[str] | None = None, more: str = "") -> ApiError:
    offset = ""
    if token:
        # Telegram counts the bytes of the UTF-8 text.
        before = token.string[: token.start()].encode()
        offset = f" at byte offset {len(before)}"
    return ApiError(f"can't parse entities: {problem}{offset}{more}")
