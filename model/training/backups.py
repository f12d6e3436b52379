"""What a stopped training needs to go on: kept after each epoch in one file, by numpy alone."""

import json
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

BACKUP = "backup.npz"
HISTORY = "history.csv"
# Whatever unpacking a damaged file happens to raise.
BROKEN = (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error)

Figures = dict[str, float]  # of an epoch: loss, accuracy, seconds ...


class TrainingError(Exception):
    """A training cannot go on; the message is one sentence that says what to do."""


class Backup(NamedTuple):
    """The state of a training after its last whole epoch.

    Attributes:
        recipe: of the training, by name; numbers, texts and lists that JSON can hold.
        history: the figures of each epoch.
        variables: of the network, its random numbers, and the optimizer.
    """

    recipe: dict[str, Any]
    history: list[Figures]
    variables: list[NDArray[Any]]


def save(backup: Backup, output: Path) -> None:
    """Keep a backup, and its history as `history.csv`, in the place of those before it.

    Raises:
        OSError: they cannot be written; then those before are still there.
    """
    described = json.dumps([backup.recipe, backup.history])
    with staged(output) as folder:
        # Positional arrays are named arr_0, arr_1 ...
        np.savez(folder / BACKUP, *backup.variables, described=np.array(described))
        write_history(backup.history, folder)


def load(output: Path) -> Backup | None:
    """The backup of the training that was stopped in this folder; None if there is none.

    Raises:
        TrainingError: it is broken.
    """
    file = output / BACKUP
    if not file.exists():
        return None
    try:
        with file.open("rb") as stream, np.load(stream) as content:
            recipe, history = json.loads(str(content["described"]))
            count = len(content.files) - 1
            variables = [content[f"arr_{place}"] for place in range(count)]
    except BROKEN as error:
        raise TrainingError(f"{file} is broken: delete it, and training begins anew.") from error
    return Backup(recipe, history, variables)


def stopped(output: Path) -> str:
    """What to tell who stopped the training in this folder: a sentence."""
    try:
        backup = load(output)
    except TrainingError as error:
        return str(error)
    if backup is None:
        return "Stopped before the first epoch was done; the same command begins anew."
    return f"Stopped after epoch {len(backup.history)}; the same command goes on from there."


def write_history(history: Sequence[Figures], folder: Path) -> None:
    """Write `history.csv` into `folder`: a column for each figure, a row for each epoch from 0."""
    names = sorted(history[0])
    rows = [["epoch", *names]]
    for epoch, figures in enumerate(history):
        values = [str(figures[name]) for name in names]
        rows.append([str(epoch), *values])
    lines = [",".join(row) for row in rows]
    text = "\n".join(lines)
    (folder / HISTORY).write_text(f"{text}\n")


@contextmanager
def staged(output: Path) -> Iterator[Path]:
    """A new folder in `output` to write files in, which replace `output`'s of the same names.

    They do so at the end, whole ones. Where writing fails, `output` is left as it was.
    """
    with TemporaryDirectory(prefix=".unfinished-", dir=output) as name:
        folder = Path(name)
        yield folder
        _move_files(folder, output)


def work_folder(output: Path, seed: int) -> Path:
    """The folder in `output` where the training with `seed` works until it is done."""
    return output / f"unfinished-{seed}"


@contextmanager
def unfinished(output: Path, seed: int) -> Iterator[Path]:
    """The folder of a training, whose files replace `output`'s of the same names when it is done.

    Where the training fails or is stopped, its folder stays, with its backup if there is one, and
    the rest of `output` is left as it was.
    """
    folder = work_folder(output, seed)
    folder.mkdir(exist_ok=True)
    try:
        yield folder
        (folder / BACKUP).unlink(missing_ok=True)
        _move_files(folder, output)
    finally:
        if not any(folder.iterdir()):
            folder.rmdir()


def _move_files(folder: Path, output: Path) -> None:
    for file in folder.iterdir():
        file.replace(output / file.name)
