"""Measure a trained model on the MNIST test set, or on labelled photos."""

import argparse
import json
import sys
from pathlib import Path

from model import classifier, dataset, evaluation, photos
from model.reader import Reader


def main() -> None:
    """Parse the arguments, measure, print; write only if told to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", choices=("convolutional", "dense"), default="convolutional")
    parser.add_argument("--photos", type=Path, help="folder of photos with labels.csv")
    parser.add_argument("--data", type=Path, help="mnist.npz in Keras's layout (else fetched)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--save", action="store_true", help="rewrite metrics.json, confusion.png")
    arguments = parser.parse_args()
    try:
        if arguments.photos:
            reader = Reader.trained(arguments.model)
            rows = photos.summarize(photos.measure(reader, arguments.photos))
            print(json.dumps(rows) if arguments.json else photos.report(rows))
        else:
            metrics = measure_test(arguments.model, arguments.data, save=arguments.save)
            print(json.dumps(metrics) if arguments.json else evaluation.report(metrics))
    except (classifier.ModelError, dataset.DatasetError, photos.LabelsError) as error:
        sys.exit(str(error))


def measure_test(name: str, data: Path | None, *, save: bool) -> evaluation.Metrics:
    """Measure the shipped model `name` on the test set; keep what training left in metrics.json."""
    folder = classifier.TRAINED / name
    metrics = classifier.read_metrics(folder) | evaluation.measure(folder, dataset.load_test(data))
    if save:
        evaluation.save(folder, metrics)
    return metrics


if __name__ == "__main__":
    main()
