"""The two networks: 28x28 grey values in 0..1 (ink 1 on paper 0) in, ten probabilities out."""

import keras
from keras import layers

IMAGE_SHAPE = (28, 28)
CLASSES = 10


def dense(width: int = 512, dropout: float = 0.2) -> keras.Model:
    """The network as specified: flattened, dense ReLU layers, softmax over the ten digits.

    Width and dropout were chosen on the validation part; see the README.
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


def convolutional() -> keras.Model:
    """The network that serves, 144,000 weights: two residual blocks (He et al., 2016).

    Its first layer halves the maps at once: for the same time of training, more epochs on maps of
    14x14 and 7x7 gave more than fewer epochs on maps of 28x28.
    """
    image = keras.Input(IMAGE_SHAPE, name="image")
    maps = layers.Reshape((*IMAGE_SHAPE, 1))(image)
    for filters, size in ((32, 5), (64, 3)):
        maps = layers.Activation("relu")(_convolved(maps, filters, size, strides=2))
        inner = layers.Activation("relu")(_convolved(maps, filters))
        maps = layers.Activation("relu")(layers.Add()([maps, _convolved(inner, filters)]))
    features = layers.Dropout(0.3)(layers.Flatten()(maps))
    answer = layers.Dense(CLASSES, activation="softmax", dtype="float32")(features)
    return keras.Model(image, answer, name="convolutional")


def _convolved(
    maps: keras.KerasTensor, filters: int, size: int = 3, strides: int = 1
) -> keras.KerasTensor:
    maps = layers.Conv2D(filters, size, strides, padding="same", use_bias=False)(maps)
    return layers.BatchNormalization(momentum=0.95)(maps)
