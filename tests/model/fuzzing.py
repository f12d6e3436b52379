"""Read very many damaged pictures, and tell what became of them.

    python -m tests.model.fuzzing --headers 1000000 --readings 200000

An input is known by its number: `--readings 1 --first NUMBER` reads that one again.
"""

import argparse
import os
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache, partial
from multiprocessing import get_context
from random import Random
from typing import TYPE_CHECKING, Any

import numpy as np

from model.reader import Reader, Reading
from model.recognition.character_set import CHARACTERS
from model.recognition.file_checks import MAX_PIXELS, checked_size
from model.recognition.refusal import RefusedError
from tests.model.mutations import mutated

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

Outcome = Callable[[bytes], str]  # of an input, in a word or two; it raises what is a failure

MOST_SECONDS = 6  # of the processor, for one input; others who use the memory make it slower
MOST_MEGABYTES = 1024  # that one input may take
PATIENCE_SECONDS = 60  # for one input, on a busy machine
WORKERS = 2

context = get_context("forkserver")


@dataclass
class Tally:
    """What became of many inputs: `slowest` in seconds with its number, `peak` in megabytes."""

    outcomes: Counter[str] = field(default_factory=Counter)
    slowest: tuple[float, int] = (0.0, 0)
    peak: float = 0.0
    failures: list[str] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        """Take in what became of other inputs."""
        self.outcomes += other.outcomes
        self.slowest = max(self.slowest, other.slowest)
        self.peak = max(self.peak, other.peak)
        self.failures += other.failures

    def __str__(self) -> str:
        """Every figure, and every failure with its number."""
        counts = ", ".join(f"{count} {outcome}" for outcome, count in self.outcomes.most_common())
        slowest = "slowest {:.3f} s (input {})".format(*self.slowest)
        figures = f"{slowest}, peak memory {self.peak:.0f} MB, {len(self.failures)} failures"
        return "\n".join([f"{self.outcomes.total()} inputs: {counts}", figures, *self.failures])


def header_outcome(data: bytes) -> str:
    """Check the header: a size within the limits, or why it was refused."""
    try:
        width, height = checked_size(data)
    except RefusedError as error:
        return error.refusal.value
    assert isinstance(width, int)
    assert isinstance(height, int)
    assert min(width, height) > 0, "no size"
    assert width * height <= MAX_PIXELS, "too many pixels"
    return "a size"


def reading_outcome(data: bytes) -> str:
    """Read a picture: `read`, or why it was refused; the Reading keeps its promises."""
    reading = _reader().read(data)
    check_promises(reading)
    return reading.refused.value if reading.refused else "read"


def check_promises(reading: Reading) -> None:
    """Assert all that a Reading promises."""
    assert bool(reading.text) != bool(reading.refused), "text and refused, or neither"
    assert set(reading.text) <= set(f"{CHARACTERS} \n"), "neither digits nor marks"
    assert all(line.numbers for line in reading.lines), "a line without numbers"
    assert all(number.characters for number in reading.numbers), "an empty number"
    for digit in reading.digits:
        assert len(digit.crop) == 28 * 28, "the crop's size"
        assert len(digit.probabilities) == 10, "not ten probabilities"
        assert np.isfinite(digit.probabilities).all(), "probabilities that are no numbers"
        assert abs(sum(digit.probabilities) - 1) < 1e-3, "probabilities that do not sum to 1"
    for character in reading.characters:
        assert reading.photo is not None, "characters without a photo"
        height, width = (side * reading.photo.scale for side in reading.photo.pixels.shape[:2])
        x, y, across, down = character.box
        assert min(x, y) >= 0, "a box before the photo"
        assert min(across, down) > 0, "a box without a size"
        assert x + across <= round(width), "a box beyond the photo"
        assert y + down <= round(height), "a box below the photo"
    if reading.photo is not None:
        assert reading.photo.scale >= 1, "a photo smaller than its copy"


@cache
def _reader() -> Reader:
    return Reader.trained()


def fuzz(outcome: Outcome, numbers: range, batch: int = 2000) -> Tally:
    """Try the inputs of these `numbers` in other processes, since decoders may crash."""
    batches = [numbers[start : start + batch] for start in range(0, len(numbers), batch)]
    whole = Tally()
    with ThreadPoolExecutor(WORKERS) as threads:
        for tally in threads.map(partial(_elsewhere, outcome), batches):
            whole.add(tally)
    return whole


def _elsewhere(outcome: Outcome, numbers: range) -> Tally:
    """Try these inputs in a process of their own; one that ends it is a failure."""
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_send, args=(sender, outcome, numbers), daemon=True)
    process.start()
    sender.close()
    whole = Tally()
    for place, number in enumerate(numbers):
        with suppress(EOFError):
            if receiver.poll(PATIENCE_SECONDS):
                whole.add(receiver.recv())
                continue
        process.kill()
        process.join()
        failure = f"input {number}: its process ended with {process.exitcode}"
        whole.add(Tally(Counter(crashed=1), failures=[failure]))
        whole.add(_elsewhere(outcome, numbers[place + 1 :]))
        break
    process.join()
    return whole


def _send(sender: "Connection[Any, Any]", outcome: Outcome, numbers: range) -> None:
    silence()
    for number in numbers:
        data = mutated(Random(number))  # noqa: S311  reproducible, not secret
        sender.send(attempt(outcome, data, number))


def silence() -> None:
    """Tell nobody what decoders say of damaged files."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


def attempt(outcome: Outcome, data: bytes, number: int = 0) -> Tally:
    """Try one input in this process."""
    _reader()
    before, began = _peak(), time.process_time()
    failures = []
    try:
        ended = outcome(data)
    except Exception as error:  # noqa: BLE001  whatever it is, it is what is looked for
        ended = "failed"
        failures.append(f"input {number}: {error!r}")
    seconds, peak = time.process_time() - began, _peak()
    if seconds > MOST_SECONDS:
        failures.append(f"input {number}: {seconds:.1f} s")
    if peak - before > MOST_MEGABYTES:
        failures.append(f"input {number}: {peak - before:.0f} MB")
    return Tally(Counter({ended: 1}), (seconds, number), peak, failures)


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> int:
    """Fuzz as many headers and readings as asked for; 1 if anything failed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--headers", type=int, default=0, metavar="COUNT")
    parser.add_argument("--readings", type=int, default=0, metavar="COUNT")
    parser.add_argument("--first", type=int, default=0, metavar="NUMBER")
    options = parser.parse_args()
    failed = False
    for name, outcome, count in (
        ("headers", header_outcome, options.headers),
        ("readings", reading_outcome, options.readings),
    ):
        if count:
            began = time.monotonic()
            tally = fuzz(outcome, range(options.first, options.first + count))
            print(f"{name}, {time.monotonic() - began:.0f} s, {tally}", flush=True)
            failed |= bool(tally.failures)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
