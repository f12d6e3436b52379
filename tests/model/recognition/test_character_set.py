"""What the characters of a line are told apart as."""

from model.recognition.character_set import CHARACTERS, DIGITS, MARKS, UNKNOWN


def test_the_characters_are_digits_marks_and_one_for_all_others() -> None:
    assert CHARACTERS == DIGITS + MARKS + UNKNOWN
    assert len(set(CHARACTERS)) == len(CHARACTERS) == 22


def test_a_digit_stands_at_the_place_of_its_value() -> None:
    assert [CHARACTERS.index(str(value)) for value in range(10)] == list(range(10))
