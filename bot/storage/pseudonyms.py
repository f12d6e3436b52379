"""Pseudonyms for ids: hashes with keys that the database does not hold."""

import hmac
from typing import NamedTuple

# Of a column that holds them: `keys` finds it by this.
PSEUDONYM = {"pseudonym": True}


class PseudonymKey(NamedTuple):
    """What pseudonyms are made with.

    Attributes:
        token: the bot's. Versions before 4 of the tables had pseudonyms with this key alone.
        secret: a random one that nothing else is protected with; b"" if there is none.
    """

    token: bytes
    secret: bytes = b""


def pseudonym(key: PseudonymKey, kind: str, *ids: int | str) -> str:
    """The pseudonym of these ids: HMAC-SHA-256 in 64 hex digits.

    `kind` is hashed, too: a user and the private chat with that user have the same id.
    """
    of_token = hmac.new(key.token, f"{kind} {ids}".encode(), "sha256").hexdigest()
    return protected(of_token, key.secret) if key.secret else of_token


def protected(of_token: str, secret: bytes) -> str:
    """A pseudonym with the token's key alone, as it is with the secret, too.

    So it can be made without the id, for what is in the database.
    """
    return hmac.new(secret, of_token.encode(), "sha256").hexdigest()
