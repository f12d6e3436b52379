"""Digits that were read, set beside the digits that are written, where some may be missing."""

from collections.abc import Sequence
from difflib import SequenceMatcher

Pairs = list[tuple[int, int]]


def aligned(written: Sequence[int], read: Sequence[int]) -> Pairs:
    """Which digits were read as which: pairs of their places in `written` and `read`.

    Digits that were missed or invented are in no pair. Of as many digits, each stands beside its
    own unless that takes more mistakes than missing and inventing some.
    """
    same_places = list(zip(range(len(written)), range(len(read)), strict=False))
    # Not the fewest edits, as Levenshtein counts them, but near them, and in the standard library.
    changes = SequenceMatcher(None, written, read, autojunk=False).get_opcodes()
    edits = sum(
        max(stop - start, last - first)
        for kind, start, stop, first, last in changes
        if kind != "equal"
    )
    mistakes = sum(written[place] != read[place] for place, _ in same_places)
    if len(written) == len(read) and mistakes <= edits:
        return same_places
    pairs: Pairs = []
    for _, start, stop, first, last in changes:
        if stop - start == last - first:
            pairs += zip(range(start, stop), range(first, last), strict=True)
    return pairs
