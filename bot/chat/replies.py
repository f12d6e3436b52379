"""The texts about a reading and about the model, in Telegram's HTML; pure functions."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from bot.chat.intervals import wilson_interval
from bot.translations import Translator
from model.reader import SURE, Digit, Reading, Refusal

COMMANDS = (
    "start",
    "help",
    "read",
    "accuracy",
    "confusion",
    "about",
    "language",
    "privacy",
    "forget",
)
BAR_WIDTH = 10  # characters: with digit and percentage that fits a phone, by eye
FEWEST_JUDGED = 20  # answers with feedback; with fewer the interval says little
LARGEST_SHARE = 99.9  # %, of a probability as it is shown
FIRST_COLUMN_WIDTH = 5  # characters: "digit", its head in English, and "цифра" in Russian
COLUMN_WIDTH = 9  # characters: a share with two decimals, and a gap


def commands(translate: Translator) -> dict[str, str]:
    """Each command and its description, as plain text."""
    return {command: translate(f"command-{command}") for command in COMMANDS}


def help(translate: Translator) -> str:  # noqa: A001  the command's name
    """What to send, and the commands."""
    lines = []
    for name, description in commands(translate).items():
        if name not in ("start", "help"):
            lines.append(f"/{name} – {description}")
    return translate("help", commands="\n".join(lines))


def answer(translate: Translator, reading: Reading) -> str:
    """What was read, or why nothing was and what helps."""
    headline = _headline(translate, reading)
    if reading.refused:
        return headline
    rows: Iterable[tuple[int, float]]
    if len(reading.digits) == 1:
        rows = enumerate(reading.digits[0].probabilities.tolist())
    else:
        rows = [(digit.value, digit.probability) for digit in reading.digits]
    return f"{headline}\n{_table(translate, rows)}"


def album(translate: Translator, readings: Sequence[Reading]) -> str:
    """A line for each photo of an album, in its order."""
    lines = []
    for number, reading in enumerate(readings, 1):
        headline = _headline(translate, reading)
        lines.append(f"{number}. {headline}")
    return "\n".join(lines)


def _headline(translate: Translator, reading: Reading) -> str:
    if reading.refused:
        return _refusal(translate, reading.refused, len(reading.digits))
    return _number(translate, reading)


def _refusal(translate: Translator, reason: Refusal, marks: int) -> str:
    """Why nothing was read, and what helps."""
    key = reason.name.lower().replace("_", "-")
    return translate(f"refused-{key}", marks=marks)


def _number(translate: Translator, reading: Reading) -> str:
    """The number; if unsure, also that with the least sure digit replaced by its second choice."""
    tag = "b" if len(reading.digits) == 1 else "code"  # code is copied with a tap
    number = f"<{tag}>{reading.text}</{tag}>"
    doubtful = min(reading.digits, key=lambda digit: digit.probability)
    if doubtful.probability >= SURE:
        return number
    other = ""
    for digit in reading.digits:
        value = _second(digit) if digit is doubtful else digit.value
        other += str(value)
    return translate("unsure", read=number, other=other)


def _second(digit: Digit) -> int:
    """The second likeliest digit."""
    probabilities = digit.probabilities.tolist()
    likeliest_first = sorted(range(10), key=probabilities.__getitem__, reverse=True)
    return likeliest_first[1]


def _table(translate: Translator, rows: Iterable[tuple[int, float]]) -> str:
    """A line for each digit; the bar comes last, where its width shifts nothing."""
    lines = []
    for value, probability in rows:
        share = percent(translate, probability)
        bar = "█" * round(BAR_WIDTH * probability)
        line = f"{value} {share:>8} {bar}"
        lines.append(line.rstrip())
    return _fixed_width(lines)


def _fixed_width(lines: Iterable[str]) -> str:
    """Plain text whose columns stay aligned."""
    text = escape("\n".join(lines))
    return f"<pre>{text}</pre>"


def percent(translate: Translator, share: float) -> str:
    """A share in 0..1 with one decimal; certainty is never claimed by rounding."""
    percentage = 100 * share
    if percentage >= 99.95:  # which would be rounded to 100.0
        return f"> {translate('share', percent=LARGEST_SHARE)}"
    return translate("share", percent=percentage)


def accuracy(
    translate: Translator, metrics: Mapping[str, Any], judged: tuple[int, int] | None = None
) -> str:
    """The test metrics for a phone's screen.

    `judged` is how many of the answers that people judged were right, and how many they judged.
    """
    low, high = metrics["accuracy_interval"]
    head = translate(
        "accuracy",
        percent=100 * metrics["accuracy"],
        images=metrics["images"],
        errors=metrics["errors"],
        low=100 * low,
        high=100 * high,
    )
    table = _per_class(translate, metrics["per_class"])
    text = f"{head}\n{table}{translate('accuracy-note')}"
    if judged and judged[1] >= FEWEST_JUDGED:
        text += f"\n\n{_judged(translate, *judged)}"
    return text


def _per_class(translate: Translator, per_class: Mapping[str, Mapping[str, float]]) -> str:
    """A table with precision, recall and F1 of each digit."""
    head = _row(
        translate("column-digit"),
        translate("column-precision"),
        translate("column-recall"),
        "F1",
    )
    lines = [head]
    for digit, scores in per_class.items():
        shares = [scores[name] for name in ("precision", "recall", "f1-score")]
        cells = [translate("share-exact", percent=100 * share) for share in shares]
        lines.append(_row(digit, *cells))
    return _fixed_width(lines)


def _row(first: str, *cells: str) -> str:
    columns = [cell.rjust(COLUMN_WIDTH) for cell in cells]
    return first.ljust(FIRST_COLUMN_WIDTH) + "".join(columns)


def _judged(translate: Translator, right: int, answers: int) -> str:
    """How many of the answers that people judged were right."""
    low, high = wilson_interval(right, answers)
    percentage = 100 * right / answers
    if right < answers:  # rounding must not hide that some were wrong
        percentage = min(percentage, 99)
    return translate(
        "accuracy-judged",
        answers=answers,
        percent=percentage,
        low=100 * low,
        high=100 * high,
    )


def confusion_caption(translate: Translator, metrics: Mapping[str, Any]) -> str:
    """What the heatmap shows."""
    return translate("confusion", images=metrics["images"], errors=metrics["errors"])


def about(translate: Translator, metrics: Mapping[str, Any], model_bytes: int, version: str) -> str:
    """The model: name, size, data, version."""
    return translate(
        "about",
        version=escape(version),
        network=escape(metrics["network"]),
        parameters=metrics["parameters"],
        kilobytes=model_bytes / 1024,
        model=metrics["tflite_sha256"][:8],
        epochs=metrics["epochs"],
        seed=str(metrics["seed"]),
        percent=100 * metrics["accuracy"],
    )
