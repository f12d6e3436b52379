"""What a network is said to be trained on."""

import json

import pytest

from model.recognition.trained_files import TRAINED
from model.synthesis.glyphs import fonts
from model.training.recipes import LINES, RECIPES, LineRecipe, Recipe
from model.training.sources import trained_on


def test_a_recipe_of_mnist_alone_has_no_pages_and_no_typefaces() -> None:
    assert trained_on(RECIPES["dense"]) == {"pages": 0, "typefaces": 0}


def test_pages_and_strips_are_the_recipes() -> None:
    assert trained_on(RECIPES["convolutional"])["pages"] == RECIPES["convolutional"].pages == 90_000
    assert trained_on(LINES)["strips"] == LINES.strips == 46_000


def test_typefaces_are_as_many_as_are_drawn() -> None:
    drawn = len(fonts.load())
    assert trained_on(LINES)["typefaces"] == trained_on(RECIPES["convolutional"])["typefaces"]
    assert trained_on(LINES)["typefaces"] == drawn == 94


@pytest.mark.parametrize("recipe", [*RECIPES.values(), LINES], ids=lambda recipe: recipe.name)
def test_the_shipped_metrics_say_it(recipe: Recipe | LineRecipe) -> None:
    shipped = json.loads((TRAINED / recipe.name / "metrics.json").read_text())
    assert trained_on(recipe).items() <= shipped.items()
