"""Make labelled photos of MNIST digits on paper of every kind, to measure a reader with."""

import argparse
import sys
from pathlib import Path

import numpy as np

from missing_packages import missing_packages_told
from model import mnist
from model.quiet import quiet_libraries


def main() -> None:
    """Parse the arguments, make the photos and their labels.csv, and say what was written."""
    arguments = parse_arguments()
    try:
        with quiet_libraries(), missing_packages_told():
            count = render(arguments)
    except mnist.DatasetError as error:
        sys.exit(str(error))
    except OSError as error:
        sys.exit(f"{error.filename}: {error.strerror}.")
    print(f"Wrote {count:,} photos and labels.csv to {arguments.output}.")


def parse_arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("output", type=Path, help="folder to make")
    parser.add_argument("--count", type=int, default=50, help="photos of each kind (%(default)s)")
    parser.add_argument(
        "--part",
        choices=("validation", "test"),
        default="validation",
        help="whose digits (%(default)s)",
    )
    parser.add_argument("--data", type=Path, help="mnist.npz in Keras's layout (else fetched)")
    parser.add_argument("--seed", type=int, default=0, help="decides everything (%(default)s)")
    return parser.parse_args()


def render(arguments: argparse.Namespace) -> int:
    """Make the photos; returns how many there are.

    Raises:
        DatasetError: MNIST cannot be had.
        OSError: the folder is there already, or cannot be written.
    """
    from model.evaluation import rendered_photos

    if arguments.part == "test":
        part = mnist.load_test(arguments.data)
    else:
        part = mnist.load(arguments.data).validation
    arguments.output.mkdir(parents=True)
    rng = np.random.default_rng(arguments.seed)
    made = rendered_photos.pages(part, arguments.count, rng)
    return rendered_photos.save(arguments.output, made)


if __name__ == "__main__":
    main()
