"""A real browser at the chat page, in which nothing may go wrong silently."""

import math
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, Request, Route, sync_playwright

from tests.bot.programs import program

Point = tuple[float, float]

PHONE, DESKTOP = (360, 740), (1280, 800)  # CSS px, width and height
# As root it has no sandbox, and nothing but the page's own server may be asked for anything.
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-quic",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
]
_REFUSED = "the server responded with a status of 4"


@contextmanager
def chromium() -> Iterator[Browser]:
    """The system's Chromium, without a window; without it the test is skipped or fails."""
    executable = program("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=_ARGUMENTS)
        yield browser
        browser.close()


@contextmanager
def visiting(  # noqa: PLR0913, PLR0917  what may differ between two visitors
    browser: Browser,
    url: str,
    size: tuple[int, int] = PHONE,
    scheme: Literal["light", "dark"] = "light",
    locale: str = "en-US",
    scripts: Mapping[str, str] = {},
) -> Iterator[Page]:
    """The page as somebody new opens it; in the end, nothing has failed or is too wide.

    `scripts` are those of other servers, by their addresses.
    Chromium itself notes a refused upload on the console, and a reload ends the requests under
    way; neither is a failure.
    """
    complaints: list[str] = []
    width, height = size

    def failed(request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":
            complaints.append(request.url)

    with browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=scheme,
        has_touch=size == PHONE,
        locale=locale,
    ) as context:
        context.on("console", lambda message: complaints.append(message.text))
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        context.on("requestfailed", failed)
        for address, script in scripts.items():
            answer = partial(Route.fulfill, body=script, content_type="text/javascript")
            context.route(address, answer)
        page = context.new_page()
        page.goto(url)
        yield page
        wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert [each for each in complaints if _REFUSED not in each] == []
    assert wide <= 0


def faults(page: Page) -> list[str]:
    """The violations of accessibility that axe-core finds, serious or not."""
    found = Axe().run(page).response["violations"]
    return [f"{each['id']}: {node['html']}" for each in found for node in each["nodes"]]


def screenshot(page: Page, name: str, folder: Path) -> None:
    """Keep a picture of the page in the folder that SCREENSHOTS names, else in this one.

    Every screen that is pictured is one in which axe-core finds nothing.
    """
    assert faults(page) == []
    page.screenshot(path=Path(os.environ.get("SCREENSHOTS", folder)) / f"{name}.png")


def draw(paper: Locator, points: list[Point]) -> None:
    """Draw one stroke with the mouse, through points that are shares of the paper's sides."""
    box = paper.bounding_box()
    assert box
    mouse = paper.page.mouse
    for index, (x, y) in enumerate(points):
        mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
        if not index:
            mouse.down()
    mouse.up()


def three() -> list[Point]:
    """A 3 as a hand writes it: two bows, one below the other."""
    return _bow(0.48, 0.32, 0.16, 200, 440) + _bow(0.47, 0.66, 0.19, 280, 520)


def _bow(x: float, y: float, radius: float, start: int, stop: int) -> list[Point]:
    angles = map(math.radians, range(start, stop, 10))
    return [(x + radius * math.cos(angle), y + radius * math.sin(angle)) for angle in angles]
