"""The drawing board, which the Mini App and the sandbox's chat page have in common."""

from pathlib import Path

FOLDER = Path(__file__).with_name("page")
FILES = ("controls.css", "board.css", "board.js", "canvas.js", "words.js")
"""What a page with the board needs in its own folder, beside its HTML."""

_PLACE = "<!-- board -->"


def with_board(page: str) -> str:
    """A page's HTML with the board at its place."""
    return page.replace(_PLACE, (FOLDER / "board.html").read_text("utf-8"))
