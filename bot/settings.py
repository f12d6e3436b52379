"""The settings, from the environment and `.env`."""

import hmac
import os
import re
from typing import Annotated, Literal

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


class SettingsError(Exception):
    """A setting is wrong; the message is one sentence that names it and never shows a secret."""


class Settings(BaseSettings):
    """What an operator can set. An empty value counts as not set."""

    model_config = SettingsConfigDict(env_file=".env", env_ignore_empty=True, extra="ignore")

    telegram_token: SecretStr | None = None
    telegram_api_url: HttpUrl = HttpUrl("https://api.telegram.org")
    model: ModelName = "convolutional"
    webhook_url: HttpUrl | None = None
    webhook_secret: SecretStr | None = None
    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=0, le=65535)
    database_url: str = "sqlite:///corrections.db"
    pseudonym_key: SecretStr | None = None
    allowed_users: Annotated[frozenset[int], NoDecode] = frozenset()
    photos_a_minute: int = Field(default=300, ge=0)
    photos_pending: int = Field(default=100, ge=0)
    messages_a_minute: int = Field(default=30, ge=0)
    reading_seconds_a_minute: float = Field(default=30.0, ge=0)
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

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
        SettingsError: a value is not allowed.
    """
    try:
        return Settings()
    except ValidationError as error:
        # Pydantic's own message would repeat the value, which may be a secret.
        raise SettingsError("; ".join(map(_problem, error.errors()))) from None


def remove_from_environment() -> None:
    """Remove all settings from this process's variables, so that no process it starts gets them."""
    for name in tuple(os.environ):
        if name.lower() in Settings.model_fields:
            del os.environ[name]


def _id(text: str) -> int:
    """A user's id; those of groups are negative.

    Raises:
        ValueError: the text is no id.
    """
    if not re.fullmatch(r"-?\d{1,18}", text, re.ASCII):
        raise ValueError("write user ids with commas between them, such as 123456,234567")
    return int(text)


def _problem(error: ErrorDetails) -> str:
    """The variable's name, and what is wrong with its value."""
    name = str(error["loc"][0]).upper()
    reason = error["msg"].removeprefix("Value error, ")
    return f"{name}: {reason}"
