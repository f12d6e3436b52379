"""Make labelled photos of MNIST digits on paper of every kind, to measure a reader with."""

import argparse
import csv
import sys
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
from cv2.typing import MatLike

from model import mnist
from model.evaluation.labelled_photos import COLUMNS
from model.synthesis.glyphs import enlarge
from model.synthesis.pages import Style, render

SIZES = ((1280, 960), (960, 1280), (640, 480))
ROW_LENGTHS = (2, 9)  # digits, the upper bound exclusive
QUALITY = 85  # of JPEG, about what Telegram leaves


def main() -> None:
    """Parse the arguments, make the photos and their labels.csv."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("output", type=Path, help="folder to make")
    parser.add_argument("--count", type=int, default=50, help="photos of each kind (50)")
    parser.add_argument("--part", choices=("validation", "test"), default="validation")
    parser.add_argument("--data", type=Path, help="mnist.npz in Keras's layout (else fetched)")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    try:
        part = getattr(mnist.load(arguments.data), arguments.part)
        arguments.output.mkdir(parents=True)
        rng = np.random.default_rng(arguments.seed)
        save(arguments.output, pages(part, arguments.count, rng))
    except mnist.DatasetError as error:
        sys.exit(str(error))
    except OSError as error:
        sys.exit(f"{error.filename}: {error.strerror}.")


def pages(
    part: mnist.Part, count: int, rng: np.random.Generator
) -> Iterator[tuple[str, str, MatLike]]:
    """Give kind, label and photo (h, w, 3) of `count` pages of each style, and as many rows."""
    for style in Style:
        for _ in range(count):
            yield style, *page(part, style, 1, rng)
    for _ in range(count):
        style = list(Style)[rng.integers(len(Style))]
        yield "row", *page(part, style, int(rng.integers(*ROW_LENGTHS)), rng)


def page(
    part: mnist.Part, style: Style, length: int, rng: np.random.Generator
) -> tuple[str, MatLike]:
    """Render `length` digits of `part` in a row: the number, and the photo (h, w, 3) uint8 BGR."""
    chosen = rng.integers(len(part.images), size=length)
    glyphs = [enlarge(image) for image in part.images[chosen]]
    size = SIZES[rng.integers(len(SIZES))]
    photo = render(glyphs, style, size, rng).photo
    return "".join(map(str, part.labels[chosen])), photo


def save(folder: Path, made: Iterator[tuple[str, str, MatLike]]) -> None:
    """Write the photos as JPEG, and labels.csv."""
    with (folder / "labels.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(COLUMNS)
        for number, (kind, label, photo) in enumerate(made):
            name = f"{number:04}-{label}.jpg"
            _, data = cv2.imencode(".jpg", photo, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
            (folder / name).write_bytes(data.tobytes())
            rows.writerow((name, label, kind, ""))


if __name__ == "__main__":
    main()
