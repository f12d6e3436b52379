"""What somebody says that a photo shows, out of what they write; pure functions."""

from bot.translations import all_languages

# As people type them, and as the bot writes what it reads.
DASHES = "\N{EN DASH}\N{EM DASH}\N{MINUS SIGN}"
TIMES = "*x\N{CYRILLIC SMALL LETTER HA}"
MARKS = dict.fromkeys(map(ord, DASHES), "-") | dict.fromkeys(map(ord, TIMES), "×")
DIGITS = frozenset("0123456789")
WRITTEN = DIGITS | frozenset(".,:+-×÷=()?/ \n")
CLOSING = ".!"  # of a sentence


def truth_in(said: str) -> str | None:
    """What a text says that a photo shows, such as "12.5" or "it was 7".

    Returns:
        The number or numbers, written as the bot writes what it reads; "" for "nothing"; None if
        the text says neither.
    """
    words = said.strip().lower()
    if words.rstrip(CLOSING) in _phrases("correction-nothing"):
        return ""
    number = _without_openings(words)
    written = _lines(number.translate(MARKS))
    is_number = DIGITS & set(written) and WRITTEN.issuperset(written)
    return written if is_number else None


def is_same(read: str, truth: str) -> bool:
    """Whether both say the same, if neither spaces count nor whether a comma or a point stands."""
    return _bare(read) == _bare(truth)


def _bare(text: str) -> str:
    return "".join(text.split()).replace(",", ".")


def _without_openings(words: str) -> str:
    """A sentence without the words before its number, such as "no, it was"."""
    openings = [f"{phrase} " for phrase in _phrases("correction-openings")]
    rest = words
    while opening := next(filter(rest.startswith, openings), None):
        rest = rest.removeprefix(opening)
    return words if rest == words else rest.rstrip(CLOSING)


def _lines(text: str) -> str:
    """The lines that hold something, with one space at most between what stands in them."""
    lines = [" ".join(line.split()) for line in text.splitlines()]
    return "\n".join(filter(None, lines))


def _phrases(key: str) -> list[str]:
    """The phrases of all languages, longest first: who writes need not use the chosen one."""
    phrases = []
    for translate in all_languages().values():
        phrases += translate(key).split(" / ")
    return sorted(phrases, key=len, reverse=True)
