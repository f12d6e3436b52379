"""`initData`: who has opened the Mini App is believed only if Telegram has signed it, lately."""

import time

import pytest
from telegram import User

from bot.mini_app.init_data import LARGEST_SKEW, LONGEST_AGE, user_of
from bot.mini_app.refusal import RefusedError
from bot.translations import for_code
from tests.bot.mini_app.launching import init_data, signed, somebody

# Published, with the token, as an example of what Telegram has signed:
# https://docs.telegram-mini-apps.com/platform/init-data
EXAMPLE_TOKEN = "5768337691:AAH5YkoiEuPk8-FZa32hStHTqXiLPtAEhx8"  # noqa: S105  published
EXAMPLE = (
    "query_id=AAHdF6IQAAAAAN0XohDhrOrc"
    "&user=%7B%22id%22%3A279058397%2C%22first_name%22%3A%22Vladislav%22%2C%22last_name%22%3A"
    "%22Kibenko%22%2C%22username%22%3A%22vdkfrost%22%2C%22language_code%22%3A%22ru%22%2C"
    "%22is_premium%22%3Atrue%7D"
    "&auth_date=1662771648"
    "&hash=c501b71e775f74ce10e377dea85a7ea24ecd640b223ea86dfe453e0eaed2e2b2"
)
THEN = 1662771648

TOKEN = "123456:AAsecret-part_of-the-token-0123456789"  # noqa: S105  nobody's
ANNA = somebody(7)
HASH = "c501b71e775f74ce10e377dea85a7ea24ecd640b223ea86dfe453e0eaed2e2b2"


def refusal(data: str, token: str = TOKEN, now: float | None = None) -> str:
    with pytest.raises(RefusedError) as refused:
        user_of(data, token, time.time() if now is None else now)
    assert refused.value.status == 401
    return refused.value.sentence(for_code("en"))


def test_the_published_example_is_believed() -> None:
    user = user_of(EXAMPLE, EXAMPLE_TOKEN, THEN + 5)
    assert user == User(279058397, "Vladislav", is_bot=False)
    assert user.language_code == "ru"


@pytest.mark.parametrize(
    ("part", "instead"),
    [
        ("279058397", "279058398"),
        ("1662771648", "1662771649"),
        ("query_id=AAH", "query_id=AAI"),
        ("ru", "en"),
        ("hash=c501", "hash=d501"),
        ("&hash=c501", "&hash=C501"),
        (f"&hash={HASH}", ""),
        (HASH, ""),
        (HASH, "é"),
        ("&auth_date", "&more=1&auth_date"),
        ("&auth_date=1662771648", ""),
    ],
)
def test_an_example_with_any_other_field_is_not(part: str, instead: str) -> None:
    assert part in EXAMPLE
    forged = EXAMPLE.replace(part, instead)
    assert "cannot tell who you are" in refusal(forged, EXAMPLE_TOKEN, THEN)


def test_what_is_signed_for_another_bot_is_not_believed() -> None:
    assert "cannot tell who you are" in refusal(EXAMPLE, TOKEN, THEN)


def test_fields_that_telegram_adds_are_signed_with_the_others() -> None:
    data = init_data(TOKEN, ANNA, chat_instance="-3788475317572404878", start_param="a=b&c d+é")
    user = user_of(data, TOKEN, time.time())
    assert (user.id, user.first_name, user.is_bot) == (7, "Anna & Ünal", False)
    assert "cannot tell who you are" in refusal(data.replace("signature=z", "signature=y"))


def test_a_field_that_comes_twice_is_not_believed_whichever_is_signed() -> None:
    data = init_data(TOKEN, ANNA)
    other = init_data(TOKEN, somebody(8))
    [others_user] = [part for part in other.split("&") if part.startswith("user=")]
    for forged in (f"{data}&{others_user}", f"{others_user}&{data}", f"{data}&hash=0"):
        assert "cannot tell who you are" in refusal(forged)


@pytest.mark.parametrize("age", [0, 60, LONGEST_AGE - 5, -LARGEST_SKEW + 5])
def test_it_is_believed_for_a_day(age: int) -> None:
    data = init_data(TOKEN, ANNA, auth_date=int(time.time()) - age)
    assert user_of(data, TOKEN, time.time()).id == 7


def test_after_a_day_it_has_to_be_opened_anew() -> None:
    data = init_data(TOKEN, ANNA, auth_date=int(time.time()) - LONGEST_AGE - 5)
    assert "open for more than a day" in refusal(data)


def test_a_time_to_come_is_not_believed() -> None:
    data = init_data(TOKEN, ANNA, auth_date=int(time.time()) + LARGEST_SKEW + 3600)
    assert "cannot tell who you are" in refusal(data)


@pytest.mark.parametrize("auth_date", ["", "x", "-1", "1e9", "٣", "9" * 400, None])
def test_a_time_that_cannot_be_is_not_believed(auth_date: object) -> None:
    assert "cannot tell who you are" in refusal(init_data(TOKEN, ANNA, auth_date=auth_date))


@pytest.mark.parametrize(
    "user",
    [None, [], "Anna", 7, {}, {"first_name": "Anna"}]
    + [{"id": user_id, "first_name": "Anna"} for user_id in ("7", True, 7.0, 0, -7, None)],
)
def test_without_a_user_it_is_not_believed(user: object) -> None:
    assert "cannot tell who you are" in refusal(init_data(TOKEN, user))


def test_a_user_has_an_id_and_need_not_have_more() -> None:
    user = user_of(init_data(TOKEN, {"id": 7}), TOKEN, time.time())
    assert User.de_json(user.to_dict(), None) == user
    assert user.language_code is None


@pytest.mark.parametrize("text", [None, "", "{", "[" * 100_000, '{"id": 1'])
def test_a_user_that_is_no_json_is_not_believed(text: str | None) -> None:
    assert "cannot tell who you are" in refusal(init_data(TOKEN, ANNA, user=text))


@pytest.mark.parametrize("data", ["", "x", "&", "=", "hash", "user=%ff&hash=0", "\x00", "é=é"])
def test_what_is_no_init_data_at_all_is_not_believed(data: str) -> None:
    assert "cannot tell who you are" in refusal(data)


def test_not_even_with_a_hash_of_nothing() -> None:
    assert "cannot tell who you are" in refusal(signed(TOKEN, {}))
