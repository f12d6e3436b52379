"""What somebody new sees in a real browser: three doors, in their language."""

import pytest
from playwright.sync_api import Browser, expect

from bot.sandbox.server import Sandbox
from tests.bot.sandbox.browsing import faults, visiting

# A browser takes seconds to start and to draw.
pytestmark = pytest.mark.slow


@pytest.mark.parametrize("size", [(360, 740), (740, 360)])
def test_three_doors_and_the_promise_are_in_sight(
    browser: Browser, sandbox: Sandbox, size: tuple[int, int]
) -> None:
    with visiting(browser, sandbox.url, size) as page:
        expect(page.locator(".doors button")).to_have_count(3)
        for door in page.locator(".doors button").all():
            expect(door).to_be_in_viewport(ratio=1)
        promise = page.get_by_text("Sandbox: nothing leaves this computer")
        expect(promise).to_be_in_viewport(ratio=1)
        assert promise.evaluate("node => node.scrollWidth <= node.clientWidth")


def test_each_door_leads_somewhere_and_the_focus_stays_on_the_page(
    browser: Browser, sandbox: Sandbox
) -> None:
    with visiting(browser, sandbox.url) as page:
        with page.expect_file_chooser():
            page.get_by_role("button", name="Choose a photo").press("Enter")
        page.get_by_role("button", name="Write one here").press("Enter")
        expect(page.get_by_role("dialog", name="Draw a digit")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_role("button", name="Write one here")).to_be_focused()
        page.get_by_role("button", name="Try this sample").press("Enter")
        expect(page.locator("article.mine .picture img")).to_be_visible()
        expect(page.locator("#greeting")).to_be_hidden()
        expect(page.locator("#log")).to_be_focused()


def test_the_page_speaks_russian_to_a_russian_browser(browser: Browser, sandbox: Sandbox) -> None:
    with visiting(browser, sandbox.url, locale="ru-RU") as page:
        expect(page.locator("html")).to_have_attribute("lang", "ru")
        expect(page.get_by_role("button", name="Нарисовать")).to_be_visible()
        page.fill("#text", "x" * 4097)
        page.get_by_role("button", name="Отправить").click()
        expect(page.get_by_role("alert")).to_contain_text("Текст слишком длинный")
        assert faults(page) == []
