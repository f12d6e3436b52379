"""The settings, from the environment and `.env`."""

import hmac
import io
import os
import re
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urljoin

from dotenv.parser import Binding, parse_stream
from pydantic import (
    Field,
    HttpUrl,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.logs import SHORTEST_SECRET
from model.reader import ModelName

ADDRESS_SETTINGS = {"host", "port"}
SHORTEST_KEY = 32  # characters, chosen: of hex digits that is 128 bits
LONGEST_SECRET = 256  # characters, by https://core.telegram.org/bots/api#setwebhook
ENV_FILE = Path(".env")  # in the folder that the bot is started in


class SettingsError(Exception):
    """A setting is wrong; the message is one sentence that names it and never shows a secret."""


class Settings(BaseSettings):
    """What an operator can set. An empty value counts as not set.

    A description says what may be written; it is shown in the help, and where something else was
    written.
    """

    model_config = SettingsConfigDict(
        env_file=ENV_FILE,
        env_file_encoding="utf-8-sig",  # some editors put a mark at the beginning
        env_ignore_empty=True,
        extra="ignore",
    )

    telegram_token: SecretStr | None = Field(
        default=None, description="the bot's token, as @BotFather shows it"
    )
    telegram_api_url: HttpUrl = Field(
        default=HttpUrl("https://api.telegram.org"),
        description="the http or https address of a Bot API server",
    )
    model: ModelName = Field(default="convolutional", description="convolutional or dense")
    webhook_url: HttpUrl | None = Field(
        default=None, description="the http or https address that Telegram posts updates to"
    )
    webhook_secret: SecretStr | None = Field(
        default=None, description="what Telegram shows with each update"
    )
    host: str = Field(default="127.0.0.1", description="the address to listen at")
    port: int = Field(
        default=8080, ge=0, le=65535, description="a whole number from 0 to 65535, 0 for a free one"
    )
    database_url: str = Field(
        default="sqlite:///corrections.db",
        description="sqlite:///FILE or postgresql+asyncpg://USER:PASSWORD@HOST/NAME",
    )
    pseudonym_key: SecretStr | None = Field(
        default=None, description="the secret of the pseudonyms, 32 random characters or more"
    )
    allowed_users: Annotated[frozenset[int], NoDecode] = Field(
        default=frozenset(), description="user ids with commas between them, such as 123456,234567"
    )
    photos_a_minute: int = Field(
        default=300, ge=0, description="a whole number of photos of one user, 0 for no limit"
    )
    photos_pending: int = Field(
        default=100, ge=0, description="a whole number of photos of one user, 0 for no limit"
    )
    messages_a_minute: int = Field(
        default=30, ge=0, description="a whole number of messages of one user, 0 for no limit"
    )
    reading_seconds_a_minute: float = Field(
        default=30.0, ge=0, description="a number of seconds for one user, 0 for no limit"
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="DEBUG, INFO, WARNING or ERROR"
    )

    @field_validator("telegram_token")
    @classmethod
    def _well_formed(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None:
            return None
        token = value.get_secret_value().strip()
        if not re.fullmatch(r"\d+:[\w-]+", token, re.ASCII):
            raise ValueError("this is no bot token, copy it again from @BotFather")
        return SecretStr(token)

    @field_validator("webhook_secret")
    @classmethod
    def _long_enough_and_allowed_by_telegram(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None:
            return None
        secret = value.get_secret_value()
        has_a_length = SHORTEST_SECRET <= len(secret) <= LONGEST_SECRET
        if not has_a_length or not re.fullmatch(r"[\w-]+", secret, re.ASCII):
            lengths = f"{SHORTEST_SECRET} to {LONGEST_SECRET}"
            raise ValueError(f"use {lengths} letters, digits, _ and - only")
        return value

    @field_validator("pseudonym_key")
    @classmethod
    def _hard_to_guess(cls, value: SecretStr | None) -> SecretStr | None:
        if value and len(value.get_secret_value()) < SHORTEST_KEY:
            raise ValueError(f"use {SHORTEST_KEY} random characters or more")
        return value

    @field_validator("webhook_url")
    @classmethod
    def _with_a_token(cls, value: HttpUrl | None, info: ValidationInfo) -> HttpUrl | None:
        if value and not info.data.get("telegram_token"):
            raise ValueError("the sandbox takes none, set TELEGRAM_TOKEN too")
        return value

    @field_validator("allowed_users", mode="before")
    @classmethod
    def _ids(cls, value: str | frozenset[int]) -> frozenset[int]:
        if not isinstance(value, str):
            return value
        return frozenset(_id(part.strip()) for part in value.split(","))

    @property
    def serves(self) -> bool:
        """Whether to listen at host and port: for webhooks, or because either was set."""
        if self.telegram_token is None:
            return False
        address_is_set = not self.model_fields_set.isdisjoint(ADDRESS_SETTINGS)
        return self.webhook_url is not None or address_is_set

    @property
    def mini_app_url(self) -> str | None:
        """The folder of the Mini App, beside the webhook; None without a webhook."""
        return urljoin(str(self.webhook_url), "draw/") if self.webhook_url else None

    def secret(self, token: str) -> str:
        """The secret that Telegram has to send with each update; the same on all replicas."""
        if self.webhook_secret:
            return self.webhook_secret.get_secret_value()
        return hmac.new(token.encode(), b"webhook", "sha256").hexdigest()

    @property
    def key(self) -> str | None:
        """The operator's secret for the pseudonyms in the database, if any."""
        return self.pseudonym_key.get_secret_value() if self.pseudonym_key else None

    @property
    def api_root(self) -> str:
        """The root of the Bot API server, without a trailing slash."""
        return str(self.telegram_api_url).rstrip("/")


def load_settings() -> Settings:
    """Read the settings.

    Raises:
        SettingsError: a value is not allowed, or `.env` is malformed.
    """
    _check_env_file()
    try:
        return Settings()
    except ValidationError as error:
        # Pydantic's own message would repeat the value, which may be a secret.
        raise SettingsError("; ".join(map(_problem, error.errors()))) from None


def variables() -> dict[str, str]:
    """The name of each setting, and what may be written, with the default if there is one."""
    texts = {}
    for name, field in Settings.model_fields.items():
        has_default = field.default not in (None, frozenset())
        default = f" ({field.default})" if has_default else ""
        texts[name.upper()] = f"{field.description}{default}"
    return texts


def remove_from_environment() -> None:
    """Remove all settings from this process's variables, so that no process it starts gets them."""
    for name in tuple(os.environ):
        if name.lower() in Settings.model_fields:
            del os.environ[name]


def _check_env_file() -> None:
    """Look for lines in `.env` that would be passed over.

    Raises:
        SettingsError: there is one, or the file cannot be read.
    """
    if not ENV_FILE.is_file():
        return
    try:
        text = ENV_FILE.read_text("utf-8-sig")
    except OSError as error:
        raise SettingsError(f"{ENV_FILE}: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        line = 1 + error.object[: error.start].count(b"\n")
        # The error's own message would repeat the file, which may hold secrets.
        raise SettingsError(f"{ENV_FILE}, line {line}: this is no text in UTF-8.") from None
    for binding in parse_stream(io.StringIO(text)):
        if binding.error or (binding.key and binding.value is None):
            line = _line_of(binding)
            raise SettingsError(f"{ENV_FILE}, line {line}: write NAME=value, or # and a comment.")


def _line_of(binding: Binding) -> int:
    """The number of a binding's first line; what was parsed may begin with empty ones."""
    text = binding.original.string
    blank = text[: len(text) - len(text.lstrip())]
    return binding.original.line + blank.count("\n")


def _id(text: str) -> int:
    """A user's id; those of groups are negative.

    Raises:
        ValueError: the text is no id.
    """
    if not re.fullmatch(r"-?\d{1,18}", text, re.ASCII):
        raise ValueError("write user ids with commas between them, such as 123456,234567")
    return int(text)


def _problem(error: ErrorDetails) -> str:
    """The variable's name, and what is wrong with its value or what to write instead."""
    name = str(error["loc"][0])
    if error["type"] == "value_error":  # one of the validators' above
        reason = str(error["ctx"]["error"])
    else:
        reason = f"write {Settings.model_fields[name].description}"
    return f"{name.upper()}: {reason}"
