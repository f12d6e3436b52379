"""Other ways to read the same photos: how long each takes on one core, how often it is right."""

import time
from collections.abc import Callable, Mapping
from difflib import SequenceMatcher
from functools import partial
from statistics import fmean

from measures import ways_to_read
from measures.processes import on_one_core
from measures.reading import CLOSE_TO_DECODING, DECODING
from measures.results import NO_TARGET, Measurement, Row, Target
from measures.sample_photos import Labelled
from measures.ways_to_read import A_CHARACTER, A_LINE, A_PAGE, AbsentError, Read
from model.evaluation.judgement import judge
from model.recognition.character_set import DIGITS, MARKS
from model.synthesis.number_pages import BREAK

Ways = Mapping[str, Callable[[], Read]]  # by name; each raises an error if it is absent

FASTER_AND_BETTER = Target(times=1, righter=True)
OWN = "the reader"
ALONE = "RapidOCR, recognition alone"
DETECTING = "RapidOCR, with detection"
TESSERACT = "Tesseract, a process for each photo"

BOTH: Ways = {OWN: ways_to_read.own, DECODING: ways_to_read.decoding}
ONE_DIGIT: Ways = {
    **BOTH,
    ALONE: ways_to_read.rapidocr,
    DETECTING: ways_to_read.rapidocr_with_detection,
    TESSERACT: partial(ways_to_read.tesseract, A_CHARACTER, DIGITS),
    "resized, inverted, Keras's `predict`": ways_to_read.naive,
}
ONE_LINE: Ways = {
    **BOTH,
    ALONE: ways_to_read.rapidocr,
    DETECTING: ways_to_read.rapidocr_with_detection,
    TESSERACT: partial(ways_to_read.tesseract, A_LINE, DIGITS + MARKS),
}
SEVERAL_LINES: Ways = {
    **BOTH,
    DETECTING: ways_to_read.rapidocr_with_detection,
    TESSERACT: partial(ways_to_read.tesseract, A_PAGE, DIGITS + MARKS),
}


def peers(photos: Labelled) -> list[Row]:
    """Compare the reader with each peer, on at least one photo of one digit."""
    return compare(f"{len(photos)} photos of one digit", photos, ONE_DIGIT, CLOSE_TO_DECODING)


def lines(rows: Labelled, dates: Labelled, pages: Labelled) -> list[Row]:
    """Compare the reader with each peer, on photos of ten digits in a row, dates and pages."""
    return [
        *compare(f"{len(rows)} photos of ten digits in a row", rows, ONE_LINE),
        *compare(f"{len(dates)} photos of a date", dates, ONE_LINE),
        *compare(f"{len(pages)} photos of 50 numbers", pages, SEVERAL_LINES),
    ]


def compare(what: str, photos: Labelled, ways: Ways, decoding: Target = NO_TARGET) -> list[Row]:
    """Compare the reader with decoding, for which there is a target, and the other ways to read."""
    measured = on_one_core(_measure, photos, ways)
    own = measured[OWN]
    if own is None:
        raise AssertionError("the reader is no peer")
    rows = [Row(what, "ms", own, DECODING, measured[DECODING], decoding)]
    for name, other in measured.items():
        if name not in (OWN, DECODING):
            rows.append(Row(what, "ms", own, name, other, FASTER_AND_BETTER))
    return rows


def share_right(label: str, text: str) -> float:
    """The share of a label's numbers that are read right, 0 to 1.

    A label that is read right as a whole, which is judged as everywhere, has the share 1, another
    one of a single number 0. Of several, those count that label and reading have in one order.
    """
    if judge(label, text).right:
        return 1
    true = label.split(BREAK)
    if len(true) == 1:
        return 0
    blocks = SequenceMatcher(None, true, text.split(), autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks) / len(true)


def _measure(photos: Labelled, ways: Ways) -> dict[str, Measurement | None]:
    """Measure each way to read, None if it is absent; the quartiles are over the photos."""
    first, _ = photos[0]
    present = _present(ways, first)
    taken: dict[str, list[float]] = {name: [] for name in present}
    right: dict[str, list[float]] = {name: [] for name in present}
    for data, label in photos:
        for name, read in present.items():
            answer, milliseconds = _timed(read, data)
            taken[name].append(milliseconds)
            right[name].append(share_right(label, answer))
    measured: dict[str, Measurement | None] = dict.fromkeys(ways)
    for name in present:
        share = None if name == DECODING else fmean(right[name])
        measured[name] = Measurement.of(taken[name], share)
    return measured


def _present(ways: Ways, photo: bytes) -> dict[str, Read]:
    """The ways that are installed, each called once, since the first call is slower."""
    present: dict[str, Read] = {}
    for name, begin in ways.items():
        try:
            read = begin()
        except (AbsentError, ImportError):
            continue
        read(photo)
        present[name] = read
    return present


def _timed(read: Read, data: bytes) -> tuple[str, float]:
    """Read one photo: the answer, and the milliseconds that it took the second time.

    The first time, what other ways have put into the processor's caches is in the way: most for the
    way that comes after the largest program.
    """
    read(data)
    began = time.perf_counter()
    answer = read(data)
    seconds = time.perf_counter() - began
    return answer, 1000 * seconds
