"""The Mini App over HTTP: its page, and what the page posts."""

import time

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.mini_app import board
from bot.mini_app.drawings import Drawings
from bot.mini_app.init_data import user_of
from bot.mini_app.page_words import fill_in
from bot.mini_app.refusal import RefusedError
from bot.translations import Translator, for_code
from bot.web import body_of

LARGEST_DRAWING = 1 << 20  # bytes; a sheet full of strokes is 180,000, measured in Chromium
SCHEME = "tma "  # of the Authorization header, as Mini Apps call it by convention
_FILES = ("mini_app.css", "mini_app.js", *board.FILES)
_HEADERS = {
    "Cache-Control": "no-cache",
    # Telegram's own script is all that comes from elsewhere, and Telegram's web apps alone may show
    # the page in a frame. The icon is an empty data: image inside the page.
    "Content-Security-Policy": (
        "default-src 'none'; "
        "script-src 'self' https://telegram.org/js/telegram-web-app.js; "
        "style-src 'self'; img-src data:; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors https://*.telegram.org"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def mini_app_routes(folder: str, drawings: Drawings, token: str) -> list[BaseRoute]:
    """The routes of the Mini App of the bot with this token, in a folder such as "/draw/"."""

    async def receive(request: Request) -> Response:
        try:
            init_data = request.headers.get("Authorization", "").removeprefix(SCHEME)
            user = user_of(init_data, token, time.time())
            drawing = await _drawing(request)
            await drawings.receive(user, drawing)
        except RefusedError as error:
            refusal = {"error": error.sentence(_words(request))}
            return JSONResponse(refusal, error.status, _HEADERS)
        return JSONResponse({}, headers=_HEADERS)

    return [
        Route(folder, _page),
        Route(folder, receive, methods=["POST"]),
        *(Route(f"{folder}{name}", _file) for name in _FILES),
    ]


async def _page(request: Request) -> Response:
    """The page, in the language that its address names, or else in the browser's."""
    template = board.with_board((board.FOLDER / "mini_app.html").read_text("utf-8"))
    headers = {**_HEADERS, "Vary": "Accept-Language"}
    return HTMLResponse(fill_in(template, _words(request)), headers=headers)


async def _file(request: Request) -> Response:
    """One of the page's styles and scripts."""
    name = request.url.path.rpartition("/")[2]
    return FileResponse(board.FOLDER / name, headers=_HEADERS)


async def _drawing(request: Request) -> bytes:
    """What the page posts.

    Raises:
        RefusedError: that is more than a drawing.
    """
    drawing = await body_of(request, LARGEST_DRAWING)
    if drawing is None:
        raise RefusedError(413, "page-draw-too-large")
    return drawing


def _words(request: Request) -> Translator:
    accepted = request.headers.get("Accept-Language", "")
    first = accepted.partition(",")[0].partition(";")[0].strip()
    return for_code(request.query_params.get("lang", first))
