"""What stays in sight, and what a restart of the bot looks like, in a real browser."""

from pathlib import Path
from urllib.parse import urlsplit

import cv2
import httpx
import numpy as np
import pytest
from playwright.sync_api import Browser, expect

from bot.sandbox.server import Sandbox, running
from tests.bot.sandbox.browsing import PHONE, visiting

# A browser takes seconds to start and to draw.
pytestmark = pytest.mark.slow


@pytest.mark.parametrize("size", [(740, 360), (360, 740)])
def test_the_last_answer_stays_in_sight(
    browser: Browser, sandbox: Sandbox, size: tuple[int, int]
) -> None:
    with visiting(browser, sandbox.url, size) as page:
        page.fill("#text", "\n".join("hello"))
        page.press("#text", "Enter")
        expect(page.locator("article")).to_have_count(1)
        api = f"{sandbox.url}/bot{sandbox.token}/sendMessage"
        user = page.evaluate("sessionStorage.user")
        for text in ("\n".join("1234567890"), "the last line"):
            httpx.post(api, json={"chat_id": user, "text": text})
        last = page.get_by_text("the last line")
        expect(last).to_be_in_viewport(ratio=1)
        page.fill("#text", "\n".join("12345"))
        expect(last).to_be_in_viewport(ratio=1)
        width, height = size
        page.set_viewport_size({"width": height, "height": width})
        expect(last).to_be_in_viewport(ratio=1)
        page.set_viewport_size({"width": width, "height": height})
        expect(last).to_be_in_viewport(ratio=1)


def test_a_line_break_after_a_block_makes_no_empty_line(browser: Browser, sandbox: Sandbox) -> None:
    with visiting(browser, sandbox.url) as page:
        page.fill("#text", "hello")
        page.press("#text", "Enter")
        expect(page.locator("article")).to_have_count(1)
        for between in ("", "\n"):
            text = f"<pre>7</pre>{between}Sure\nand more"
            body = {"chat_id": page.evaluate("sessionStorage.user"), "text": text}
            api = f"{sandbox.url}/bot{sandbox.token}/sendMessage"
            httpx.post(api, json={**body, "parse_mode": "HTML"})
        texts = page.locator(".theirs .text")
        expect(texts).to_have_count(2)
        first, second = (text.bounding_box() for text in texts.all())
        assert first
        assert second
        assert first["height"] == second["height"]


def test_after_a_restart_the_page_says_that_the_chat_begins_anew(browser: Browser) -> None:
    width, height = PHONE
    with browser.new_context(viewport={"width": width, "height": height}) as context:
        page = context.new_page()
        with running() as sandbox:
            page.goto(sandbox.url)
            page.fill("#text", "hello")
            page.press("#text", "Enter")
            expect(page.locator("article")).to_have_count(1)
            page.get_by_role("button", name="Reply").click()
            page.fill("#text", "a draft")
        expect(page.get_by_role("status")).to_contain_text("does not answer")
        with running(urlsplit(sandbox.url).port or 0):
            note = page.get_by_text("this chat begins anew")
            expect(note).to_be_visible()
            expect(page.locator("article")).to_have_count(0)
            expect(page.locator(".doors")).to_be_visible()
            expect(page.locator("#replying")).to_be_hidden()
            expect(page.locator("#text")).to_have_value("a draft")
            page.press("#text", "Enter")
            expect(page.locator("article")).to_contain_text("a draft")
            page.reload()
            expect(page.locator("article")).to_contain_text("a draft")
            expect(note).to_have_count(0)


def test_a_photo_that_is_too_large_is_made_smaller(
    browser: Browser, sandbox: Sandbox, tmp_path: Path
) -> None:
    grain = np.random.default_rng(0).integers(0, 256, (12_000, 300, 3), np.uint8)
    file = tmp_path / "large.png"
    file.write_bytes(cv2.imencode(".png", grain, [cv2.IMWRITE_PNG_COMPRESSION, 0])[1].tobytes())
    assert file.stat().st_size > 10 * 2**20
    with visiting(browser, sandbox.url) as page:
        page.set_input_files("#photo", file)
        image = page.locator("article.mine .picture img")
        expect(image).to_be_visible(timeout=20_000)
        width, height = (int(image.get_attribute(side) or 0) for side in ("width", "height"))
        assert width / height == pytest.approx(300 / 12_000, abs=0.002)
