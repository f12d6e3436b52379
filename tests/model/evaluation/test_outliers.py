"""How well digits are told from what is none: what the figures mean, and of what they are made."""

from pathlib import Path

import keras
import numpy as np
import pytest

from model.evaluation import outliers
from model.evaluation.outliers import (
    CLEAR_GAIN,
    ENERGY,
    MAX_PROBABILITY,
    Figures,
    Part,
    energy,
    is_energy_better,
    max_probability,
    measure,
    report,
    separation,
)
from model.recognition.digit_network import load, slanted
from model.recognition.trained_files import TRAINED, ModelError, read_digit_network
from tests.model.mnist_pages import mnist

IMAGES = mnist().images[:8]


# --- the scores -------------------------------------------------------------------------------


def test_max_probability_is_that_of_the_likeliest_digit_as_it_serves() -> None:
    classifier = load()
    served = classifier(IMAGES).max(axis=1)
    assert max_probability(classifier)(IMAGES) == pytest.approx(served)


def two_dense_layers() -> keras.Model:
    keras.utils.set_random_seed(0)
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((28, 28)),
            layers.Flatten(),
            layers.Dense(5, activation="relu"),
            layers.Dense(10, activation="softmax", bias_initializer="glorot_normal"),
        ]
    )


def energy_by_hand(network: keras.Model, images: np.ndarray) -> np.ndarray:
    hidden, hidden_bias, last, last_bias = network.get_weights()
    features = np.maximum((images.reshape(-1, 784) / 255) @ hidden + hidden_bias, 0)
    return np.asarray(np.log(np.exp(features @ last + last_bias).sum(axis=1)))


def test_energy_is_the_log_of_the_sum_of_the_exponentials_of_the_logits() -> None:
    network = two_dense_layers()
    assert energy(network, [0.0])(IMAGES) == pytest.approx(
        energy_by_hand(network, IMAGES), abs=1e-5
    )


def test_energy_is_averaged_over_the_views_that_serve() -> None:
    network = two_dense_layers()
    left, right = (energy_by_hand(network, slanted(IMAGES, slant)) for slant in (-0.2, 0.2))
    assert energy(network, [-0.2, 0.2])(IMAGES) == pytest.approx((left + right) / 2, abs=1e-5)


def test_both_scores_of_a_shipped_model_are_higher_for_digits_than_for_noise() -> None:
    noise = np.random.default_rng(0).integers(256, size=IMAGES.shape).astype(np.uint8)
    scores = outliers.scores(read_digit_network(), TRAINED / "convolutional")
    assert list(scores) == [MAX_PROBABILITY, ENERGY]
    for score in scores.values():
        assert score(IMAGES).min() > score(noise).max()


@pytest.mark.parametrize("content", [None, b"no network"])
def test_a_network_that_cannot_be_loaded_is_told_in_one_sentence(
    content: bytes | None, tmp_path: Path
) -> None:
    if content:
        (tmp_path / "model.keras").write_bytes(content)
    with pytest.raises(ModelError, match=r"model\.keras is missing or broken: run make train\.$"):
        outliers.scores(read_digit_network(), tmp_path)


# --- the figures ------------------------------------------------------------------------------


def test_what_is_wholly_told_apart_has_an_area_of_one_and_no_false_positives() -> None:
    assert separation(np.array([0.8, 0.9]), np.array([0.1, 0.7])) == (1.0, 0.0)


def test_what_has_the_outliers_above_the_digits_has_no_area_and_lets_all_pass() -> None:
    assert separation(np.array([0.1, 0.2]), np.array([0.8, 0.9])) == (0.0, 1.0)


def test_the_area_is_the_share_of_pairs_in_which_the_digit_is_higher() -> None:
    auroc, _ = separation(np.array([0.2, 0.6]), np.array([0.1, 0.4, 0.5]))
    assert auroc == pytest.approx(4 / 6)


@pytest.mark.parametrize(("low", "fpr"), [(1, 0.0), (2, 0.5)])
def test_one_digit_in_twenty_is_given_up_but_not_two(low: int, fpr: float) -> None:
    digits = np.array([0.1] * low + [0.9] * (20 - low))
    assert separation(digits, np.array([0.05, 0.5]))[1] == fpr


def brightness(images: np.ndarray) -> np.ndarray:
    return np.asarray(images.mean(axis=(1, 2)))


def test_each_score_is_measured_on_each_set() -> None:
    white, grey, black = (np.full((3, 28, 28), value, np.uint8) for value in (255, 128, 0))
    sets = {"white": white, "black": black[:2]}
    by = {"bright": brightness, "dark": lambda images: -brightness(images)}
    assert measure("test", grey, sets, by) == [
        Figures("test", "white", 3, "bright", 0.0, 1.0),
        Figures("test", "black", 2, "bright", 1.0, 0.0),
        Figures("test", "white", 3, "dark", 1.0, 0.0),
        Figures("test", "black", 2, "dark", 0.0, 1.0),
    ]


# --- which score is better ----------------------------------------------------------------------


def rows(more_area: float, fewer_pass: float, part: Part = "validation") -> list[Figures]:
    """Two sets; on their mean, energy is better by so much."""
    return [
        Figures(part, "letters", 9, MAX_PROBABILITY, 0.5, 0.5),
        Figures(part, "garments", 9, MAX_PROBABILITY, 0.75, 0.25),
        Figures(part, "letters", 9, ENERGY, 0.5 + 2 * more_area, 0.5),
        Figures(part, "garments", 9, ENERGY, 0.75, 0.25 - 2 * fewer_pass),
    ]


GAIN = 2 * CLEAR_GAIN


@pytest.mark.parametrize(
    ("more_area", "fewer_pass", "is_better"),
    [(GAIN, GAIN, True), (GAIN, 0, False), (0, GAIN, False), (0, 0, False), (-GAIN, -GAIN, False)],
)
def test_energy_has_to_gain_in_both_figures(
    more_area: float, fewer_pass: float, is_better: bool
) -> None:
    assert is_energy_better(rows(more_area, fewer_pass)) is is_better


def test_the_figures_to_report_have_no_say_in_it() -> None:
    assert not is_energy_better(rows(0, 0) + rows(GAIN, GAIN, "test"))
    assert is_energy_better(rows(GAIN, GAIN) + rows(0, 0, "test"))


def test_the_report_is_a_table_and_says_which_score_is_better() -> None:
    head, first, *_, last = report(rows(0, 0)).splitlines()
    assert head.split() == ["for", "outliers", "images", "score", "AUROC", "FPR"]
    assert first.split() == [
        "validation", "letters", "9", MAX_PROBABILITY, "0.5000", "50.0", "%"
    ]  # fmt: skip
    assert "energy is not clearly better;" in last
    assert "energy is clearly better;" in report(rows(GAIN, GAIN))
