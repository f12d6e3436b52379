"""The two networks: 28x28 grey values in 0..1 (ink 1 on paper 0) in, ten probabilities out."""

import keras
from keras import layers

IMAGE_SHAPE = (28, 28)
CLASSES = 10


def dense(width: int = 512, dropout: float = 0.2) -> keras.Model:
    """The network as specified: flattened, dense ReLU layers, softmax over the ten digits.

    Width and dropout were chosen on 5,000 training images set aside; the README has the figures.
    """
    return keras.Sequential(
        [
            keras.Input(IMAGE_SHAPE, name="image"),
            layers.Flatten(),
            layers.Dense(width, activation="relu"),
            layers.Dropout(dropout),
            layers.Dense(width, activation="relu"),
            layers.Dropout(dropout),
            layers.Dense(CLASSES, activation="softmax", dtype="float32"),
        ],
        name="dense",
    )


def convolutional(filters: tuple[int, int] = (32, 64), dropout: float = 0.3) -> keras.Model:
    """The network that serves, 144,000 weights: two residual blocks (He et al., 2016).

    Its first layer halves the maps at once, to 14x14, so that an epoch takes less time than on maps
    of 28x28, and more epochs fit in the same time. Filters and dropout are those of the shipped
    network; other values have not been measured again.
    """
    first_filters, second_filters = filters
    image = keras.Input(IMAGE_SHAPE, name="image")
    maps = layers.Reshape((*IMAGE_SHAPE, 1))(image)
    maps = _block(maps, first_filters, first_size=5)
    maps = _block(maps, second_filters, first_size=3)
    features = layers.Flatten()(maps)
    features = layers.Dropout(dropout)(features)
    softmax = layers.Dense(CLASSES, activation="softmax", dtype="float32")
    answer = softmax(features)
    return keras.Model(image, answer, name="convolutional")


def _block(maps: keras.KerasTensor, filters: int, first_size: int) -> keras.KerasTensor:
    """A convolution that halves the maps, and two whose result is added to what they got."""
    maps = _convolved(maps, filters, first_size, strides=2)
    maps = layers.Activation("relu")(maps)
    inner = _convolved(maps, filters)
    inner = layers.Activation("relu")(inner)
    residual = _convolved(inner, filters)
    total = layers.Add()([maps, residual])
    return layers.Activation("relu")(total)


def _convolved(
    maps: keras.KerasTensor, filters: int, size: int = 3, strides: int = 1
) -> keras.KerasTensor:
    """A convolution of `size`x`size`, normalized; its statistics follow some 20 batches."""
    maps = layers.Conv2D(filters, size, strides, padding="same", use_bias=False)(maps)
    return layers.BatchNormalization(momentum=0.95)(maps)
