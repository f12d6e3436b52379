"""The scripts, run as a person runs them."""

import runpy
import subprocess
import sys
from pathlib import Path
from typing import BinaryIO

import pytest

from tests.model.mnist_pages import ROOT


def run(
    script: str, *arguments: str | Path, stdin: BinaryIO | int = subprocess.DEVNULL
) -> subprocess.CompletedProcess[str]:
    """Run `scripts/<script>.py` from the repository's root."""
    return subprocess.run(  # noqa: S603  our own script, no shell
        [sys.executable, ROOT / "scripts" / f"{script}.py", *arguments],
        cwd=ROOT,
        stdin=stdin,
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
