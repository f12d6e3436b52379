"""Freed memory is given back to the system."""

import platform
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from bot.reading import heap

ROOT = Path(__file__).parents[3]
# Frees all it has taken but the last piece, below which the C library keeps the rest.
FREEING = """
from pathlib import Path
from bot.reading import heap

def resident():
    return int(Path("/proc/self/statm").read_text().split()[1])

taken = [bytearray(2**16) for _ in range(500)]
last = bytearray(2**16)
del taken
before = resident()
heap.give_back()
print(before - resident())
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc can")
def test_what_is_freed_below_a_piece_in_use_is_given_back() -> None:
    printed = subprocess.check_output([sys.executable, "-c", FREEING], cwd=ROOT)  # noqa: S603  our own
    given_back = int(printed) * resource.getpagesize()
    assert given_back > 400 * 2**16


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_where_the_c_library_cannot_nothing_happens(
    monkeypatch: pytest.MonkeyPatch, platform: str
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr("ctypes.CDLL", None)
    heap.give_back()
