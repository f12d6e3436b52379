"""What counts as a response of the Bot API, and which error it tells of."""

import json
from datetime import timedelta

import pytest
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bot.api.responses import (
    DEEPEST,
    LARGEST_UPDATE_ID,
    LONGEST_DESCRIPTION,
    LONGEST_WAIT,
    failure,
    success,
    updates_in,
)


def failed(status: int, method: str = "sendMessage", **fields: object) -> TelegramError:
    """The error of a response with these fields."""
    body = {"ok": False, "error_code": status, "description": "Sorry", **fields}
    return failure(status, json.dumps(body).encode(), method)


def nested(levels: int) -> bytes:
    """A success with so many objects and lists in each other, its own object among them."""
    inner = levels - 1
    return b'{"ok": true, "result": ' + b"[" * inner + b"]" * inner + b"}"


def test_a_success_has_a_result() -> None:
    assert success(b'{"ok": true, "result": false}')["result"] is False
    assert success(b'{"ok": true, "result": []}')["result"] == []
    with pytest.raises(NetworkError, match="without a result"):
        success(b'{"ok": true}')
    with pytest.raises(NetworkError, match="without a result"):
        success(b'{"ok": false, "result": []}')


def test_it_is_nested_so_deep_and_no_deeper() -> None:
    assert success(nested(DEEPEST))["ok"]
    with pytest.raises(NetworkError, match="too deep"):
        success(nested(DEEPEST + 1))
    with pytest.raises(NetworkError):
        success(nested(10**5))


@pytest.mark.parametrize("text", ["[" * 100, '"' + "{" * 100, '\\"' + "[" * 100, "\\", "ж" * 100])
def test_brackets_in_texts_are_not_counted(text: str) -> None:
    for quoted in (json.dumps(text), json.dumps(text, ensure_ascii=False)):
        assert success(b'{"ok": true, "result": %b}' % quoted.encode())["result"] == text
        beside = b'{"ok": true, "result": [%b, %b]}' % (quoted.encode(), b"[" * 40 + b"]" * 40)
        with pytest.raises(NetworkError, match="too deep"):
            success(beside)


@pytest.mark.parametrize(
    ("status", "method", "kind"),
    [
        (400, "sendMessage", BadRequest),
        (403, "sendMessage", Forbidden),
        (409, "getUpdates", Conflict),
        (429, "sendMessage", NetworkError),
        (500, "sendMessage", NetworkError),
        (502, "getMe", NetworkError),
        (401, "getMe", InvalidToken),
        (404, "getMe", InvalidToken),
        (401, "sendMessage", NetworkError),
        (404, "sendMessage", NetworkError),
    ],
)
def test_a_status_tells_the_kind(status: int, method: str, kind: type[TelegramError]) -> None:
    error = failed(status, method)
    assert type(error) is kind
    assert str(error) == f"Sorry ({status})"


@pytest.mark.parametrize(("told", "waits"), [(1, 1), (3600, 3600), (10**30, LONGEST_WAIT)])
def test_a_time_to_wait_is_believed_within_limits(told: int, waits: int) -> None:
    error = failed(429, parameters={"retry_after": told})
    assert isinstance(error, RetryAfter)
    assert error.retry_after == timedelta(seconds=waits)


@pytest.mark.parametrize("told", [0, -1, True, "1", 1.5, None, [1]])
def test_what_is_no_time_to_wait_is_an_error_of_the_network(told: object) -> None:
    assert type(failed(429, parameters={"retry_after": told})) is NetworkError


def test_a_group_that_has_become_a_supergroup_is_told() -> None:
    error = failed(400, parameters={"migrate_to_chat_id": -1001})
    assert isinstance(error, ChatMigrated)
    assert error.new_chat_id == -1001
    assert type(failed(400, parameters={"migrate_to_chat_id": "x"})) is BadRequest


def test_a_description_is_one_short_line() -> None:
    assert str(failed(400, description="a\nb")) == "a b (400)"
    assert len(str(failed(400, description="x" * 10**6))) == LONGEST_DESCRIPTION + len(" (400)")


@pytest.mark.parametrize("update_id", [0, 1, LARGEST_UPDATE_ID])
def test_an_update_has_an_id(update_id: int) -> None:
    assert updates_in([{"update_id": update_id}]) == [{"update_id": update_id}]


@pytest.mark.parametrize("update_id", [-1, LARGEST_UPDATE_ID + 1, True, 1.0, "1", None, [1]])
def test_what_has_none_is_passed_over_and_logged(
    update_id: object, caplog: pytest.LogCaptureFixture
) -> None:
    sound: dict[str, object] = {"update_id": 5}
    assert updates_in([7, {"update_id": update_id}, sound, {}]) == [sound]
    assert "passed over: 3" in caplog.text
    with pytest.raises(NetworkError, match="2 updates"):
        updates_in([{"update_id": update_id}, None])


@pytest.mark.parametrize("result", [True, 7, "text", {}, {"update_id": 1}])
def test_updates_come_in_a_list(result: object) -> None:
    assert updates_in([]) == []
    with pytest.raises(NetworkError, match="no list"):
        updates_in(result)
