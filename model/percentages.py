"""Shares as people see them: one notation in the chat, in pictures and on the command line."""

from collections.abc import Callable

HIGHEST = 99.9  # %, the highest that is told


def percent(share: float, write: Callable[[float], str] = "{:.1f} %".format) -> str:
    """A share as a percentage with one decimal; certainty is never claimed by rounding.

    Args:
        share: 0 to 1.
        write: puts a percentage that is rounded to one decimal into words, as a language does.
    """
    percentage = round(100 * share, 1)
    if percentage > HIGHEST:
        return f"> {write(HIGHEST)}"
    return write(percentage)


def counted(share: float, decimals: int = 1) -> str:
    """A share of what was counted as a percentage; all of it is 100 %, as nothing is claimed.

    Args:
        share: 0 or more: of errors there may be more than of what was counted.
        decimals: of the percentage.
    """
    return f"{100 * share:.{decimals}f} %"
