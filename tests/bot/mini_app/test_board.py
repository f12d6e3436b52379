"""The drawing board, which two pages have in common."""

import re

from bot.mini_app import board
from bot.sandbox.chat_page import ROUTES


def test_the_board_stands_in_its_place_in_a_page() -> None:
    page = board.with_board("<h2>Draw</h2><!-- board --><p>")
    assert page.startswith('<h2>Draw</h2><canvas id="paper"')
    assert page.rstrip().endswith("</menu>\n<p>")


def test_what_the_board_loads_lies_beside_it() -> None:
    for name in board.FILES:
        text = (board.FOLDER / name).read_text("utf-8")
        loaded = re.findall(r'from "\./([^"]+)"', text)
        assert set(loaded) <= set(board.FILES)


def test_the_chat_page_has_the_same_board_and_no_other() -> None:
    paths = [getattr(route, "path", "") for route in ROUTES]
    assert [name for name in board.FILES if f"/{name}" not in paths] == []
