"""Names that tell nobody which id they stand for, and stay the same for ever."""

import re

from bot.storage.pseudonyms import PseudonymKey, protected, pseudonym

KEY = PseudonymKey(b"123456:a-token-of-nobody")
WITH_SECRET = KEY._replace(secret=b"a secret of its own")


def test_a_name_that_was_written_is_found_again_by_every_later_version() -> None:
    assert (
        pseudonym(KEY, "user", 5)
        == "053a5a8bca1d3448cc21082edfd22a657a9f45c8f1b49190403dcc128df4d8c9"
    )
    assert (
        pseudonym(KEY, "answer", -100, 7, 0)
        == "a31c8e3e3628de756b6d7c14d6daa208c7fe20a89255cd75f564892c7f3b49b2"
    )


def test_it_is_64_hex_digits_in_which_the_id_does_not_stand() -> None:
    name = pseudonym(KEY, "user", 777000111)
    assert re.fullmatch("[0-9a-f]{64}", name)
    assert "777000111" not in name


def test_another_key_kind_or_id_is_another_name() -> None:
    names = {
        pseudonym(KEY, "user", 5),
        pseudonym(PseudonymKey(KEY.token + b"1"), "user", 5),
        pseudonym(WITH_SECRET, "user", 5),
        pseudonym(WITH_SECRET._replace(secret=b"another"), "user", 5),
        pseudonym(KEY, "chat", 5),
        pseudonym(KEY, "user", 6),
        pseudonym(KEY, "user", 5, 6),
        pseudonym(KEY, "user", 56),
        pseudonym(KEY, "user", -5),
    }
    assert len(names) == 9


def test_the_one_with_a_secret_can_be_made_of_the_one_without() -> None:
    without = pseudonym(KEY, "answer", -100, 7, 0)
    assert protected(without, WITH_SECRET.secret) == pseudonym(WITH_SECRET, "answer", -100, 7, 0)
