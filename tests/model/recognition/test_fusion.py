"""Two networks' opinions become one answer that is as sure as both together."""

import numpy as np
import pytest
from numpy.typing import NDArray

from model.boxes import Box
from model.recognition.character_set import CHARACTERS, DIGITS
from model.recognition.fusion import (
    LEAST,
    Fusion,
    Opinions,
    ReadCharacter,
    digit_features,
    other_features,
)
from tests.model.recognition.hand_made import probabilities

# Nothing but what the networks say; half as much for the digit network.
FUSION = Fusion(0.5, [1.0, 0.5, 1.0, 0.5, 1.0, 0.5], [1.0, 0.5, 1.0, 0.0])
CANNOT_TELL = np.full(10, 0.1, np.float32)
Row = NDArray[np.float32]


def line_row(**symbols: float) -> Row:
    """The line network's probabilities, given those of some digits and marks by name."""
    names = {"minus": "-", "unknown": "?"} | {f"_{digit}": digit for digit in DIGITS}
    row = np.zeros(len(CHARACTERS), np.float32)
    for name, probability in symbols.items():
        row[CHARACTERS.index(names[name])] = probability
    rest = 1 - row.sum()
    row[row == 0] = rest / np.count_nonzero(row == 0)
    return row


def opinions(
    line: Row, digit: Row = CANNOT_TELL, *, middle: float = 0.9, matched: bool = True
) -> Opinions:
    """Those of one character."""
    return Opinions(
        [Box(5, 6, 7, 8)],
        np.array([middle], np.float32),
        line[np.newaxis],
        digit[np.newaxis],
        np.array([matched]),
        np.full((1, 28, 28), 9, np.uint8),
    )


def read(opinions: Opinions, fusion: Fusion = FUSION) -> ReadCharacter:
    [character] = fusion.fuse(opinions)
    return character


def several(count: int = 300) -> Opinions:
    """Opinions of so many characters, of every sureness."""
    rng = np.random.default_rng(0)
    logits = rng.normal(0, 4, (count, len(CHARACTERS)))
    line = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    digit = rng.dirichlet(np.full(10, 0.2), count)
    return Opinions(
        [Box(nth, 0, 5, 5) for nth in range(count)],
        rng.random(count).astype(np.float32),
        line.astype(np.float32),
        digit.astype(np.float32),
        rng.random(count) < 0.5,
        np.zeros((count, 28, 28), np.uint8),
    )


# --- which character ---------------------------------------------------------------------------


def test_what_both_say_is_read() -> None:
    character = read(opinions(line_row(_7=0.9), probabilities(7, 0.9)))
    assert character.symbol == "7"
    assert character.is_digit
    assert character.box == Box(5, 6, 7, 8)
    assert (character.crop == 9).all()


@pytest.mark.parametrize(("weight", "symbol"), [(0.0, "7"), (0.24, "7"), (0.26, "1"), (1.0, "1")])
def test_where_they_differ_the_digit_network_counts_by_its_weight(
    weight: float, symbol: str
) -> None:
    both = opinions(line_row(_7=0.6, _1=0.2), probabilities(1, 0.9))
    # To one of them 7 is 3 times as probable, to the other 1 is 81 times; 81 ** 0.25 is 3.
    fusion = FUSION._replace(digit_weight=weight)
    assert read(both, fusion).symbol == symbol


def test_a_digit_network_in_doubt_speaks_for_what_is_no_digit() -> None:
    line = line_row(_7=0.5, minus=0.2, unknown=0.2)
    scores = FUSION.scores(opinions(line, CANNOT_TELL))[0] - np.log(line)
    # It gives each digit a tenth, so it doubts with nine tenths that there is one.
    assert scores[: len(DIGITS)] == pytest.approx(0.5 * np.log(0.1), abs=1e-4)
    assert scores[len(DIGITS) : -1] == pytest.approx(0, abs=1e-5)
    assert scores[-1] == pytest.approx(0.5 * np.log(0.9), abs=1e-4)


@pytest.mark.parametrize(("probability", "doubt"), [(0.9, 0.1), (0.98, 0.02), (0.999, 0.02)])
def test_a_sure_one_leaves_doubt_all_the_same(probability: float, doubt: float) -> None:
    line = line_row(_7=0.5, unknown=0.2)
    [scores] = FUSION.scores(opinions(line, probabilities(7, probability)))
    assert scores[-1] == pytest.approx(np.log(line[-1]) + 0.5 * np.log(doubt), abs=1e-4)


@pytest.mark.parametrize("digit", [probabilities(1, 0.99), probabilities(7, 0.5)])
def test_digits_share_what_the_line_network_gives_them_less_that_doubt(digit: Row) -> None:
    line = line_row(_7=0.5, _1=0.1, minus=0.3)
    [shares] = np.exp(FUSION.scores(opinions(line, digit)))
    belief = min(digit.max(), 0.98) ** 0.5
    together = belief * line[: len(DIGITS)].sum()
    assert shares[: len(DIGITS)].sum() == pytest.approx(together, rel=1e-3)


def test_so_a_mark_is_a_digit_where_that_is_likelier_than_any_single_one() -> None:
    line = line_row(minus=0.4, _1=0.3, _7=0.2)
    assert read(opinions(line)).symbol == "-"
    assert read(opinions(line, probabilities(1, 0.99))).symbol == "1"
    surer = line_row(minus=0.6, _1=0.3)
    assert read(opinions(surer, probabilities(1, 0.99))).symbol == "-"


def test_a_probability_of_nothing_forbids_nothing() -> None:
    line, digit = np.zeros(22, np.float32), np.zeros(10, np.float32)
    line[7] = digit[1] = 1
    [scores] = FUSION.scores(opinions(line, digit))
    # Half of what the digit network says, and what the line network says.
    assert scores[7] - scores[1] == pytest.approx(0.5 * np.log(LEAST) - np.log(LEAST))
    assert scores[7] - scores[0] == pytest.approx(-np.log(LEAST))
    assert scores[20] == pytest.approx(np.log(LEAST))


def test_nothing_is_read_where_nothing_is() -> None:
    assert FUSION.fuse(several(0)) == []


# --- how sure ----------------------------------------------------------------------------------


def test_a_certainty_is_a_logistic_function_of_what_tells_it() -> None:
    both = opinions(line_row(_7=0.8), probabilities(7, 0.6), middle=0.75, matched=False)
    assert read(both).presence == 0.75
    # The constant, the middle's odds, what each says, and that they agree.
    odds = 1 + 0.5 * np.log(3) + np.log(0.8) + 0.5 * np.log(0.6) + 1
    assert read(both).certainty == pytest.approx(1 / (1 + np.exp(-odds)))


def test_that_of_a_mark_comes_from_the_line_network_alone() -> None:
    odds = 1 + 0.5 * np.log(3) + np.log(0.8)
    for digit in (CANNOT_TELL, probabilities(1, 0.6)):
        character = read(opinions(line_row(minus=0.8), digit, middle=0.75))
        assert character.symbol == "-"
        assert not character.is_digit
        assert character.certainty == pytest.approx(1 / (1 + np.exp(-odds)))


def test_agreement_makes_sure_and_disagreement_makes_doubtful() -> None:
    line = line_row(_7=0.9)
    agreed = read(opinions(line, probabilities(7, 0.5))).certainty
    undecided = read(opinions(line)).certainty
    disagreed = read(opinions(line, probabilities(1, 0.5))).certainty
    assert agreed > undecided > disagreed


def test_a_candidate_of_the_same_ink_and_a_clear_middle_make_sure_too() -> None:
    line = line_row(_7=0.9)
    alone = read(opinions(line, matched=False)).certainty
    assert read(opinions(line, matched=True)).certainty > alone
    assert read(opinions(line, matched=False, middle=0.99)).certainty > alone
    assert read(opinions(line, matched=False, middle=0.3)).certainty < alone


def test_what_tells_how_sure_a_digit_is() -> None:
    both = opinions(line_row(_7=0.8, _1=0.1), probabilities(7, 0.91), middle=0.75)
    seven, one = np.array([7]), np.array([1])
    expected = [[1, np.log(3), np.log(0.8), np.log(0.91), 1, 1]]
    assert digit_features(both, seven) == pytest.approx(np.array(expected))
    expected = [[1, np.log(3), np.log(0.1), np.log(0.01), 0, 1]]
    assert digit_features(both, one) == pytest.approx(np.array(expected), abs=1e-5)


def test_what_tells_how_sure_another_character_is() -> None:
    both = opinions(line_row(minus=0.8), probabilities(1, 0.7), middle=0.2)
    features = other_features(both, np.array([CHARACTERS.index("-")]))
    expected = [[1, np.log(0.25), np.log(0.8), np.log(0.3)]]
    assert features == pytest.approx(np.array(expected), abs=1e-5)


@pytest.mark.parametrize(("middle", "limited"), [(0.0, LEAST), (1.0, 1 - LEAST)])
def test_a_middle_alone_makes_nothing_certain(middle: float, limited: float) -> None:
    both = opinions(line_row(_7=0.8), middle=middle)
    log_odds = digit_features(both, np.array([7]))[0, 1]
    assert log_odds == pytest.approx(np.log(limited / (1 - limited)), rel=1e-3)


# --- ten probabilities -------------------------------------------------------------------------


def test_ten_probabilities_sum_to_one_and_the_greatest_is_the_certainty() -> None:
    characters = FUSION.fuse(several())
    digits = [each for each in characters if each.is_digit and each.certainty > 0.1]
    assert len(digits) > 50
    assert min(each.certainty for each in digits) < 0.3
    assert max(each.certainty for each in digits) > 0.99
    for each in digits:
        assert each.probabilities.dtype == np.float32
        assert each.probabilities.sum() == pytest.approx(1, abs=1e-5)
        assert each.probabilities.max() == pytest.approx(each.certainty, abs=1e-6)
        assert each.probabilities[int(each.symbol)] == each.probabilities.max()
        assert each.probabilities.min() >= 0


@pytest.mark.parametrize("certainty", [0.6, 0.8, 0.99])
def test_the_others_share_what_is_left_by_what_is_said_of_them(certainty: float) -> None:
    fusion = Fusion(0.0, [np.log(certainty / (1 - certainty)), 0, 0, 0, 0, 0], [0, 0, 0, 0])
    shares = read(opinions(line_row(_7=0.6, _1=0.2, _4=0.1)), fusion).probabilities
    assert shares[7] == pytest.approx(certainty)
    assert shares[1] / shares[4] == pytest.approx(2, rel=0.01)
    assert shares[4] / shares[0] == pytest.approx(0.1 / (0.1 / 19), rel=0.02)


def test_where_nothing_is_left_the_others_get_nothing() -> None:
    fusion = Fusion(0.0, [50, 0, 0, 0, 0, 0], [0, 0, 0, 0])
    shares = read(opinions(line_row(_7=0.6, _1=0.2)), fusion).probabilities
    assert shares.tolist() == [0, 0, 0, 0, 0, 0, 0, 1, 0, 0]


def test_of_a_doubtful_digit_no_other_gets_more() -> None:
    fusion = Fusion(0.0, [np.log(0.25), 0, 0, 0, 0, 0], [0, 0, 0, 0])
    character = read(opinions(line_row(_7=0.5, _1=0.4)), fusion)
    assert character.certainty == pytest.approx(0.2)
    assert character.probabilities[[7, 1]] == pytest.approx([0.2, 0.2])
    assert np.delete(character.probabilities, [1, 7]) == pytest.approx(np.full(8, 0.075), abs=1e-3)


def test_a_digit_gets_a_tenth_at_least() -> None:
    fusion = Fusion(0.0, [-5, 0, 0, 0, 0, 0], [0, 0, 0, 0])
    character = read(opinions(line_row(_7=0.5, _1=0.4)), fusion)
    assert character.certainty < 0.01
    assert character.probabilities == pytest.approx(np.full(10, 0.1))


# --- what was fitted ---------------------------------------------------------------------------


def test_the_metrics_hold_what_was_fitted() -> None:
    fitted = {"digit_weight": 0.4, "digit": [1.0] * 6, "other": [2.0] * 4}
    assert Fusion.from_metrics({"fusion": fitted}) == Fusion(0.4, [1.0] * 6, [2.0] * 4)


def test_without_that_there_is_no_fusion() -> None:
    with pytest.raises(KeyError):
        Fusion.from_metrics({"accuracy": 0.9})
