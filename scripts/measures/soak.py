"""The bot at work for long in one process: what grows with what it has done would be a leak."""

import re
import socket
import sys
import time
from typing import NamedTuple

import httpx

from bot.sandbox.server import running
from measures import mixed_load
from measures.load import NO_TLS
from measures.processes import bot, descriptors, in_fresh_process, memory, resident, threads, tree
from measures.results import Measurement, Row, Target

PHOTOS = 20_000
SAMPLES = 10
SETTLE_SECONDS = 6.0  # connections that nobody uses are closed after 5
GROWTH = 1.05  # from half of the photos to the end, at most


class Sample(NamedTuple):
    """What the bot has when nothing is under way."""

    memory: float  # megabytes of all its processes, what they share counted once
    allocated: float  # of these, what no file is behind: other programs have no part in it
    resident: float  # megabytes of the main process
    descriptors: int  # of the main process
    descriptors_below: int  # of the others
    tasks: int  # of asyncio, that which answers the question included
    threads: int  # of all processes


UNITS = {
    "memory": ("memory of the bot's processes", "MB"),
    "allocated": ("what they have allocated of it", "MB"),
    "resident": ("memory of its main process (RSS)", "MB"),
    "descriptors": ("open descriptors of its main process", ""),
    "descriptors_below": ("open descriptors of its other processes", ""),
    "tasks": ("asyncio tasks", ""),
    "threads": ("threads of all its processes", ""),
}


def soak(photos: int) -> list[Row]:
    """What the bot has after so many photos, beside what it had after half of them."""
    taken = samples(photos)
    half = taken[SAMPLES // 2 - 1]._asdict()
    end = taken[-1]._asdict()
    against = f"after {photos // 2:,}"
    rows = []
    for name, (kind, unit) in UNITS.items():
        what = f"{kind} after {photos:,} photos"
        own = Measurement.of([end[name]])
        other = Measurement.of([half[name]])
        rows.append(Row(what, unit, own, against, other, Target(times=GROWTH)))
    return rows


def samples(photos: int) -> list[Sample]:
    """Let people send so many photos, and other things between them; a sample at each tenth."""
    taken: list[Sample] = []
    port = _free_port()
    with running() as sandbox, bot(sandbox, HOST="127.0.0.1", PORT=str(port)) as pid:
        for tenth in range(1, SAMPLES + 1):
            # A process of its own each time: the people cannot grow either.
            sent = in_fresh_process(mixed_load.send, sandbox, photos // SAMPLES)
            sample = _sample(pid, f"http://127.0.0.1:{port}")
            taken.append(sample)
            done = [f"{count:,} × {kind}" for kind, count in sorted(sent.items())]
            print(f"{tenth}/{SAMPLES}: {', '.join(done)}: {sample}", file=sys.stderr)
    return taken


def _sample(pid: int, url: str) -> Sample:
    time.sleep(SETTLE_SECONDS)
    # To ask whether all that it needs is there lets it close what it uses no more.
    httpx.get(f"{url}/readyz", timeout=30, verify=NO_TLS).raise_for_status()
    metrics = httpx.get(f"{url}/metrics", timeout=30, verify=NO_TLS).raise_for_status().text
    tasks = dict(re.findall(r"^(digitbot_tasks) (\S+)$", metrics, re.MULTILINE))
    others = tree(pid)[1:]
    return Sample(
        memory(pid),
        memory(pid, "Pss_Anon"),
        resident(pid),
        descriptors(pid),
        sum(map(descriptors, others)),
        int(float(tasks["digitbot_tasks"])),
        sum(map(threads, (pid, *others))),
    )


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port
