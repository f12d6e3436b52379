"""The networks of digits are what the specification says, that of lines is of any size."""

from collections.abc import Callable

import keras
import numpy as np
import pytest

from model.recognition.character_set import CHARACTERS
from model.recognition.line_network import BOX_VALUES, COLUMN_PIXELS, ROW_PIXELS
from model.training import networks

ANSWER = 1 + len(CHARACTERS) + BOX_VALUES  # values at each place
NETWORKS = [networks.dense, networks.convolutional]


def kinds(model: keras.Model) -> list[str]:
    return [type(layer).__name__ for layer in model.layers]


def test_the_dense_network_is_flattening_dense_relu_layers_and_softmax() -> None:
    layers = [
        layer for layer in networks.dense().layers if not isinstance(layer, keras.layers.Dropout)
    ]
    flatten, *hidden, last = layers
    assert isinstance(flatten, keras.layers.Flatten)
    assert hidden
    for layer in (*hidden, last):
        assert isinstance(layer, keras.layers.Dense)
    assert {layer.activation.__name__ for layer in hidden} == {"relu"}
    assert (last.units, last.activation.__name__) == (10, "softmax")


def test_the_dense_networks_width_and_dropout_can_be_chosen() -> None:
    model = networks.dense(width=16, dropout=0.0)
    assert model.count_params() == (784 + 1) * 16 + (16 + 1) * 16 + (16 + 1) * 10


def test_the_convolutional_network_has_at_most_150000_weights() -> None:
    model = networks.convolutional()
    assert model.count_params() <= 150_000
    assert "Conv2D" in kinds(model)


@pytest.mark.parametrize("network", NETWORKS)
def test_a_network_takes_28x28_and_gives_ten_probabilities(
    network: Callable[[], keras.Model],
) -> None:
    model = network()
    assert model.input_shape == (None, 28, 28)
    images = np.random.default_rng(0).random((3, 28, 28), np.float32)
    probabilities = model.predict(images, verbose=0)
    assert probabilities.shape == (3, 10)
    assert probabilities.min() >= 0
    assert np.allclose(probabilities.sum(axis=1), 1, atol=1e-5)


@pytest.fixture(scope="module")
def lines() -> keras.Model:
    return networks.lines()


def test_the_line_network_has_as_many_weights_as_fit_into_its_files(lines: keras.Model) -> None:
    assert lines.count_params() <= 210_000


@pytest.mark.parametrize(("height", "width"), [(48, 224), (8, 8), (24, 64)])
def test_the_line_network_answers_at_each_place_of_a_picture_of_any_size(
    lines: keras.Model, height: int, width: int
) -> None:
    assert lines.input_shape == (None, None, None, 1)
    ink = np.random.default_rng(0).uniform(0, 255, (2, height, width, 1))
    answer = lines(ink.astype(np.float32)).numpy()
    assert answer.shape == (2, height // ROW_PIXELS, width // COLUMN_PIXELS, ANSWER)
    assert answer.dtype == np.float32


def test_an_untrained_line_network_hardly_finds_a_middle(lines: keras.Model) -> None:
    logits = lines(np.zeros((1, 48, 224, 1), np.float32)).numpy()[..., 0]
    assert logits == pytest.approx(-4)


def test_the_line_networks_filters_can_be_chosen() -> None:
    model = networks.lines(filters=(4, 6, 8, 6))
    assert model.count_params() < 10_000
    assert model.output_shape == (None, None, None, ANSWER)
