"""Read the numbers in pictures."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import cv2

from model.drawing import annotate
from model.reader import Digit, ModelError, PlacedMark, Reader, Reading


def main() -> None:
    """Read each picture in turn; exit with 1 at the end if one of them could not be decoded."""
    arguments = parse_arguments()
    try:
        reader = Reader.trained(arguments.model)
    except ModelError as error:
        sys.exit(str(error))
    show = as_json if arguments.json else as_words
    failed = False
    for file in arguments.photos:
        reading, problem = read(reader, file)
        print(show(file, reading, problem), flush=True)
        if reading.photo is None:
            failed = True
        elif arguments.picture:
            write_picture(arguments.picture, reading)
    sys.exit(failed)


def parse_arguments() -> argparse.Namespace:
    """Parse the command line; exit with 2 where it makes no sense."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("photos", nargs="+", metavar="PHOTO")
    parser.add_argument("--json", action="store_true", help="print a line of JSON a picture")
    parser.add_argument("--model", choices=("convolutional", "dense"), default="convolutional")
    parser.add_argument("--picture", metavar="OUT", help="write the one PHOTO with what was read")
    arguments = parser.parse_args()
    if arguments.picture and len(arguments.photos) > 1:
        parser.error("--picture takes one PHOTO")
    return arguments


def read(reader: Reader, file: str) -> tuple[Reading, str | None]:
    """Read a file: its reading, an empty one if the file cannot be opened, and what went wrong."""
    try:
        data = Path(file).read_bytes()
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
    probabilities = digit.probabilities.astype(float)
    return {
        "digit": digit.value,
        "probabilities": probabilities.tolist(),
        "box": list(digit.box),
    }


def _plain_mark(placed: PlacedMark) -> dict[str, Any]:
    """A mark in values that JSON knows: which one, how many digits precede it, and its box."""
    mark, before = placed
    return {"mark": mark.text, "before": before, "box": list(mark.box)}


def as_words(file: str, reading: Reading, refused: str | None) -> str:
    """The reading as a line of text: what is written, and how probable its doubtful digit is."""
    if refused:
        return f"{file}: {refused}"
    text = reading.text.replace("\n", " | ")
    least = min((digit.probability for digit in reading.digits), default=0.0)
    return f"{file}: {text} ({least:.1%})"


def write_picture(out: str, reading: Reading) -> None:
    """Write the annotated photo in the format that the name's ending asks for."""
    try:
        written = cv2.imwrite(out, annotate(reading))
    except cv2.error:
        written = False
    if not written:
        sys.exit(f"Cannot write {out}: is the folder there, and the ending .png or .jpg?")


if __name__ == "__main__":
    main()
