"""Mini Apps as Telegram opens them: `initData`, signed as its documentation says."""

import hashlib
import hmac
import json
import time
from urllib.parse import quote


def init_data(token: str, user: object, /, **fields: object) -> str:
    """What Telegram hands to the page that a user has opened; `fields` besides or instead.

    A field that is None is left out.
    """
    given = {
        "query_id": "AAHdF6IQAAAAAN0XohDhrOrc",
        "user": json.dumps(user),
        "auth_date": int(time.time()),
        "signature": "zL-ucjNyREiHDE8aihFwpfR9aggP2xiAo3NSpfe-p7Ib_lQDw",
        **fields,
    }
    return signed(token, {name: str(each) for name, each in given.items() if each is not None})


def signed(token: str, fields: dict[str, str]) -> str:
    """These fields as a query string, with their hash."""
    lines = sorted(f"{name}={value}" for name, value in fields.items())
    key = hmac.new(b"WebAppData", token.encode(), hashlib.sha256).digest()
    digest = hmac.new(key, "\n".join(lines).encode(), hashlib.sha256).hexdigest()
    parts = [f"{quote(name)}={quote(value, safe='')}" for name, value in fields.items()]
    return "&".join([*parts, f"hash={digest}"])


def somebody(user_id: int, language: str = "en") -> dict[str, object]:
    """A user as Telegram tells of them."""
    return {
        "id": user_id,
        "first_name": "Anna & Ünal",
        "last_name": "",
        "language_code": language,
        "allows_write_to_pm": True,
        "photo_url": "https://t.me/i/userpic/320/x.svg",
    }
