"""The recipes: what the specification and the shares of a batch ask of them."""

from model.training.recipes import LINES, RECIPES


def test_each_recipe_is_found_by_its_name_and_makes_that_network() -> None:
    assert [(name, recipe.name) for name, recipe in RECIPES.items()] == [
        ("dense", "dense"),
        ("convolutional", "convolutional"),
    ]
    assert RECIPES["dense"].network().name == "dense"
    assert RECIPES["convolutional"].network().name == "convolutional"


def test_the_dense_network_is_trained_as_specified_and_on_mnist_alone() -> None:
    dense = RECIPES["dense"]
    assert (dense.epochs, dense.batch_size) == (10, 32)
    assert (dense.pages, dense.crop_share, dense.negative_share) == (0, 0, 0)
    assert not dense.augmented


def test_the_convolutional_network_sees_more_of_mnist_than_of_pages_digits_or_of_what_is_none() -> (
    None
):
    convolutional = RECIPES["convolutional"]
    assert convolutional.pages > 0
    assert convolutional.validation_pages > 0
    mnist_share = 1 - convolutional.crop_share - convolutional.negative_share
    assert mnist_share > max(convolutional.crop_share, convolutional.negative_share) > 0


def test_the_line_network_is_trained_on_far_more_strips_than_it_is_measured_on() -> None:
    assert (LINES.name, LINES.network().name) == ("lines", "lines")
    assert LINES.strips >= 10 * LINES.validation_strips > 0
    assert min(LINES.fusion_pages, LINES.test_pages) >= 1000
