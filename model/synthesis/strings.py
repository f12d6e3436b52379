"""What people write in a line: prices, dates, times, telephone and account numbers, sums, words."""

from numpy.random import Generator

from model.recognition.character_set import DIGITS, MARKS, UNKNOWN
from model.synthesis.glyphs.non_digits import CYRILLIC, GREEK, LATIN, SIGNS
from model.synthesis.sampling import pick

# All shares are by eye, from what people write.
LONGEST_NUMBER = 10  # digits, of a plain number
REPETITIVE = 0.25  # share of the numbers in which digits are apt to repeat
REPEATED = 0.5  # in those, share of the digits that are the one before
MOST_NOUGHTS = 4  # at a round number's end

DECIMAL_POINTS = (".,", ",.")  # the decimal point, and what parts thousands beside it
SIGNED = 0.2  # share of the decimals
IN_THOUSANDS = 0.2  # share of the decimals with a group of three digits

DATE_SEPARATORS = "./-"
PADDED = 0.6  # share of the dates whose days and months have two digits each
BACKWARDS = 0.2  # share of the dates that begin with the year

WITH_SECONDS = 0.2  # share of the times
HOURS = 0.5  # share of the times that begin with an hour; others are of a stopwatch, or scores

OPERATORS = "++--×÷:"
BRACKETED = 0.4  # share of the sums of three terms and more
WITH_RESULT = 0.4  # share of the sums

GROUP_SEPARATORS = " -./"  # of telephone and account numbers
WITH_CODE = 0.3  # share of those, whose first group is in brackets
INTERNATIONAL = 0.3  # share of those that begin with a plus

CURRENCIES = "€$£¥"
WITH_CURRENCY = 0.4  # share of the amounts; beside the others is a word
LONGEST_UNIT = 4  # letters of that word
BEFORE = 0.5  # share of the amounts whose currency or word comes first

# The letter X is written as a times sign is, plus and equals sign are marks.
LETTERS = LATIN.replace("X", "").replace("x", "")
OTHER_SIGNS = SIGNS.replace("+", "").replace("=", "")
ALPHABETS = (LETTERS, GREEK, CYRILLIC, OTHER_SIGNS)
ALPHABET_SHARES = (0.7, 0.1, 0.12, 0.08)
LONGEST_WORD = 8  # letters
LIKE_DIGITS = "OoIliJjSsZzbgq"
LIKE_DIGITS_SHARE = 0.25  # of the letters inside a Latin word, about as in English
DRAWING = "☺"  # stands for a drawing, not for a face
DRAWINGS = 0.2  # share of the lines of words


def sample_string(rng: Generator) -> str:
    """Make a line of writing.

    Args:
        rng: decides everything.

    Returns:
        Digits, marks, spaces, letters, currencies' and other signs, or `DRAWING`; neither its first
        character nor its last is a space.
    """
    # Mostly plain numbers, which are what is sent most.
    shares = {
        plain_number: 0.34,
        round_number: 0.07,
        decimal: 0.11,
        date: 0.08,
        clock_time: 0.04,
        calculation: 0.11,
        telephone_number: 0.05,
        several_numbers: 0.07,
        amount: 0.06,
        words: 0.07,
    }
    kinds = list(shares)
    index = rng.choice(len(kinds), p=list(shares.values()))
    sample = kinds[index]
    return sample(rng)


def digits(count: int, rng: Generator) -> str:
    """So many digits; in some numbers one digit is often the one before it."""
    repetitive = rng.random() < REPETITIVE
    text = ""
    for _ in range(count):
        if repetitive and text and rng.random() < REPEATED:
            text += text[-1]
        else:
            text += pick(DIGITS, rng)
    return text


def short_number(longest: int, rng: Generator) -> str:
    """One to `longest` digits."""
    count = int(rng.integers(1, longest + 1))
    return digits(count, rng)


def plain_number(rng: Generator) -> str:
    """One to ten digits."""
    return short_number(LONGEST_NUMBER, rng)


def round_number(rng: Generator) -> str:
    """A few digits, then noughts."""
    count = int(rng.integers(1, 4))
    noughts = int(rng.integers(1, MOST_NOUGHTS + 1))
    return digits(count, rng) + "0" * noughts


def decimal(rng: Generator) -> str:
    """A number with a decimal point or comma, some with a group of three digits, some signed."""
    point, separator = list(pick(DECIMAL_POINTS, rng))
    places = int(rng.integers(1, 4))
    whole = short_number(4, rng)
    if rng.random() < IN_THOUSANDS:
        whole += separator + digits(3, rng)
    sign = ""
    if rng.random() < SIGNED:
        sign = pick("-+", rng)
    return sign + whole + point + digits(places, rng)


def date(rng: Generator) -> str:
    """Day and month, or those and a year, in any order."""
    separator = pick(DATE_SEPARATORS, rng)
    day = str(rng.integers(1, 32))
    month = str(rng.integers(1, 13))
    parts = [day, month]
    if rng.random() < PADDED:
        parts = [day.zfill(2), month.zfill(2)]
    year = _year(rng)
    if year:
        parts.append(year)
    if rng.random() < BACKWARDS:
        parts.reverse()
    return separator.join(parts)


def _year(rng: Generator) -> str:
    """Two or four digits, or none at all."""
    short = digits(2, rng)
    of_this_century = f"20{digits(2, rng)}"
    of_the_last = f"19{digits(2, rng)}"
    return pick((short, of_this_century, of_the_last, ""), rng)


def clock_time(rng: Generator) -> str:
    """Two or three groups of two digits with colons, of which the first may be an hour."""
    count = 2
    if rng.random() < WITH_SECONDS:
        count = 3
    parts = [f"{rng.integers(60):02}" for _ in range(count)]
    if rng.random() < HOURS:
        parts[0] = str(rng.integers(24))
    return ":".join(parts)


def calculation(rng: Generator) -> str:
    """Numbers with operators between them, some in brackets, some with the result."""
    space = pick(("", " "), rng)
    count = int(rng.integers(2, 5))
    terms = [short_number(3, rng) for _ in range(count)]
    if count > 2 and rng.random() < BRACKETED:
        first = int(rng.integers(count - 1))
        terms[first] = f"({terms[first]}"
        terms[first + 1] += ")"
    text = terms[0]
    for term in terms[1:]:
        operator = pick(OPERATORS, rng)
        text += space + operator + space + term
    if rng.random() < WITH_RESULT:
        result = short_number(3, rng)
        text += space + "=" + space + result
    return text


def telephone_number(rng: Generator) -> str:
    """Groups of digits as of telephone numbers and accounts, some with a code in brackets."""
    separator = pick(GROUP_SEPARATORS, rng)
    count = int(rng.integers(2, 5))
    groups = []
    for _ in range(count):
        length = int(rng.integers(2, 5))
        groups.append(digits(length, rng))
    if rng.random() < WITH_CODE:
        groups[0] = f"({groups[0]})"
    number = separator.join(groups)
    return f"+{number}" if rng.random() < INTERNATIONAL else number


def several_numbers(rng: Generator) -> str:
    """Short numbers that stand apart."""
    count = int(rng.integers(2, 6))
    numbers = [short_number(3, rng) for _ in range(count)]
    return " ".join(numbers)


def amount(rng: Generator) -> str:
    """A number with a currency, a unit or a word beside it."""
    sample = pick((plain_number, decimal, round_number), rng)
    number = sample(rng)
    has_currency = rng.random() < WITH_CURRENCY
    beside = pick(CURRENCIES, rng) if has_currency else word(rng, LONGEST_UNIT)
    space = pick(("", " "), rng)
    if rng.random() < BEFORE:
        return beside + space + number
    return number + space + beside


def words(rng: Generator) -> str:
    """One to three words, or a drawing."""
    if rng.random() < DRAWINGS:
        return DRAWING
    count = int(rng.integers(1, 4))
    return " ".join(word(rng) for _ in range(count))


def word(rng: Generator, longest: int = LONGEST_WORD) -> str:
    """Letters of one alphabet, none of them like a mark.

    Those that are written like digits are only where letters beside them tell that they are none.
    """
    count = int(rng.integers(1, longest + 1))
    alphabet = rng.choice(len(ALPHABETS), p=ALPHABET_SHARES)
    letters = list(ALPHABETS[alphabet])
    text = list(rng.choice(letters, count))
    latin = ALPHABETS[alphabet] == LETTERS
    for index in range(1, count - 1):
        if latin and rng.random() < LIKE_DIGITS_SHARE:
            text[index] = pick(LIKE_DIGITS, rng)
    return "".join(text)


def symbol(character: str) -> str:
    """What a reader is to make of a character: itself, or `UNKNOWN` if no digit and no mark."""
    return character if character in DIGITS + MARKS else UNKNOWN
