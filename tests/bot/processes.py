"""The bot in processes of its own, as an operator runs it."""

import os
import re
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
FEW_SECONDS = 12


class Process(NamedTuple):
    """A bot in a process of its own; what it writes to stderr goes into a file."""

    popen: subprocess.Popen[str]
    errors: Path

    def address(self) -> str:
        """The chat page's address, from the first line that the bot prints."""
        assert self.popen.stdout
        line = self.popen.stdout.readline()
        match = re.search(r"http://127\.0\.0\.1:\d+$", line.strip())
        assert match, line
        return match[0]

    def stop(self, how: signal.Signals = signal.SIGTERM) -> str:
        """Stop it, quickly and quietly; returns what it has written to stderr."""
        self.popen.send_signal(how)
        status = self.popen.wait(FEW_SECONDS)
        errors = self.errors.read_text()
        assert "Traceback" not in errors
        assert status == 0
        return errors

    def refusal(self) -> str:
        """The one line that a bot which cannot start leaves."""
        output, _ = self.popen.communicate(timeout=60)
        errors = self.errors.read_text()
        assert "Traceback" not in errors
        assert len(errors.splitlines()) == 1, errors
        assert output == ""
        assert self.popen.returncode not in (0, None)
        return errors

    def imported(self) -> Counter[str]:
        """What its processes have imported, how many of them, if started with `-X importtime`."""
        lines = self.errors.read_text()
        return Counter(re.findall(r"^import time:.*\| +([\w.]+)$", lines, re.MULTILINE))

    def mapped(self) -> str:
        """What it has mapped into its memory, its libraries among them, as /proc lists it."""
        return Path(f"/proc/{self.popen.pid}/maps").read_text()

    def descendants(self) -> list[Path]:
        """The folders in /proc of all the processes that it has started, directly or not."""
        folders, parents = [], [self.popen.pid]
        while parents:
            tasks = Path(f"/proc/{parents.pop()}/task").glob("*/children")
            children = [int(child) for task in tasks for child in task.read_text().split()]
            folders += [Path(f"/proc/{child}") for child in children]
            parents += children
        return folders


Start = Callable[..., Process]


@contextmanager
def starting(folder: Path) -> Iterator[Start]:
    """Starts bots with these settings only, in a folder where nobody's .env lies."""
    started: list[Process] = []

    def start(*options: str, root: Path = ROOT, **settings: str) -> Process:
        errors = folder / f"stderr-{len(started)}"
        environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(root), **settings}
        with errors.open("w") as stderr:
            popen = subprocess.Popen(  # noqa: S603  nothing in it comes from outside
                [sys.executable, *options, "-m", "bot"],
                cwd=folder,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=stderr,
                text=True,
            )
        started.append(Process(popen, errors))
        return started[-1]

    yield start
    for process in started:
        process.popen.kill()
        process.popen.communicate()
