"""The chat page in a real browser; the bot's part is said by the test."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

import cv2
import httpx
import numpy as np
import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from bot.sandbox.server import Sandbox
from tests.bot.sandbox.browsing import DESKTOP, faults, screenshot, visiting

Call = Callable[..., Any]


KEYPAD = [
    [{"text": str(digit), "callback_data": str(digit)} for digit in digits]
    for digits in ((0, 1, 2, 3, 4), (5, 6, 7, 8, 9))
]


@pytest.fixture
def page(browser: Browser, sandbox: Sandbox) -> Iterator[Page]:
    with visiting(browser, sandbox.url) as page:
        yield page


@pytest.fixture
def call(sandbox: Sandbox, page: Page) -> Call:
    """Calls a method of the Bot API in the page's chat; returns the result."""
    user = page.evaluate("sessionStorage.user")

    def call(method: str, **parameters: object) -> Any:  # noqa: ANN401  whatever it returns
        url = f"{sandbox.url}/bot{sandbox.token}/{method}"
        answer = httpx.post(url, json={"chat_id": user, **parameters})
        return answer.raise_for_status().json()["result"]

    return call


def say(page: Page, text: str) -> None:
    """Writes and sends a message, and sees it in the conversation."""
    page.fill("#text", text)
    page.press("#text", "Enter")
    expect(page.locator("article.mine").last).to_contain_text(text)


def grey(name: str = "grey.png", height: int = 300) -> FilePayload:
    """A picture with so much grain that it is heavy: 3 bytes a pixel."""
    grain = np.random.default_rng(0).integers(0, 256, (height, 300, 3), np.uint8)
    data = cv2.imencode(".png", grain)[1].tobytes()
    return {"name": name, "mimeType": "image/png", "buffer": data}


def test_two_pages_are_two_users(page: Page, sandbox: Sandbox) -> None:
    other = page.context.new_page()
    other.goto(sandbox.url)
    for each, text in ((page, "seven"), (other, "eight")):
        say(each, text)
    users = {each.evaluate("sessionStorage.user") for each in (page, other)}
    assert len(users) == 2
    for each, text in ((page, "seven"), (other, "eight")):
        expect(each.locator("article")).to_have_count(1)
        expect(each.locator("article")).to_contain_text(text)


def test_reloading_keeps_the_conversation(page: Page, call: Call) -> None:
    say(page, "hello")
    reply = call("sendMessage", text="one", reply_markup={"inline_keyboard": KEYPAD})
    call("editMessageText", message_id=reply["message_id"], text="two")
    call("setMessageReaction", message_id=reply["message_id"], reaction=[{"emoji": "👀"}])
    page.set_input_files("#photo", grey())
    expect(page.locator("article")).to_have_count(3)
    before = page.locator("article").all_inner_texts()
    page.reload()
    expect(page.locator("article")).to_have_count(3)
    assert page.locator("article").all_inner_texts() == before
    assert "👀" in before[1]
    assert "two" in before[1]


def test_an_upload_shows_how_far_it_is(page: Page) -> None:
    network = page.context.new_cdp_session(page)
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 400_000}
    network.send("Network.enable")
    network.send("Network.emulateNetworkConditions", slow)
    page.evaluate(
        """window.shares = [];
        new MutationObserver(() => shares.push(document.querySelector("progress")?.value))
            .observe(document.body, { attributes: true, childList: true, subtree: true })"""
    )
    page.set_input_files("#photo", grey(height=900), no_wait_after=True)
    bar = page.get_by_role("progressbar", name="Sending grey.png")
    expect(bar).to_be_visible()
    expect(page.locator("article .picture img")).to_be_visible()
    expect(bar).to_have_count(0)
    assert any(share and 0 < share < 1 for share in page.evaluate("shares"))


def test_a_refused_upload_says_why_and_loses_nothing_that_was_typed(
    page: Page, tmp_path: Path
) -> None:
    page.fill("#text", "is this a 7?")
    page.set_input_files("#photo", {"name": "7.jpg", "mimeType": "image/jpeg", "buffer": b"7"})
    expect(page.get_by_role("alert")).to_have_text(
        "7.jpg cannot be read as a picture. Send it as a file."
    )
    expect(page.locator("#text")).to_have_value("is this a 7?")
    expect(page.locator("article")).to_have_count(0)
    heavy = tmp_path / "7.png"
    heavy.write_bytes(bytes(10 * 2**20 + 1))
    page.set_input_files("#photo", heavy)
    expect(page.get_by_role("alert").last).to_contain_text("photos up to 10 MB")


def test_what_was_typed_stays_when_text_is_pasted(page: Page) -> None:
    page.fill("#text", "seven")
    page.evaluate(
        """const clipboardData = new DataTransfer();
        clipboardData.setData("text/plain", "eight");
        document.dispatchEvent(new ClipboardEvent("paste", { clipboardData }))"""
    )
    expect(page.locator("#text")).to_have_value("seven")


def test_several_photos_are_an_album(page: Page, call: Call) -> None:
    say(page, "hello")
    call("deleteWebhook", drop_pending_updates=True)
    page.fill("#text", "my digits")
    page.set_input_files("#photo", [grey(f"{n}.png") for n in range(3)])
    expect(page.locator(".album article .picture img")).to_have_count(3)
    messages = [update["message"] for update in call("getUpdates")]
    assert len({message["media_group_id"] for message in messages}) == 1
    assert [message.get("caption") for message in messages] == ["my digits", None, None]


def test_eleven_photos_are_an_album_and_a_photo(page: Page, call: Call) -> None:
    say(page, "hello")
    call("deleteWebhook", drop_pending_updates=True)
    page.set_input_files("#photo", [grey(f"{n}.png", height=20) for n in range(11)])
    expect(page.locator("article .picture")).to_have_count(11)
    groups = [update["message"].get("media_group_id") for update in call("getUpdates")]
    assert groups == [groups[0]] * 10 + [None]


def test_two_rows_of_five_buttons_fit_a_phone(page: Page, call: Call) -> None:
    say(page, "hello")
    call("sendMessage", text="?", reply_markup={"inline_keyboard": KEYPAD})
    buttons = page.locator(".keyboard button")
    expect(buttons).to_have_count(10)
    boxes = [button.bounding_box() for button in buttons.all()]
    assert [len({box["y"] for box in boxes[row : row + 5] if box}) for row in (0, 5)] == [1, 1]
    assert all(box and box["width"] >= 44 and box["height"] >= 44 for box in boxes)


def test_a_pressed_button_changes_the_message_in_place_and_keeps_the_focus(
    page: Page, call: Call
) -> None:
    say(page, "hello")
    sent = call("sendMessage", text="7", reply_markup={"inline_keyboard": KEYPAD})
    page.get_by_role("button", name="5").press("Enter")
    (query,) = [u["callback_query"] for u in call("getUpdates", timeout=9) if "callback_query" in u]
    assert query["data"] == "5"
    rows = [[{"text": "Undo", "callback_data": "undo"}]]
    edit = {"message_id": sent["message_id"], "text": "7, you said 5"}
    call("editMessageText", **edit, reply_markup={"inline_keyboard": rows})
    expect(page.locator("article.theirs .text")).to_have_text("7, you said 5")
    expect(page.get_by_role("button", name="Undo")).to_be_focused()
    call("editMessageReplyMarkup", message_id=sent["message_id"])
    expect(page.locator(".keyboard")).to_have_count(0)
    expect(page.locator("#log")).to_be_focused()
    call("answerCallbackQuery", callback_query_id=query["id"], text="Thanks")
    expect(page.get_by_role("status")).to_have_text("Thanks")


def test_a_loud_answer_and_a_reaction_are_shown(page: Page, call: Call) -> None:
    say(page, "hello")
    sent = call("sendMessage", text="7", reply_markup={"inline_keyboard": KEYPAD})
    page.get_by_role("button", name="0").click()
    updates = call("getUpdates", timeout=9)
    query_id = updates[-1]["callback_query"]["id"]
    call("answerCallbackQuery", callback_query_id=query_id, text="Not yours", show_alert=True)
    expect(page.get_by_role("dialog")).to_contain_text("Not yours")
    page.get_by_role("button", name="OK").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    call("setMessageReaction", message_id=sent["message_id"], reaction=[{"emoji": "👍"}])
    expect(page.locator("article.theirs .reaction")).to_have_text("👍")


def test_the_camera_is_offered_where_there_is_a_touch_screen(
    browser: Browser, page: Page, sandbox: Sandbox
) -> None:
    page.get_by_role("button", name="Attach").click()
    with page.expect_file_chooser() as chosen:
        page.get_by_role("button", name="Camera").click()
    assert chosen.value.element.get_attribute("capture") == "environment"
    chosen.value.set_files(grey())
    expect(page.locator("article.mine .picture img")).to_be_visible()
    with visiting(browser, sandbox.url, DESKTOP) as desktop:
        desktop.get_by_role("button", name="Attach").click()
        expect(desktop.get_by_role("button", name="Photos")).to_be_visible()
        expect(desktop.get_by_role("button", name="Camera")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_fault(
    browser: Browser, sandbox: Sandbox, scheme: Literal["light", "dark"], tmp_path: Path
) -> None:
    with visiting(browser, sandbox.url, scheme=scheme) as page:
        assert faults(page) == []
        say(page, "hello /start")
        page.set_input_files("#photo", [grey(), grey()])
        page.set_input_files("#file", {"name": "7.txt", "mimeType": "text/plain", "buffer": b"7"})
        expect(page.locator("article")).to_have_count(4)
        text = "<b>7</b> <code>7</code> <a href='https://example.org'>why</a><pre>7 ██</pre>"
        body = {"chat_id": page.evaluate("sessionStorage.user"), "text": text, "parse_mode": "HTML"}
        markup = {"reply_markup": {"inline_keyboard": KEYPAD}}
        httpx.post(f"{sandbox.url}/bot{sandbox.token}/sendMessage", json=body | markup)
        expect(page.locator(".keyboard button")).to_have_count(10)
        screenshot(page, f"{scheme}-keypad", tmp_path)
        page.get_by_role("button", name="Attach").click()
        screenshot(page, f"{scheme}-attach", tmp_path)
        page.keyboard.press("Escape")
        page.get_by_role("button", name="Draw").click()
        assert faults(page) == []
