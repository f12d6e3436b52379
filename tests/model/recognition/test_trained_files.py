"""A model's files are read, or one sentence tells which is wrong and what to do."""

import hashlib
import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import get_args

import pytest

from model.recognition.trained_files import (
    ModelError,
    ModelName,
    TrainedFiles,
    read_digit_network,
    read_file,
    read_line_network,
    read_measured,
    read_metrics,
)
from tests.model.synthetic import is_one_sentence

CONTENT = b"a network"


def write(folder: Path, content: bytes = CONTENT) -> None:
    """Write a model's files, of which the metrics are those of `CONTENT`."""
    (folder / "model.tflite").write_bytes(content)
    metrics = {"accuracy": 0.9, "tflite_sha256": hashlib.sha256(CONTENT).hexdigest()}
    (folder / "metrics.json").write_text(json.dumps(metrics))


def test_a_model_is_read_with_what_was_measured_of_it(tmp_path: Path) -> None:
    write(tmp_path)
    content, metrics = read_measured(tmp_path, "a command")
    assert content == CONTENT
    assert metrics["accuracy"] == 0.9


def test_a_model_that_was_not_measured_is_told_with_the_command(tmp_path: Path) -> None:
    write(tmp_path, b"another network")
    with pytest.raises(ModelError, match=r": run a command\.$") as error:
        read_measured(tmp_path, "a command")
    assert str(tmp_path / "model.tflite") in str(error.value)
    assert is_one_sentence(error.value)


def test_metrics_without_a_digest_measured_nothing(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "metrics.json").write_text("{}")
    with pytest.raises(ModelError, match=r": run a command\.$"):
        read_measured(tmp_path, "a command")


@pytest.mark.parametrize("name", ["model.tflite", "metrics.json"])
def test_a_missing_file_is_told_with_what_to_do(name: str, tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / name).unlink()
    with pytest.raises(ModelError, match="make train") as error:
        read_measured(tmp_path, "a command")
    assert str(tmp_path) in str(error.value)
    assert is_one_sentence(error.value)


def test_any_file_is_read_or_its_folder_told(tmp_path: Path) -> None:
    (tmp_path / "picture.png").write_bytes(b"picture")
    assert read_file(tmp_path / "picture.png") == b"picture"
    with pytest.raises(ModelError, match="holds no trained model") as error:
        read_file(tmp_path / "missing.png")
    assert str(tmp_path) in str(error.value)


def test_metrics_that_are_missing_or_broken_are_told_with_their_folder(tmp_path: Path) -> None:
    for text in (None, "{", "\udcff"):
        if text:
            (tmp_path / "metrics.json").write_text(text, errors="surrogateescape")
        with pytest.raises(ModelError, match=r"no metrics\.json") as error:
            read_metrics(tmp_path)
        assert str(tmp_path) in str(error.value)
    (tmp_path / "metrics.json").write_text('{"accuracy": 0.9}')
    assert read_metrics(tmp_path) == {"accuracy": 0.9}


@pytest.mark.parametrize("text", ["[]", "0.9", "null", '"accuracy"'])
def test_metrics_are_an_object(text: str, tmp_path: Path) -> None:
    (tmp_path / "metrics.json").write_text(text)
    with pytest.raises(ModelError, match=r"no metrics\.json") as error:
        read_metrics(tmp_path)
    assert str(tmp_path) in str(error.value)


def test_the_shipped_networks_are_those_that_were_measured() -> None:
    shipped = [read_digit_network(name) for name in get_args(ModelName)]
    shipped.append(read_line_network())
    assert all(files.content for files in shipped)
    assert [files.metrics["network"] for files in shipped] == ["convolutional", "dense", "lines"]


@pytest.mark.parametrize(
    ("folder", "read", "command"),
    [
        ("dense", partial(read_digit_network, "dense"), "scripts/evaluate.py --model dense --save"),
        ("lines", read_line_network, "scripts/train.py --network lines --overwrite"),
    ],
)
def test_a_network_that_was_not_measured_is_told_with_the_command_that_does(
    folder: str, read: Callable[[Path], TrainedFiles], command: str, tmp_path: Path
) -> None:
    with pytest.raises(ModelError, match="run make train"):
        read(tmp_path)
    (tmp_path / folder).mkdir()
    write(tmp_path / folder)
    assert read(tmp_path).content == CONTENT
    write(tmp_path / folder, b"another network")
    with pytest.raises(ModelError, match=f"run {command}"):
        read(tmp_path)


def test_metrics_that_lack_a_figure_are_told_with_what_to_do() -> None:
    files = TrainedFiles(CONTENT, {"network": "lines", "fusion": {}})
    assert files.with_figure("fusion") is files
    with pytest.raises(ModelError, match="the network lines lacks refusal_threshold") as error:
        files.with_figure("refusal_threshold")
    assert is_one_sentence(error.value)
