"""The process that workers are forked from, in which what all of them share is loaded."""

import multiprocessing
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import forkserver, resource_tracker

# Variables that workers keep, none of them secret: where code is loaded from, and the limit that
# OpenCV takes over from `model` as it is loaded.
KEPT_VARIABLES = ("LD_LIBRARY_PATH", "OPENCV_IO_MAX_IMAGE_PIXELS", "PYTHONPATH")
# By its name: what it loads the bot itself does not need.
LOADED_FIRST = "bot.reading.loaded_first"

HAS_FORK_SERVER = "forkserver" in multiprocessing.get_all_start_methods()


def start_fork_server() -> None:
    """Start the process from which workers are forked, with next to nothing in its environment.

    Workers get what it has imported and its environment, and no thread, memory or descriptor of
    the bot's. No other thread may start a process or ask for variables meanwhile.
    Where there are no such processes, there is nothing to start.
    """
    if not HAS_FORK_SERVER:
        return
    forkserver.set_forkserver_preload([LOADED_FIRST])
    with _environment_emptied(), stop_signals_blocked():
        forkserver.ensure_running()


@contextmanager
def stop_signals_blocked() -> Iterator[None]:
    """Let the fork server, if it starts within, inherit that it gets no Ctrl-C or SIGTERM.

    These may go to all processes, and the bot has photos to finish; it ends the workers itself,
    which inherit this from the fork server. Windows has nothing to block signals with.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    resource_tracker.ensure_running()  # else the fork server would start it, which unblocks them
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _environment_emptied() -> Iterator[None]:
    """Let a program that is started within inherit no variables but `KEPT_VARIABLES`.

    What a program was started with can be read in /proc as long as it runs, whatever it removes.
    """
    variables = dict(os.environ)
    for name in variables:
        if name not in KEPT_VARIABLES:
            del os.environ[name]
    try:
        yield
    finally:
        os.environ.update(variables)
