"""Reading and metrics -> words, in Telegram's HTML; pure functions."""

from collections.abc import Mapping
from html import escape
from typing import Any

from model.reader import Digit, Reading, Refusal

COMMANDS = {
    "start": "What to send",
    "help": "What I can read, and the commands",
    "accuracy": "How often it is right",
    "confusion": "Which digits it mixes up",
    "about": "The model behind it",
}
SHORT_DESCRIPTION = "Send a photo of a handwritten digit and get it back with its probabilities."
DESCRIPTION = (
    "I read handwritten digits. Send a photo of one digit or of a row of digits, "
    "and I answer with what I read and how sure I am."
)
HELP = (
    "Send me a photo of a handwritten digit, and I tell you which one it is and how sure I am.\n\n"
    "One digit or a row of them, pen or pencil, paper or screen: what matters is that the digits "
    "are large, sharp and evenly lit. A picture sent as a file works too.\n\n"
    "/accuracy – how often I am right\n"
    "/confusion – which digits I mix up\n"
    "/about – the model behind me"
)
HINT = "I read digits from pictures. Send me a photo of a handwritten digit, or see /help."
NOT_AN_IMAGE_FILE = (
    "That file is not a picture. Send a photo, or a picture as a JPEG, PNG or WebP file."
)
FAILURE = (
    "Something went wrong on my side, and your message was not answered. Please send it again."
)
REFUSALS = {
    Refusal.NOT_A_PICTURE: (
        "I cannot open that as a picture. Send a photo, or a JPEG, PNG or WebP file."
    ),
    Refusal.TOO_MANY_BYTES: (
        "That file is too large: 20 MB is the most. Send it as a photo instead."
    ),
    Refusal.TOO_MANY_PIXELS: (
        "That picture is too large: 50 megapixels is the most. Send it as a photo instead."
    ),
    Refusal.NO_DIGIT: (
        "I see nothing there that looks like a digit. Go closer, so that the digit fills a good "
        "part of the photo, with even light and nothing else in view."
    ),
    Refusal.TOO_MANY_MARKS: (
        "There are too many marks in that picture to be digits. Photograph one number alone, on "
        "plain paper."
    ),
}
BAR_WIDTH = 10


def answer(reading: Reading) -> str:
    """What was read, or why nothing was and what helps."""
    if reading.refused:
        return REFUSALS[reading.refused]
    if len(reading.digits) == 1:
        digit = reading.digits[0]
        return f"<b>{digit.value}</b>  ({percent(digit.probability)})\n{_bars(digit)}"
    rows = "\n".join(f"{digit.value} {percent(digit.probability):>8}" for digit in reading.digits)
    return f"<code>{reading.text}</code>\n<pre>{rows}</pre>"


def _bars(digit: Digit) -> str:
    """A line for each of the ten digits; the bar comes last, where its width shifts nothing."""
    lines = (
        f"{value} {percent(probability):>8} {'█' * round(BAR_WIDTH * probability)}".rstrip()
        for value, probability in enumerate(digit.probabilities.tolist())
    )
    return "<pre>" + "\n".join(lines) + "</pre>"


def percent(share: float) -> str:
    """A share in 0..1 with one decimal; certainty is never claimed by rounding."""
    if share >= 0.9995:
        return "> 99.9 %"
    return f"{100 * share:.1f} %"


def accuracy(metrics: Mapping[str, Any]) -> str:
    """The test metrics for a phone's screen."""
    low, high = metrics["accuracy_interval"]
    rows = "\n".join(
        f"{digit:<5}{row['precision']:>8.2%}{row['recall']:>8.2%}{row['f1-score']:>8.2%}"
        for digit, row in metrics["per_class"].items()
    )
    return (
        f"<b>{metrics['accuracy']:.2%}</b> of {metrics['images']:,} MNIST test digits read right, "
        f"{metrics['errors']} wrong.\n"
        f"95 % interval: {low:.2%} to {high:.2%}.\n"
        f"<pre>digit   prec.  recall      F1\n{rows}</pre>"
        "Photos are harder than that test. /confusion shows which digits get mixed up."
    )


def confusion_caption(metrics: Mapping[str, Any]) -> str:
    """What the heatmap shows."""
    return (
        f"{metrics['images']:,} test digits: rows are the true digit, columns my answer. "
        f"The {metrics['errors']} errors are coloured."
    )


def about(metrics: Mapping[str, Any], model_bytes: int, version: str) -> str:
    """The model: name, size, data, version."""
    return (
        f"<b>Digit bot {escape(version)}</b>\n"
        f"Model: {escape(metrics['network'])}, {metrics['parameters']:,} weights, "
        f"{model_bytes / 1024:,.0f} kB, version {metrics['tflite_sha256'][:8]}\n"
        f"Trained on: MNIST, {metrics['epochs']} epochs, seed {metrics['seed']}\n"
        f"Test accuracy: {metrics['accuracy']:.2%}\n"
        "Photos are read and forgotten: nothing is stored."
    )
