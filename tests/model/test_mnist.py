"""MNIST from a file: verified and split."""

import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model import mnist
from model.mnist import NOT_A_DIGIT, ONE_OR_SEVEN, Arrays, DatasetError, Mnist, Part
from tests.model.mnist_pages import TEST_FILE
from tests.model.synthetic import accept, is_one_sentence, numbered, write


@pytest.fixture(scope="module")
def arrays() -> Arrays:
    return numbered(60_000, 10_000)


@pytest.fixture(scope="module")
def file(arrays: Arrays, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("mnist") / "mnist.npz", arrays)


@pytest.fixture(scope="module")
def data(arrays: Arrays, file: Path) -> Mnist:
    with pytest.MonkeyPatch.context() as patch:
        accept(arrays, patch)
        return mnist.load(file)


@pytest.fixture(scope="module")
def test_part(arrays: Arrays, file: Path) -> Part:
    with pytest.MonkeyPatch.context() as patch:
        accept(arrays, patch)
        return mnist.load_test(file)


def numbers(part: Part) -> list[int]:
    first = np.ascontiguousarray(part.images.reshape(-1, 28 * 28)[:, :4])
    values: list[int] = first.view(">u4")[:, 0].tolist()
    return values


def test_55000_images_are_trained_on_5000_chosen_by_and_10000_measured_with(
    data: Mnist, test_part: Part
) -> None:
    sizes = [(part.images.shape, part.labels.shape) for part in (*data, test_part)]
    assert sizes == [((n, 28, 28), (n,)) for n in (55_000, 5_000, 10_000)]


def test_what_is_given_to_training_has_no_test_images(data: Mnist) -> None:
    assert data._fields == ("train", "validation")


def test_each_training_image_is_either_trained_on_or_chosen_by(data: Mnist) -> None:
    assert sorted(numbers(data.train) + numbers(data.validation)) == list(range(60_000))


def test_every_image_keeps_its_label(arrays: Arrays, data: Mnist, test_part: Part) -> None:
    for part in data:
        assert (arrays["y_train"][numbers(part)] == part.labels).all()
    assert numbers(test_part) == list(range(10_000))
    assert (arrays["y_test"] == test_part.labels).all()


def test_each_digit_has_its_share_of_the_validation_part(data: Mnist) -> None:
    train, validation = (np.bincount(part.labels, minlength=10) for part in data[:2])
    assert np.abs(validation - (train + validation) / 12).max() <= 1


def test_the_split_is_the_same_each_time(
    arrays: Arrays, data: Mnist, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    accept(arrays, monkeypatch)
    np.random.seed(5)  # noqa: NPY002  whatever else the process does with chance
    again = mnist.load(write(tmp_path / "again.npz", arrays))
    assert numbers(again.validation) == numbers(data.validation)
    assert numbers(again.train) == numbers(data.train)


def test_a_file_with_the_test_images_alone_is_enough_to_measure() -> None:
    test = mnist.load_test(TEST_FILE)
    assert test.images.shape == (10_000, 28, 28)
    assert test.labels[:10].tolist() == [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]


def test_a_file_with_the_test_images_alone_is_not_enough_to_train() -> None:
    with pytest.raises(DatasetError, match="x_train") as error:
        mnist.load(TEST_FILE)
    assert is_one_sentence(error.value)


def test_a_changed_pixel_is_refused(tmp_path: Path) -> None:
    with np.load(TEST_FILE) as file:
        changed = dict(file)
    changed["x_test"][1234, 14, 14] ^= 1
    with pytest.raises(DatasetError, match="differs from MNIST in x_test") as error:
        mnist.load_test(write(tmp_path / "mnist.npz", changed))
    assert is_one_sentence(error.value)


def test_images_of_another_shape_are_refused(tmp_path: Path) -> None:
    with np.load(TEST_FILE) as file:
        flat = dict(file)
    flat["x_test"] = flat["x_test"].reshape(10_000, 784)
    with pytest.raises(DatasetError) as error:
        mnist.load_test(write(tmp_path / "mnist.npz", flat))
    assert is_one_sentence(error.value)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="does not exist") as error:
        mnist.load_test(tmp_path / "mnist.npz")
    assert is_one_sentence(error.value)


def _one_array() -> bytes:
    content = io.BytesIO()
    np.save(content, np.zeros(3))
    return content.getvalue()


WHOLE = TEST_FILE.read_bytes()
BROKEN = {
    "empty": b"",
    "a web page": b"<html>404</html>",
    "one array": _one_array(),
    "first half": WHOLE[: len(WHOLE) // 2],
    "last byte missing": WHOLE[:-1],
    "start overwritten": b"\0" * 100 + WHOLE[100:],
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_file_is_told(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "mnist.npz"
    path.write_bytes(BROKEN[kind])
    with pytest.raises(DatasetError, match=r"mnist\.npz is broken") as error:
        mnist.load_test(path)
    assert is_one_sentence(error.value)


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DatasetError):
        mnist.load_test(tmp_path)


class Opener:
    """Pickled, it creates a file when it is loaded."""

    def __init__(self, path: Path) -> None:
        """Create `path`."""
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str, str]]:
        """Say what to call."""
        return open, (str(self.path), "w")


def test_a_pickle_in_the_file_is_never_run(tmp_path: Path) -> None:
    trace, path = tmp_path / "trace", tmp_path / "mnist.npz"
    np.savez(path, x_test=np.array([Opener(trace)], dtype=object), y_test=np.zeros(1))
    with pytest.raises(DatasetError) as error:
        mnist.load_test(path)
    assert is_one_sentence(error.value)
    assert not trace.exists()


@pytest.fixture(scope="module")
def small_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("small") / "mnist.npz", numbered(20, 10))


@settings(max_examples=200, deadline=None, derandomize=True)
@given(place=st.floats(0, 1, exclude_max=True), mask=st.integers(1, 255))
def test_changed_bits_anywhere_in_the_file_never_yield_other_images(
    small_file: Path, place: float, mask: int
) -> None:
    content = bytearray(small_file.read_bytes())
    content[int(place * len(content))] ^= mask
    changed = small_file.with_name("changed.npz")
    changed.write_bytes(content)
    arrays = numbered(20, 10)
    with pytest.MonkeyPatch.context() as patch:
        accept(arrays, patch)
        try:
            test = mnist.load_test(changed)
        except DatasetError:
            return
    assert (test.images == arrays["x_test"]).all()
    assert (test.labels == arrays["y_test"]).all()


def test_digits_are_what_is_certainly_one() -> None:
    labels = np.array([0, NOT_A_DIGIT, 9, ONE_OR_SEVEN], np.uint8)
    images = np.repeat(labels, 28 * 28).reshape(-1, 28, 28)
    digits = Part(images, labels).digits()
    assert digits.labels.tolist() == [0, 9]
    assert digits.images[:, 0, 0].tolist() == [0, 9]
