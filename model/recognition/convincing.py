"""Whether lines that were read are asserted, given what else is known of the photo."""

from model.recognition.certainty import are_sure, digit_count, has_letters
from model.recognition.decoding import Photo
from model.recognition.ink import is_scene
from model.recognition.line_acceptance import Lines
from model.recognition.passes import Segmented

SEEN = 0.9  # probability of a digit that the digit network sees; chosen on rendered pages


def are_convincing(lines: Lines, segmented: Segmented, photo: Photo) -> bool:
    """Whether a photo asserts `lines`: more is asked of what the segmentation finds no number in.

    A digit alone has no neighbours that tell the line network how a hand's digits look: it may as
    well be a letter, as may digits between letters. Among things, too, rather than on a page, much
    looks like digits.
    """
    if are_sure(lines):
        # Of a crowded page the digit network is asked nothing.
        are_doubted = has_letters(lines) and len(segmented.candidates) > 0
        are_several = digit_count(lines) > 1 and not are_doubted
        return are_several or _has_digit(segmented)
    has_number = digit_count(lines) > 0 and len(segmented.number) > 0
    return has_number and not is_scene(photo.pixels)


def _has_digit(segmented: Segmented) -> bool:
    """Whether the digit network sees one, even if other ink keeps it from being asserted."""
    are_seen = [candidate.probability >= SEEN for candidate in segmented.candidates]
    return len(segmented.number) > 0 or any(are_seen)
