"""The environment and .env."""

import os
import re
from pathlib import Path

import pytest

from bot.settings import (
    Settings,
    SettingsError,
    load_settings,
    remove_from_environment,
    variables,
)

CONTRACT = {
    "TELEGRAM_TOKEN",
    "TELEGRAM_API_URL",
    "MODEL",
    "WEBHOOK_URL",
    "WEBHOOK_SECRET",
    "HOST",
    "PORT",
    "DATABASE_URL",
    "PSEUDONYM_KEY",
    "ALLOWED_USERS",
    "PHOTOS_A_MINUTE",
    "PHOTOS_PENDING",
    "MESSAGES_A_MINUTE",
    "READING_SECONDS_A_MINUTE",
    "LOG_LEVEL",
}
TOKEN = "123456:AAsecret-part_of-the-token-0123456789"  # noqa: S105  nobody's


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder, and an environment that sets nothing."""
    monkeypatch.chdir(tmp_path)
    for name in CONTRACT:
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def check_defaults() -> None:
    chosen = load_settings()
    assert chosen.telegram_token is None
    assert chosen.api_root == "https://api.telegram.org"
    assert chosen.model == "convolutional"
    assert (chosen.host, chosen.port) == ("127.0.0.1", 8080)
    assert chosen.webhook_url is None
    assert chosen.key is None
    assert chosen.allowed_users == frozenset()
    assert (chosen.photos_a_minute, chosen.photos_pending) == (300, 100)
    assert (chosen.messages_a_minute, chosen.reading_seconds_a_minute) == (30, 30)
    assert chosen.log_level == "INFO"


def test_nothing_has_to_be_set() -> None:
    check_defaults()


@pytest.mark.parametrize("source", ["environment", ".env"])
def test_settings_come_from_the_environment_and_from_dot_env(
    source: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = {
        "TELEGRAM_TOKEN": TOKEN,
        "TELEGRAM_API_URL": "http://127.0.0.1:8081",
        "MODEL": "dense",
        "PORT": "0",
        "ALLOWED_USERS": "123456, 234567,-1001234567890",
        "PHOTOS_A_MINUTE": "0",
        "PHOTOS_PENDING": "7",
        "MESSAGES_A_MINUTE": "0",
        "READING_SECONDS_A_MINUTE": "2.5",
        "LOG_LEVEL": "DEBUG",
    }
    if source == ".env":
        lines = (f"{name}={value}\n" for name, value in values.items())
        (folder / ".env").write_text("".join(lines))
    else:
        for name, value in values.items():
            monkeypatch.setenv(name, value)
    chosen = load_settings()
    assert chosen.telegram_token
    assert chosen.telegram_token.get_secret_value() == TOKEN
    assert chosen.api_root == "http://127.0.0.1:8081"
    assert (chosen.model, chosen.port, chosen.log_level) == ("dense", 0, "DEBUG")
    assert chosen.allowed_users == {123456, 234567, -1001234567890}
    assert (chosen.photos_a_minute, chosen.photos_pending) == (0, 7)
    assert (chosen.messages_a_minute, chosen.reading_seconds_a_minute) == (0, 2.5)


def test_the_environment_wins_over_dot_env(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / ".env").write_text("PORT=1\nMODEL=dense\n")
    monkeypatch.setenv("PORT", "2")
    chosen = load_settings()
    assert (chosen.port, chosen.model) == (2, "dense")


@pytest.mark.parametrize("source", ["environment", ".env"])
def test_an_empty_value_counts_as_not_set(
    source: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if source == ".env":
        (folder / ".env").write_text("".join(f"{name}=\n" for name in sorted(CONTRACT)))
    else:
        for name in CONTRACT:
            monkeypatch.setenv(name, "")
    check_defaults()


def test_what_the_bot_does_not_know_is_left_alone(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / ".env").write_text("SOMETHING_ELSE=1\nOTHER_TOKEN=2\n")
    monkeypatch.setenv("ANYTHING", "x")
    check_defaults()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "http"),
        ("PORT", "65536"),
        ("PORT", "-1"),
        ("MODEL", "transformer"),
        ("LOG_LEVEL", "LOUD"),
        ("TELEGRAM_API_URL", "api.example"),
        ("TELEGRAM_API_URL", "ftp://api.example"),
        ("TELEGRAM_API_URL", "http://"),
        ("WEBHOOK_URL", "bot.example/hook"),
        ("WEBHOOK_SECRET", "not a header"),
        ("WEBHOOK_SECRET", "e"),
        ("WEBHOOK_SECRET", "e" * 7),
        ("WEBHOOK_SECRET", "e" * 257),
        ("WEBHOOK_SECRET", "eeeeeeé-"),
        ("WEBHOOK_SECRET", "eeeeeeee\n"),
        ("PSEUDONYM_KEY", "x" * 31),
        ("ALLOWED_USERS", "@somebody"),
        ("ALLOWED_USERS", "123456;234567"),
        # Whoever writes this wants to let in few, not everybody.
        ("ALLOWED_USERS", ","),
        ("PHOTOS_A_MINUTE", "-1"),
        ("PHOTOS_PENDING", "many"),
        ("MESSAGES_A_MINUTE", "-1"),
        ("READING_SECONDS_A_MINUTE", "-0.5"),
    ],
)
def test_a_wrong_value_is_told_in_one_line_that_names_it_and_shows_no_token(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TELEGRAM_TOKEN", TOKEN)
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as raised:
        load_settings()
    message = str(raised.value)
    assert message.startswith(f"{name}: ")
    assert "\n" not in message
    assert "TELEGRAM_TOKEN" not in message
    assert TOKEN.split(":")[1] not in message


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("PORT", "http", "PORT: write a whole number from 0 to 65535, 0 for a free one"),
        ("PORT", "65536", "PORT: write a whole number from 0 to 65535, 0 for a free one"),
        ("MODEL", "transformer", "MODEL: write convolutional or dense"),
        ("LOG_LEVEL", "LOUD", "LOG_LEVEL: write DEBUG, INFO, WARNING or ERROR"),
        (
            "TELEGRAM_API_URL",
            "ftp://api.example",
            "TELEGRAM_API_URL: write the http or https address of a Bot API server",
        ),
        (
            "PHOTOS_PENDING",
            "-1",
            "PHOTOS_PENDING: write a whole number of photos of one user, 0 for no limit",
        ),
        (
            "READING_SECONDS_A_MINUTE",
            "nan",
            "READING_SECONDS_A_MINUTE: write a number of seconds for one user, 0 for no limit",
        ),
        (
            "ALLOWED_USERS",
            "@somebody",
            "ALLOWED_USERS: write user ids with commas between them, such as 123456,234567",
        ),
    ],
)
def test_it_is_told_what_to_write_instead_of_a_wrong_value(
    name: str, value: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as raised:
        load_settings()
    assert str(raised.value) == message


def test_each_setting_is_described_with_its_default() -> None:
    texts = variables()
    assert texts.keys() == {name.upper() for name in Settings.model_fields}
    assert not [name for name, text in texts.items() if text.startswith("None")]
    assert texts["PORT"] == "a whole number from 0 to 65535, 0 for a free one (8080)"
    assert texts["HOST"] == "the address to listen at (127.0.0.1)"
    assert texts["WEBHOOK_URL"] == "the http or https address that Telegram posts updates to"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("PORT 8080\n", 1),
        ("# one\n\nPORT=0\n\n\n  MODEL dense\nHOST=x\n", 6),
        ("PORT=0\nMODEL\n", 2),
        ('PORT=0\nDATABASE_URL="sqlite:///a.db\nMODEL=dense\n', 2),
        ("PORT=0\r\nMODEL: dense\r\n", 2),
    ],
)
def test_a_line_of_dot_env_that_sets_nothing_is_told_by_its_number(
    text: str, line: int, folder: Path
) -> None:
    (folder / ".env").write_text(text)
    with pytest.raises(SettingsError) as raised:
        load_settings()
    assert str(raised.value) == f".env, line {line}: write NAME=value, or # and a comment."


def test_a_malformed_line_is_not_shown(folder: Path) -> None:
    (folder / ".env").write_text(f"TELEGRAM_TOKEN {TOKEN}\n")
    with pytest.raises(SettingsError) as raised:
        load_settings()
    assert TOKEN.split(":")[1] not in str(raised.value)


def test_a_dot_env_that_is_no_text_is_told_by_the_line(folder: Path) -> None:
    (folder / ".env").write_bytes(b"PORT=0\nMODEL=\xff\xfe\n")
    with pytest.raises(SettingsError, match=r"^\.env, line 2: this is no text in UTF-8\.$"):
        load_settings()


def test_comments_quotes_and_what_some_editors_put_first_are_understood(folder: Path) -> None:
    text = "\ufeffPORT=1  # free\n\n# export\nexport MODEL='dense'\nHOST=\"::1\"\n"
    (folder / ".env").write_text(text, encoding="utf-8")
    chosen = load_settings()
    assert (chosen.port, chosen.model, chosen.host) == (1, "dense", "::1")


def test_a_folder_of_that_name_is_left_alone(folder: Path) -> None:
    (folder / ".env").mkdir()
    check_defaults()


def test_a_token_put_into_the_wrong_variable_is_not_shown_either(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("PORT", "MODEL", "LOG_LEVEL", "TELEGRAM_API_URL", "WEBHOOK_URL"):
        monkeypatch.setenv(name, TOKEN)
    with pytest.raises(SettingsError) as raised:
        load_settings()
    assert TOKEN.split(":")[1] not in str(raised.value)
    assert str(raised.value).count("; ") == 4


def test_a_webhook_without_a_token_is_refused_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("WEBHOOK_URL", "https://bot.example/hook")
    with pytest.raises(SettingsError, match=r"^WEBHOOK_URL: .* set TELEGRAM_TOKEN too$"):
        load_settings()


def test_without_a_secret_of_its_own_a_webhook_has_one_that_follows_from_the_token() -> None:
    derived = load_settings().secret(TOKEN)
    assert re.fullmatch(r"[\w-]{32,256}", derived)
    assert TOKEN.split(":")[1] not in derived
    assert derived == load_settings().secret(TOKEN) != load_settings().secret(f"{TOKEN}x")


def test_the_key_of_the_pseudonyms_may_be_chosen_and_is_not_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PSEUDONYM_KEY", "k" * 32)
    assert load_settings().key == "k" * 32
    assert "k" * 32 not in f"{load_settings()!r} {load_settings()}"


@pytest.mark.parametrize("secret", ["chosen-8", "_" * 256])
def test_a_secret_may_be_chosen(secret: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEBHOOK_SECRET", secret)
    assert load_settings().secret(TOKEN) == secret


@pytest.mark.parametrize("name", ["HOST", "PORT", "WEBHOOK_URL"])
def test_a_bot_listens_only_if_it_is_told_where_or_what_for(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TELEGRAM_TOKEN", TOKEN)
    assert not load_settings().serves
    values = {"HOST": "127.0.0.1", "PORT": "8080", "WEBHOOK_URL": "https://bot.example/hook"}
    monkeypatch.setenv(name, values[name])
    assert load_settings().serves
    monkeypatch.delenv("TELEGRAM_TOKEN")
    monkeypatch.delenv("WEBHOOK_URL", raising=False)
    assert not load_settings().serves  # the port is the sandbox's


def test_the_mini_app_lies_beside_the_webhook(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_settings().mini_app_url is None
    monkeypatch.setenv("TELEGRAM_TOKEN", TOKEN)
    for webhook, page in (
        ("https://bot.example", "https://bot.example/draw/"),
        ("https://bot.example/hook", "https://bot.example/draw/"),
        ("https://bot.example:8443/digits/hook?x=1", "https://bot.example:8443/digits/draw/"),
        ("https://bot.example/draw", "https://bot.example/draw/"),
        ("https://bot.example/draw/", "https://bot.example/draw/draw/"),
    ):
        monkeypatch.setenv("WEBHOOK_URL", webhook)
        assert load_settings().mini_app_url == page


@pytest.mark.parametrize(
    ("url", "root"),
    [
        ("http://127.0.0.1:8081/", "http://127.0.0.1:8081"),
        ("http://127.0.0.1:8081//", "http://127.0.0.1:8081"),
        ("https://api.example/telegram/", "https://api.example/telegram"),
        ("HTTPS://API.example", "https://api.example"),
    ],
)
def test_a_trailing_slash_of_the_api_is_removed(
    url: str, root: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TELEGRAM_API_URL", url)
    assert load_settings().api_root == root


def test_the_token_is_not_shown_when_the_settings_are_printed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TELEGRAM_TOKEN", TOKEN)
    chosen = load_settings()
    assert TOKEN.split(":")[1] not in f"{chosen!r} {chosen}"


def test_the_example_lists_every_variable_once_and_loads_as_it_stands(folder: Path) -> None:
    example = (Path(__file__).parents[2] / ".env.example").read_text()
    names = [line.partition("=")[0] for line in example.splitlines() if "=" in line]
    assert sorted(names) == sorted(CONTRACT)
    (folder / ".env").write_text(example)
    check_defaults()


def test_settings_and_nothing_else_can_be_removed_from_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TELEGRAM_TOKEN", TOKEN)
    monkeypatch.setenv("database_url", "sqlite:///lower.db")  # small letters count, too
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    before = dict(os.environ)
    remove_from_environment()
    assert before.items() - os.environ.items() == {
        ("TELEGRAM_TOKEN", TOKEN),
        ("database_url", "sqlite:///lower.db"),
    }
    assert os.environ["HTTPS_PROXY"] == "http://proxy.example:3128"
