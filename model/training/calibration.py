"""Calibrate a trained network's probabilities, and choose the threshold for refusing."""

import keras
import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import softmax

from model.mnist import Part
from model.synthesis import crops
from model.training.augmentation import augment
from model.training.comparison import ServedModel
from model.training.recipes import Recipe

# Share of the digits on rendered pages that may be refused, so that what is no digit is refused,
# too. In all 2 % may be lost; the other half is left to segmentation.
REFUSED_DIGITS = 0.01
LEAST_PROBABILITY = 1e-12  # whose logarithm is still finite
TEMPERATURES = (0.1, 10.0)  # between which the temperature is sought


def calibrate(model: keras.Model, recipe: Recipe, validation: Part) -> keras.Model:
    """Fit a temperature on `validation` (Guo et al., 2017) and build it into a copy of `model`.

    The copy's last weights are divided by it, so whoever runs it gets calibrated probabilities.
    What is calibrated is what serves: the mean of the answers to the views that `recipe` slants,
    each at that temperature.
    """
    views = ServedModel(model, recipe.slants).views(validation.images)
    probable = np.clip(views.astype(np.float64), LEAST_PROBABILITY, 1)
    logits = np.log(probable)
    rows = np.arange(len(validation.labels))

    def loss(temperature: float) -> float:
        by_view = softmax(logits / temperature, axis=-1)
        served = by_view.mean(axis=0)
        of_labels = served[rows, validation.labels]
        return float(-np.log(of_labels).mean())

    minimum = minimize_scalar(loss, bounds=TEMPERATURES, method="bounded")
    temperature = minimum.x
    calibrated = recipe.network()
    calibrated.set_weights(model.get_weights())
    last = calibrated.layers[-1]
    divided = [weights / temperature for weights in last.get_weights()]
    last.set_weights(divided)
    return calibrated


def threshold_digits(recipe: Recipe, validation: Part, seed: int) -> Part:
    """The validation digits as photos of them reach the network: to fit the threshold on.

    Without pages in the recipe, they are MNIST's own, augmented; else crops of rendered pages.
    """
    if not recipe.validation_pages:
        rng = np.random.default_rng(seed)
        images = augment(validation.images, rng)
        return Part(images, validation.labels)
    page_crops = crops.load(validation, recipe.validation_pages, seed)
    return page_crops.digits()


def refusal_threshold(model: ServedModel, digits: Part) -> float:
    """The probability, 0..1, that `model` reaches for all but `REFUSED_DIGITS` of `digits`."""
    probabilities = model.probabilities(digits.images)
    highest = probabilities.max(axis=1)
    return float(np.quantile(highest, REFUSED_DIGITS))
