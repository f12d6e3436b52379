"""The whole bot over HTTP against the sandbox: start, memory, photos a second."""

import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np

from bot.sandbox.server import Sandbox, running
from measures import load
from measures.load import Demand
from measures.processes import bot, in_fresh_process, memory, processor_seconds
from measures.results import Measurement, Row, Target, interleaved
from measures.sample_photos import Labelled

USERS = 64
TELEGRAM = 30  # messages a second, its limit
WITH_TENSORFLOW = "with TensorFlow imported"
KINDS = ("photo", "document")


class Served(NamedTuple):
    """What a load came to; times in milliseconds.

    `processor` is what the bot's processes used a photo, `others` the same of sandbox and people.
    """

    rate: float  # photos a second
    median: float
    percentile_99: float
    processor: float
    others: float
    right: float


def start(repetitions: int) -> list[Row]:
    """From the process's start to its answer to what waited, which its first poll brought."""
    what = "start of `python -m bot` until a /help that waited is answered"
    own, other = _with_and_without_tensorflow(_start, repetitions)
    return [Row(what, "s", own, WITH_TENSORFLOW, other, Target(times=0.2, most=1.5))]


def memory_used(photos: Labelled, count: int, rounds: int) -> list[Row]:
    """Of the bot's processes after `count` photos; TensorFlow is only imported, LiteRT reads."""
    what = f"memory of the bot after {count:,} photos"
    measure = partial(_memory, photos, count)
    own, other = _with_and_without_tensorflow(measure, rounds)
    target = Target(times=0.25, most=200)
    return [Row(what, "MB", own, WITH_TENSORFLOW, other, target)]


def serving(photos: Labelled, seconds: float, rounds: int) -> list[Row]:
    """Photos a second, answer times and processor time with `USERS` at once."""
    with running() as sandbox, bot(sandbox) as pid:
        demands = {kind: Demand(USERS, kind, seconds=seconds) for kind in KINDS}
        measured = {
            kind: partial(serve, sandbox, pid, photos, demand) for kind, demand in demands.items()
        }
        interleaved(measured, 1)  # the first ones wait for the bot to start
        taken = interleaved(measured, rounds)
    return [row for kind in KINDS for row in _rows(taken[kind], kind)]


def serve(sandbox: Sandbox, pid: int, photos: Labelled, demand: Demand) -> Served:
    """Let people send photos to the bot `pid`."""
    bot_before, sandbox_before = processor_seconds(pid), time.process_time()
    done = in_fresh_process(load.send_photos, sandbox, photos, demand)
    count = len(done.answers)
    others = time.process_time() - sandbox_before + done.processor
    return Served(
        count / done.seconds,
        float(np.median(done.answers)),
        float(np.percentile(done.answers, 99)),
        1000 * (processor_seconds(pid) - bot_before) / count,
        1000 * others / count,
        done.right / count,
    )


def _rows(served: Sequence[Served], kind: str) -> list[Row]:
    sent = f"{USERS} users, each sending {kind}s"
    right = float(np.mean([each.right for each in served]))
    photo_rate = Measurement.of([each.rate for each in served], right)
    median = Measurement.of([each.median for each in served])
    slowest = Measurement.of([each.percentile_99 for each in served])
    processor = Measurement.of([each.processor for each in served])
    others = Measurement.of([each.others for each in served])
    limit = Measurement.of([TELEGRAM])
    return [
        Row(sent, "photos/s", photo_rate, "Telegram's own limit", limit, Target(least=60)),
        Row(f"{sent}: median answer time", "ms", median),
        Row(f"{sent}: 99th percentile", "ms", slowest, target=Target(most=1000)),
        Row(f"{sent}: processor time of the bot a photo", "ms", processor),
        Row(f"{sent}: the same of sandbox and users", "ms", others),
    ]


def _start(*, tensorflow: bool) -> float:
    with running() as sandbox:
        load.ask_for_help(sandbox)
        began = time.perf_counter()
        with bot(sandbox, tensorflow=tensorflow):
            load.wait_for_help(sandbox)
            return time.perf_counter() - began


def _memory(photos: Labelled, count: int, *, tensorflow: bool) -> float:
    with running() as sandbox, bot(sandbox, tensorflow=tensorflow) as pid:
        in_fresh_process(load.send_photos, sandbox, photos, Demand(USERS, "document", photos=count))
        return memory(pid)


def _with_and_without_tensorflow(
    measure: Callable[..., float], repetitions: int
) -> tuple[Measurement, Measurement]:
    calls = {name: partial(measure, tensorflow=name == "other") for name in ("own", "other")}
    taken = interleaved(calls, repetitions)
    return Measurement.of(taken["own"]), Measurement.of(taken["other"])
