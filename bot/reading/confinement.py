"""What a process that reads pictures is denied: whatever a picture makes it do stays within it.

The limits hold on any Unix; Windows has none of them. Landlock is a part of Linux (since 5.13) by
which a process gives up rights for good: https://docs.kernel.org/userspace-api/landlock.html. It
needs no privileges and no library; neither Python nor the C library has its calls yet.
"""

import ctypes
import os
import sys
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

# The numbers of Landlock's calls, on every processor the same but Alpha: <asm/unistd.h>.
CREATE_RULESET, RESTRICT_SELF = 444, 446
ASK_VERSION = 1  # a flag of CREATE_RULESET, from <linux/landlock.h>
# Options of prctl, from <linux/prctl.h>.
SET_DUMPABLE, SET_NO_NEW_PRIVILEGES = 4, 38
# How many rights to files, to TCP ports, and to other processes (to connect to their sockets, and
# to send them signals) a version of Landlock knows, from <linux/landlock.h>. Each is a bit.
RIGHTS_BY_VERSION = {
    1: (13, 0, 0),
    2: (14, 0, 0),
    3: (15, 0, 0),
    4: (15, 2, 0),
    5: (16, 2, 0),
    6: (16, 2, 2),
}
NEWEST_VERSION = max(RIGHTS_BY_VERSION)
HAS_LIMITS = find_spec("resource") is not None  # not on Windows

if HAS_LIMITS:
    import resource


class _Ruleset(ctypes.Structure):
    """The rights that are given up: Linux's `struct landlock_ruleset_attr`."""

    _fields_ = (
        ("files", ctypes.c_uint64),
        ("ports", ctypes.c_uint64),
        ("processes", ctypes.c_uint64),
    )


def silence() -> None:
    """Let standard input, output and error lead nowhere, for Python and for libraries in C."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nowhere, standard)
    if nowhere > 2:
        os.close(nowhere)


def confine() -> None:
    """Give up, for good, all that reading pictures does not need.

    From here on, where there are limits, this process opens no file and no socket, starts no
    program, and leaves no core dump. With Landlock it also changes no name in the file system, and
    reaches no other process.
    It has to have loaded all that it needs. Threads that run already keep Landlock's rights.

    Raises:
        OSError: Landlock is there, and refuses.
    """
    version = landlock_version()
    if version:
        _give_up(*RIGHTS_BY_VERSION[min(version, NEWEST_VERSION)])
    if sys.platform == "linux":
        # A program that takes core dumps from a pipe gets them whatever RLIMIT_CORE says.
        _set_for_process(SET_DUMPABLE, 0)
    if HAS_LIMITS:
        # Without a new descriptor there is no open file, socket or pipe. What is open stays so:
        # the pipe to the bot.
        for limit in (resource.RLIMIT_CORE, resource.RLIMIT_FSIZE, resource.RLIMIT_NOFILE):
            resource.setrlimit(limit, (0, 0))


def limit_memory(more: int) -> None:
    """Let this process map so many bytes more than now, where the system can limit that.

    What goes beyond fails as if there were no more memory.
    """
    if sys.platform != "linux" or not HAS_LIMITS:
        return
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    most = pages * resource.getpagesize() + more
    with suppress(ValueError):  # the operator's own limit is lower
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def landlock_version() -> int:
    """Which version of Landlock this system has; 0 if it has none or forbids it."""
    if sys.platform != "linux":
        return 0
    return max(_system_call(CREATE_RULESET, None, 0, ASK_VERSION), 0)


def not_denied(version: int) -> str:
    """What a process can still do once `confine` had `version` of Landlock, 0 if none.

    Returns:
        A part of a sentence; empty if nothing is missing.
    """
    if not HAS_LIMITS:
        return "do all that the bot itself can"
    if version == 0:
        return "remove and shorten files, start programs and signal other processes"
    if version < 3:
        return "shorten files and signal other processes"
    if version < NEWEST_VERSION:
        return "signal other processes"
    return ""


def _give_up(files: int, ports: int, processes: int) -> None:
    """Give up the first so many rights of each kind."""
    counts = (files, ports, processes)
    all_rights = [2**count - 1 for count in counts]
    ruleset = _Ruleset(*all_rights)
    # An older Linux takes a longer structure too, if what it does not know is 0.
    size = ctypes.sizeof(ruleset)
    descriptor = _checked(_system_call(CREATE_RULESET, ctypes.byref(ruleset), size, 0))
    _set_for_process(SET_NO_NEW_PRIVILEGES, 1)
    _checked(_system_call(RESTRICT_SELF, descriptor, 0))
    os.close(descriptor)


def _set_for_process(option: int, value: int) -> None:
    words = [ctypes.c_ulong(each) for each in (value, 0, 0, 0)]
    _checked(ctypes.CDLL(None, use_errno=True).prctl(option, *words))


def _system_call(number: int, *arguments: object) -> int:
    """Call Linux itself; returns -1 if it refuses, and `ctypes.get_errno()` says why."""
    call = ctypes.CDLL(None, use_errno=True).syscall
    call.restype = ctypes.c_long
    # Without declared types, numbers would be passed as 32 bits.
    words = [ctypes.c_long(each) if isinstance(each, int) else each for each in arguments]
    result: int = call(ctypes.c_long(number), *words)
    return result


def _checked(result: int) -> int:
    """Pass on what a call has returned.

    Raises:
        OSError: the call has failed.
    """
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result
