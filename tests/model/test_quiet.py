"""Standard error is for sentences, not for what libraries have to say."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from model.quiet import quiet_libraries
from tests.model.mnist_pages import ROOT

PROGRAM = """
import os, subprocess, sys
from model.quiet import quiet_libraries
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


def test_what_cannot_be_encoded_is_escaped_as_python_does() -> None:
    program = """
import sys
from model.quiet import quiet_libraries
with quiet_libraries():
    print("\\udcff", file=sys.stderr)
"""
    assert run(program) == "\\udcff\n"


def test_a_standard_error_that_nobody_reads_or_that_is_not_there_is_no_failure() -> None:
    program = """
import os, sys
from model.quiet import quiet_libraries
reading, writing = os.pipe()
os.close(reading)
os.dup2(writing, 2)
with quiet_libraries():
    try:
        print("a sentence", file=sys.stderr)
    except OSError:
        pass
sys.stderr = sys.__stderr__ = None
with quiet_libraries():
    pass
print("still there")
"""
    result = subprocess.run(  # noqa: S603  our own program
        [sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, check=True
    )
    assert result.stdout == b"still there\n"


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
