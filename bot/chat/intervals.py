"""How far a share of few answers may be from the true one."""

from math import sqrt
from statistics import NormalDist


def wilson_interval(right: int, answers: int, confidence: float = 0.95) -> tuple[float, float]:
    """Wilson's score interval of a share.

    E. B. Wilson, "Probable inference, the law of succession, and statistical inference", Journal
    of the American Statistical Association 22 (1927).

    Args:
        right: how many of the answers were right.
        answers: how many there were, more than 0.
        confidence: how likely the true share is to lie within, 0 to 1.

    Returns:
        The lower and the upper end, each 0 to 1.
    """
    share = right / answers
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    z2 = z * z
    middle = share + z2 / (2 * answers)
    variance = share * (1 - share) + z2 / (4 * answers)
    half_width = z * sqrt(variance / answers)
    scale = 1 + z2 / answers
    return (middle - half_width) / scale, (middle + half_width) / scale
