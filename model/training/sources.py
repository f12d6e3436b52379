"""What a network is trained on beside MNIST, for metrics.json and for who asks the bot."""

from model.synthesis.glyphs import font_files, fonts
from model.training.recipes import LineRecipe, Recipe


def trained_on(recipe: Recipe | LineRecipe) -> dict[str, int]:
    """How many rendered `pages`, or `strips` of them, and `typefaces` a network learns from.

    All are 0 for a recipe of MNIST alone.
    """
    if isinstance(recipe, LineRecipe):
        return {"strips": recipe.strips, "typefaces": _typefaces()}
    typefaces = _typefaces() if recipe.pages else 0
    return {"pages": recipe.pages, "typefaces": typefaces}


def _typefaces() -> int:
    """How many `fonts.load` gives, which would fetch them."""
    fetched = font_files.WRITTEN.split() + font_files.PRINTED.split()
    return len(fetched) + len(fonts.BUNDLED)
