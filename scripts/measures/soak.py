"""A long run of the bot in one process: whatever keeps growing would be a leak."""

import re
import socket
import sys
import time
from collections.abc import Mapping
from typing import NamedTuple

import httpx

from bot.sandbox.server import running
from measures import mixed_load
from measures.load import NO_TLS
from measures.processes import bot, descriptors, in_fresh_process, memory, resident, threads, tree
from measures.results import Measurement, Row, Target

PHOTOS = 20_000
SAMPLES = 10  # one after each tenth of the photos
SETTLE_SECONDS = 6.0  # connections that nobody uses are closed after 5
GROWTH = 1.05  # from half of the photos to the end, at most


class Sample(NamedTuple):
    """The resources that the bot holds when it has nothing to do."""

    memory: float  # megabytes of all its processes, what they share counted once
    allocated: float  # of these, what no file is behind: other programs have no part in it
    resident: float  # megabytes of the main process
    descriptors: int  # of the main process
    descriptors_below: int  # of the processes that the main one started
    tasks: int  # of asyncio, including the one that answers /metrics
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
    """Compare what the bot holds after `photos` photos with what it held after half of them."""
    taken = samples(photos)
    half = taken[SAMPLES // 2 - 1]._asdict()
    end = taken[-1]._asdict()
    against = f"after {photos // 2:,}"
    rows = []
    for name, (kind, unit) in UNITS.items():
        row = Row(
            what=f"{kind} after {photos:,} photos",
            unit=unit,
            own=Measurement.of([end[name]]),
            against=against,
            other=Measurement.of([half[name]]),
            target=Target(times=GROWTH),
        )
        rows.append(row)
    return rows


def samples(photos: int) -> list[Sample]:
    """Let users send `photos` photos and other things; take a sample after each tenth."""
    taken: list[Sample] = []
    port = str(_free_port())
    url = f"http://127.0.0.1:{port}"
    with running() as sandbox, bot(sandbox, HOST="127.0.0.1", PORT=port) as pid:
        for tenth in range(1, SAMPLES + 1):
            # A process of its own each time: the people cannot grow either.
            sent = in_fresh_process(mixed_load.send, sandbox, photos // SAMPLES)
            sample = _sample(pid, url)
            taken.append(sample)
            done = _in_words(sent)
            print(f"{tenth}/{SAMPLES}: {done}: {sample}", file=sys.stderr)
    return taken


def _in_words(sent: Mapping[str, int]) -> str:
    parts = []
    for kind, count in sorted(sent.items()):
        parts.append(f"{count:,} × {kind}")
    return ", ".join(parts)


def _sample(pid: int, url: str) -> Sample:
    time.sleep(SETTLE_SECONDS)
    # A readiness check uses the bot's connections, so that those that have expired are closed.
    _get(f"{url}/readyz")
    metrics = _get(f"{url}/metrics")
    [tasks] = re.findall(r"^digitbot_tasks (\S+)$", metrics, re.MULTILINE)
    processes = tree(pid)
    others = processes[1:]
    return Sample(
        memory=memory(pid),
        allocated=memory(pid, "Pss_Anon"),
        resident=resident(pid),
        descriptors=descriptors(pid),
        descriptors_below=sum(map(descriptors, others)),
        tasks=int(float(tasks)),
        threads=sum(map(threads, processes)),
    )


def _get(address: str) -> str:
    answer = httpx.get(address, timeout=30, verify=NO_TLS)
    answer.raise_for_status()
    return answer.text


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port
