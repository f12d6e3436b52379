"""The parameters of one Bot API call, which may arrive as text, as JSON or as files."""

from dataclasses import dataclass, field
from typing import Any

from telegram.constants import InlineKeyboardButtonLimit, KeyboardButtonStyle

from bot.sandbox import entities, strict_json
from bot.sandbox.errors import ApiError


@dataclass(frozen=True)
class Parameters:
    """Named values, and the files that came along."""

    values: dict[str, Any]
    uploads: dict[str, bytes] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """The value as text; "" if it is missing."""
        value = self.values.get(name)
        return "" if value is None else str(value)

    def limited(self, name: str, longest: int, too_long: str) -> str:
        """The value as text of at most so many characters; "" if it is missing.

        Raises:
            ApiError: it is longer, with the reason `too_long`.
        """
        text = self.text(name)
        if len(text) > longest:
            raise ApiError(too_long)
        return text

    def integer(self, name: str, default: int = 0) -> int:
        """The value as a number; the default if it is missing or no number."""
        try:
            return int(self.text(name))
        except ValueError:
            return default

    def flag(self, name: str) -> bool:
        """The value as a boolean; false if it is missing."""
        return self.text(name).lower() in ("true", "yes", "1")

    def decoded(self, name: str) -> Any:  # noqa: ANN401 - JSON can be anything
        """A JSON value, also where it arrived as text; None if it is missing.

        Raises:
            ApiError: the text is not JSON.
        """
        value = self.values.get(name)
        if not isinstance(value, str) or not value:
            return value or None
        try:
            return strict_json.loads(value)
        except ValueError:
            raise ApiError(f"can't parse {name} JSON object") from None

    def array(self, name: str) -> list[Any] | None:
        """A JSON array; None if it is missing.

        Raises:
            ApiError: the value is something else.
        """
        value = self.decoded(name)
        if value is None or isinstance(value, list):
            return value
        raise ApiError(f"can't parse {name}: expected an Array")

    def objects(self, name: str) -> "list[Parameters]":
        """A JSON array of objects, each as parameters of its own; [] if it is missing.

        Raises:
            ApiError: the value is something else.
        """
        return [Parameters({name: each}).nested(name) for each in self.array(name) or []]

    def nested(self, name: str) -> "Parameters":
        """A JSON object as parameters of their own; without any if it is missing.

        Raises:
            ApiError: the value is not an object.
        """
        value = self.decoded(name)
        if value is not None and not isinstance(value, dict):
            raise ApiError(f"can't parse {name}: expected an Object")
        return Parameters(value or {}, self.uploads)

    def upload(self, name: str) -> bytes | None:
        """The file sent under this name, or under the one that "attach://" points to."""
        attached = self.text(name).removeprefix("attach://")
        return self.uploads.get(attached or name)

    def formatted(self, name: str, entities_name: str) -> dict[str, Any]:
        """A text and its entities, as the fields of a message; {} for an empty text.

        Raises:
            ApiError: the parse mode or the markup is refused.
        """
        text = entities.clean(self.text(name))
        formatting = self.array(entities_name) or []
        match self.text("parse_mode").lower():
            case "html":
                text, formatting = entities.parse_html(text)
            case "":
                pass
            case _:
                raise ApiError("unsupported parse_mode")
        text, formatting = entities.strip(text, formatting)
        formatting = entities.with_detected(text, formatting)
        fields: dict[str, Any] = {}
        if text:
            fields[name] = text
        if formatting:
            fields[entities_name] = formatting
        return fields

    def keyboard(self) -> dict[str, Any]:
        """The inline keyboard, as the field of a message; {} for none or another kind.

        Raises:
            ApiError: a button is refused.
        """
        name = "inline_keyboard"
        rows = self.nested("reply_markup").array(name)
        if not rows:
            return {}
        for row in rows:
            for button in Parameters({name: row}).objects(name):
                _check_button(button)
        return {"reply_markup": {name: rows}}


def _check_button(button: Parameters) -> None:
    if not button.text("text"):
        raise ApiError("can't parse inline keyboard button: Text must be non-empty")
    if not button.values.keys() & {"callback_data", "url", "copy_text"}:
        raise ApiError("Text buttons are unallowed in the inline keyboard")
    data = button.text("callback_data").encode()
    if len(data) > InlineKeyboardButtonLimit.MAX_CALLBACK_DATA:
        raise ApiError("BUTTON_DATA_INVALID")
    if "copy_text" in button.values:
        _check_copied(button.nested("copy_text").text("text"))
    if button.text("style") not in {"", *KeyboardButtonStyle}:
        raise ApiError("can't parse inline keyboard button: invalid button style specified")


def _check_copied(text: str) -> None:
    """See that a button may copy this text."""
    fewest = InlineKeyboardButtonLimit.MIN_COPY_TEXT
    most = InlineKeyboardButtonLimit.MAX_COPY_TEXT
    if not fewest <= len(text) <= most:
        raise ApiError("BUTTON_COPY_TEXT_INVALID")
