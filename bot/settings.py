"""The environment and `.env`."""

import hmac
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
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from model.reader import ModelName


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
    allowed_users: Annotated[frozenset[int], NoDecode] = frozenset()
    photos_a_minute: int = Field(default=300, ge=0)
    photos_pending: int = Field(default=100, ge=0)
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
    def _as_telegram_takes_it(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not re.fullmatch(r"[\w-]{1,256}", value.get_secret_value(), re.ASCII):
            raise ValueError("use 1 to 256 letters, digits, _ and - only")
        return value

    @field_validator("webhook_url")
    @classmethod
    def _for_a_bot(cls, value: HttpUrl | None, info: ValidationInfo) -> HttpUrl | None:
        if value and not info.data.get("telegram_token"):
            raise ValueError("the sandbox takes none, set TELEGRAM_TOKEN too")
        return value

    @field_validator("allowed_users", mode="before")
    @classmethod
    def _ids(cls, value: str | frozenset[int]) -> frozenset[int]:
        parts = value.split(",") if isinstance(value, str) else map(str, value)
        ids = [part.strip() for part in parts]
        if not all(re.fullmatch(r"-?\d{1,18}", each, re.ASCII) for each in ids):
            raise ValueError("write user ids with commas between them, such as 123456,234567")
        return frozenset(map(int, ids))

    @property
    def serves(self) -> bool:
        """Whether to listen at host and port: for webhooks, or because either was set."""
        asked = self.webhook_url or {"host", "port"} & self.model_fields_set
        return bool(self.telegram_token and asked)

    def secret(self, token: str) -> str:
        """What Telegram has to show with each update; the same on all replicas."""
        if self.webhook_secret:
            return self.webhook_secret.get_secret_value()
        return hmac.new(token.encode(), b"webhook", "sha256").hexdigest()

    @property
    def api_root(self) -> str:
        """The root of the Bot API server, without a trailing slash."""
        return str(self.telegram_api_url).rstrip("/")


def load() -> Settings:
    """Read the settings.

    Raises:
        SettingsError: a value is not allowed.
    """
    try:
        return Settings()
    except ValidationError as error:
        # Pydantic's own words would repeat the value, which may be a secret.
        problems = (
            f"{str(each['loc'][0]).upper()}: {each['msg'].removeprefix('Value error, ')}"
            for each in error.errors()
        )
        raise SettingsError("; ".join(problems)) from None
