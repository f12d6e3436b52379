"""What the bot says of a reading and of its model, in Telegram's HTML; pure functions."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from bot.chat.intervals import wilson
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
BAR_WIDTH = 10
ENOUGH_JUDGED = 20  # answers; with fewer the interval says little


def commands(translate: Translator) -> dict[str, str]:
    """Each command and its description, as plain text."""
    return {command: translate(f"command-{command}") for command in COMMANDS}


def help(translate: Translator) -> str:  # noqa: A001  the command's name
    """What to send, and the commands."""
    lines = (
        f"/{name} – {text}"
        for name, text in commands(translate).items()
        if name not in ("start", "help")
    )
    return translate("help", commands="\n".join(lines))


def answer(translate: Translator, reading: Reading) -> str:
    """What was read, or why nothing was and what helps."""
    if reading.refused:
        return _refused(translate, reading.refused, len(reading.digits))
    rows: Iterable[tuple[int, float]] = (
        enumerate(reading.digits[0].probabilities.tolist())
        if len(reading.digits) == 1
        else ((digit.value, digit.probability) for digit in reading.digits)
    )
    return f"{_read(translate, reading)}\n{_table(translate, rows)}"


def album(translate: Translator, readings: Sequence[Reading]) -> str:
    """A line for each photo of an album, in its order."""
    return "\n".join(
        f"{place}. {_headline(translate, reading)}" for place, reading in enumerate(readings, 1)
    )


def _headline(translate: Translator, reading: Reading) -> str:
    if reading.refused:
        return _refused(translate, reading.refused, len(reading.digits))
    return _read(translate, reading)


def _refused(translate: Translator, reason: Refusal, marks: int) -> str:
    """Why nothing was read, and what helps."""
    return translate(f"refused-{reason.name.lower().replace('_', '-')}", marks=marks)


def _read(translate: Translator, reading: Reading) -> str:
    """The number, and where it is unsure what it is if the most doubtful digit is another."""
    tag = "b" if len(reading.digits) == 1 else "code"  # code is copied with a tap
    read = f"<{tag}>{reading.text}</{tag}>"
    doubtful = min(reading.digits, key=lambda digit: digit.probability)
    if doubtful.probability >= SURE:
        return read
    others = (_second(digit) if digit is doubtful else digit.value for digit in reading.digits)
    return translate("unsure", read=read, other="".join(map(str, others)))


def _second(digit: Digit) -> int:
    """The second likeliest digit."""
    return sorted(range(10), key=digit.probabilities.tolist().__getitem__, reverse=True)[1]


def _table(translate: Translator, rows: Iterable[tuple[int, float]]) -> str:
    """A line for each digit; the bar comes last, where its width shifts nothing."""
    lines = (
        f"{value} {percent(translate, share):>8} {'█' * round(BAR_WIDTH * share)}".rstrip()
        for value, share in rows
    )
    return _fixed_width(lines)


def _fixed_width(lines: Iterable[str]) -> str:
    """Plain text whose columns stay aligned."""
    return "<pre>" + escape("\n".join(lines)) + "</pre>"


def percent(translate: Translator, share: float) -> str:
    """A share in 0..1 with one decimal; certainty is never claimed by rounding."""
    if 100 * share >= 99.95:
        return f"> {translate('share', percent=99.9)}"
    return translate("share", percent=100 * share)


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
    text = f"{head}\n{_per_class(translate, metrics['per_class'])}{translate('accuracy-note')}"
    if judged and judged[1] >= ENOUGH_JUDGED:
        text += f"\n\n{_judged(translate, *judged)}"
    return text


def _per_class(translate: Translator, per_class: Mapping[str, Mapping[str, float]]) -> str:
    """A table with precision, recall and F1 of each digit."""

    def line(first: str, *cells: str) -> str:
        return f"{first:<5}" + "".join(f"{cell:>9}" for cell in cells)

    names = ("column-digit", "column-precision", "column-recall")
    lines = [line(*map(translate, names), "F1")]
    for digit, row in per_class.items():
        shares = (row[name] for name in ("precision", "recall", "f1-score"))
        lines.append(
            line(digit, *(translate("share-exact", percent=100 * share) for share in shares))
        )
    return _fixed_width(lines)


def _judged(translate: Translator, right: int, answers: int) -> str:
    """How many of the answers that people judged were right."""
    low, high = wilson(right, answers)
    # Rounding must not hide that some were wrong.
    most = 100 if right == answers else 99
    return translate(
        "accuracy-judged",
        answers=answers,
        percent=min(100 * right / answers, most),
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
