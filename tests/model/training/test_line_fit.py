"""Training of the line network: on a few strips, with a recipe of two epochs."""

import json
import math
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple
from zipfile import ZIP_DEFLATED, ZipFile

import joblib
import keras
import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter

from model.evaluation import line_pages
from model.evaluation.line_pages import sample_pages
from model.evaluation.test_set import Metrics, save_metrics
from model.mnist import Part
from model.recognition.character_set import CHARACTERS
from model.recognition.fusion import Fusion
from model.recognition.line_network import LineNetwork
from model.recognition.trained_files import TRAINED, ModelError, read_line_network
from model.synthesis import strip_sets
from model.synthesis.glyphs import fonts
from model.synthesis.glyphs.fonts import Typeface
from model.synthesis.strip_sets import Strips
from model.synthesis.text_pages import TextPage
from model.training import networks
from model.training.backups import BACKUP
from model.training.line_fit import CharacterAccuracy, compiled, finish, fit, save, train
from model.training.line_targets import LABEL, MIDDLE, TARGET_VALUES, Numbers
from model.training.recipes import LINES
from tests.model.synthetic import few, few_test, typefaces
from tests.model.training.line_strips import QUICK, strips_of
from tests.model.training.test_fit import epochs, numbers, stop_in

FILES = {
    "model.keras",
    "model.joblib",
    "model.tflite",
    "metrics.json",
    "history.csv",
    "curves.png",
}
FIGURES = {
    "network",
    "parameters",
    "seed",
    "epochs",
    "batch_size",
    "strips",
    "typefaces",
    "training_seconds",
    "fusion",
    "lines",
    "lines_right",
    "lines_right_interval",
    "digits_right",
    "surely_wrong",
    "characters",
    "character_error_rate",
    "expected_calibration_error",
    "tflite_sha256",
    "versions",
}
MOST_BYTES = 1_500_000  # of all files of a trained network


# --- what training leaves ---------------------------------------------------------------------


class Trained(NamedTuple):
    """What a training left and told, and which strips it loaded."""

    output: Path
    metrics: Metrics
    loaded: list[tuple[Part, int]]  # of which digits, how many strips
    fused: list[tuple[Part, int]]  # of which digits, how many pages to fit the fusion on


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    output = tmp_path_factory.mktemp("trained") / "new" / "lines"
    loaded, fused = [], []

    def load(part: Part, count: int, seed: int) -> Strips:
        loaded.append((part, count))
        return strips_of(part, count, seed)

    def sample(part: Part, faces: Sequence[Typeface], count: int, seed: int) -> Iterator[TextPage]:
        fused.append((part, count))
        return sample_pages(part, faces, count, seed)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(strip_sets, "load", load)
        patch.setattr(fonts, "load", lambda: [*typefaces(), *fonts.bundled()])
        with pytest.MonkeyPatch.context() as while_training:
            while_training.setattr(line_pages, "sample_pages", sample)
            train(QUICK, few(), output, seed=4)
        metrics = measured(output)
    return Trained(output, metrics, loaded, fused)


def measured(folder: Path) -> Metrics:
    """Measure and save as the script does, on a few pages."""
    metrics = line_pages.evaluate(folder, few_test(), QUICK.test_pages)
    save_metrics(folder, metrics)
    return metrics


def test_every_file_is_left_and_nothing_else(trained: Trained) -> None:
    assert {path.name for path in trained.output.iterdir()} == FILES | {BACKUP}


def test_every_figure_is_kept_and_finite(trained: Trained) -> None:
    metrics = json.loads((trained.output / "metrics.json").read_text())
    assert metrics == trained.metrics
    assert metrics.keys() == FIGURES
    figures = list(numbers(metrics))
    assert len(figures) > 20
    assert all(math.isfinite(figure) for figure in figures)
    assert (metrics["network"], metrics["seed"], metrics["epochs"]) == ("lines", 4, 2)
    assert metrics["batch_size"] == QUICK.batch_size
    assert metrics["parameters"] == QUICK.network().count_params()
    assert metrics["lines"] >= QUICK.test_pages


def test_it_is_trained_on_training_digits_and_chosen_by_validation_digits(
    trained: Trained,
) -> None:
    shown = [*trained.loaded, *trained.fused]
    data = few()
    expected = [
        (data.train, QUICK.strips),
        (data.validation, QUICK.validation_strips),
        (data.validation, QUICK.fusion_pages),
    ]
    for (part, count), (digits, asked) in zip(shown, expected, strict=True):
        assert count == asked
        assert np.array_equal(part.images, digits.images)
        assert np.array_equal(part.labels, digits.labels)
    assert epochs(trained.output) == [0, 1]


def test_what_was_trained_can_serve(trained: Trained) -> None:
    files = read_line_network(trained.output.parent)
    assert files.metrics == trained.metrics
    fusion = Fusion.from_metrics(files.metrics)
    assert (len(fusion.digit), len(fusion.other)) == (6, 4)
    characters = LineNetwork(files.content)(strips_of(few_test(), 1, seed=0).ink[0])
    assert characters.probabilities.shape == (len(characters.boxes), len(CHARACTERS))


def test_what_was_trained_can_be_finished_again(
    trained: Trained, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fonts, "load", lambda: [*typefaces(), *fonts.bundled()])
    shutil.copy(trained.output / "history.csv", tmp_path)
    model = keras.models.load_model(trained.output / "model.keras")
    finish(model, QUICK, few().validation, tmp_path, seed=4)
    again = measured(tmp_path)
    # Layers have other names in another run, and these are in the file.
    file = {"tflite_sha256": trained.metrics["tflite_sha256"]}
    assert again | file == trained.metrics
    assert {path.name for path in tmp_path.iterdir()} == FILES


def test_without_the_digit_network_nothing_is_begun(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def load(name: str) -> None:
        raise ModelError(f"There is no {name}.")

    monkeypatch.setattr("model.recognition.digit_network.load", load)
    with pytest.raises(ModelError, match="There is no convolutional"):
        train(QUICK, few(), tmp_path / "new", seed=0)
    assert not (tmp_path / "new").exists()


# --- what is saved ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files of a whole network of random weights."""
    folder = tmp_path_factory.mktemp("saved")
    model = networks.lines()
    rng = np.random.default_rng(0)
    weights = model.get_weights()
    model.set_weights([each + rng.uniform(0, 0.1, each.shape) for each in weights])
    save(model, LINES, folder)
    return folder


@pytest.fixture(scope="module")
def shipped() -> Path:
    """The folder of the network that serves."""
    return TRAINED / "lines"


def served(file: Path, images: Numbers) -> Numbers:
    """The answers of a .tflite file."""
    interpreter = Interpreter(model_path=str(file), num_threads=1)
    [entry], [output] = interpreter.get_input_details(), interpreter.get_output_details()
    interpreter.resize_tensor_input(entry["index"], images.shape)
    interpreter.allocate_tensors()
    interpreter.set_tensor(entry["index"], images)
    interpreter.invoke()
    answers: Numbers = interpreter.get_tensor(output["index"])
    return answers


@pytest.mark.parametrize("folder", ["saved", "shipped"])
def test_each_form_of_the_network_gives_the_same(
    folder: str, request: pytest.FixtureRequest
) -> None:
    files = request.getfixturevalue(folder)
    to_train_on = keras.models.load_model(files / "model.keras")
    to_predict_with = joblib.load(files / "model.joblib")
    for shape in ((1, 48, 224), (1, 64, 32), (3, 16, 8)):
        images = np.random.default_rng(0).uniform(0, 255, (*shape, 1)).astype(np.float32)
        answers = to_train_on(images).numpy()
        assert np.array_equal(to_predict_with(images).numpy(), answers)
        # Its weights are rounded once more, after the normalization is multiplied into them.
        error = np.abs(served(files / "model.tflite", images) - answers).max()
        assert error < 0.002 * np.abs(answers).max()


def test_weights_have_16_bits_of_precision(saved: Path) -> None:
    weights = keras.models.load_model(saved / "model.keras").get_weights()
    assert {weight.dtype for weight in weights} == {np.dtype(np.float32)}
    for weight in weights:
        assert np.array_equal(weight, weight.astype(np.float16))
    with ZipFile(saved / "model.keras") as archive:
        assert {member.compress_type for member in archive.infolist()} == {ZIP_DEFLATED}


def test_the_shipped_files_are_all_there_and_small(shipped: Path) -> None:
    sizes = {file.name: file.stat().st_size for file in shipped.iterdir()}
    assert sizes.keys() == FILES
    assert sum(sizes.values()) <= MOST_BYTES


def test_the_shipped_metrics_tell_how_it_was_made(shipped: Path) -> None:
    metrics = read_line_network().metrics
    assert metrics.keys() == FIGURES
    assert (metrics["network"], metrics["seed"]) == ("lines", 0)
    assert epochs(shipped) == list(range(metrics["epochs"]))
    assert metrics["parameters"] == LINES.network().count_params()
    assert metrics["lines"] >= LINES.test_pages


# --- how it is trained ------------------------------------------------------------------------


@pytest.mark.slow
def test_a_stopped_training_ends_as_one_that_was_not_stopped(tmp_path: Path) -> None:
    strips, validation = strips_of(few().train, 24, seed=0), strips_of(few().validation, 8, seed=0)
    folder = tmp_path / "undisturbed"
    folder.mkdir()
    undisturbed = fit(QUICK, strips, validation, folder, seed=0)
    stop_in(1, 3, lambda: fit(QUICK, strips, validation, tmp_path, seed=0))
    assert epochs(tmp_path) == [0]
    model = fit(QUICK, strips, validation, tmp_path, seed=0)
    assert model.history.epoch == [1]
    assert epochs(tmp_path) == [0, 1]
    assert int(model.optimizer.iterations) == 2 * 24 // QUICK.batch_size
    for resumed, weights in zip(model.get_weights(), undisturbed.get_weights(), strict=True):
        assert np.array_equal(resumed, weights)
    # The validation strips are those of the second epoch, too.
    losses = undisturbed.history.history["val_loss"]
    assert model.history.history["val_loss"] == losses[1:]


def test_the_loss_falls(trained: Trained) -> None:
    history = np.genfromtxt(trained.output / "history.csv", delimiter=",", names=True)
    names = set(history.dtype.names or ())
    assert {"loss", "accuracy", "val_loss", "val_accuracy", "seconds"} <= names
    assert history["loss"][1] < history["loss"][0]


def test_the_rate_rises_in_a_quarter_of_an_epoch_and_then_falls_to_nothing() -> None:
    rate = compiled(replace(QUICK, epochs=3), steps=40).optimizer._learning_rate
    rates = [float(rate(step)) for step in range(121)]
    assert rates[0] == pytest.approx(QUICK.learning_rate / 20)
    assert rates.index(max(rates)) == 10
    assert max(rates) == pytest.approx(QUICK.learning_rate)
    assert rates[120] == pytest.approx(0)
    assert rates[10:] == sorted(rates[10:], reverse=True)


def test_accuracy_counts_the_middles_alone() -> None:
    target = np.zeros((1, 1, 4, TARGET_VALUES), np.float32)
    target[0, 0, :, MIDDLE] = [1, 1, 0.9, -1]
    target[0, 0, :, LABEL] = [3, 5, 7, 0]
    answer = np.zeros((1, 1, 4, 1 + len(CHARACTERS) + 4), np.float32)
    answer[0, 0, [0, 1], [1 + 3, 1 + 4]] = 1  # a 3 for the 3, a 4 for the 5
    metric = CharacterAccuracy()
    metric.update_state(target, answer)
    assert float(metric.result()) == pytest.approx(0.5)
