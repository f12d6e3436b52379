"""The networks.

Those of digits: 28x28 grey values in 0..1 (ink 1 on paper 0) in, ten probabilities out. That of
lines: ink of any size in, characters and their boxes out.
"""

import keras
from keras import layers

from model.recognition.character_set import CHARACTERS
from model.recognition.line_network import BOX_VALUES

IMAGE_SHAPE = (28, 28)
CLASSES = 10


def dense(width: int = 512, dropout: float = 0.2) -> keras.Model:
    """The network as specified: flattened, dense ReLU layers, softmax over the ten digits.

    Width and dropout were chosen on 5,000 training images set aside; model/README.md compares
    widths.
    """
    return keras.Sequential(
        [
            keras.Input(IMAGE_SHAPE, name="image"),
            layers.Flatten(),
            layers.Dense(width, activation="relu"),
            layers.Dropout(dropout),
            layers.Dense(width, activation="relu"),
            layers.Dropout(dropout),
            layers.Dense(CLASSES, activation="softmax"),
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
    softmax = layers.Dense(CLASSES, activation="softmax")
    answer = softmax(features)
    return keras.Model(image, answer, name="convolutional")


def _block(maps: keras.KerasTensor, filters: int, first_size: int) -> keras.KerasTensor:
    """A convolution that halves the maps, and two whose result is added to what they got."""
    maps = _convolved(maps, filters, first_size, strides=2)
    maps = layers.Activation("relu")(maps)
    return _residual(maps, filters)


def _residual(maps: keras.KerasTensor, filters: int) -> keras.KerasTensor:
    """Two convolutions whose result is added to what they got."""
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


def lines(filters: tuple[int, int, int, int] = (20, 48, 64, 40)) -> keras.Model:
    """The detector of characters in lines, 206,000 weights: fully convolutional, of any size.

    As CenterNet ("Objects as Points", Zhou, Wang, Krähenbühl, 2019) it answers, at each place of a
    coarse grid, whether a character's middle is there, which one it is, and where its box lies. The
    grid has a place for each 4 rows and 2 columns of pixels: ones stand close to each other. The
    filters are those of the first, the fine, the coarse and the last maps.
    """
    first_filters, fine_filters, coarse_filters, last_filters = filters
    ink = keras.Input((None, None, 1), name="ink")
    maps = layers.Rescaling(1 / 255)(ink)
    maps = layers.Activation("relu")(_convolved(maps, first_filters, size=5, strides=2))
    fine = _block(maps, fine_filters, first_size=3)
    coarse = _block(fine, coarse_filters, first_size=3)
    # What is round a character is seen on the coarse maps, its strokes on the fine ones.
    maps = layers.Add()([fine, _enlarged(coarse, fine_filters, (2, 2))])
    maps = layers.Activation("relu")(maps)
    maps = layers.Activation("relu")(_convolved(maps, fine_filters))
    maps = layers.Activation("relu")(_enlarged(maps, last_filters, (1, 2)))
    maps = layers.Activation("relu")(_convolved(maps, last_filters))
    # Few places are a middle; to begin with that spares the first epochs (Lin et al., 2017).
    rare = keras.initializers.Constant(-4.0)
    middle = layers.Conv2D(1, 1, bias_initializer=rare)(maps)
    characters = layers.Conv2D(len(CHARACTERS), 1)(maps)
    box = layers.Conv2D(BOX_VALUES, 1)(maps)
    answer = layers.Concatenate()([middle, characters, box])
    return keras.Model(ink, answer, name="lines")


def _enlarged(maps: keras.KerasTensor, filters: int, factors: tuple[int, int]) -> keras.KerasTensor:
    """Maps with so many times as many rows and columns, normalized."""
    maps = layers.Conv2DTranspose(filters, factors, factors, use_bias=False)(maps)
    return layers.BatchNormalization(momentum=0.95)(maps)
