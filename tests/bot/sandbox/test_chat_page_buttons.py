"""Buttons that copy a text, and coloured ones, on the chat page in a real browser."""

from pathlib import Path
from typing import Literal

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from bot.sandbox.server import Sandbox
from tests.bot.sandbox.browsing import screenshot, visiting

ROWS = [
    [
        {"text": "Copy", "copy_text": {"text": "12.54\n<b>7</b>"}},
        {"text": "What I saw", "callback_data": "picture"},
    ],
    [
        {"text": "Right", "callback_data": "right", "style": "success"},
        {"text": "Wrong", "callback_data": "wrong", "style": "danger"},
    ],
    [{"text": "Try", "callback_data": "sample", "style": "primary"}],
]


def answer(page: Page, sandbox: Sandbox) -> None:
    """Have the bot send a message with these buttons."""
    page.fill("#text", "hello")
    page.press("#text", "Enter")
    expect(page.locator("article.mine")).to_be_visible()
    body = {"chat_id": page.evaluate("sessionStorage.user"), "text": "12.54"}
    markup = {"reply_markup": {"inline_keyboard": ROWS}}
    url = f"{sandbox.url}/bot{sandbox.token}/sendMessage"
    httpx.post(url, json=body | markup).raise_for_status()
    expect(page.locator(".keyboard button")).to_have_count(5)


def test_a_copy_button_puts_its_text_on_the_clipboard(browser: Browser, sandbox: Sandbox) -> None:
    with visiting(browser, sandbox.url) as page:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        answer(page, sandbox)
        page.get_by_role("button", name="Copy").click()
        expect(page.get_by_role("status")).to_have_text("Copied.")
        assert page.evaluate("navigator.clipboard.readText()") == "12.54\n<b>7</b>"


def test_where_the_browser_refuses_to_copy_the_page_says_what_to_do(
    browser: Browser, sandbox: Sandbox
) -> None:
    with visiting(browser, sandbox.url) as page:
        page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject() }")
        answer(page, sandbox)
        page.get_by_role("button", name="Copy").click()
        expect(page.get_by_role("alert")).to_contain_text("select it in the message")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_coloured_buttons_have_enough_contrast(
    browser: Browser, sandbox: Sandbox, scheme: Literal["light", "dark"], tmp_path: Path
) -> None:
    with visiting(browser, sandbox.url, scheme=scheme) as page:
        answer(page, sandbox)
        colours = {
            name: page.get_by_role("button", name=name).evaluate(
                "node => getComputedStyle(node).backgroundColor"
            )
            for name in ("Right", "Wrong", "What I saw")
        }
        assert len(set(colours.values())) == len(colours)
        screenshot(page, f"{scheme}-buttons", tmp_path)
