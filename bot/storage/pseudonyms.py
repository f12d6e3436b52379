"""Pseudonyms for ids: hashes with a key that the database does not hold."""

import hmac


def pseudonym(key: bytes, kind: str, *ids: int | str) -> str:
    """The pseudonym of these ids: HMAC-SHA-256 in 64 hex digits.

    `kind` is hashed, too: a user and the private chat with that user have the same id.
    """
    return hmac.new(key, f"{kind} {ids}".encode(), "sha256").hexdigest()
