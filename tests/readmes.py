"""What the READMEs say: their commands, links and blocks of code."""

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
NEWCOMERS = ("README.md", "model/README.md", "bot/README.md", "scripts/README.md")
OPERATORS = "bot/deploy/README.md"
READMES = (*NEWCOMERS, OPERATORS)


def text(readme: str) -> str:
    return (ROOT / readme).read_text(encoding="utf-8")


def blocks(readme: str, language: str = "") -> list[str]:
    """The blocks of code in a language; without one, those for the shell."""
    found = re.findall(r"^```(\w*)\n(.*?)^```$", text(readme), re.DOTALL | re.MULTILINE)
    return [block for name, block in found if name == language]


def commands(readme: str) -> list[str]:
    """The lines of the blocks for the shell, without comments."""
    lines = [line for block in blocks(readme) for line in block.splitlines()]
    return [re.sub(r"\s+#.*", "", line) for line in lines]


def mentioned(readme: str) -> list[str]:
    """The calls of scripts that stand within a sentence."""
    return re.findall(r"`(?:\.venv/bin/python )?(scripts/\w+\.py[^`]*)`", text(readme))


def links(readme: str) -> list[str]:
    """Where its links and pictures lead, but those to other sites."""
    return re.findall(r"\]\((?!https?:)([^)\s]+)\)", text(readme))


def anchors(readme: str) -> Iterator[str]:
    """The names by which its headings can be linked to, as GitHub makes them."""
    without_code = re.sub(r"^```.*?^```$", "", text(readme), flags=re.DOTALL | re.MULTILINE)
    for heading in re.findall(r"^#+ (.*)$", without_code, re.MULTILINE):
        words = re.sub(r"[^\w\- ]", "", heading.lower())
        yield words.replace(" ", "-")
