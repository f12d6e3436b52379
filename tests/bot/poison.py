"""What workers are made to do: readers as broken as a decoder could be, and jobs that tell."""

import gc
import os
import resource
import signal
import socket
import struct
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path

import cv2
import numpy as np

from model.reader import Reader, Reading, TrainedFiles


class PoisonedReader(Reader):
    """Does as some pictures tell it, and reads the others."""

    def read(self, data: bytes) -> Reading:  # noqa: C901  a list
        """Read, or suffer."""
        match data:
            case b"abort":
                os.abort()
            case b"kill":
                os.kill(os.getpid(), signal.SIGKILL)
            case b"exit":
                os._exit(0)
            case b"spin":
                while True:
                    pass
            case b"eat":
                eaten: list[bytes] = []
                while True:
                    eaten.append(bytes(2**24))
            case b"allocate":
                np.zeros(2**36, np.uint8)
            case b"enlarge":
                cv2.resize(np.zeros((9, 9, 3), np.uint8), (30_000, 30_000))
            case b"fail":
                raise RuntimeError("secret detail")
        return super().read(data)


class GatedReader(Reader):
    """Begins to read when its gate, a file, is there."""

    def __init__(self, model: TrainedFiles, lines: TrainedFiles, gate: Path) -> None:
        """Read with `model` and `lines`, once there is the file `gate`."""
        super().__init__(model, lines)
        self._gate = gate

    def read(self, data: bytes) -> Reading:
        """Wait, then read."""
        while not self._gate.exists():
            time.sleep(0.01)
        return super().read(data)


class FatalReader(Reader):
    """Ends the process that it is sent to."""

    def __setstate__(self, state: object) -> None:
        """Arrive, and die."""
        os._exit(3)


def process_id(_: Reader, __: bytes) -> int:
    """The worker's."""
    return os.getpid()


def modules(_: Reader, __: bytes) -> set[str]:
    """The packages that the worker has imported."""
    return {name.partition(".")[0] for name in sys.modules}


def is_decoded(_: Reader, data: bytes) -> bool:
    """Whether OpenCV decodes a picture in the worker, whatever the checks of files say."""
    try:
        cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE)
    except cv2.error:
        return False
    return True


def no_error(attempt: Callable[[], object]) -> int:
    """Make an attempt; returns 0, or the number of the system's error."""
    try:
        attempt()
    except OSError as error:
        return error.errno or 0
    return 0


def open_something(_: Reader, data: bytes) -> dict[str, int]:
    """Try all that takes a descriptor; `data` is a file's name. Returns the errors' numbers."""
    return {
        "read": no_error(lambda: os.open(data, os.O_RDONLY)),
        "write": no_error(lambda: os.open(data, os.O_WRONLY | os.O_CREAT)),
        "tcp": no_error(lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM)),
        "udp": no_error(lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM)),
        "unix": no_error(lambda: socket.socket(socket.AF_UNIX)),
        "pipe": no_error(os.pipe),
    }


def open_in_place_of_another(_: Reader, data: bytes) -> int:
    """Close a descriptor and try to open a file, `data`, with its number."""
    os.close(0)
    return no_error(lambda: os.open(data, os.O_RDONLY))


def change_something(_: Reader, data: bytes) -> dict[str, int]:
    """Try what takes no descriptor; `data` is a file's name. Returns the errors' numbers."""
    file = Path(os.fsdecode(data))
    other = file.with_name("other")
    return {
        "remove": no_error(file.unlink),
        "rename": no_error(lambda: file.rename(other)),
        "link": no_error(lambda: other.symlink_to(file)),
        "folder": no_error(other.mkdir),
        "pipe": no_error(lambda: os.mkfifo(other)),
        "program": no_error(lambda: os.posix_spawn(sys.executable, ["python", "-V"], {})),
    }


def reach(_: Reader, data: bytes) -> int:
    """Try to send a signal, which says nothing, to the process whose id is `data`."""
    return no_error(lambda: os.kill(int(data), 0))


def standard_devices(_: Reader, data: bytes) -> list[int]:
    """Write `data` to standard output and error, and tell which devices all three are."""
    for descriptor in (1, 2):
        with suppress(OSError):
            os.write(descriptor, data)
    return [os.fstat(descriptor).st_rdev for descriptor in (0, 1, 2)]


def limits(_: Reader, __: bytes) -> list[tuple[int, int]]:
    """The worker's limits of core dumps, files' sizes and descriptors."""
    kinds = (resource.RLIMIT_CORE, resource.RLIMIT_FSIZE, resource.RLIMIT_NOFILE)
    return [resource.getrlimit(kind) for kind in kinds]


def memory_limit(_: Reader, __: bytes) -> tuple[int, int]:
    """How many bytes the worker may map, and its process id."""
    return resource.getrlimit(resource.RLIMIT_AS)[0], os.getpid()


def break_off(_: Reader, __: bytes) -> None:
    """Be killed while a result of 1 MiB is on its way to the bot."""
    [pipe] = [each for each in gc.get_objects() if isinstance(each, Connection)]
    length = struct.pack("!i", 2**20)  # as multiprocessing announces it
    os.write(pipe.fileno(), length + bytes(2**15))
    os.kill(os.getpid(), signal.SIGKILL)
