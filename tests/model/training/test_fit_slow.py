"""The whole recipe on the whole of MNIST."""

from pathlib import Path

import pytest

from model import mnist
from model.evaluation import test_set
from model.training.backups import BACKUP
from model.training.fit import train
from model.training.recipes import RECIPES
from tests.model.training.test_fit import FILES, epochs


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_the_dense_network_reads_98_of_100_test_images_after_its_ten_epochs(tmp_path: Path) -> None:
    train(RECIPES["dense"], mnist.load(), tmp_path, seed=0)
    metrics = test_set.evaluate(tmp_path, mnist.load_test())
    test_set.save(tmp_path, metrics)
    assert metrics["accuracy"] >= 0.98
    assert epochs(tmp_path) == list(range(10))
    assert {path.name for path in tmp_path.iterdir()} == FILES | {BACKUP}
