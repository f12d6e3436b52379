"""Measure what reading, serving and training cost, each beside something to compare it with.

Prints a Markdown table: the median of interleaved repetitions and, in brackets, the quartiles.
"""

import argparse
import json
import os
import platform
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from missing_packages import missing_packages_told
from model import mnist
from model.quiet import quiet_libraries

if TYPE_CHECKING:
    from collections.abc import Callable

    from measures import growth, results, sample_photos

# The peers, which the bot needs nowhere.
INSTALL = "pip install rapidocr-onnxruntime; apt-get install tesseract-ocr"


class Effort(NamedTuple):
    """How much is measured, for each value of --quick and --thorough."""

    readings: int  # of each picture
    rendered: int  # photos for the peers, if no folder of them is given
    lines: int  # photos of a row of digits, and as many of a date
    pages: int  # photos of many numbers
    rounds: int  # of what takes longer
    sent: int  # photos to the bot before its memory is read
    seconds: float  # of each load
    steps: int  # of training


EFFORTS = {
    "quick": Effort(2, 3, 2, 1, 1, 4, 0.5, 3),
    "usual": Effort(30, 60, 20, 5, 3, 200, 5, 200),
    "thorough": Effort(100, 240, 80, 20, 7, 1000, 15, 400),
}
REPETITIONS = {"quick": "measure a few times only", "thorough": "measure more often"}
NAMES = (
    "reading", "hard", "peers", "lines", "start", "memory", "installation", "serving", "growth",
    "training",
)  # fmt: skip
EVERYTHING = (*NAMES, "soak")  # which takes long, and so is never measured unasked


def main() -> None:
    """Parse the arguments, measure, and print the table or JSON."""
    arguments = parse_arguments()
    if sys.platform != "linux":
        sys.exit("What is measured here only Linux reports (in /proc): run it there.")
    with missing_packages_told():
        benchmark(arguments)


def parse_arguments() -> argparse.Namespace:
    """Read the command line; exit with 2 where it makes no sense."""
    parser = argparse.ArgumentParser(
        description=__doc__, epilog=f"Peers are optional, and shown as absent: {INSTALL}."
    )
    names = f"{', '.join(NAMES)}; or soak, which takes long"
    parser.add_argument(
        "--only", nargs="+", choices=EVERYTHING, default=NAMES, metavar="NAME", help=names
    )
    effort = parser.add_mutually_exclusive_group()
    for name in ("quick", "thorough"):
        effort.add_argument(
            f"--{name}", dest="effort", action="store_const", const=name, help=REPETITIONS[name]
        )
    sent = "photos sent before memory is read (200), or in a soak (20,000)"
    parser.add_argument("--sent", type=positive, help=sent)
    parser.add_argument("--photos", type=Path, help="folder with labels.csv for the peers")
    parser.add_argument("--data", type=Path, help="mnist.npz in Keras's layout (else fetched)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--plots", type=Path, metavar="DIR", help="draw growth as PNG files there")
    arguments = parser.parse_args()
    if arguments.plots and "growth" not in arguments.only:
        parser.error("--plots draws growth: name it in --only")
    return arguments


def benchmark(arguments: argparse.Namespace) -> None:
    """Measure what the command line asks for, and print it; exit with a sentence if that fails."""
    from measures import plots
    from measures.load import UnansweredError
    from model.evaluation.labelled_photos import LabelsError

    try:
        rows, curves = measure(arguments)
        if arguments.plots:
            plots.draw(curves, arguments.plots)
    except (mnist.DatasetError, LabelsError, UnansweredError) as error:
        sys.exit(str(error))
    except OSError as error:
        sys.exit(f"{error.filename}: {error.strerror}.")
    print(as_json(rows, curves) if arguments.json else as_markdown(rows))


def positive(text: str) -> int:
    """Parse a whole number above 0.

    Raises:
        ValueError: it is not one.
    """
    number = int(text)
    if number < 1:
        raise ValueError
    return number


def measure(arguments: argparse.Namespace) -> "tuple[list[results.Row], list[growth.Curve]]":
    """Measure what --only names, in the table's order; return the rows and the growth's curves."""
    effort = EFFORTS[arguments.effort or "usual"]
    curves: list[growth.Curve] = []
    measures = all_measures(arguments, effort, curves)
    rows = []
    for name in EVERYTHING:
        if name in arguments.only:
            print(f"measuring {name} ...", file=sys.stderr)
            rows += measures[name]()
    return rows, curves


def all_measures(
    arguments: argparse.Namespace, effort: Effort, curves: "list[growth.Curve]"
) -> "dict[str, Callable[[], list[results.Row]]]":
    """What can be measured, by name; the curves of growth are added to `curves`."""
    from measures import installation, peers, reading, sample_photos, serving, soak

    sent = arguments.sent or effort.sent
    return {
        "reading": lambda: reading.reading(effort.readings),
        "hard": lambda: reading.hard(effort.readings),
        "peers": lambda: peers.peers(labelled(arguments, effort)),
        "lines": lambda: read_lines(arguments, effort),
        "start": lambda: [
            *serving.start(effort.rounds),
            *serving.first_answer(sample_photos.ten_digits(), effort.rounds),
        ],
        "memory": lambda: serving.memory_used(
            [*sample_photos.ten_digits(), *sample_photos.lines()], sent, effort.rounds
        ),
        "installation": installation.installation,
        "serving": lambda: serving.serving(
            sample_photos.ten_digits(), effort.seconds, effort.rounds
        ),
        "growth": lambda: grow(effort, curves),
        "soak": lambda: soak.soak(arguments.sent or soak.PHOTOS),
        "training": lambda: train(arguments, effort),
    }


def labelled(arguments: argparse.Namespace, effort: Effort) -> "sample_photos.Labelled":
    """The photos for the peers, with what is written on them."""
    from measures import sample_photos

    if arguments.photos:
        return sample_photos.labelled(arguments.photos)
    with quiet_libraries():
        part = mnist.load_test(arguments.data)
    return sample_photos.rendered(part, effort.rendered)


def read_lines(arguments: argparse.Namespace, effort: Effort) -> "list[results.Row]":
    """Compare the reader with its peers on photos of lines."""
    from measures import line_photos, peers
    from model.synthesis.strings import date

    with quiet_libraries():
        part = mnist.load_test(arguments.data)
    return peers.lines(
        rows=line_photos.rendered(part, effort.lines, line_photos.row),
        dates=line_photos.rendered(part, effort.lines, date),
        pages=line_photos.rendered(part, effort.pages, line_photos.page),
    )


def grow(effort: Effort, curves: "list[growth.Curve]") -> "list[results.Row]":
    """Measure what grows with the work; the curves are added to `curves`."""
    from measures import growth, sample_photos

    photos = sample_photos.ten_digits()
    curves += growth.curves(photos, effort.readings, effort.seconds, effort.rounds)
    return [growth.row(curve) for curve in curves]


def train(arguments: argparse.Namespace, effort: Effort) -> "list[results.Row]":
    """Measure how long an epoch of training takes."""
    from measures import training_speed

    with quiet_libraries():
        data = mnist.load(arguments.data)
    return training_speed.training(data, effort.steps, effort.rounds)


def machine() -> str:
    """The machine that this was measured on, and its Python."""
    return f"{os.cpu_count()} cores ({_processor()}), Python {platform.python_version()}"


def _processor() -> str:
    """The processor's name from /proc/cpuinfo, or else from Python."""
    content = Path("/proc/cpuinfo").read_text()
    for line in content.splitlines():
        key, _, value = line.partition(":")
        if key.startswith("model name"):
            return value.strip()
    return platform.processor()


def as_json(rows: "list[results.Row]", curves: "list[growth.Curve]") -> str:
    """All rows and curves as JSON."""
    figures = {
        "machine": machine(),
        "rows": [row.as_json() for row in rows],
        "growth": [curve.as_json() for curve in curves],
    }
    return json.dumps(figures)


def as_markdown(rows: "list[results.Row]") -> str:
    """The table in Markdown, and notes below it."""
    from measures import results

    notes = [
        f"On {machine()}, shared by the bot, the sandbox and its users.",
        "Medians of interleaved repetitions and their quartiles; of the peers, over the photos.",
        "Right is a photo whose label is read as a whole; of 50 numbers the share is of them.",
    ]
    detailed = [row for row in rows if row.details]
    notes += [f"Largest of {row.what}: {row.detail_text()}." for row in detailed]
    table = results.table(rows)
    return "\n".join([table, "", *notes])


if __name__ == "__main__":
    main()
