"""Packages that training and measuring need, and that `make run` does not install."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def missing_packages_told() -> Iterator[None]:
    """Exit with what to install, if a package that is imported inside is missing.

    Raises:
        SystemExit: it is; the message is one sentence.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        sys.exit(f"{error.name} is not installed: `make .venv/train` installs what this needs.")
