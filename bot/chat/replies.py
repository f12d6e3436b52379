"""The texts about the bot and its model, in Telegram's HTML; pure functions."""

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from bot.chat.intervals import wilson_interval
from bot.storage.tally import Tally
from bot.translations import Translator
from model import reader

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
# What metrics.json counts of what a network was trained on; each has a text `about-...`.
SOURCES = ("pages", "strips", "typefaces", "corrections")
FEWEST_JUDGED = 20  # answers or digits that people judged; fewer say little
FIRST_COLUMN_WIDTH = 5  # characters: "digit", its head in English, and "цифра" in Russian
COLUMN_WIDTH = 11  # characters: "precision" and a gap; two columns fit a phone 360 pixels wide


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


def fixed_width(lines: Iterable[str]) -> str:
    """Lines of plain text in markup that keeps columns aligned."""
    text = escape("\n".join(lines))
    return f"<pre>{text}</pre>"


def percent(translate: Translator, share: float) -> str:
    """A share in 0..1 as everywhere, but as the language writes figures."""
    return reader.percent(share, lambda percentage: translate("share", percent=percentage))


def accuracy(translate: Translator, metrics: Mapping[str, Any], judged: Tally | None = None) -> str:
    """The test metrics for a phone's screen, and what people have `judged`."""
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
    words = translate("accuracy-words", error=100 * metrics["expected_calibration_error"])
    text = f"{head}\n{table}{words}\n{translate('accuracy-note')}"
    if judged and judged.answers >= FEWEST_JUDGED:
        text += f"\n\n{_judged(translate, judged)}"
    return text


def _per_class(translate: Translator, per_class: Mapping[str, Mapping[str, float]]) -> str:
    """A table with precision and recall of each digit."""
    columns = ("precision", "recall")
    heads = [translate(f"column-{name}") for name in columns]
    lines = [_row(translate("column-digit"), *heads)]
    for digit, scores in per_class.items():
        cells = [translate("share-exact", percent=100 * scores[name]) for name in columns]
        lines.append(_row(digit, *cells))
    return fixed_width(lines)


def _row(first: str, *cells: str) -> str:
    columns = [cell.rjust(COLUMN_WIDTH) for cell in cells]
    return first.ljust(FIRST_COLUMN_WIDTH) + "".join(columns)


def _judged(translate: Translator, judged: Tally) -> str:
    """How many of the answers that people judged were right, and how many of their digits."""
    low, high = wilson_interval(judged.right, judged.answers)
    text = translate(
        "accuracy-judged",
        answers=judged.answers,
        percent=_percentage(judged.right, judged.answers),
        low=100 * low,
        high=100 * high,
    )
    if not judged.digits:
        return text
    # Without an interval: digits that one hand has written are not judged independently.
    digits = translate(
        "accuracy-judged-digits",
        digits=judged.digits,
        percent=_percentage(judged.digits_right, judged.digits),
    )
    return f"{text}\n{digits}"


def _percentage(right: int, all_of_them: int) -> float:
    """A share in percent; rounding must not hide that some were wrong."""
    percentage = 100 * right / all_of_them
    return percentage if right == all_of_them else min(percentage, 99)


def confusion_caption(translate: Translator, metrics: Mapping[str, Any]) -> str:
    """What the heatmap of the test set shows."""
    return translate("confusion", images=metrics["images"], errors=metrics["errors"])


def judged_confusion_caption(translate: Translator, judged: Tally) -> str:
    """What the heatmap of the digits that people `judged` shows; "" if they are too few."""
    digits = sum(map(sum, judged.confusion))
    if digits < FEWEST_JUDGED:
        return ""
    errors = digits - judged.digits_right
    return translate("confusion-judged", digits=digits, errors=errors)


def about(
    translate: Translator,
    metrics: Mapping[str, Any],
    line_metrics: Mapping[str, Any],
    model_bytes: int,
    version: str,
) -> str:
    """The model: name, size, data, version; and what the network of lines was trained on."""
    return translate(
        "about",
        version=escape(version),
        network=escape(metrics["network"]),
        parameters=metrics["parameters"],
        kilobytes=model_bytes / 1024,
        model=metrics["tflite_sha256"][:8],
        data=_data(translate, metrics),
        lines_data=_data(translate, line_metrics),
        epochs=metrics["epochs"],
        seed=str(metrics["seed"]),
        percent=100 * metrics["accuracy"],
    )


def _data(translate: Translator, metrics: Mapping[str, Any]) -> str:
    """What a network was trained on: MNIST, and what metrics.json counts beside it."""
    kinds = ["MNIST"]
    for name in SOURCES:
        count = metrics.get(name, 0)
        if count:
            kinds.append(translate(f"about-{name}", count=count))
    return ", ".join(kinds)
