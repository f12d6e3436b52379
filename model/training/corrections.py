"""What people corrected: which of it to learn from, and which to hold back and measure by."""

import hashlib
from collections import Counter
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

# These limits were chosen; no measurement is on record.
LARGEST_SHARE = 0.2  # of all comes from one person, so that nobody alone can teach much
ALWAYS_KEPT = 5  # corrections of one person, whatever their share
HELD_BACK = 5  # the corrections of one in so many people are held back to measure by


class CorrectedCrops(NamedTuple):
    """Crops (n, 28, 28) uint8, ink 255, and how `users` (n,) str labelled them.

    `labels` (n,) uint8 are 0..9 or `NOT_A_DIGIT`.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.uint8]
    users: NDArray[np.str_]

    def select(self, chosen: NDArray[np.bool_]) -> "CorrectedCrops":
        """Those `chosen` (n,)."""
        return CorrectedCrops(self.images[chosen], self.labels[chosen], self.users[chosen])


def usable(corrections: CorrectedCrops) -> NDArray[np.bool_]:
    """Which corrections (n,) to use: the first of each crop, unless another contradicts it."""
    keys = [image.tobytes() for image in corrections.images]
    labels: dict[bytes, set[int]] = {}
    for key, label in zip(keys, corrections.labels.tolist(), strict=True):
        labels.setdefault(key, set()).add(label)
    seen: set[bytes] = set()
    chosen = []
    for key in keys:
        undisputed = len(labels[key]) == 1
        chosen.append(undisputed and key not in seen)
        seen.add(key)
    return np.array(chosen, bool)


def split(corrections: CorrectedCrops) -> tuple[CorrectedCrops, CorrectedCrops]:
    """What to train on, and what to hold back: each person's corrections are wholly in one."""
    users = corrections.users.tolist()
    is_held_back = np.array([_is_held_back(user) for user in users], bool)
    used = corrections.select(~is_held_back)
    held_back = corrections.select(is_held_back)
    return used, held_back


def _is_held_back(user: str) -> bool:
    """Decided by the name alone: what is held back once is never trained on later."""
    digest = hashlib.sha256(user.encode()).digest()
    return digest[0] % HELD_BACK == 0


def capped(users: NDArray[np.str_]) -> NDArray[np.bool_]:
    """Which corrections (n,) by `users` (n,) to use, that no person's make up too many of them."""
    counts = Counter(users.tolist())
    most = _most_of_each(list(counts.values()))
    seen: Counter[str] = Counter()
    kept = []
    for user in users.tolist():
        seen[user] += 1
        kept.append(seen[user] <= most)
    return np.array(kept, bool)


def _most_of_each(counts: list[int]) -> int:
    """How many of one person's corrections are used, of people who made `counts` of them."""
    most = max(counts, default=0)
    # A lower limit leaves fewer corrections in all, of which one person's share is then larger.
    while most > ALWAYS_KEPT:
        used = sum(min(count, most) for count in counts)
        if most <= LARGEST_SHARE * used:
            break
        most -= 1
    return most
