"""A training that was stopped goes on from its last whole epoch, as if it had not been stopped."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import keras

from model.training import backups
from model.training.backups import Backup, Figures, TrainingError
from model.training.recipes import LineRecipe, Recipe, described


class Served(Protocol):
    """Batches that are new each epoch."""

    epoch: int  # that their next first batch begins


class Resumable(keras.callbacks.Callback):  # type: ignore[misc]
    """Lets a stopped training go on from its last whole epoch, to the end it would have had.

    Weights, optimizer and dropout's random numbers are kept after each epoch; what the batches
    show follows from seed and epoch.
    """

    def __init__(
        self, recipe: Recipe | LineRecipe, output: Path, seed: int, served: Sequence[Served]
    ) -> None:
        """Keep the training of `recipe` with `seed` in `output`; tell `served` each epoch."""
        super().__init__()
        self._recipe = described(recipe) | {"seed": seed}
        self._output = output
        self._served = served
        self._history: list[Figures] = []

    def restore(self, model: keras.Model) -> int:
        """Give a compiled `model` what its stopped training had.

        Returns:
            How many epochs are done, 0 of a new training.

        Raises:
            TrainingError: what was kept is broken, or of another recipe or network.
        """
        backup = backups.load(self._output)
        if backup is None:
            return 0
        variables = _state(model)
        shapes = [variable.shape for variable in variables]
        kept_shapes = [value.shape for value in backup.variables]
        if backup.recipe != self._recipe or kept_shapes != shapes:
            file = self._output / backups.BACKUP
            raise TrainingError(
                f"{file} is of another training: delete it, or give another folder as --output."
            )
        for variable, value in zip(variables, backup.variables, strict=True):
            variable.assign(value)
        self._history = backup.history
        return len(self._history)

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Make the batches those of this epoch."""
        del logs
        for batches in self._served:
            batches.epoch = epoch

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Keep how the training stands."""
        del epoch
        logged = logs or {}
        figures = {name: float(value) for name, value in logged.items()}
        self._history.append(figures)
        variables = _state(self.model)
        values = [keras.ops.convert_to_numpy(variable) for variable in variables]
        backup = Backup(self._recipe, self._history, values)
        backups.save(backup, self._output)


def _state(model: keras.Model) -> list[keras.Variable]:
    """All that changes while a compiled model is trained, in an order that is always the same."""
    model.optimizer.build(model.trainable_variables)
    return [*model.variables, *model.optimizer.variables]
