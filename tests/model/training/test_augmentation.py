"""What pens, paper and phones do to a digit leaves it that digit."""

import cv2
import numpy as np
import pytest

from model.evaluation import test_set
from model.recognition import digit_network
from model.training import augmentation
from model.training.augmentation import (
    ELASTIC_GRID,
    MARGIN,
    PADDED,
    Warps,
    augment,
    blend,
    blur,
    change_tones,
    sample_warps,
    sample_weights,
    thicken,
    thin,
    warp,
)
from tests.model.mnist_pages import Image, mnist

MANY = 20_000  # samples: their extremes are within 5 % of the limits


@pytest.fixture(scope="module")
def digits() -> Image:
    return mnist().images[:1000]


@pytest.fixture(scope="module")
def redrawn(digits: Image) -> Image:
    return augment(digits, np.random.default_rng(1))


# --- all together -----------------------------------------------------------------------------


def test_images_stay_images(digits: Image, redrawn: Image) -> None:
    assert redrawn.shape == digits.shape
    assert redrawn.dtype == np.uint8


def test_every_digit_is_redrawn(digits: Image, redrawn: Image) -> None:
    assert (redrawn != digits).any(axis=(1, 2)).all()


def test_the_same_seed_draws_the_same(digits: Image, redrawn: Image) -> None:
    assert (augment(digits, np.random.default_rng(1)) == redrawn).all()


def test_another_seed_draws_otherwise(digits: Image, redrawn: Image) -> None:
    assert (augment(digits, np.random.default_rng(2)) != redrawn).any(axis=(1, 2)).all()


def test_the_images_that_were_given_are_left_alone(digits: Image) -> None:
    before = digits.copy()
    augment(digits, np.random.default_rng(1))
    assert (digits == before).all()


def test_no_image_runs_into_its_neighbour(digits: Image) -> None:
    mixed = np.full_like(digits[:200], 255)
    mixed[::2] = 0
    redrawn = augment(mixed, np.random.default_rng(1))
    assert not redrawn[::2].any()
    assert redrawn[1::2].any(axis=(1, 2)).all()


@pytest.mark.parametrize("count", [1, 1000, 1001, 2500])
def test_a_batch_may_be_of_any_size(count: int) -> None:
    redrawn = augment(mnist().images[:count], np.random.default_rng(1))
    assert redrawn.shape == (count, 28, 28)
    assert redrawn.any(axis=(1, 2)).all()


def test_images_of_one_column_are_all_changed_differently() -> None:
    same = np.repeat(mnist().images[:1], 1500, axis=0)
    redrawn = augment(same, np.random.default_rng(1))
    assert len(np.unique(redrawn.reshape(1500, -1), axis=0)) == 1500


def test_the_ink_stays_as_much_and_as_dark(digits: Image, redrawn: Image) -> None:
    before, after = (images.mean(axis=(1, 2)) for images in (digits, redrawn))
    assert 0.85 < after.mean() / before.mean() < 1.2
    # A stroke may become half as wide or half as wide again, not vanish or fill the image.
    assert (after / before).min() > 0.4
    assert (after / before).max() < 2.5
    assert np.median(redrawn.max(axis=(1, 2))) > 230


def test_the_digits_are_still_read(redrawn: Image) -> None:
    answers = test_set.predict(digit_network.load(), redrawn).argmax(axis=1)
    assert (answers == mnist().labels[:1000]).mean() >= 0.97


# --- where the ink goes -----------------------------------------------------------------------


def still(count: int = 1) -> Warps:
    """Warps that leave images as they are."""
    zero = np.zeros(count)
    elastic = np.zeros((2, count, ELASTIC_GRID, ELASTIC_GRID))
    return Warps(zero, zero, zero, zero, zero, zero, elastic)


def warped(image: Image, **changes: float) -> Image:
    """An image (28, 28) with one or more things done to it, with its margin."""
    arrays = {name: np.array([value]) for name, value in changes.items()}
    result: Image = warp(image[None], still()._replace(**arrays))[0]
    return result


def bar(*, upright: bool) -> Image:
    """A bar 16 long and 4 wide in the middle of an image."""
    image = np.zeros((28, 28), np.uint8)
    image[12:16, 6:22] = 255
    return np.ascontiguousarray(image.T) if upright else image


def lean(image: Image) -> float:
    """How far the ink goes to the left a pixel down."""
    moments = cv2.moments(image)
    return -moments["mu11"] / moments["mu02"]


def middle(image: Image) -> tuple[float, float]:
    moments = cv2.moments(image)
    return moments["m10"] / moments["m00"], moments["m01"] / moments["m00"]


def extent(image: Image, axis: int) -> float:
    """The deviation of the ink along an axis: 0 down, 1 across."""
    moments = cv2.moments(image)
    return float(np.sqrt(moments["mu02" if axis == 0 else "mu20"] / moments["m00"]))


def test_nothing_done_leaves_the_image_in_its_margin(digits: Image) -> None:
    result = warp(digits[:50], still(50))
    assert result.shape == (50, PADDED, PADDED)
    assert (result[:, MARGIN:-MARGIN, MARGIN:-MARGIN] == digits[:50]).all()
    assert result.sum() == digits[:50].sum()


@pytest.mark.parametrize("angle", [-0.3, 0.1, 0.3])
def test_rotation_turns_the_ink_anticlockwise(angle: float) -> None:
    moments = cv2.moments(warped(bar(upright=False), rotation=angle))
    turned = 0.5 * np.arctan2(2 * moments["mu11"], moments["mu20"] - moments["mu02"])
    assert -turned == pytest.approx(angle, abs=0.01)  # y points down


@pytest.mark.parametrize("angle", [-0.3, 0.3])
def test_rotation_keeps_sizes(angle: float) -> None:
    turned = warped(bar(upright=True), rotation=angle)
    assert turned.sum() == pytest.approx(bar(upright=True).sum(), rel=0.01)
    assert middle(turned) == pytest.approx((15.5, 15.5), abs=0.05)


@pytest.mark.parametrize("shear", [-0.35, 0.2, 0.35])
def test_shear_leans_the_ink_to_the_right_and_keeps_its_rows(shear: float) -> None:
    leaning = warped(bar(upright=True), shear=shear)
    assert lean(leaning) == pytest.approx(shear, abs=0.01)
    rows = leaning.any(axis=1)
    assert np.flatnonzero(rows).tolist() == list(range(8, 24))


def test_a_shear_follows_a_rotation() -> None:
    both = warped(bar(upright=True), shear=0.3, rotation=0.2)
    sheared = warped(bar(upright=True), shear=0.3)
    turned = warped(sheared[MARGIN:-MARGIN, MARGIN:-MARGIN], rotation=0.2)
    assert np.abs(both.astype(int) - turned).mean() < 3


@pytest.mark.parametrize(("name", "axis"), [("width", 1), ("height", 0)])
@pytest.mark.parametrize("share", [-0.15, 0.15])
def test_stretch_changes_one_side_only(name: str, axis: int, share: float) -> None:
    image = np.zeros((28, 28), np.uint8)
    image[8:20, 8:20] = 255
    stretched = warped(image, **{name: share})
    assert extent(stretched, axis) == pytest.approx(extent(image, axis) / (1 + share), rel=0.02)
    assert extent(stretched, 1 - axis) == pytest.approx(extent(image, 1 - axis), rel=0.001)


def test_a_stretched_digit_that_is_turned_stays_as_wide() -> None:
    bars = (warped(bar(upright=False), width=0.15, rotation=angle) for angle in (0, 0.3))
    lengths = [np.hypot(extent(each, 0), extent(each, 1)) for each in bars]
    assert lengths[0] == pytest.approx(lengths[1], rel=0.02)


@pytest.mark.parametrize("pixels", [-2.0, 0.5, 2.0])
def test_shift_moves_the_ink_left_or_up(pixels: float) -> None:
    assert middle(warped(bar(upright=True), right=pixels)) == pytest.approx((15.5 - pixels, 15.5))
    assert middle(warped(bar(upright=True), down=pixels)) == pytest.approx((15.5, 15.5 - pixels))


@pytest.mark.parametrize(("axis", "moved"), [(0, (-1, 0)), (1, (0, -1))])
def test_an_elastic_displacement_moves_only_what_is_near(axis: int, moved: tuple[int, int]) -> None:
    image = np.zeros((28, 28), np.uint8)
    image[13:15, 13:15] = 255  # at the grid's middle point
    far = np.zeros_like(image)
    far[3:5, 23:25] = 255
    elastic = np.zeros((2, 1, ELASTIC_GRID, ELASTIC_GRID))
    elastic[axis, 0, 2, 2] = 1
    warps = still()._replace(elastic=elastic)
    near_x, near_y = middle(warp(image[None], warps)[0])
    assert (near_x - 15.5, near_y - 15.5) == pytest.approx(moved, abs=0.15)
    assert middle(warp(far[None], warps)[0]) == pytest.approx((25.5, 5.5), abs=0.15)


def test_each_image_has_its_own_warp() -> None:
    images = np.stack([bar(upright=True)] * 2)
    both = warp(images, still(2)._replace(right=np.array([0.0, 2.0])))
    assert middle(both[0]) == pytest.approx((15.5, 15.5))
    assert middle(both[1]) == pytest.approx((13.5, 15.5))


@pytest.mark.parametrize(
    ("name", "limit"),
    [
        ("rotation", 0.3),
        ("shear", 0.35),
        ("width", 0.15),
        ("height", 0.15),
        ("right", 2.0),
        ("down", 2.0),
    ],
)
def test_most_are_moved_a_little_and_few_as_far_as_may_be(name: str, limit: float) -> None:
    amounts = getattr(sample_warps(MANY, np.random.default_rng(0)), name)
    assert amounts.shape == (MANY,)
    assert 0.95 * limit < amounts.max() <= limit
    assert -limit <= amounts.min() < -0.95 * limit
    assert np.abs(amounts).mean() == pytest.approx(limit / 4, rel=0.03)


def test_elastic_displacements_are_stronger_in_some_images_than_in_others() -> None:
    elastic = sample_warps(MANY, np.random.default_rng(0)).elastic
    assert elastic.shape == (2, MANY, 5, 5)
    assert elastic.mean() == pytest.approx(0, abs=0.005)
    strengths = elastic.std(axis=(0, 2, 3))
    assert strengths.mean() == pytest.approx(0.8 / 2, rel=0.03)
    assert np.quantile(strengths, 0.1) < 0.1
    assert np.quantile(strengths, 0.98) > 0.7


# --- what happens to strokes ------------------------------------------------------------------


def test_thicken_adds_a_pixel_on_each_side_but_not_at_the_corners() -> None:
    thick = thicken(np.pad(np.full((1, 1), 255, np.uint8), 2))
    assert thick[1:4, 1:4].tolist() == [[0, 255, 0], [255, 255, 255], [0, 255, 0]]
    assert thick.sum() == 5 * 255


def test_thin_takes_a_pixel_on_each_side() -> None:
    stroke = np.pad(np.full((5, 3), 255, np.uint8), 2)
    rows, columns = np.nonzero(thin(stroke))
    assert rows.tolist() == [3, 4, 5]
    assert columns.tolist() == [3, 3, 3]


def test_blur_spreads_ink_to_all_neighbours() -> None:
    spot = np.pad(np.full((1, 1), 160, np.uint8), 2)
    assert blur(spot)[1:4, 1:4].tolist() == [[10, 20, 10], [20, 40, 20], [10, 20, 10]]


def test_blend_changes_each_image_as_far_as_its_weight_says() -> None:
    images = np.full((4, 2, 3), 100, np.uint8)
    blend(images, lambda column: column + 50, np.array([0, 0.5, 1, 0.25], np.float32))
    assert images[:, 0, 0].tolist() == [100, 125, 150, 112]
    assert (images == images[:, :1, :1]).all()


@pytest.mark.parametrize("limits", [(0.2, 0.9), (0.6, 0.5)])
def test_a_share_of_the_images_is_changed_up_to_a_limit(limits: tuple[float, float]) -> None:
    weights = sample_weights(MANY, limits, np.random.default_rng(0))
    share, most = limits
    changed = weights[weights > 0]
    assert weights.dtype == np.float32
    assert len(changed) / MANY == pytest.approx(share, abs=0.01)
    assert 0.97 * most < changed.max() <= most
    assert changed.mean() == pytest.approx(most / 2, rel=0.05)


@pytest.mark.parametrize(
    ("gamma", "grey", "expected"),
    [(2, 128, 64), (0.5, 64, 127), (1, 77, 77), (1.4, 0, 0), (0.7, 255, 255)],
)
def test_gamma_makes_greys_fainter_or_stronger(gamma: float, grey: int, expected: int) -> None:
    images = np.full((1, 2, 2), grey, np.uint8)
    assert change_tones(images, np.array([gamma])) == pytest.approx(expected, abs=1)


def test_each_image_has_its_own_gamma() -> None:
    images = np.full((3, 1, 1), 128, np.uint8)
    assert change_tones(images, np.array([1, 2, 1])).ravel() == pytest.approx([128, 64, 128], abs=1)


# --- how much of each -------------------------------------------------------------------------

OFF = {
    "ROTATION_RADIANS": 0.0,
    "SHEAR": 0.0,
    "STRETCH": 0.0,
    "SHIFT_PIXELS": 0.0,
    "ELASTIC_PIXELS": 0.0,
    "BOLDER": (0.0, 0.9),
    "FINER": (0.0, 0.5),
    "BLURRED": (0.0, 0.9),
    "GAMMA": (1.0, 1.0),
}


@pytest.fixture
def only(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The one thing that is done; all others are off."""
    for name in OFF.keys() - {request.param}:
        monkeypatch.setattr(augmentation, name, OFF[name])
    return str(request.param)


STROKES = {"BOLDER": (thicken, 0.2, 0.9), "FINER": (thin, 0.2, 0.5), "BLURRED": (blur, 0.3, 0.9)}


@pytest.mark.parametrize("only", STROKES, indirect=True)
def test_so_many_strokes_are_changed_so_far(only: str) -> None:
    change, share, most = STROKES[only]
    images = np.zeros((4000, 28, 28), np.uint8)
    images[:, 8:20, 12:15] = 250
    redrawn = augment(images, np.random.default_rng(0)).astype(int)
    fully = change(images[0]).astype(int) - images[0]
    row, column = np.unravel_index(np.abs(fully).argmax(), fully.shape)
    weights = (redrawn[:, row, column] - images[0, row, column]) / fully[row, column]
    changed = weights[weights > 0.02]
    assert len(changed) / 4000 == pytest.approx(share, abs=0.02)
    assert changed.max() == pytest.approx(most, abs=0.03)
    assert np.abs(redrawn - images - weights[:, None, None] * fully).max() <= 3


@pytest.mark.parametrize("only", ["GAMMA"], indirect=True)
@pytest.mark.usefixtures("only")
def test_greys_become_stronger_or_fainter_by_so_much() -> None:
    images = np.full((3000, 28, 28), 128, np.uint8)
    greys = augment(images, np.random.default_rng(0))[:, 14, 14] / 255
    gammas = np.log(greys) / np.log(128 / 255)
    assert gammas.min() == pytest.approx(0.7, abs=0.02)
    assert gammas.max() == pytest.approx(1.4, abs=0.02)
    assert gammas.mean() == pytest.approx(1.05, abs=0.02)


@pytest.mark.parametrize("only", ["SHEAR"], indirect=True)
@pytest.mark.usefixtures("only")
def test_a_redrawn_digit_leans_by_no_more_than_the_limit() -> None:
    images = np.repeat(bar(upright=True)[None], 3000, axis=0)
    leans = [lean(image) for image in augment(images, np.random.default_rng(0))]
    assert max(leans) == pytest.approx(0.35, abs=0.02)
    assert min(leans) == pytest.approx(-0.35, abs=0.02)
