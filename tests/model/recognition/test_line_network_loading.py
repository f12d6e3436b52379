"""The shipped line network is loaded with its metrics, or a sentence says what to do."""

import hashlib
import json
from pathlib import Path

import pytest

from model.recognition.line_network import LineNetwork, load
from model.recognition.trained_files import ModelError


@pytest.fixture
def trained(tmp_path: Path) -> Path:
    """A folder of models with files that are right but for the network in them."""
    folder = tmp_path / "lines"
    folder.mkdir()
    (folder / "model.tflite").write_bytes(b"a network")
    metrics = {"network": "lines", "tflite_sha256": hashlib.sha256(b"a network").hexdigest()}
    (folder / "metrics.json").write_text(json.dumps(metrics))
    return tmp_path


def test_the_network_and_its_metrics_are_loaded(trained: Path) -> None:
    model = load(trained)
    assert isinstance(model.network, LineNetwork)
    assert model.metrics["network"] == "lines"


def test_another_network_than_was_measured_is_not_loaded(trained: Path) -> None:
    (trained / "lines" / "model.tflite").write_bytes(b"another network")
    with pytest.raises(ModelError, match=r"run scripts/train\.py --network lines --overwrite\.$"):
        load(trained)


def test_without_files_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"run make train\.$"):
        load(tmp_path)
