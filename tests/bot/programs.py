"""Programs of the system that tests need."""

import os
import shutil
from pathlib import Path

import pytest

# Where Debian puts what is no command of everybody's.
_ELSEWHERE = ["/usr/sbin", *map(str, sorted(Path("/usr/lib/postgresql").glob("*/bin")))]
_PACKAGES = "chromium nginx openssl postgresql systemd"


def program(name: str) -> str:
    """Where a program is; without it the test is skipped, or fails if SKIP_NOTHING is set."""
    path = os.pathsep.join([os.environ.get("PATH", ""), *_ELSEWHERE])
    location = shutil.which(name, path=path)
    if location is None:
        stop = pytest.fail if "SKIP_NOTHING" in os.environ else pytest.skip
        stop(f"{name} is missing: apt-get install {_PACKAGES}")
    return location
