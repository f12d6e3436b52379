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
from measures.results import NO_TARGET, Measurement, Row, Target, interleaved
from measures.sample_photos import Labelled

USERS = 64
TELEGRAM = 30  # messages a second that Telegram takes from a bot, by its documentation
NEXT = 5  # photos after a bot's first one
AS_FAST = 1.1  # times; a guess at what chance makes of two that take as long
WITH_TENSORFLOW = "with TensorFlow imported"
KINDS = ("photo", "document")


class Served(NamedTuple):
    """How the bot served a load; times in milliseconds.

    `processor` is the processor time of the bot a photo, `others` that of sandbox and users.
    """

    rate: float  # photos a second
    median: float
    percentile_99: float
    processor: float
    others: float
    right: float


def start(repetitions: int) -> list[Row]:
    """Measure the seconds from the start of the process to its first answer."""
    own, other = _with_and_without_tensorflow(_start, repetitions)
    row = Row(
        what="start of `python -m bot` until a /help that waited is answered",
        unit="s",
        own=own,
        against=WITH_TENSORFLOW,
        other=other,
        target=Target(most=0.6),
    )
    return [row]


def first_answer(photos: Labelled, repetitions: int) -> list[Row]:
    """Measure how long a bot that has just started takes for its first photo and for the next."""
    first = []
    later = []
    for _ in range(repetitions):
        own, *others = _first_answers(photos)
        first.append(own)
        later += others
    row = Row(
        what="answer to the first photo after the start",
        unit="ms",
        own=Measurement.of(first),
        against="to the next ones",
        other=Measurement.of(later),
        target=Target(times=AS_FAST),
    )
    return [row]


def memory_used(photos: Labelled, count: int, rounds: int) -> list[Row]:
    """Measure the memory of the bot's processes after `count` photos.

    TensorFlow is only imported in the comparison; LiteRT reads in both.
    """
    measure = partial(_memory, photos, count)
    own, other = _with_and_without_tensorflow(measure, rounds)
    row = Row(
        what=f"memory of the bot after {count:,} photos",
        unit="MB",
        own=own,
        against=WITH_TENSORFLOW,
        other=other,
        target=Target(most=200),
    )
    return [row]


def serving(photos: Labelled, seconds: float, rounds: int) -> list[Row]:
    """Measure photos a second, answer times and processor time with `USERS` users at once."""
    with running() as sandbox, bot(sandbox) as pid:
        measured = {}
        for kind in KINDS:
            demand = Demand(USERS, kind, seconds=seconds)
            measured[kind] = partial(serve, sandbox, pid, photos, demand)
        interleaved(measured, 1)  # the first ones wait for the bot to start
        taken = interleaved(measured, rounds)
    rows = []
    for kind in KINDS:
        rows += _rows(taken[kind], kind)
    return rows


def serve(sandbox: Sandbox, pid: int, photos: Labelled, demand: Demand) -> Served:
    """Let users send photos to the bot whose process is `pid`, and measure how it copes."""
    bot_before = processor_seconds(pid)
    sandbox_before = time.process_time()
    done = in_fresh_process(load.send_photos, sandbox, photos, demand)
    bot_seconds = processor_seconds(pid) - bot_before
    sandbox_seconds = time.process_time() - sandbox_before
    others = sandbox_seconds + done.processor
    count = len(done.answers)
    return Served(
        rate=count / done.seconds,
        median=float(np.median(done.answers)),
        percentile_99=float(np.percentile(done.answers, 99)),
        processor=1000 * bot_seconds / count,
        others=1000 * others / count,
        right=done.right / count,
    )


def _rows(served: Sequence[Served], kind: str) -> list[Row]:
    sent = f"{USERS} users, each sending {kind}s"
    rates, medians, slowest, processor, others, right = zip(*served, strict=True)
    right_share = float(np.mean(right))
    throughput = Row(
        what=sent,
        unit="photos/s",
        own=Measurement.of(rates, right_share),
        against="Telegram's own limit",
        other=Measurement.of([TELEGRAM]),
        target=Target(least=80),
    )
    return [
        throughput,
        _milliseconds(f"{sent}: median answer time", medians),
        _milliseconds(f"{sent}: 99th percentile", slowest, Target(most=800)),
        _milliseconds(f"{sent}: processor time of the bot a photo", processor),
        _milliseconds(f"{sent}: the same of sandbox and users", others),
    ]


def _milliseconds(what: str, values: Sequence[float], target: Target = NO_TARGET) -> Row:
    return Row(what, "ms", Measurement.of(values), target=target)


def _start(*, tensorflow: bool) -> float:
    with running() as sandbox:
        load.ask_for_help(sandbox)
        began = time.perf_counter()
        with bot(sandbox, tensorflow=tensorflow):
            load.wait_for_help(sandbox)
            end = time.perf_counter()
    return end - began


def _first_answers(photos: Labelled) -> list[float]:
    """Milliseconds until each answer to one user, who begins once the bot has answered /help."""
    demand = Demand(1, "document", photos=1 + NEXT)
    with running() as sandbox, bot(sandbox):
        load.ask_for_help(sandbox)
        load.wait_for_help(sandbox)
        return in_fresh_process(load.send_photos, sandbox, photos, demand).answers


def _memory(photos: Labelled, count: int, *, tensorflow: bool) -> float:
    demand = Demand(USERS, "document", photos=count)
    with running() as sandbox, bot(sandbox, tensorflow=tensorflow) as pid:
        in_fresh_process(load.send_photos, sandbox, photos, demand)
        return memory(pid)


def _with_and_without_tensorflow(
    measure: Callable[..., float], repetitions: int
) -> tuple[Measurement, Measurement]:
    calls = {
        "own": partial(measure, tensorflow=False),
        "other": partial(measure, tensorflow=True),
    }
    taken = interleaved(calls, repetitions)
    own = Measurement.of(taken["own"])
    other = Measurement.of(taken["other"])
    return own, other
