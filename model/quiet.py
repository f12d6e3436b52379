"""Keeps the terminal for what this project says: TensorFlow, LiteRT and libjpeg write beside it."""

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, redirect_stderr, suppress
from typing import TextIO

STANDARD_ERROR = 2  # the file descriptor that libraries in C++ write to
FATAL_ONLY = "3"  # the level from which on TensorFlow's own log lines are written


@contextmanager
def quiet_libraries() -> Iterator[None]:
    """Drop what libraries in C++, and processes started meanwhile, write on standard error.

    What Python writes is shown. TensorFlow has to be imported inside, not before. Its first lines
    come before it looks at any setting, so the file descriptor itself leads nowhere meanwhile.
    """
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = FATAL_ONLY
    if sys.stderr is not None:  # as it is where it was closed when Python started
        sys.stderr.flush()
    terminal = os.dup(STANDARD_ERROR)
    with ExitStack() as stack:
        stack.callback(_restore, terminal)
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, STANDARD_ERROR)
        os.close(nowhere)
        if sys.stderr is sys.__stderr__:  # else somebody has redirected it already
            stream = os.fdopen(os.dup(terminal), "w", buffering=1, errors="backslashreplace")
            stack.callback(_close, stream)
            stack.enter_context(redirect_stderr(stream))
        yield


def _close(stream: TextIO) -> None:
    with suppress(OSError):  # nobody reads it any more
        stream.close()


def _restore(terminal: int) -> None:
    """Let standard error lead to `terminal` again."""
    os.dup2(terminal, STANDARD_ERROR)
    os.close(terminal)
