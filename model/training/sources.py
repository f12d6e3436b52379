"""What a network is trained on beside MNIST, for metrics.json and for who asks the bot."""

from model.synthesis.glyphs import fonts
from model.training.recipes import LineRecipe, Recipe


def trained_on(recipe: Recipe | LineRecipe) -> dict[str, int]:
    """How many rendered `pages`, or `strips` of them, and `typefaces` a network learns from.

    All are 0 for a recipe of MNIST alone.
    """
    typefaces = len(fonts.load())
    if isinstance(recipe, LineRecipe):
        return {"strips": recipe.strips, "typefaces": typefaces}
    return {"pages": recipe.pages, "typefaces": typefaces if recipe.pages else 0}
