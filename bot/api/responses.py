"""What the Bot API answers, checked before anybody believes it.

Whatever is no response as https://core.telegram.org/bots/api#making-requests describes it becomes
a `NetworkError`, after which a call is tried again.
"""

import json
import logging
from http import HTTPStatus
from typing import Any, TypeGuard

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

# Bytes. 100 updates with 65 KB each: twice 4096 characters as \uXXXX, in the message and in the one
# that it replies to, and their entities.
LARGEST_RESPONSE = 8 * 2**20
# Objects and lists in each other, chosen: the buttons of a message that a pinned message replies
# to lie some ten deep.
DEEPEST = 32
LARGEST_UPDATE_ID = 2**63 - 1  # what the database holds
LONGEST_DESCRIPTION = 300  # characters of an error, chosen for one line of a log
LONGEST_WAIT = 86_400  # s, chosen: a day is as good as never for a message

logger = logging.getLogger(__name__)

_KINDS: dict[int, type[TelegramError]] = {
    HTTPStatus.BAD_REQUEST: BadRequest,
    HTTPStatus.FORBIDDEN: Forbidden,
    HTTPStatus.CONFLICT: Conflict,
}
_NO_SUCH_BOT = {HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND}


def success(payload: bytes) -> dict[str, Any]:
    """The response to a call that succeeded, with a `result` that is not None.

    Raises:
        NetworkError: it is no such response.
    """
    response = _parsed(payload)
    if response["ok"] is not True or response.get("result") is None:
        raise NetworkError("A response without a result")
    return response


def failure(status: int, payload: bytes, method: str) -> TelegramError:
    """The error that a response with a status other than 2xx tells of.

    Only getMe is believed that there is no such bot. Of any other method 401 or 404 may come from
    a server in between, or from one that does not know the method.
    """
    try:
        response = _parsed(payload)
    except NetworkError:
        return NetworkError(f"No response of the Bot API, with status {status}")
    description = response.get("description")
    parameters = response.get("parameters", {})
    if not isinstance(description, str) or not isinstance(parameters, dict):
        return NetworkError(f"An error that says nothing, with status {status}")
    new_chat_id = parameters.get("migrate_to_chat_id")
    if _is_whole(new_chat_id):
        return ChatMigrated(new_chat_id)
    seconds = parameters.get("retry_after")
    if _is_whole(seconds) and seconds > 0:
        return RetryAfter(min(seconds, LONGEST_WAIT))
    kind = _KINDS.get(status, NetworkError)
    if method == "getMe" and status in _NO_SUCH_BOT:
        kind = InvalidToken
    return kind(f"{_one_short_line(description)} ({status})")


def updates_in(result: object) -> list[dict[str, Any]]:
    """The updates in the result of getUpdates; what has no id is logged and passed over.

    Raises:
        NetworkError: it is no list, or nothing in it is an update.
    """
    if not isinstance(result, list):
        raise NetworkError("A result of getUpdates that is no list")
    updates = [each for each in result if is_update(each)]
    broken = len(result) - len(updates)
    if broken and not updates:  # a next request at once would get the same again
        raise NetworkError(f"{broken} updates without an id, and no other")
    if broken:
        logger.warning("Updates without an id are passed over: %d.", broken)
    return updates


def is_update(value: object) -> bool:
    """Whether a value is an object with an id, which may be of an update."""
    if not isinstance(value, dict):
        return False
    update_id = value.get("update_id")
    return _is_whole(update_id) and 0 <= update_id <= LARGEST_UPDATE_ID


def _one_short_line(text: str) -> str:
    return " ".join(text[:LONGEST_DESCRIPTION].split())


def _parsed(payload: bytes) -> dict[str, Any]:
    """An object with a boolean `ok`.

    Raises:
        NetworkError: it is no JSON, or JSON of another kind.
    """
    try:
        response = json.loads(payload.decode(errors="replace"))
    except (ValueError, RecursionError):
        raise NetworkError("A response that is no JSON") from None
    if not isinstance(response, dict) or not isinstance(response.get("ok"), bool):
        raise NetworkError("A response that is not of the Bot API")
    if _is_deeper_than(DEEPEST, response):
        raise NetworkError("A response that is nested too deep")
    return response


def _is_deeper_than(most: int, response: dict[str, Any]) -> bool:
    """Whether more than `most` objects and lists lie in each other."""
    level: list[Any] = [response]
    for _ in range(most):
        next_level = []
        for container in level:
            parts = container.values() if isinstance(container, dict) else container
            next_level += [part for part in parts if isinstance(part, (dict, list))]
        if not next_level:
            return False
        level = next_level
    return True


def _is_whole(value: object) -> TypeGuard[int]:
    """Whether a value is a whole number; in Python True would pass for 1."""
    return isinstance(value, int) and not isinstance(value, bool)
