"""A whole conversation in a real browser: the sandbox's page, the bot's process, the model."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, FilePayload, Locator, Page, expect

from tests.bot.conversation import photo_of
from tests.bot.sandbox.browsing import (
    DESKTOP,
    PHONE,
    draw,
    screenshot,
    three,
    visiting,
)

# A browser takes seconds to start and to draw.
pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The chat page's address, with the bot behind it as `make run` starts it."""
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PORT": "0"}
    process = subprocess.Popen(
        [sys.executable, "-m", "bot"],
        cwd=tmp_path_factory.mktemp("bot"),
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    with process:
        assert process.stdout
        yield process.stdout.readline().split()[-1]
        process.terminate()


@pytest.fixture(params=[PHONE, DESKTOP], ids=["phone", "desktop"])
def page(browser: Browser, url: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    with visiting(browser, url, request.param) as page:
        yield page


def replies(page: Page) -> Locator:
    """The bot's bubbles."""
    return page.locator("article.message.theirs .bubble")


def photo(digits: str) -> FilePayload:
    """A photo as the person chooses it."""
    return {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": photo_of(digits)}


def test_start_is_pressed_and_the_bot_says_what_to_send(page: Page) -> None:
    expect(page.locator("#description")).to_contain_text("I read handwritten digits")
    page.click("#start")
    expect(page.locator("article.message.mine")).to_contain_text("/start")
    expect(replies(page)).to_contain_text("Send me a photo of a handwritten digit")
    page.get_by_role("button", name="Try it with this one").click()
    expect(replies(page).last.locator(".text")).to_have_text(re.compile(r"^3\s*Sure\s*0 +\d"))
    replies(page).first.get_by_role("button", name="/help", exact=True).click()
    replies(page).last.get_by_role("button", name="/accuracy", exact=True).click()
    expect(replies(page).last).to_contain_text("MNIST test digits")


def test_a_photo_is_answered_with_its_digit_in_a_reply_to_it(page: Page) -> None:
    page.set_input_files("#photo", photo("3"))
    expect(page.locator("article.message.mine .picture img")).to_be_visible()
    expect(replies(page).locator(".text")).to_have_text(re.compile(r"^3\s*Sure\s*0 +\d"))
    expect(replies(page).locator("pre")).to_contain_text("█")
    expect(replies(page).locator(".quote")).to_be_visible()


def test_the_heatmap_is_shown(page: Page) -> None:
    page.fill("#text", "/confusion")
    page.press("#text", "Enter")
    image = replies(page).locator(".picture img")
    expect(image).to_be_visible()
    expect(image).to_have_js_property("complete", value=True)
    assert image.evaluate("image => image.naturalWidth") > 200
    image.click()
    expect(page.locator("#viewer img")).to_be_visible()


@pytest.mark.parametrize("locale", ["en-US", "ru-RU"])
def test_no_answer_to_a_command_has_to_be_scrolled_sideways_on_a_phone(
    browser: Browser, url: str, locale: str, tmp_path: Path
) -> None:
    with visiting(browser, url, PHONE, locale=locale) as page:
        for count, command in enumerate(("/accuracy", "/about", "/help"), 1):
            page.fill("#text", command)
            page.press("#text", "Enter")
            expect(replies(page)).to_have_count(count)
            screenshot(page, f"phone-{locale}{command.replace('/', '-')}", tmp_path)
        for part in replies(page).locator(".text, .text pre").all():
            assert part.evaluate("part => part.scrollWidth - part.clientWidth") <= 0


def test_a_text_file_and_an_empty_page_are_answered_politely(page: Page) -> None:
    text = FilePayload(name="seven.txt", mimeType="text/plain", buffer=b"7")
    page.set_input_files("#file", text)
    expect(replies(page)).to_contain_text("That file is not a picture.")
    page.set_input_files("#photo", photo(""))
    expect(replies(page).last).to_contain_text("I see nothing written there.")


def test_a_drawn_3_is_read_as_3(page: Page) -> None:
    page.get_by_role("button", name="Draw").click()
    draw(page.locator("#paper"), three())
    page.get_by_role("dialog").get_by_role("button", name="Send").click()
    expect(page.locator("article.message.mine .picture img")).to_be_visible()
    expect(replies(page).locator(".text")).to_have_text(re.compile(r"^(Probably )?3\b"))


def test_every_photo_of_an_album_is_answered_in_one_message(page: Page) -> None:
    page.set_input_files("#photo", [photo("3"), photo("7")])
    expect(page.locator(".album .picture img")).to_have_count(2)
    expect(replies(page)).to_contain_text(re.compile(r"Photo 1: 3 .*\s+Photo 2: 7 "))
    expect(replies(page)).to_have_count(1)


def test_what_i_saw_is_a_picture(page: Page) -> None:
    page.set_input_files("#photo", photo("204"))
    page.get_by_role("button", name="What I saw").click()
    expect(replies(page)).to_have_count(2)
    replies(page).last.locator(".picture img").click()
    large = page.locator("#viewer img")
    expect(large).to_have_js_property("complete", value=True)
    assert large.evaluate("image => image.naturalWidth") >= 640


def test_wrong_opens_a_keypad_and_the_answer_shows_the_correction(page: Page) -> None:
    page.set_input_files("#photo", photo("3"))
    page.get_by_role("button", name="Wrong").click()
    page.get_by_role("button", name="5", exact=True).click()
    expect(replies(page)).to_contain_text("You said: 5")
    expect(page.get_by_role("button", name="Wrong")).to_be_visible()
    expect(page.get_by_role("button", name="5", exact=True)).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_screens_are_pictured(
    browser: Browser,
    url: str,
    size: tuple[int, int],
    scheme: Literal["light", "dark"],
    tmp_path: Path,
) -> None:
    name = f"{scheme}-{'phone' if size == PHONE else 'desktop'}"
    with visiting(browser, url, size, scheme) as page:
        expect(page.locator("#description")).to_contain_text("I read handwritten digits")
        screenshot(page, f"{name}-greeting", tmp_path)
        page.set_input_files("#photo", photo("7"))
        expect(replies(page)).to_contain_text("7")
        screenshot(page, f"{name}-answer", tmp_path)
        page.get_by_role("button", name="Draw").click()
        draw(page.locator("#paper"), three())
        screenshot(page, f"{name}-drawing", tmp_path)
        page.get_by_role("dialog").get_by_role("button", name="Send").click()
        expect(replies(page)).to_have_count(2)
        expect(replies(page).last).to_be_in_viewport(ratio=0.9)
        screenshot(page, f"{name}-drawn", tmp_path)
