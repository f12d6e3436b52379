"""Replies, menus and the keyboard's focus, in a real browser."""

from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from bot.sandbox.server import Sandbox
from tests.bot.sandbox.browsing import faults, visiting

COMMANDS = [
    {"command": "start", "description": "What to send"},
    {"command": "read", "description": "Read the photo"},
    {"command": "reset", "description": "Forget"},
]


@pytest.fixture(scope="module")
def api(sandbox: Sandbox) -> Iterator[httpx.Client]:
    """Calls of the Bot API, by a bot that has some commands."""
    with httpx.Client(base_url=f"{sandbox.url}/bot{sandbox.token}/") as client:
        client.post("setMyCommands", json={"commands": COMMANDS})
        yield client


@pytest.fixture
def page(browser: Browser, sandbox: Sandbox, api: httpx.Client) -> Iterator[Page]:
    """A page on which something has been said."""
    del api
    with visiting(browser, sandbox.url) as page:
        page.fill("#text", "hello")
        page.press("#text", "Enter")
        expect(page.locator("article")).to_have_count(1)
        yield page


def last_message(api: httpx.Client) -> dict[str, object]:
    """What the bot has been told last."""
    message = api.post("getUpdates").json()["result"][-1]["message"]
    assert isinstance(message, dict)
    return message


def test_the_bot_is_called_as_in_the_persons_language(page: Page, api: httpx.Client) -> None:
    api.post("setMyName", json={"name": "Numbers", "language_code": "en"})
    expect(page.locator("#name")).to_have_text("Numbers")
    chat = api.post("getUpdates").json()["result"][-1]["message"]["chat"]["id"]
    api.post("sendMessage", json={"chat_id": chat, "text": "hello, too"})
    said = page.locator("article").last
    expect(said).to_have_attribute("aria-label", "Numbers")
    said.get_by_role("button", name="Reply").click()
    expect(page.locator("#replying")).to_contain_text("Numbers")
    api.post("setMyName", json={"language_code": "en"})


def test_a_reply_tells_the_bot_what_it_replies_to(page: Page, api: httpx.Client) -> None:
    page.get_by_role("button", name="Reply").click()
    expect(page.locator("#text")).to_be_focused()
    expect(page.locator("#replying")).to_contain_text("hello")
    page.keyboard.type("/read")
    page.keyboard.press("Enter")
    expect(page.locator("article")).to_have_count(2)
    message = last_message(api)
    assert message["text"] == "/read"
    original = message["reply_to_message"]
    assert isinstance(original, dict)
    assert original["text"] == "hello"
    expect(page.locator("article").last.locator(".quote")).to_contain_text("hello")
    expect(page.locator("#replying")).to_be_hidden()


def test_escape_drops_the_quote_and_keeps_what_is_written(page: Page) -> None:
    page.get_by_role("button", name="Reply").click()
    page.keyboard.type("seven")
    page.keyboard.press("Escape")
    expect(page.locator("#replying")).to_be_hidden()
    page.get_by_role("button", name="Reply").click()
    page.get_by_role("button", name="Drop the quote").press("Enter")
    expect(page.locator("#replying")).to_be_hidden()
    expect(page.locator("#text")).to_be_focused()
    expect(page.locator("#text")).to_have_value("seven")


def test_a_reply_that_did_not_arrive_is_still_a_reply(page: Page) -> None:
    page.get_by_role("button", name="Reply").click()
    page.fill("#text", "x" * 4097)
    page.press("#text", "Enter")
    expect(page.get_by_role("alert")).to_contain_text("too long")
    expect(page.locator("#replying")).to_contain_text("hello")


def test_a_typed_slash_opens_the_commands_that_begin_so(page: Page, api: httpx.Client) -> None:
    menu, text = page.locator("#menu"), page.locator("#text")
    text.press("/")
    expect(menu.get_by_role("button")).to_have_count(3)
    assert faults(page) == []
    page.keyboard.type("re")
    expect(menu.get_by_role("button")).to_have_count(2)
    expect(text).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(menu.get_by_role("button", name="/reset")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(menu.get_by_role("button", name="/read")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("article")).to_have_count(2)
    assert last_message(api)["text"] == "/read"
    expect(menu).to_be_hidden()
    expect(text).to_have_value("")
    expect(text).to_be_focused()


def test_other_text_opens_no_commands(page: Page) -> None:
    for written in ("/x", "7", "a/", "/read 7"):
        page.fill("#text", written)
        expect(page.locator("#menu")).to_be_hidden()


def test_arrow_keys_move_in_a_menu_and_escape_leads_back(page: Page) -> None:
    opener = page.get_by_role("button", name="Commands")
    opener.press("Enter")
    buttons = page.locator("#menu").get_by_role("button")
    for key, place in (("ArrowDown", 0), ("End", 2), ("ArrowDown", 0), ("ArrowUp", 2), ("Home", 0)):
        page.keyboard.press(key)
        expect(buttons.nth(place)).to_be_focused()
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()


def test_the_conversation_takes_the_focus_of_what_goes_away(page: Page, api: httpx.Client) -> None:
    user = page.evaluate("sessionStorage.user")
    photo = FilePayload(name="7.png", mimeType="image/png", buffer=page.screenshot())
    page.set_input_files("#photo", photo)
    page.locator("article .picture").press("Enter")
    expect(page.locator("#viewer")).to_be_visible()
    # Its opener is gone when the viewer closes.
    page.evaluate("document.querySelector('article:has(.picture)').remove()")
    page.keyboard.press("Escape")
    expect(page.locator("#log")).to_be_focused()
    sent = api.post("sendMessage", json={"chat_id": user, "text": "7"}).json()["result"]
    page.locator("article.theirs").get_by_role("button", name="Reply").focus()
    edit = {"chat_id": user, "message_id": sent["message_id"], "text": "8"}
    api.post("editMessageText", json=edit)
    expect(page.locator("article.theirs .text")).to_have_text("8")
    expect(page.locator("article.theirs").get_by_role("button", name="Reply")).to_be_focused()
