"""Standard error is for sentences, not for what libraries have to say."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from model.training.quiet import quiet_libraries
from tests.model.mnist_pages import ROOT

PROGRAM = """
import os, subprocess, sys
from model.training.quiet import quiet_libraries
with quiet_libraries():
    os.write(2, b"a library\\n")
    subprocess.run([sys.executable, "-c", "import os; os.write(2, b'another process')"])
    print("a sentence", file=sys.stderr)
os.write(2, b"afterwards\\n")
print("and the last", file=sys.stderr)
"""


def run(program: str) -> str:
    """What a program leaves on standard error."""
    result = subprocess.run(  # noqa: S603  our own program
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return result.stderr


def test_only_what_python_writes_is_shown_inside_and_all_of_it_afterwards() -> None:
    assert run(PROGRAM) == "a sentence\nafterwards\nand the last\n"


def fail_inside() -> None:
    with quiet_libraries():
        os.write(2, b"a library\n")
        raise ValueError("inside")


def test_an_error_inside_restores_standard_error(tmp_path: Path) -> None:
    file = tmp_path / "terminal"
    kept = os.dup(2)
    with file.open("w") as terminal:
        os.dup2(terminal.fileno(), 2)
    try:
        with pytest.raises(ValueError, match="inside"):
            fail_inside()
        os.write(2, b"afterwards\n")
    finally:
        os.dup2(kept, 2)
        os.close(kept)
    assert file.read_text() == "afterwards\n"
