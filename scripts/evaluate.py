"""Measure a trained model on the MNIST test set, on labelled photos, or against outliers."""

import argparse
import json
import sys
from pathlib import Path

import cv2
from cv2.typing import MatLike

from missing_packages import missing_packages_told
from model import mnist
from model.quiet import quiet_libraries
from model.reader import Reader
from model.recognition.digit_network import classifier_from
from model.recognition.trained_files import TRAINED, ModelError, ModelName, read_digit_network

OUTLIERS = "AUROC and FPR at 95 %% TPR of digits against what is none, in --photos too if given"


def main() -> None:
    """Parse the arguments, measure, and print; write files only with --save or --failures."""
    arguments = parse_arguments()
    with quiet_libraries(), missing_packages_told():
        measure(arguments)


def parse_arguments() -> argparse.Namespace:
    """Read the command line; exit with 2 where it makes no sense."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--model",
        choices=("convolutional", "dense"),
        default="convolutional",
        help="which of the shipped ones (%(default)s)",
    )
    parser.add_argument("--photos", type=Path, help="folder of photos with labels.csv")
    parser.add_argument("--outliers", action="store_true", help=OUTLIERS)
    parser.add_argument("--failures", type=Path, metavar="OUT.png", help="draw the wrong photos")
    parser.add_argument("--data", type=Path, help="mnist.npz in Keras's layout (else fetched)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--save", action="store_true", help="rewrite metrics.json, confusion.png")
    arguments = parser.parse_args()
    if arguments.failures and not arguments.photos:
        parser.error("--failures needs --photos")
    if arguments.outliers and (arguments.failures or arguments.save):
        parser.error("--outliers writes nothing: leave out --failures and --save")
    return arguments


def measure(arguments: argparse.Namespace) -> None:
    """Measure what the command line asks for; exit with a sentence where that fails."""
    from model.evaluation.labelled_photos import LabelsError

    name, data, as_json = arguments.model, arguments.data, arguments.json
    try:
        if arguments.outliers:
            measure_outliers(name, data, arguments.photos, as_json=as_json)
        elif arguments.photos:
            reader = Reader.trained(name)
            measure_photos(reader, arguments.photos, as_json=as_json, failures=arguments.failures)
        else:
            measure_test(name, data, as_json=as_json, save=arguments.save)
    except (ModelError, mnist.DatasetError, LabelsError) as error:
        sys.exit(str(error))


def measure_photos(reader: Reader, folder: Path, *, as_json: bool, failures: Path | None) -> None:
    """Print how many photos of `folder` are read right; draw the others in the file `failures`.

    Raises:
        LabelsError: the folder has no labels, or lacks a photo.
    """
    from model.evaluation import labelled_photos
    from model.evaluation.contact_sheet import contact_sheet

    outcomes = labelled_photos.measure(reader, folder)
    rows = labelled_photos.summarize(outcomes)
    if as_json:
        print(json.dumps(rows))
    else:
        print(labelled_photos.report(rows), labelled_photos.EXPLANATION, sep="\n\n")
    if failures:
        sheet = contact_sheet(outcomes, folder)
        write_picture(failures, sheet)
        # Standard output holds nothing but JSON where that is asked for.
        stream = sys.stderr if as_json else sys.stdout
        print(f"What went wrong is drawn in {failures}.", file=stream)


def measure_test(name: ModelName, data: Path | None, *, as_json: bool, save: bool) -> None:
    """Measure the shipped model `name` on the test set, and print the figures.

    With them are those that training left in metrics.json.

    Raises:
        DatasetError: there is no test set.
        ModelError: the model has no metrics.
    """
    from model.evaluation import test_set

    folder = TRAINED / name
    metrics = test_set.evaluate(folder, mnist.load_test(data))
    if save:
        test_set.save(folder, metrics)
    print(json.dumps(metrics) if as_json else test_set.report(metrics))


def measure_outliers(
    name: ModelName, data: Path | None, photos: Path | None, *, as_json: bool
) -> None:
    """Print how well the shipped model `name` tells digits from outliers, by two scores.

    Raises:
        DatasetError: MNIST cannot be had.
        LabelsError: `photos` has no labels, or lacks a photo.
        ModelError: a file of the model is missing or broken.
    """
    from model.evaluation import outlier_sets, outliers
    from model.training.recipes import RECIPES

    files = read_digit_network(name)
    scores = outliers.scores(files, TRAINED / name)
    sets = outlier_sets.draw()
    if photos:
        classifier = classifier_from(files)
        sets.test["photos"] = outlier_sets.photo_crops(photos, classifier)
    pages, seed = RECIPES[name].validation_pages, files.metrics["seed"]
    digits = outlier_sets.digits(data, pages, seed)
    rows = outliers.measure("validation", digits.validation, sets.validation, scores)
    rows += outliers.measure("test", digits.test, sets.test, scores)
    print(json.dumps([row._asdict() for row in rows]) if as_json else outliers.report(rows))
    for note in sets.notes:
        print(note, file=sys.stderr)


def write_picture(out: Path, picture: MatLike) -> None:
    """Write `picture` (h, w, 3) uint8 BGR as PNG; exit with 1 and a sentence where that fails."""
    if out.suffix.lower() != ".png":
        sys.exit(f"Cannot write {out}: the name must end in .png.")
    _, data = cv2.imencode(".png", picture)
    try:
        out.write_bytes(data.tobytes())
    except OSError as error:
        sys.exit(f"Cannot write {out}: {error.strerror}.")


if __name__ == "__main__":
    main()
