"""A look at components: their lines, and how many characters the line network sees there."""

import pytest

from model.boxes import Box
from model.recognition.fusion import ReadCharacter
from model.recognition.line_acceptance import PRESENT
from model.recognition.looking import Look, Looker
from model.recognition.passes import Segmented
from model.recognition.refusal import Refusal
from tests.model.recognition.hand_made import Asked, ToldLines, blocks
from tests.model.recognition.ring_reading import NEAR, character, each_component, unasked

TWO = (Box(100, 100, 60, 90), Box(200, 100, 60, 90))


def test_where_there_is_no_ink_nothing_is_looked_at() -> None:
    nothing = Segmented([], [], None, Refusal.NO_DIGIT)
    assert Looker(ToldLines(unasked)).at_page(nothing) == Look([], 0)


def test_the_lines_are_what_the_line_network_reads() -> None:
    look = Looker(ToldLines(each_component("7"))).at_components(blocks(*TWO), 1000)
    assert [[each.symbol for each in number] for [number] in look.lines] == [["7", "7"]]
    assert look.seen == 2


def test_the_line_network_is_told_how_much_it_may_read() -> None:
    asked: list[int] = []

    def rule(told: Asked) -> list[ReadCharacter]:
        asked.append(told.most_pixels)
        return []

    Looker(ToldLines(rule)).at_components(blocks(*TWO), 1000)
    assert asked == [1000]


@pytest.mark.parametrize(("beyond", "seen"), [(NEAR, 1), (-NEAR, 0)])
def test_what_is_rather_not_there_is_not_counted(beyond: float, seen: int) -> None:
    def rule(_: Asked) -> list[ReadCharacter]:
        return [character(TWO[0], "7", 0.9)._replace(presence=PRESENT + beyond)]

    assert Looker(ToldLines(rule)).at_components(blocks(*TWO), 1000).seen == seen
