"""How far a share of few answers may be from the true one."""

from math import sqrt
from statistics import NormalDist


def wilson(right: int, answers: int, confidence: float = 0.95) -> tuple[float, float]:
    """Wilson's score interval of `right` among `answers` > 0: its ends, in 0..1."""
    z2 = NormalDist().inv_cdf((1 + confidence) / 2) ** 2
    share = right / answers
    middle = share + z2 / (2 * answers)
    half = sqrt(z2 * (share * (1 - share) + z2 / (4 * answers)) / answers)
    scale = 1 + z2 / answers
    return (middle - half) / scale, (middle + half) / scale
