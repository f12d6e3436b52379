"""The chat page over HTTP: what the user's browser talks to."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, cast

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from bot.mini_app import board
from bot.mini_app.page_words import fill_in
from bot.sandbox import guests, strict_json, user_actions
from bot.sandbox.errors import PageError
from bot.sandbox.state import State
from bot.translations import Translator, for_code

_FILES = Path(__file__).with_name("page")
_SAMPLE = _FILES.parents[1] / "chat" / "sample.jpg"  # the bot's own
_LARGEST = {"photo": 10 * 2**20, "document": 50 * 2**20, "sticker": 2**19}  # bytes
_LARGEST_FORM = 101 * 2**20  # bytes, an album
_STYLES = ("page", "greeting", "message", "album", "composer", "dialog")
_SCRIPTS = (
    *("page", "log", "message", "compose", "reply", "menu", "focus"),
    *("draw", "shrink", "server"),
)
_LONGEST_WAIT = 25  # s
_HEADERS = {
    "Cache-Control": "no-cache",
    # The icon is a data: image inside the page.
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


async def home(request: Request) -> Response:
    """The page itself, in the browser's language."""
    template = board.with_board((_FILES / "page.html").read_text("utf-8"))
    headers = {**_HEADERS, "Vary": "Accept-Language"}
    return HTMLResponse(fill_in(template, _words(request)), headers=headers)


async def asset(request: Request) -> Response:
    """One of the page's styles and scripts."""
    name = request.url.path.removeprefix("/")
    folder = board.FOLDER if name in board.FILES else _FILES
    return FileResponse(folder / name, headers=_HEADERS)


async def sample(_: Request) -> Response:
    """A picture to try the bot with."""
    return FileResponse(_SAMPLE, headers=_HEADERS)


async def send(request: Request) -> Response:
    """Sends what the user wrote or chose to the bot; answers with the messages of an album.

    Raises:
        PageError: the page may not do this, or what was sent cannot be taken.
    """
    state = _state(request)
    sender = _sender(request)
    _check_origin(request)
    await _check_form_size(request)
    async with request.form() as form:
        text = str(form.get("text", ""))
        kind = str(form.get("kind", "photo"))
        reply_to = _whole(str(form.get("reply_to", "0")), "reply_to")
        caption = str(form.get("caption", text))
        attachments = await _attachments(kind, form.getlist("file"))
    if not attachments:
        message = user_actions.send_text(state, sender, text, reply_to)
        return JSONResponse(message)
    if kind == "sticker":
        message = await user_actions.send_sticker(state, sender, attachments[0])
        return JSONResponse(message)
    parcel = user_actions.Parcel(kind, attachments, caption, reply_to)
    messages = await user_actions.send_files(state, sender, parcel)
    return JSONResponse(messages if len(messages) > 1 else messages[0])


async def send_elsewhere(request: Request) -> Response:
    """Sends a text or a photo to a group that the bot is not in.

    Raises:
        PageError: the page may not do this, or what was sent cannot be taken.
    """
    sender = _sender(request)
    _check_origin(request)
    await _check_form_size(request)
    async with request.form() as form:
        text = str(form.get("text", ""))
        reply_to = _whole(str(form.get("reply_to", "0")), "reply_to")
        attachments = await _attachments("photo", form.getlist("file"))
    message = await guests.send(_state(request), sender, text, attachments, reply_to)
    return JSONResponse(message)


async def edit(request: Request) -> Response:
    """Changes what the user wrote.

    Raises:
        PageError: the page may not do this, or what was sent cannot be taken.
    """
    _check_origin(request)
    await _check_form_size(request)
    async with request.form() as form:
        text = str(form.get("text", ""))
    message_id = request.path_params["message_id"]
    edited = user_actions.edit(_state(request), _sender(request), message_id, text)
    return JSONResponse(edited)


async def press(request: Request) -> Response:
    """Presses an inline keyboard button.

    Raises:
        PageError: the page may not do this, or what was sent cannot be taken.
    """
    _check_origin(request)
    try:
        body = strict_json.loads(await request.body())
        message_id, data = int(body["message_id"]), str(body["data"])
    except (ValueError, TypeError, KeyError):
        raise PageError("press-not-understood") from None
    query_id = user_actions.press(_state(request), _sender(request), message_id, data)
    return JSONResponse({"callback_query_id": query_id})


async def events(request: Request) -> Response:
    """The chat's events after a given one; waits up to `wait` seconds for the first.

    Raises:
        PageError: a number in the address is none.
    """
    chat_id = request.path_params["chat_id"]
    if request.url.path.endswith("/elsewhere/events"):
        chat_id = _state(request).chats.open_group(_sender(request))
    after = _number(request, "after")
    seconds = min(_number(request, "wait"), _LONGEST_WAIT)
    events = await _state(request).chats.events(chat_id, after, seconds)
    return JSONResponse({"events": events})


async def commands(request: Request) -> Response:
    """The bot's name, photo, descriptions and command menu, in the browser's language.

    Raises:
        PageError: a number in the address is none.
    """
    state = _state(request)
    profile = state.profile
    chat_id = _number(request, "chat_id")
    language = _language(request)[:2]
    about: dict[str, Any] = {
        "id": state.bot["id"],
        "name": profile.name_for(language),
        "photo": profile.photos[0][0]["file_id"] if profile.photos else "",
        "description": profile.description_for(language),
        "short_description": profile.short_description_for(language),
        "commands": profile.commands_for(chat_id, language),
    }
    return JSONResponse(about)


async def picture(request: Request) -> Response:
    """One size of a photo; other files are not shown, since they could be anything.

    Raises:
        PageError: it is not kept any more.
    """
    file_id = request.path_params["file_id"]
    file = _state(request).files.get(file_id)
    if file is None or not file.sizes:
        raise PageError("picture-gone", 404)
    headers = {**_HEADERS, "Cache-Control": "private, max-age=86400, immutable"}
    return Response(file.data, media_type="image/jpeg", headers=headers)


async def refuse(request: Request, error: HTTPException) -> Response:
    """An error as the sentence that the page shows."""
    sentence = error.detail
    if isinstance(error, PageError):
        sentence = error.sentence(_words(request))
    return JSONResponse({"error": sentence}, error.status_code)


async def _attachments(
    kind: str, fields: Iterable[UploadFile | str]
) -> list[user_actions.Attachment]:
    attachments = []
    for file in fields:
        if isinstance(file, UploadFile):
            _check_size(file.size or 0, _LARGEST.get(kind, 0))
            name = file.filename or "file"
            mime_type = file.content_type or "application/octet-stream"
            attachments.append(user_actions.Attachment(await file.read(), name, mime_type))
    return attachments


def _state(request: Request) -> State:
    return cast("State", request.app.state.sandbox)


def _sender(request: Request) -> dict[str, Any]:
    chat_id = request.path_params["chat_id"]
    if not 0 < chat_id < 2**31:
        raise PageError("no-such-chat")
    return user_actions.user(chat_id, _language(request))


def _language(request: Request) -> str:
    accepted = request.headers.get("accept-language", "")
    first = re.match(r"[A-Za-z]{2,3}(-\w+)?", accepted)
    return first[0].lower() if first else "en"


def _words(request: Request) -> Translator:
    return for_code(_language(request))


def _number(request: Request, name: str) -> int:
    return _whole(request.query_params.get(name, "0"), name)


def _whole(text: str, name: str) -> int:
    if not re.fullmatch(r"\d{1,15}", text, re.ASCII):
        raise PageError("no-number", name=name)
    return int(text)


def _check_origin(request: Request) -> None:
    # Another site's page can make a browser post here, but not with this site as the origin.
    headers = request.headers
    own = f"http://{headers['host']}"
    same_site = headers.get("sec-fetch-site") == "same-origin"
    if headers.get("origin") != own and not same_site:
        raise PageError("only-the-page", 403, address=f"{own}/")


async def _check_form_size(request: Request) -> None:
    size = int(request.headers.get("content-length", 0))
    if size > _LARGEST_FORM:
        # A browser reads no answer before it has sent everything.
        async for _ in request.stream():
            pass
    _check_size(size, _LARGEST_FORM)


def _check_size(size: int, largest: int) -> None:
    if size > largest:
        limits = {kind: limit / 2**20 for kind, limit in _LARGEST.items()}
        raise PageError("too-large", 413, **limits)


ROUTES = [
    Route("/", home),
    Route("/sample.jpg", sample),
    *(Route(f"/{name}.css", asset) for name in _STYLES),
    *(Route(f"/{name}.js", asset) for name in _SCRIPTS),
    *(Route(f"/{name}", asset) for name in board.FILES),
    Route("/chat/{chat_id:int}/messages", send, methods=["POST"]),
    Route("/chat/{chat_id:int}/messages/{message_id:int}", edit, methods=["POST"]),
    Route("/chat/{chat_id:int}/callbacks", press, methods=["POST"]),
    Route("/chat/{chat_id:int}/events", events),
    Route("/chat/{chat_id:int}/elsewhere/messages", send_elsewhere, methods=["POST"]),
    Route("/chat/{chat_id:int}/elsewhere/events", events),
    Route("/commands", commands),
    Route("/pictures/{file_id}", picture),
]
