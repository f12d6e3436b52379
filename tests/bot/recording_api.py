"""A Bot API on loopback that answers as it is told, and notes what it was asked."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from tests.bot.loopback import serving

BOT = {"id": 123456, "is_bot": True, "first_name": "Digits", "username": "digits_bot"}
ERRORS = {400: "Bad Request", 403: "Forbidden", 429: "Too Many Requests", 502: "Bad Gateway"}


class RecordingApi:
    """Answers each method with its result, which may be changed at any time, others with true."""

    def __init__(self, **results: object) -> None:
        """Nothing was asked yet."""
        self.url = ""
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.results: dict[str, Any] = {"getMe": BOT, "getUpdates": [], **results}

    def refuse(self, method: str, status: int, reason: str) -> None:
        """Refuse a method from now on."""
        description = f"{ERRORS[status]}: {reason}"
        self.results[method] = {"ok": False, "error_code": status, "description": description}

    def asked(self, method: str) -> list[dict[str, Any]]:
        """The parameters of each call of a method."""
        return [parameters for name, parameters in self.calls if name == method]

    async def answer(self, request: web.Request) -> web.Response:
        """Answer a call."""
        method = request.path.rpartition("/")[2]
        form = await request.post()
        self.calls.append((method, {name: _value(value) for name, value in form.items()}))
        result = self.results.get(method, True)
        if isinstance(result, dict) and result.get("ok") is False:
            return web.json_response(result, status=result["error_code"])
        return web.json_response({"ok": True, "result": result})


def _value(value: object) -> Any:  # noqa: ANN401  JSON, a text or a file
    try:
        return json.loads(str(value))
    except ValueError:
        return value


@asynccontextmanager
async def recording_api(**results: object) -> AsyncIterator[RecordingApi]:
    """Serves at its `url`."""
    api = RecordingApi(**results)
    async with serving(api.answer) as api.url:
        yield api
