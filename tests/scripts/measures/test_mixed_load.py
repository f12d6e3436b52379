"""What people send besides photos of digits."""

from collections import Counter

from measures.mixed_load import things


def test_a_photo_of_each_digit_is_sent_and_between_them_whatever_else_comes() -> None:
    kinds = Counter(thing.kind for thing in things())
    assert kinds == {"photo": 12, "refused": 2, "no picture": 2, "text": 2}
    first_kinds = [thing.kind for thing in things()[:8]]
    assert {"photo", "refused"} <= set(first_kinds)


def test_each_thing_is_a_request_of_its_own() -> None:
    contents = [thing.content for thing in things()]
    assert len(set(contents)) == len(contents)
    for content in contents:
        head, _, body = content.partition(b"\r\n\r\n")
        assert head.startswith(b"Content-Type: ")
        assert f"Content-Length: {len(body)}".encode() in head
