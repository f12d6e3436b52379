"""The secret of the pseudonyms in a file beside an SQLite database."""

import os
import secrets
from pathlib import Path

from sqlalchemy import make_url

SECRET_BYTES = 32  # as many as SHA-256 makes
SHORTEST_SECRET = 32  # characters; one that is made has twice as many


def key_file(database_url: str) -> Path | None:
    """The file for the secret of this database: its own name and `.key`.

    None for a server, whose replicas share no files, and for a database in memory.
    """
    url = make_url(database_url)
    is_file = url.get_backend_name() == "sqlite" and "uri" not in url.query
    if not is_file or not url.database or url.database == ":memory:":
        return None
    return Path(f"{url.database}.key")


def read_or_make(path: Path) -> str:
    """The secret in a file; if there is no file, a new one, which only its owner may read.

    Raises:
        ValueError: what the file holds is too short.
        OSError: it cannot be read or made.
    """
    if not path.exists():
        _make(path)
    secret = path.read_text("ascii").strip()
    if len(secret) < SHORTEST_SECRET:
        raise ValueError("it is too short")
    return secret


def _make(path: Path) -> None:
    """Put a whole file in place, so that no crash leaves a part of one."""
    draft = path.with_name(f"{path.name}-{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(f"{secrets.token_hex(SECRET_BYTES)}\n")
        file.flush()
        os.fsync(descriptor)
    draft.rename(path)
