"""The drawing board in a real browser."""

from collections.abc import Iterator

import cv2
import httpx
import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from bot.sandbox.server import Sandbox
from tests.bot.sandbox.browsing import draw, three, visiting

LINE = [(0.2, 0.5), (0.8, 0.5)]


@pytest.fixture
def page(browser: Browser, sandbox: Sandbox) -> Iterator[Page]:
    """A phone in the dark theme, with the board open."""
    with visiting(browser, sandbox.url, scheme="dark") as page:
        page.get_by_role("button", name="Draw").click()
        yield page


def sent(page: Page, sandbox: Sandbox) -> np.ndarray:
    """The pixels of the picture in the conversation, grey."""
    image = page.locator("article.mine .picture img")
    expect(image).to_be_visible()
    data = httpx.get(sandbox.url + (image.get_attribute("src") or "")).content
    return np.asarray(cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE))


def test_a_drawing_is_sent_as_dark_ink_on_white_paper(page: Page, sandbox: Sandbox) -> None:
    draw(page.locator("#paper"), LINE)
    page.get_by_role("button", name="Send").last.click()
    pixels = sent(page, sandbox)
    height, width = pixels.shape
    assert height == width
    assert pixels[height // 2, width // 2] < 60
    assert pixels[height // 4].min() > 240
    assert 0.01 < (pixels < 128).mean() < 0.05


def test_undo_takes_back_a_stroke_and_clear_all_of_them(page: Page) -> None:
    paper = page.locator("#paper")
    for y in (0.2, 0.5, 0.8):
        draw(paper, [(0.2, y), (0.8, y)])
    expect(paper).to_have_accessible_name("Paper, strokes: 3")
    page.get_by_role("button", name="Undo").click()
    page.keyboard.press("Control+z")
    expect(paper).to_have_accessible_name("Paper, strokes: 1")
    page.get_by_role("button", name="Clear").press("Enter")
    for name in ("Undo", "Clear"):
        expect(page.get_by_role("button", name=name)).to_be_disabled()
    expect(page.get_by_role("button", name="Close")).to_be_focused()


def test_the_board_is_closed_by_escape_and_keeps_the_drawing(page: Page) -> None:
    draw(page.locator("#paper"), three())
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    opener = page.get_by_role("button", name="Draw")
    expect(opener).to_be_focused()
    opener.press("Enter")
    expect(page.get_by_role("dialog", name="Draw a digit")).to_be_visible()
    expect(page.locator("#paper")).to_have_accessible_name("Paper, strokes: 1")


def test_a_drawing_that_did_not_arrive_is_kept(page: Page) -> None:
    page.evaluate("document.querySelector('#text').value = 'x'.repeat(1025)")
    draw(page.locator("#paper"), LINE)
    page.get_by_role("button", name="Send").last.click()
    expect(page.get_by_role("alert")).to_contain_text("too long")
    page.get_by_role("button", name="Draw").click()
    expect(page.locator("#paper")).to_have_accessible_name("Paper, strokes: 1")


@pytest.mark.parametrize("size", [(360, 740), (740, 360), (1280, 800)])
def test_the_board_fits_the_window(page: Page, size: tuple[int, int]) -> None:
    width, height = size
    page.set_viewport_size({"width": width, "height": height})
    box = page.locator("#draw").bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["y"] >= 0
    assert box["x"] + box["width"] <= width
    assert box["y"] + box["height"] <= height
    paper = page.locator("#paper")
    expect(paper).to_have_css("touch-action", "none")
    for inside in (paper, *page.locator("#draw button").all()):
        expect(inside).to_be_in_viewport(ratio=1)
    sheet = paper.bounding_box()
    assert sheet
    assert sheet["width"] == pytest.approx(sheet["height"], abs=1)
    assert sheet["height"] > 0.85 * min(width, height, 600)
