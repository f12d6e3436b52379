"""The scripts, run as a person runs them."""

import subprocess
import sys
from pathlib import Path

from tests.model.pages import ROOT


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
