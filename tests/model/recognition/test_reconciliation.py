"""What the line network sees and what the segmentation finds become one set of characters."""

import pytest

from model.boxes import Box
from model.recognition.character_set import UNKNOWN
from model.recognition.fusion import ReadCharacter
from model.recognition.line_acceptance import LETTER, MARK, PRESENT, TOLD
from model.recognition.reconciliation import (
    COVERED,
    DISPUTED,
    HIGH,
    OVERLOOKED,
    SAME,
    SURER,
    WITHIN,
    as_character,
    recognized,
    reconciled,
)
from tests.model.recognition.hand_made import classified as digit
from tests.model.recognition.ring_reading import NEAR, character

FIRST, SECOND = Box(100, 200, 60, 90), Box(200, 200, 60, 90)


def symbols(characters: list[ReadCharacter]) -> str:
    return "".join(each.symbol for each in characters)


# --- a candidate as a character ------------------------------------------------------------------


def test_a_candidate_is_the_character_that_is_likeliest() -> None:
    candidate = digit(FIRST, 7, 0.9)
    found = as_character(candidate)
    assert (found.box, found.symbol) == (FIRST, "7")
    assert found.certainty == pytest.approx(0.9)
    assert found.presence == pytest.approx(0.9)
    assert found.probabilities is candidate.probabilities
    assert found.crop is candidate.crop


def test_what_is_doubted_is_as_much_less_certain() -> None:
    found = as_character(digit(FIRST, 7, 0.9), factor=0.5)
    assert found.symbol == "7"
    assert found.certainty == pytest.approx(0.9 * 0.5 + 0.1 * 0.5)
    assert found.probabilities.sum() == pytest.approx(1)


# --- what the line network sees ------------------------------------------------------------------


def test_what_the_line_network_tells_is_believed() -> None:
    seen = [character(FIRST, "4"), character(SECOND, "-")]
    assert reconciled(seen, [digit(FIRST, 9)]) == seen


@pytest.mark.parametrize(("beyond", "settled"), [(0.05, True), (-0.05, False)])
def test_what_cannot_be_told_is_the_digit_that_is_in_the_same_place(
    beyond: float, settled: bool
) -> None:
    iou = SAME + beyond
    aside = FIRST.moved(round(FIRST.width * (1 - iou) / (1 + iou)), 0)
    unknown = character(aside, UNKNOWN, 0.6)
    [found] = reconciled([unknown], [digit(SECOND, 5), digit(FIRST)])[:1]
    assert found.symbol == ("0" if settled else UNKNOWN)
    assert found.box == (FIRST if settled else aside)
    disputed = 0.99 * DISPUTED + 0.1 * (1 - DISPUTED)
    assert found.certainty == pytest.approx(disputed if settled else 0.6)
    assert found.presence == 0.6


@pytest.mark.parametrize(("beyond", "read"), [(NEAR, "7"), (-NEAR, "0")])
def test_so_is_one_that_is_doubted(beyond: float, read: str) -> None:
    doubted = character(FIRST, "7", TOLD + beyond)
    assert symbols(reconciled([doubted], [digit(FIRST, 0, PRESENT + 0.05)])) == read


@pytest.mark.parametrize(("beyond", "read"), [(-NEAR, "0"), (NEAR, UNKNOWN)])
def test_a_letter_that_no_digit_is_beside_stays_a_letter(beyond: float, read: str) -> None:
    letter = character(FIRST, UNKNOWN, LETTER + beyond)
    assert symbols(reconciled([letter], [digit(FIRST)])) == read


@pytest.mark.parametrize(("certainty", "read"), [(PRESENT + NEAR, "04"), (PRESENT - NEAR, UNKNOWN)])
def test_beside_a_digit_it_may_be_one(certainty: float, read: str) -> None:
    letter = character(FIRST, UNKNOWN, LETTER + NEAR)
    beside = character(SECOND, "4", certainty)
    assert symbols(reconciled([letter, beside], [digit(FIRST)])) == read


PART = Box(FIRST.x, FIRST.y + 50, 60, 40)


@pytest.mark.parametrize(("beyond", "read"), [(-NEAR, "7"), (NEAR, "4")])
def test_a_doubtful_part_of_a_digit_is_not_believed(beyond: float, read: str) -> None:
    part = character(PART, "4", 0.9 - SURER + beyond)
    hardly_there = character(Box(FIRST.x, FIRST.y, 30, 30), ")", TOLD - NEAR)
    found = reconciled([part, hardly_there], [digit(FIRST, 7, 0.9)])
    assert symbols(found)[0] == read


def test_it_is_if_it_is_most_of_the_digit_or_another_part_is_told() -> None:
    most = character(Box(FIRST.x, FIRST.y + 30, 60, 60), "4", 0.6)
    assert symbols(reconciled([most], [digit(FIRST, 7, 0.9)])) == "4"
    upper = character(Box(FIRST.x, FIRST.y, 60, 40), "2", 0.6)
    lower = character(PART, "4", 0.6)
    assert symbols(reconciled([upper, lower], [digit(FIRST, 7, 0.9)])) == "24"


def test_where_the_segmentation_finds_no_digit_it_is_left_as_it_is() -> None:
    seen = [character(FIRST, "7", TOLD), character(SECOND, UNKNOWN, 0.6)]
    assert reconciled(seen, []) == seen


@pytest.mark.parametrize(("symbol", "least"), [("4", PRESENT), ("-", MARK)])
def test_what_is_no_character_is_left_out(symbol: str, least: float) -> None:
    present = character(FIRST, symbol, least + NEAR)
    absent = character(SECOND, symbol, least - NEAR)
    assert reconciled([present, absent], []) == [present]


# --- what it does not see ------------------------------------------------------------------------


@pytest.mark.parametrize(("beyond", "overlooked"), [(0.05, False), (-0.05, True)])
def test_a_digit_that_it_overlooks_is_not_lost(beyond: float, overlooked: bool) -> None:
    height = round(FIRST.height * (COVERED + beyond))
    part = character(FIRST._replace(height=height), "5")
    found = reconciled([part], [digit(FIRST)])
    assert symbols(found) == ("50" if overlooked else "5")
    certainty = 0.99 * OVERLOOKED + 0.1 * (1 - OVERLOOKED)
    assert [each.certainty for each in found[1:]] == pytest.approx([certainty] * overlooked)


def test_a_1_that_it_overlooks_is_a_rule_or_an_edge() -> None:
    assert reconciled([], [digit(FIRST, 1)]) == []
    assert symbols(reconciled([], [digit(FIRST, 1), digit(SECOND, 2)])) == "2"


@pytest.mark.parametrize(("beyond", "read"), [(NEAR, "5"), (-NEAR, "0")])
def test_what_is_no_character_covers_no_digit(beyond: float, read: str) -> None:
    part = FIRST._replace(width=round(FIRST.width * (COVERED + SAME) / 2))
    doubted = character(part, "5", PRESENT + beyond)
    assert symbols(reconciled([doubted], [digit(FIRST, 0, PRESENT + 0.05)])) == read


@pytest.mark.parametrize(("beyond", "found"), [(0.05, "4"), (-0.05, "40")])
def test_a_digit_that_is_seen_and_something_beside_it_are_no_other_digit(
    beyond: float, found: str
) -> None:
    seen = character(FIRST, "4")
    outside = round(FIRST.height * (1 - WITHIN - beyond))
    larger = Box(FIRST.x, FIRST.y + outside, 500, FIRST.height)
    assert symbols(reconciled([seen], [digit(larger)])) == found


@pytest.mark.parametrize(("beyond", "found"), [(-5, "4"), (5, "40")])
def test_but_what_is_lower_than_half_of_it_may_be_a_part_of_it(beyond: int, found: str) -> None:
    seen = character(FIRST, "4")
    larger = Box(FIRST.x, FIRST.y, 300, round(FIRST.height / HIGH) + beyond)
    assert symbols(reconciled([seen], [digit(larger)])) == found


def test_a_mark_in_a_digit_is_another_thing() -> None:
    seen = character(Box(120, 240, 20, 10), "-")
    assert symbols(reconciled([seen], [digit(FIRST)])) == "-0"


# --- ink that nobody read -------------------------------------------------------------------------


def test_ink_that_nobody_read_is_the_digit_that_the_segmentation_takes_it_for() -> None:
    unread = character(FIRST, UNKNOWN, 0.0)
    [found] = recognized([unread], [digit(SECOND, 5), digit(FIRST)])
    assert found.symbol == "0"
    assert found.certainty == pytest.approx(0.99 * DISPUTED + 0.1 * (1 - DISPUTED))


def test_it_stays_unknown_where_there_is_none_or_only_a_stroke() -> None:
    unread = character(FIRST, UNKNOWN, 0.0)
    stroke = digit(FIRST._replace(width=14), 1)
    assert stroke.is_one
    assert recognized([unread], [digit(SECOND)]) == [unread]
    assert recognized([unread._replace(box=stroke.box)], [stroke])[0].symbol == UNKNOWN
