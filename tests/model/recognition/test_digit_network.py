"""28x28 images become ten probabilities; a model that was not measured is not used."""

import pickle
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import get_args

import numpy as np
import pytest

from model.recognition.digit_network import Classifier, load, slanted
from model.recognition.trained_files import TRAINED, ModelError, ModelName, read_metrics
from tests.model.mnist_pages import digit, mnist

NAMES: tuple[ModelName, ...] = get_args(ModelName)


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return load()


@pytest.mark.parametrize("name", NAMES)
def test_ten_probabilities_come_for_each_image(name: ModelName) -> None:
    probabilities = load(name)(mnist().images[:20])
    assert probabilities.shape == (20, 10)
    assert probabilities.dtype == np.float32
    assert probabilities.min() >= 0
    assert probabilities.sum(axis=1) == pytest.approx(np.ones(20), abs=1e-4)


@pytest.mark.parametrize("name", NAMES)
def test_a_plain_digit_is_known(name: ModelName) -> None:
    clear = np.stack([digit(label) for label in (0, 1, 2, 3, 7)])
    assert load(name)(clear).argmax(axis=1).tolist() == [0, 1, 2, 3, 7]


def test_it_can_be_sent_to_another_process_even_after_use(classifier: Classifier) -> None:
    images = mnist().images[:20]
    there = pickle.loads(pickle.dumps(classifier))  # noqa: S301  our own
    assert (there(images) == classifier(images)).all()


def test_the_answer_does_not_depend_on_what_was_asked_before(classifier: Classifier) -> None:
    images = mnist().images[:64]
    whole = classifier(images)
    for size in (1, 7, 1, 64, 7):
        for start in range(0, 64 - size + 1, max(size, 9)):
            part = classifier(images[start : start + size])
            assert part == pytest.approx(whole[start : start + size], abs=1e-5)


def test_the_answer_stays_when_the_next_is_given(classifier: Classifier) -> None:
    first = classifier(mnist().images[:1])
    kept = first.copy()
    classifier(mnist().images[1:2])
    assert (first == kept).all()


def test_several_threads_get_the_answers_that_one_gets(classifier: Classifier) -> None:
    images = mnist().images[:400, None]
    alone = [classifier(image) for image in images]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(classifier, images))
    assert all((one == other).all() for one, other in zip(alone, together, strict=True))


# --- slants -----------------------------------------------------------------------------------


def content(name: ModelName = "convolutional") -> bytes:
    return (TRAINED / name / "model.tflite").read_bytes()


@pytest.mark.parametrize("slants", [(0.0, 0.2, -0.3), (0.2, -0.3)])
def test_the_answers_to_the_slanted_images_are_averaged_with_that_to_the_upright(
    slants: tuple[float, ...],
) -> None:
    images = mnist().images[:6]
    plain = Classifier(content())
    views = [images, slanted(images, 0.2), slanted(images, -0.3)]
    expected = np.mean([plain(view) for view in views], axis=0)
    answer = Classifier(content(), slants)(images)
    assert answer == pytest.approx(expected, abs=1e-6)
    assert answer.dtype == np.float32
    assert (answer != plain(images)).any()


def test_without_slants_there_is_nothing_to_average() -> None:
    images = mnist().images[:3]
    for plain in (Classifier(content()), Classifier(content(), (0.0,))):
        upright = plain.upright(images)
        assert plain.averaged(images, upright) is upright
        assert (plain(images) == upright).all()


def test_of_no_images_there_is_nothing_to_average_either() -> None:
    nothing = np.zeros((0, 10), np.float32)
    none = mnist().images[:0]
    assert Classifier(content(), (0.2,)).averaged(none, nothing) is nothing


def test_slanting_moves_each_row_by_its_distance_from_the_middle() -> None:
    bar = np.zeros((2, 28, 28), np.uint8)
    bar[:, :, 12:15] = 255
    for slant in (0.5, -0.5):
        views = slanted(bar, slant)
        assert views.shape == bar.shape
        for nth in (4, 8, 14, 20, 24):
            moved = np.roll(bar[0, nth], round(slant * (nth - 14)))
            assert (views[0, nth] == moved).all()
        assert (views[0] == views[1]).all()
    assert (slanted(bar, 0) == bar).all()


def test_each_thread_has_an_interpreter_of_its_own(classifier: Classifier) -> None:
    images = mnist().images[:2]
    kept = classifier(images)
    with ThreadPoolExecutor(1) as pool:
        pool.submit(classifier, mnist().images[2:9]).result()
    assert (classifier(images) == kept).all()


# --- what is loaded ---------------------------------------------------------------------------


def test_the_metrics_say_by_which_slants_it_is_asked() -> None:
    images = mnist().images[:5]
    for name in NAMES:
        slants = read_metrics(TRAINED / name).get("slants", [0.0])
        expected = Classifier(content(name), slants)(images)
        assert (load(name)(images) == expected).all()


def test_only_what_cannot_run_code_is_loaded(tmp_path: Path) -> None:
    (tmp_path / "dense").mkdir()
    for name in ("model.tflite", "metrics.json"):
        shutil.copy(TRAINED / "dense" / name, tmp_path / "dense")
    (tmp_path / "dense" / "model.joblib").write_bytes(b"no pickle")
    images = mnist().images[:5]
    assert (load("dense", tmp_path)(images) == load("dense")(images)).all()


def _missing(file: str) -> Callable[[Path], None]:
    return lambda folder: (folder / file).unlink()


def _retrained(folder: Path) -> None:
    """As if training had been stopped between the model and its metrics."""
    (folder / "model.tflite").write_bytes((folder / "model.tflite").read_bytes() + b"\0")


def _cut(folder: Path) -> None:
    (folder / "metrics.json").write_text('{"accuracy": 0.9')


def _no_object(folder: Path) -> None:
    (folder / "metrics.json").write_text("[]")


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (shutil.rmtree, "make train"),
        (_missing("model.tflite"), "make train"),
        (_missing("metrics.json"), "make train"),
        (_cut, "make train"),
        (_no_object, "make train"),
        (_retrained, "scripts/evaluate.py --model dense --save"),
    ],
)
def test_a_broken_model_is_told_with_what_to_do(
    spoil: Callable[[Path], None], said: str, tmp_path: Path
) -> None:
    folder = tmp_path / "dense"
    shutil.copytree(TRAINED / "dense", folder)
    spoil(folder)
    with pytest.raises(ModelError, match=said) as error:
        load("dense", tmp_path)
    assert "\n" not in str(error.value)
    assert str(error.value).endswith(".")
