"""Signals that stop the bot, and standard streams that are not there."""

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from threading import Event

from bot.stop_signals import STOP_SIGNALS

STANDARD_STREAMS = (0, 1, 2)  # the file descriptors of stdin, stdout and stderr

logger = logging.getLogger(__name__)


def open_standard_streams() -> None:
    """Let standard streams that are closed lead to nowhere.

    Otherwise the next file to be opened, maybe the database, would take such a stream's place, and
    get what libraries print.
    """
    for descriptor in STANDARD_STREAMS:
        try:
            os.fstat(descriptor)
        except OSError:
            _lead_nowhere(descriptor)


def announce(line: str) -> None:
    """Print a line to stdout, if anybody reads that."""
    with suppress(OSError):
        print(line, flush=True)


def give_up_broken_streams() -> None:
    """Let streams that nobody reads any more lead to nowhere.

    At its end Python would try to write once more what it could not write, and fail for that.
    """
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            _lead_nowhere(stream.fileno())
        except AttributeError:
            pass  # it was closed when Python started, and so is None


def note_stop_signals() -> Event:
    """An event that a signal to stop sets until the event loop takes signals over.

    A signal that comes while modules or the model are loaded must not interrupt that.
    """
    stop_requested = Event()
    for number in STOP_SIGNALS:
        # nohup has SIGHUP ignored, and shells have SIGINT ignored for what runs in the background.
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, lambda *_: stop_requested.set())
    return stop_requested


def stop_event(stop_requested: Event) -> asyncio.Event:
    """An event that a signal to stop sets, or has set already if `stop_requested` is."""
    stop = asyncio.Event()

    def request(number: signal.Signals) -> None:
        logger.info("Stopping: %s.", number.name)
        stop.set()

    for number in STOP_SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            _handle(number, request)
    if stop_requested.is_set():
        stop.set()
    return stop


def _handle(number: signal.Signals, request: Callable[[signal.Signals], None]) -> None:
    """Have `request` called in the event loop when the signal comes."""
    loop = asyncio.get_running_loop()
    try:
        loop.add_signal_handler(number, request, number)
    except NotImplementedError:  # on Windows
        signal.signal(number, lambda *_: loop.call_soon_threadsafe(request, number))


def _lead_nowhere(descriptor: int) -> None:
    nowhere = os.open(os.devnull, os.O_RDWR)
    if nowhere != descriptor:
        with suppress(OSError):
            os.dup2(nowhere, descriptor)
        os.close(nowhere)
