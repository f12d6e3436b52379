"""Train a network on MNIST, evaluate it on the test set and save it."""

import argparse
import sys
from pathlib import Path

from model import dataset, evaluation
from model.classifier import TRAINED


def main() -> None:
    """Parse the arguments, train, print the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--network", choices=("convolutional", "dense"), default="convolutional")
    parser.add_argument("--output", type=Path, help="folder to save in (model/trained/NETWORK)")
    parser.add_argument("--data", type=Path, help="mnist.npz in Keras's layout (else fetched)")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    output = arguments.output or TRAINED / arguments.network
    try:
        data = dataset.load(arguments.data)
        from model import training  # noqa: PLC0415  TensorFlow takes seconds and many lines to load

        metrics = training.train(arguments.network, data, output, arguments.seed)
    except dataset.DatasetError as error:
        sys.exit(str(error))
    print(evaluation.report(metrics))
    print(f"\nSaved in {output}.")


if __name__ == "__main__":
    main()
