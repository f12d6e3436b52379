"""What training left in a model's folder, from files that cannot run code, unlike a pickle."""

import hashlib
import json
from pathlib import Path
from typing import Any, Literal, NamedTuple

TRAINED = Path(__file__).parents[1] / "trained"

Metrics = dict[str, Any]
ModelName = Literal["convolutional", "dense"]


class ModelError(Exception):
    """A trained model cannot be used; the message is one sentence that says what to do."""


class TrainedFiles(NamedTuple):
    """The content of a network's .tflite file, and what was measured of it."""

    content: bytes
    metrics: Metrics

    def with_figure(self, name: str) -> "TrainedFiles":
        """These files, of which the metrics have a figure of this name.

        Raises:
            ModelError: they have not.
        """
        if name not in self.metrics:
            network = self.metrics.get("network")
            raise ModelError(f"metrics.json of the network {network} lacks {name}: run make train.")
        return self


def read_digit_network(name: ModelName = "convolutional", trained: Path = TRAINED) -> TrainedFiles:
    """Read the files of the shipped network `name`, which tells digits.

    Raises:
        ModelError: a file is missing or broken, or the .tflite is not the one that was measured.
    """
    return read_measured(trained / name, f"scripts/evaluate.py --model {name} --save")


def read_line_network(trained: Path = TRAINED) -> TrainedFiles:
    """Read the files of the shipped network of lines, in the folder `lines` of `trained`.

    Raises:
        ModelError: a file is missing or broken, or the .tflite is not the one that was measured.
    """
    return read_measured(trained / "lines", "scripts/train.py --network lines --overwrite")


def read_measured(folder: Path, command: str) -> TrainedFiles:
    """Read `folder/model.tflite` and its metrics.

    Args:
        folder: of one model.
        command: what to run if the file is another one than was measured.

    Raises:
        ModelError: a file is missing or broken, or the .tflite is not the one that was measured.
    """
    content = read_file(folder / "model.tflite")
    metrics = read_metrics(folder)
    if hashlib.sha256(content).hexdigest() != metrics.get("tflite_sha256"):
        raise ModelError(
            f"{folder / 'model.tflite'} is not the file that metrics.json measured: run {command}."
        )
    return TrainedFiles(content, metrics)


def read_file(file: Path) -> bytes:
    """The content of a file of a model's folder.

    Raises:
        ModelError: it cannot be read.
    """
    try:
        return file.read_bytes()
    except OSError as error:
        raise ModelError(
            f"{file.parent} holds no trained model ({error}): run make train."
        ) from error


def read_metrics(folder: Path) -> Metrics:
    """What training and evaluation left in `folder/metrics.json`.

    Raises:
        ModelError: it is missing or broken, or its JSON is no object.
    """
    try:
        metrics = json.loads((folder / "metrics.json").read_text())
    except (OSError, ValueError) as error:
        raise ModelError(f"{folder} has no metrics.json ({error}): run make train.") from error
    if not isinstance(metrics, dict):
        raise ModelError(f"{folder} has no metrics.json (its JSON is no object): run make train.")
    return metrics
