"""The memory that a process has freed, but not given back to the system."""

import ctypes
import sys


def give_back() -> None:
    """Give freed memory back to the system, where the C library can (glibc).

    By itself it keeps what lies below the last piece that is still in use.
    """
    if sys.platform != "linux":
        return
    library = ctypes.CDLL(None)
    if hasattr(library, "malloc_trim"):  # musl has none
        library.malloc_trim(0)
