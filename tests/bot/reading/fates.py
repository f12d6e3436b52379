"""What becomes of processes."""

import time
from collections.abc import Callable
from pathlib import Path

PATIENCE = 30  # s


def wait_until(condition: Callable[[], bool]) -> None:
    """Look again and again, for a time."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def state(process: int) -> str:
    """One letter, as Linux tells: R runs, Z has ended; empty if nothing is left of it."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(") ")[2][0]
    except (FileNotFoundError, ProcessLookupError):
        return ""


def gone(process: int) -> bool:
    """Whether a process has ended."""
    return state(process) in ("", "Z")
