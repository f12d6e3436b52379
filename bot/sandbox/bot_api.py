"""The Bot API over HTTP: what the bot talks to."""

import re
from typing import Any

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.sandbox import strict_json
from bot.sandbox.errors import ApiError
from bot.sandbox.methods import METHODS
from bot.sandbox.parameters import Parameters

_LARGEST_CALL = 52 * 2**20  # bytes


async def call_method(request: Request) -> Response:
    """Runs one method and wraps its result as Telegram does.

    Raises:
        ApiError: there is no such method or bot, or the method refuses the call.
    """
    _check_token(request)
    method = METHODS.get(request.path_params["method"].lower())
    if method is None:
        raise ApiError(code=404)
    parameters = await _parameters(request)
    result = await method(request.app.state.sandbox, parameters)
    return JSONResponse({"ok": True, "result": result})


async def download(request: Request) -> Response:
    """The bytes of a file, by the file_path that getFile has returned.

    Raises:
        ApiError: there is no such file or bot.
    """
    _check_token(request)
    file = request.app.state.sandbox.files.at(request.path_params["path"])
    if file is None:
        raise ApiError(code=404)
    return Response(file.data, media_type="application/octet-stream")


async def refuse(_: Request, error: ApiError) -> Response:
    """An ApiError as the response that Telegram gives."""
    body = {"ok": False, "error_code": error.code, "description": error.description}
    return JSONResponse(body, error.code)


def _check_token(request: Request) -> None:
    token = request.path_params["token"]
    if not re.fullmatch(r"\d+:[\w-]+", token, re.ASCII):
        raise ApiError(code=404)
    if token != request.app.state.sandbox.token:
        raise ApiError(code=401)


async def _parameters(request: Request) -> Parameters:
    if int(request.headers.get("content-length", 0)) > _LARGEST_CALL:
        raise ApiError(code=413)
    values: dict[str, Any] = dict(request.query_params)
    uploads: dict[str, bytes] = {}
    try:
        if request.headers.get("content-type", "").startswith("application/json"):
            values |= strict_json.loads(await request.body())
            return Parameters(values)
        async with request.form() as form:
            for name, value in form.items():
                if isinstance(value, UploadFile):
                    uploads[name] = await value.read()
                else:
                    values[name] = value
    except (HTTPException, ValueError, TypeError):
        raise ApiError("can't parse the request body") from None
    return Parameters(values, uploads)


ROUTES = [
    Route("/bot{token}/{method}", call_method, methods=["GET", "POST"]),
    Route("/file/bot{token}/{path:path}", download),
]
