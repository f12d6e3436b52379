"""Prepared images: those like MNIST's are told, all others refused with what to do."""

import re
from pathlib import Path
from typing import Literal

import joblib
import numpy as np
import pytest
from numpy.typing import NDArray

from model.mnist import Part
from model.prediction import LIGHTEST_PAPER, predict
from model.recognition import digit_network
from tests.model.mnist_pages import ROOT, mnist

COUNT = 500


@pytest.fixture(scope="module")
def part() -> Part:
    """Some of MNIST's test images, and their labels."""
    return mnist().select(np.arange(COUNT))


@pytest.mark.parametrize("model", ["convolutional", "dense"])
def test_mnists_digits_are_told_as_they_are_when_the_model_serves(
    model: Literal["convolutional", "dense"], part: Part
) -> None:
    probabilities = predict(part.images / 255, model)
    served = digit_network.load(model)(part.images)
    assert np.array_equal(probabilities, served)
    assert (probabilities.argmax(axis=1) == part.labels).mean() > 0.97


def test_the_convolutional_network_serves_unless_another_is_named(part: Part) -> None:
    few = part.images[:20] / 255
    assert np.array_equal(predict(few), predict(few, "convolutional"))
    assert not np.array_equal(predict(few), predict(few, "dense"))


def test_numbers_of_any_type_will_do_and_a_list_of_lists_too(part: Part) -> None:
    images = (part.images[:3] > 127).astype(np.float64)
    expected = predict(images)
    for same in (images.astype(np.uint8), images.astype(bool), images.tolist()):
        assert np.array_equal(predict(same), expected)


def test_values_up_to_255_are_refused(part: Part) -> None:
    with pytest.raises(ValueError, match=r"^The .* from 0 to 255, not .*: divide them by 255\.$"):
        predict(part.images)


@pytest.mark.parametrize("bad", [-0.01, 1.01, 256, np.nan, np.inf])
def test_values_that_are_not_from_0_to_1_are_refused(bad: float, part: Part) -> None:
    images = part.images / 255
    images[3, 14, 14] = bad
    with pytest.raises(ValueError, match="not from 0 to 1"):
        predict(images)


def test_black_ink_on_white_is_refused_and_turned_round_it_is_told(part: Part) -> None:
    inverted = 1 - part.images / 255
    with pytest.raises(ValueError, match=r"paper of image 0 is 1, .* 1 - images if"):
        predict(inverted)
    assert (predict(1 - inverted).argmax(axis=1) == part.labels).mean() > 0.97


def test_one_image_on_light_paper_among_others_is_named(part: Part) -> None:
    images = part.images[:5] / 255
    images[3] = 0.8 * (1 - images[3])
    with pytest.raises(ValueError, match=r"paper of image 3 is 0\.8, not 0"):
        predict(images)


def test_paper_may_be_a_little_light() -> None:
    images = np.full((1, 28, 28), LIGHTEST_PAPER)
    assert predict(images).shape == (1, 10)
    with pytest.raises(ValueError, match="paper of image 0"):
        predict(images + 0.01)


@pytest.mark.parametrize("shape", [(28, 28), (2, 784), (2, 28, 28, 1), (2, 27, 28), (0, 28, 28)])
def test_other_shapes_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"give \(n, 28, 28\), and a single image as image\[None"):
        predict(np.zeros(shape))


def test_what_holds_no_numbers_is_refused() -> None:
    with pytest.raises(ValueError, match="give numbers from 0 to 1"):
        predict(np.full((1, 28, 28), "ink"))


# --- the README's lines -----------------------------------------------------------------------


def readme_lines(first: str) -> str:
    """The Python lines of the README's only block that begins with `first`."""
    readme = (ROOT / "model" / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```$", readme, re.DOTALL | re.MULTILINE)
    [block] = [block for block in blocks if block.startswith(first)]
    return str(block)


def run_lines(
    lines: str, part: Part, monkeypatch: pytest.MonkeyPatch
) -> dict[str, NDArray[np.generic]]:
    """What the lines leave when `images` are given and they are run in the repository's root."""
    monkeypatch.chdir(ROOT)
    names: dict[str, NDArray[np.generic]] = {"images": part.images}
    exec(lines, names)  # noqa: S102  the README's own lines, as a reader runs them
    return names


def test_the_readmes_four_lines_load_the_joblib_file_and_tell_digits(
    part: Part, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = readme_lines("import joblib\n")
    assert len(lines.replace("\n\n", "\n").splitlines()) == 4
    names = run_lines(lines, part, monkeypatch)
    assert (names["digits"] == part.labels).mean() > 0.98
    file = Path(re.findall(r'"(model/.*?)"', lines)[0])
    probabilities = joblib.load(ROOT / file).predict(part.images / 255, verbose=0)
    assert np.array_equal(names["probabilities"], probabilities)


def test_the_readmes_lines_for_what_serves_tell_digits(
    part: Part, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = run_lines(readme_lines("from model.prediction import"), part, monkeypatch)
    assert (names["digits"] == part.labels).mean() > 0.98
