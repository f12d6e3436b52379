"""The Mini App in a real browser, with the bot behind it in a process of its own."""

import json
import socket
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from bot.mini_app.init_data import LONGEST_AGE
from bot.sandbox.server import Sandbox
from tests.bot.mini_app.launching import init_data, somebody
from tests.bot.processes import starting
from tests.bot.sandbox.browsing import PHONE, draw, screenshot, three, visiting

# A browser takes seconds to start and to draw.
pytestmark = pytest.mark.slow

SCRIPT = Path(__file__).with_name("telegram_web_app.js").read_text("utf-8")
VISIT = partial(visiting, scripts={"https://telegram.org/js/telegram-web-app.js": SCRIPT})
# As Telegram's apps tell them: https://core.telegram.org/bots/webapps#themeparams
LIGHT = {"bg_color": "#ffffff", "text_color": "#000000", "hint_color": "#999999"}
DARK = {"bg_color": "#17212b", "text_color": "#f5f5f5", "hint_color": "#708499"}
STRANGER = 2**40  # a user who has never started the bot
LINE = [(0.2, 0.5), (0.8, 0.5)]

Opened = Callable[..., str]


@pytest.fixture(scope="module")
def mini_app(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The Mini App's address; its bot talks to the sandbox."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"http://127.0.0.1:{server.getsockname()[1]}"
    settings = {"TELEGRAM_TOKEN": sandbox.token, "TELEGRAM_API_URL": sandbox.url}
    port = address.rpartition(":")[2]
    with starting(tmp_path_factory.mktemp("bot")) as start:
        process = start(**settings, WEBHOOK_URL=f"{address}/hook", PORT=port)
        assert process.popen.stdout
        assert "webhook" in process.popen.stdout.readline()
        yield f"{address}/draw/"


@pytest.fixture(scope="module")
def opened(sandbox: Sandbox, mini_app: str) -> Opened:
    """Tells the address that Telegram opens for a user."""

    def opened(
        user: int = STRANGER, language: str = "en", theme: object = LIGHT, age: int = 0
    ) -> str:
        since = int(time.time()) - age
        data = init_data(sandbox.token, somebody(user, language), auth_date=since)
        params = {"tgWebAppData": data, "tgWebAppThemeParams": json.dumps(theme)}
        return f"{mini_app}#{urlencode(params)}"

    return opened


@pytest.fixture
def page(browser: Browser, opened: Opened) -> Iterator[Page]:
    """The page on a phone, opened by somebody who has never started the bot."""
    with VISIT(browser, opened()) as page:
        yield page


def strokes(page: Page, count: int) -> None:
    """See that so many strokes are on the paper."""
    expect(page.locator("#paper")).to_have_accessible_name(f"Paper, strokes: {count}")


def test_a_drawing_is_answered_in_the_chat_and_the_page_closes(
    browser: Browser, sandbox: Sandbox, opened: Opened
) -> None:
    with visiting(browser, sandbox.url) as chat:
        chat.get_by_role("button", name="Start").click()
        expect(chat.locator("article")).to_have_count(2)
        user = int(chat.evaluate("sessionStorage.user"))
        with VISIT(browser, opened(user)) as page:
            draw(page.locator("#paper"), three())
            page.get_by_role("button", name="Send").click()
            expect(page.locator("html")).to_have_class("ready expand disableVerticalSwipes close")
            expect(page.get_by_role("alert")).to_be_hidden()
        answer = chat.locator("article").last
        expect(answer).to_contain_text("3")
        expect(answer.locator(".quote")).to_contain_text("Photo")
        expect(answer.get_by_role("button", name="Right")).to_be_visible()


def test_what_is_refused_is_told_and_stays_on_the_paper(page: Page) -> None:
    draw(page.locator("#paper"), LINE)
    for _ in range(2):
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_role("alert")).to_contain_text("send /start in our chat")
    expect(page.get_by_role("button", name="Send")).to_be_enabled()
    strokes(page, 1)
    expect(page.locator("html")).not_to_contain_class("close")


def test_a_page_that_is_open_for_too_long_says_so(browser: Browser, opened: Opened) -> None:
    with VISIT(browser, opened(age=LONGEST_AGE + 5)) as page:
        draw(page.locator("#paper"), LINE)
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_role("alert")).to_contain_text("open for more than a day")
        strokes(page, 1)


def test_what_is_no_answer_of_the_bots_is_told_too(page: Page) -> None:
    broken = partial(Route.fulfill, status=404, body="<h1>nginx</h1>", content_type="text/html")
    page.route("**/draw/?lang=en", broken)
    draw(page.locator("#paper"), LINE)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("alert")).to_contain_text("check your connection and send it again")
    strokes(page, 1)


def test_two_presses_send_one_drawing(page: Page) -> None:
    posted = []
    page.on("request", lambda request: posted.append(request.method))
    draw(page.locator("#paper"), LINE)
    page.evaluate("const send = document.getElementById('draw-send'); send.click(); send.click()")
    expect(page.get_by_role("alert")).to_be_visible()
    assert posted == ["POST"]


def test_the_page_speaks_the_language_of_its_user(browser: Browser, opened: Opened) -> None:
    with VISIT(browser, opened(language="ru")) as page:
        expect(page.get_by_role("heading", name="Нарисуйте цифру")).to_be_visible()
        draw(page.locator("#paper"), LINE)
        page.get_by_role("button", name="Отправить").click()
        expect(page.get_by_role("alert")).to_contain_text("отправьте /start в нашем чате")
    with VISIT(browser, opened(language="de")) as page:
        expect(page.get_by_role("heading", name="Draw a digit")).to_be_visible()


def test_outside_of_telegram_the_page_says_how_to_open_it(browser: Browser, mini_app: str) -> None:
    with VISIT(browser, mini_app) as page:
        expect(page.get_by_role("alert")).to_contain_text("with the button in our chat")


@pytest.mark.parametrize("way", ["escape", "button", "keyboard"])
def test_it_can_be_left_without_a_drawing(page: Page, way: str) -> None:
    close = page.get_by_role("button", name="Close")
    match way:
        case "escape":
            page.keyboard.press("Escape")
        case "button":
            close.click()
        case _:
            page.keyboard.press("Tab")
            expect(close).to_be_focused()
            expect(close).to_have_css("outline-style", "solid")
            page.keyboard.press("Enter")
    expect(page.locator("html")).to_contain_class("close")


def test_a_keyboard_reaches_every_button_in_the_order_that_it_is_seen(page: Page) -> None:
    draw(page.locator("#paper"), LINE)
    page.get_by_role("button", name="Close").focus()
    for name in ("Undo", "Clear", "Send"):
        page.keyboard.press("Tab")
        expect(page.get_by_role("button", name=name)).to_be_focused()
    page.keyboard.press("Control+z")
    expect(page.get_by_role("button", name="Close")).to_be_focused()
    expect(page.get_by_role("button", name="Send")).to_be_disabled()


def test_a_finger_and_a_pen_draw_too(page: Page) -> None:
    devices = page.context.new_cdp_session(page)
    box = page.locator("#paper").bounding_box()
    assert box
    points = [{"x": box["x"] + x, "y": box["y"] + 50} for x in (50, 150, 250)]
    for kind, point in zip(("touchStart", "touchMove", "touchMove"), points, strict=True):
        devices.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [point]})
    devices.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    strokes(page, 1)
    pen = {"button": "left", "buttons": 1, "pointerType": "pen", "clickCount": 1}
    for kind, point in zip(("mousePressed", "mouseMoved", "mouseMoved"), points, strict=True):
        at = {"type": kind, "x": point["x"], "y": point["y"] + 100}
        devices.send("Input.dispatchMouseEvent", pen | at)
    devices.send("Input.dispatchMouseEvent", pen | at | {"type": "mouseReleased", "buttons": 0})
    strokes(page, 2)


@pytest.mark.parametrize(
    ("size", "theme"),
    [(PHONE, LIGHT), (PHONE, DARK), ((740, 360), LIGHT), ((740, 360), DARK), ((1280, 900), DARK)],
    ids=["phone", "phone in the dark", "on its side", "on its side in the dark", "desktop"],
)
def test_it_fits_the_window_in_the_colours_of_its_telegram(
    browser: Browser, opened: Opened, size: tuple[int, int], theme: dict[str, str], tmp_path: Path
) -> None:
    with VISIT(browser, opened(theme=theme), size) as page:
        colour = bytes.fromhex(theme["bg_color"][1:])
        expect(page.locator("body")).to_have_css("background-color", f"rgb{tuple(colour)}")
        paper = page.locator("#paper")
        for inside in (paper, *page.locator("#draw button").all()):
            expect(inside).to_be_in_viewport(ratio=1)
        sheet = paper.bounding_box()
        assert sheet
        assert sheet["width"] == pytest.approx(sheet["height"], abs=1)
        assert sheet["height"] > 0.85 * min(*size, 600)
        draw(paper, three())
        screenshot(page, f"mini-app-{size[0]}-{colour.hex()}", tmp_path)
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_role("alert")).to_be_in_viewport(ratio=1)
        moved = paper.bounding_box()
        assert moved
        assert moved["x"] == sheet["x"]
        expect(page.get_by_role("button", name="Send")).to_be_in_viewport(ratio=1)
        screenshot(page, f"mini-app-{size[0]}-{colour.hex()}-refused", tmp_path)
