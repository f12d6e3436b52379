"""The log, and the token that must not be in it."""

import logging
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from telegram import Bot
from telegram.error import InvalidToken

from bot import logs
from bot.sandbox.server import Sandbox
from model.reader import Reader
from tests.bot.conversation import answering, chatting, photo_of

TOKEN = "123456:AAsecret-part_of-the-token-0123456789"  # noqa: S105  nobody's
SECRET = TOKEN.split(":")[1]
CHATTY = ("httpx", "httpcore")


@pytest.fixture(autouse=True)
def _untouched_logging() -> Iterator[None]:
    """Puts back what `configure` changes for the whole process."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.NOTSET)


@pytest.mark.parametrize("shape", [TOKEN, quote(TOKEN, safe=""), SECRET])
def test_the_token_is_redacted_wherever_a_record_holds_it(
    shape: str, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.configure("DEBUG", TOKEN)
    logger = logging.getLogger("anything")
    logger.debug("in the message: https://api.example/bot%s/getMe", shape)
    logger.info(f"formatted before: {shape}")  # noqa: G004  as a library might
    logger.info({"in an object": shape})
    logger.warning("in arguments: %(url)s", {"url": shape})
    logger.warning("with the stack", stack_info=shape == TOKEN)
    try:
        try:
            int(f"number {shape}")
        except ValueError as cause:
            raise RuntimeError(f"because of {shape}") from cause
    except RuntimeError:
        logger.exception("with a chained traceback")
    output = capsys.readouterr().err
    assert SECRET not in output
    assert output.count("[secret]") >= 6
    for part in ("in the message", "formatted before", "in an object", "because of", "Traceback"):
        assert part in output


@pytest.mark.parametrize("before", ["", "123456:"], ids=["secret", "token"])
@pytest.mark.parametrize(("secret", "is_redacted"), [("eeeeeee", False), ("eeeeeeee", True)])
def test_what_is_too_short_for_a_secret_is_left_in_words(
    before: str, secret: str, is_redacted: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.configure("INFO", before + secret)
    logging.getLogger("anything").info("before %s after", secret)
    expected = "before [secret] after" if is_redacted else f"before {secret} after"
    assert expected in capsys.readouterr().err


def test_a_stack_that_holds_the_token_is_redacted(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("DEBUG", TOKEN)
    record = logging.LogRecord("x", logging.INFO, "x.py", 1, "message", None, None)
    record.stack_info = f"Stack:\n  call({TOKEN!r})"
    logging.getLogger().handle(record)
    output = capsys.readouterr().err
    assert "call('123456:[secret]')" in output
    assert SECRET not in output


@pytest.mark.parametrize(
    ("control", "written"),
    [
        ("\n", "\\n"),
        ("\r", "\\r"),
        ("\x1b", "\\x1b"),
        ("\x7f", "\\x7f"),
        ("\x85", "\\x85"),
        ("\u2028", "\\u2028"),
    ],
)
def test_no_name_forges_a_line_of_the_log(
    control: str, written: str, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.configure("INFO", TOKEN)
    forged = f"Ann{control}2026-01-01 00:00:00,000 ERROR bot: forged"
    logging.getLogger("bot").info("%s sent a photo", forged)
    [line] = capsys.readouterr().err.splitlines()
    assert line.endswith(
        f"INFO bot: Ann{written}2026-01-01 00:00:00,000 ERROR bot: forged sent a photo"
    )


def test_what_is_no_control_character_is_logged_as_it_is(
    capsys: pytest.CaptureFixture[str],
) -> None:
    logs.configure("INFO", TOKEN)
    text = "Zoë Иванова \N{PILE OF POO} \\n ~\xa0é"
    logging.getLogger("bot").info("%s", text)
    assert capsys.readouterr().err.endswith(f"INFO bot: {text}\n")


def test_no_line_of_a_traceback_looks_like_a_record(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("INFO", TOKEN)
    forged = "2026-01-01 00:00:00,000 ERROR bot: forged"
    error = RuntimeError(f"Ann\n{forged}\x1b[2J")
    logging.getLogger("bot").error("An error", exc_info=error, stack_info=True)
    first, *others = capsys.readouterr().err.splitlines()
    assert first.endswith("ERROR bot: An error")
    assert f"  {forged}\\x1b[2J" in others
    assert all(line.startswith("  ") for line in others)


async def test_a_call_that_telegram_refuses_is_logged_without_the_token(
    sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.configure("DEBUG", TOKEN)
    bot = Bot(TOKEN, base_url=f"{sandbox.url}/bot", base_file_url=f"{sandbox.url}/file/bot")
    with pytest.raises(InvalidToken, match=SECRET) as refused:
        await bot.initialize()
    error = RuntimeError("start failed")
    error.__cause__ = refused.value
    logging.getLogger("bot").error("The start: %s", refused.value, exc_info=error)
    await bot.shutdown()
    output = capsys.readouterr().err
    assert "The token `123456:[secret]` was rejected" in output
    assert "Traceback" in output
    assert SECRET not in output


@pytest.mark.parametrize("level", ["DEBUG", "INFO"])
async def test_a_whole_conversation_is_logged_without_the_token(
    sandbox: Sandbox, reader: Reader, level: str, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.configure(level, sandbox.token)
    async with answering(sandbox, reader), chatting(sandbox) as chat:
        await chat.show(photo_of("7"))
        await chat.ask("/confusion")
    output = capsys.readouterr().err
    assert sandbox.token.split(":")[1] not in output
    assert ("sendPhoto" in output) == (level == "DEBUG")
    for chatty in CHATTY:
        assert f" {chatty}" not in output


async def test_without_the_configuration_httpx_would_log_the_token(
    sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    # What the rest of this module guards against; if it ends, so can the guard.
    caplog.set_level(logging.INFO, "httpx")
    async with Bot(sandbox.token, base_url=f"{sandbox.url}/bot"):
        pass
    assert sandbox.token.split(":")[1] in caplog.text


def test_the_level_decides_what_is_logged(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("WARNING", TOKEN)
    logging.getLogger("bot").info("quiet")
    logging.getLogger("bot").warning("loud")
    output = capsys.readouterr().err
    assert "quiet" not in output
    assert "WARNING bot: loud" in output
