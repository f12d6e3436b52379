"""The scripts, run as a person runs them."""

import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from tests.model.mnist_pages import ROOT


def run(script: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run `scripts/<script>.py` from the repository's root."""
    return subprocess.run(  # noqa: S603  our own script, no shell
        [sys.executable, ROOT / "scripts" / f"{script}.py", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=110,
    )


def ending(script: str, *arguments: str | Path) -> int | str:
    """Run it in this process, which has imported what it needs; the status or the last words."""
    path = str(ROOT / "scripts" / f"{script}.py")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", [path, *map(str, arguments)])
        try:
            runpy.run_path(path, run_name="__main__")
        except SystemExit as ended:
            return ended.code or 0
    return 0
