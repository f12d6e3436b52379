"""`initData`, by which a Mini App shows who has opened it, checked as Telegram documents it.

https://core.telegram.org/bots/webapps#validating-data-received-via-the-mini-app
"""

import hmac
import json
import re
from urllib.parse import parse_qsl

from telegram import User

from bot.mini_app.refusal import RefusedError

# s. Telegram leaves it open. A page may stay open for long, and who gets hold of it can do no more
# than draw into its user's own chat.
LONGEST_AGE = 86_400
LARGEST_SKEW = 60  # s by which the clocks of Telegram and of this machine may differ, chosen


def user_of(init_data: str, token: str, now: float) -> User:
    """Who has opened the Mini App of the bot with this token; `now` in seconds since 1970.

    Raises:
        RefusedError: Telegram has not signed that, it is too old, or it names no user.
    """
    fields = _fields(init_data)
    given = fields.pop("hash", "")
    if not hmac.compare_digest(given.encode(), _signature(fields, token).encode()):
        raise _forged()
    _check_age(fields.get("auth_date", ""), now)
    return _user(fields.get("user", ""))


def _fields(init_data: str) -> dict[str, str]:
    try:
        pairs = parse_qsl(init_data, keep_blank_values=True, strict_parsing=True, errors="strict")
    except ValueError:
        raise _forged() from None
    fields = dict(pairs)
    if len(fields) < len(pairs):  # of two fields with one name, two readers may believe two
        raise _forged()
    return fields


def _signature(fields: dict[str, str], token: str) -> str:
    """The `hash` that Telegram gives to these fields for the bot with this token, in hex digits."""
    check_string = "\n".join(f"{name}={value}" for name, value in sorted(fields.items()))
    secret_key = hmac.digest(b"WebAppData", token.encode(), "sha256")
    return hmac.digest(secret_key, check_string.encode(), "sha256").hex()


def _check_age(auth_date: str, now: float) -> None:
    if not re.fullmatch(r"\d{1,15}", auth_date, re.ASCII):
        raise _forged()
    age = now - int(auth_date)
    if age < -LARGEST_SKEW:
        raise _forged()
    if age > LONGEST_AGE:
        raise RefusedError(401, "page-draw-too-old")


def _user(text: str) -> User:
    try:
        user = json.loads(text)
    except (ValueError, RecursionError):
        raise _forged() from None
    # In Python, True would pass for 1.
    if not isinstance(user, dict) or type(user.get("id")) is not int or user["id"] <= 0:
        raise _forged()
    name, language = (str(user.get(field, "")) for field in ("first_name", "language_code"))
    return User(user["id"], name, is_bot=False, language_code=language or None)


def _forged() -> RefusedError:
    return RefusedError(401, "page-draw-not-from-telegram")
