"""Read the numbers in pictures."""

import argparse
import csv
import io
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from tqdm import tqdm

from model.drawing import annotate
from model.quiet import quiet_libraries
from model.reader import Digit, ModelError, PlacedMark, Reader, Reading, percent
from picture_files import write_picture

STANDARD_INPUT = "-"
# How the names of the files in a folder end that are read, in small letters.
ENDINGS = (
    ".avif", ".bmp", ".gif", ".heic", ".heif", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp",
)  # fmt: skip
HIGHEST_SHOWN = 0.9999  # of a certainty in CSV, which is never rounded to 1

Show = Callable[[str, Reading, str | None], str]


def main() -> None:
    """Read each picture in turn; exit with 1 at the end if one of them could not be decoded."""
    arguments = parse_arguments()
    with quiet_libraries():
        try:
            reader = Reader.trained(arguments.model)
        except ModelError as error:
            sys.exit(str(error))
        failed = read_all(reader, arguments)
    sys.exit(failed)


def parse_arguments() -> argparse.Namespace:
    """Parse the command line; exit with 2 where it makes no sense."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "photos",
        nargs="+",
        metavar="PHOTO",
        help="a picture file, a folder whose pictures are read, or - for standard input",
    )
    output = parser.add_mutually_exclusive_group()
    output.add_argument("--json", action="store_true", help="print a line of JSON a picture")
    output.add_argument("--csv", action="store_true", help="print CSV: file,text,certainty")
    parser.add_argument(
        "--model",
        choices=("convolutional", "dense"),
        default="convolutional",
        help="the network that tells digits (%(default)s)",
    )
    parser.add_argument(
        "--picture", metavar="OUT", help="write the one PHOTO with what was read, as .png or .jpg"
    )
    arguments = parser.parse_args()
    is_one_photo = len(arguments.photos) == 1 and not Path(arguments.photos[0]).is_dir()
    if arguments.picture and not is_one_photo:
        parser.error("--picture takes one PHOTO")
    return arguments


def read_all(reader: Reader, arguments: argparse.Namespace) -> bool:
    """Read what the command line names and print it; returns whether a file was no picture."""
    show = as_words
    if arguments.json:
        show = as_json
    elif arguments.csv:
        show = as_csv
        print("file,text,certainty")
    failed = False
    for file in with_progress(arguments.photos):
        reading, problem = read(reader, file)
        is_picture = reading.photo is not None
        with tqdm.external_write_mode():
            if not is_picture:
                print(f"{file}: {problem}", file=sys.stderr)
            if is_picture or show is not as_words:
                print(show(file, reading, problem), flush=True)
        if not is_picture:
            failed = True
        elif arguments.picture:
            write_picture(arguments.picture, annotate(reading))
    return failed


def with_progress(photos: list[str]) -> Iterable[str]:
    """All files that are named; of folders with a progress bar, if a person looks on."""
    files = list(expanded(photos))
    has_folder = files != photos
    if not has_folder:
        return files
    # None shows it on a terminal only.
    bar: Iterable[str] = tqdm(files, unit="photo", leave=False, disable=None)
    return bar


def expanded(photos: list[str]) -> Iterator[str]:
    """The same with the pictures in each folder in its stead, in the order of their names."""
    for photo in photos:
        files = pictures_in(Path(photo)) if Path(photo).is_dir() else []
        yield from files or [photo]


def pictures_in(folder: Path) -> list[str]:
    """The files in a folder that are pictures by their names, and not hidden, in order."""
    visible = sorted(folder.glob("[!.]*"))
    return [str(file) for file in visible if file.suffix.lower() in ENDINGS]


def read(reader: Reader, file: str) -> tuple[Reading, str | None]:
    """Read a file: its reading, an empty one if the file cannot be opened, and what went wrong."""
    if Path(file).is_dir():
        return Reading(), "no pictures in this folder"
    try:
        data = sys.stdin.buffer.read() if file == STANDARD_INPUT else Path(file).read_bytes()
    except OSError as error:
        return Reading(), error.strerror
    reading = reader.read(data)
    return reading, reading.refused


def as_json(file: str, reading: Reading, refused: str | None) -> str:
    """The reading as a line of JSON with file, text, digits, marks and refused."""
    line = {
        "file": file,
        "text": reading.text,
        "digits": [_plain_digit(digit) for digit in reading.digits],
        "marks": [_plain_mark(placed) for placed in reading.marks],
        "refused": refused,
    }
    return json.dumps(line)


def _plain_digit(digit: Digit) -> dict[str, Any]:
    """A digit in values that JSON knows: its value, ten probabilities, and box."""
    return {
        "digit": digit.value,
        "probabilities": digit.probabilities,
        "box": list(digit.box),
    }


def _plain_mark(placed: PlacedMark) -> dict[str, Any]:
    """A mark in values that JSON knows: which one, how many digits precede it, and its box."""
    mark, before = placed
    return {"mark": mark.text, "before": before, "box": list(mark.box)}


def as_csv(file: str, reading: Reading, refused: str | None) -> str:
    """The reading as a row of file, text and certainty, these empty where nothing is asserted."""
    certainty = ""
    if reading.digits and not refused:
        certainty = f"{min(_least_probability(reading), HIGHEST_SHOWN):.4f}"
    row = io.StringIO()
    csv.writer(row, lineterminator="\n").writerow((file, reading.text, certainty))
    return row.getvalue().removesuffix("\n")


def as_words(file: str, reading: Reading, refused: str | None) -> str:
    """The reading as a line of text: what is written, and how probable its least sure digit is."""
    if refused:
        return f"{file}: {refused}"
    text = reading.text.replace("\n", " | ")
    if not reading.digits:
        return f"{file}: {text}"
    return f"{file}: {text} ({percent(_least_probability(reading))})"


def _least_probability(reading: Reading) -> float:
    """That of the least sure digit, 0.1 to 1.

    Raises:
        ValueError: there are no digits.
    """
    return min(digit.probability for digit in reading.digits)


if __name__ == "__main__":
    main()
