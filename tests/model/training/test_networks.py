"""The two networks are what the specification says."""

from collections.abc import Callable

import keras
import numpy as np
import pytest

from model.training import networks

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
