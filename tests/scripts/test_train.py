"""scripts/train.py: what it says when it cannot start, and that it does nothing then."""

import asyncio
import runpy
import sys
from pathlib import Path

import pytest

from bot.storage.corrections import Corrections, Judgement
from bot.storage.database import connected
from model import mnist
from model.evaluation import line_figures
from model.evaluation.line_figures import ReadPage
from model.training import line_fit
from model.training.recipes import LINES
from tests.model.mnist_pages import ROOT, TEST_FILE
from tests.model.synthetic import few
from tests.model.training.test_finetuning import eights
from tests.scripts.commands import ending, run


def test_missing_data_are_told_in_one_line(tmp_path: Path) -> None:
    result = run("train", "--data", tmp_path / "mnist.npz", "--output", tmp_path / "new")
    assert result.returncode == 1
    assert result.stderr == f"{tmp_path / 'mnist.npz'} does not exist.\n"
    assert result.stdout == ""
    assert not (tmp_path / "new").exists()


def test_data_without_training_images_are_told(tmp_path: Path) -> None:
    [line] = str(ending("train", "--data", TEST_FILE, "--output", tmp_path / "new")).splitlines()
    assert line.startswith(f"{TEST_FILE} is broken or no MNIST file (")
    assert not (tmp_path / "new").exists()


def test_typefaces_that_cannot_be_fetched_are_told_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setenv("PATH", str(tmp_path))  # there is no npm
    monkeypatch.setattr(mnist, "load", lambda _: few())
    told = ending("train", "--output", tmp_path / "new")
    assert str(told).startswith("The typefaces could not be fetched; ")


def test_the_line_network_is_trained_by_its_recipe(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    given = []

    def train(*arguments: object) -> dict[str, object]:
        given.append(arguments)
        return line_figures.measure([ReadPage([], [], [], [])]) | {"network": "lines"}

    monkeypatch.setattr(mnist, "load", lambda _: few())
    monkeypatch.setattr(line_fit, "train", train)
    command = ["train.py", "--network", "lines", "--output", str(tmp_path), "--seed", "3"]
    monkeypatch.setattr(sys, "argv", command)
    runpy.run_path(str(ROOT / "scripts" / "train.py"), run_name="__main__")
    [(recipe, _, output, seed)] = given
    assert (recipe, output, seed) == (LINES, tmp_path, 3)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "lines: 100.00% of lines right"
    assert lines[-1] == f"Saved in {tmp_path}."


def test_the_line_network_learns_nothing_from_corrections(tmp_path: Path) -> None:
    result = run("train", "--network", "lines", "--corrections", "x", "--output", tmp_path / "new")
    assert result.returncode == 2
    assert "corrections are of single digits" in result.stderr.splitlines()[-1]
    assert not (tmp_path / "new").exists()


async def said(url: str) -> None:
    """Twenty people say three times each that a lying eight is one."""
    told = eights(20, 3, seed=1)
    async with connected(url) as database:
        corrections = Corrections(database, b"key")
        for place, (image, user) in enumerate(zip(told.images, told.users, strict=True)):
            person = int(str(user).split()[-1])
            judgements = [Judgement(0, image, 2, 8)]
            await corrections.save(person, (person, place), judgements, "model")


def finetuned(url: str, output: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run the script on what is in the database at `url`."""
    monkeypatch.setattr(mnist, "load", lambda _: few(4000))
    command = ["train.py", "--network", "dense", "--output", str(output), "--corrections", url]
    monkeypatch.setattr(sys, "argv", command)
    runpy.run_path(str(ROOT / "scripts" / "train.py"), run_name="__main__")


@pytest.mark.slow
def test_corrections_in_a_database_are_learnt_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"sqlite:///{tmp_path / 'said.db'}"
    asyncio.run(said(url))
    finetuned(url, tmp_path / "new", monkeypatch)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["images", "before", "after"]
    assert [line.split()[:2] for line in lines[1:4]] == [
        ["MNIST", "test"],
        ["corrections", "held"],
        ["corrections", "trained"],
    ]
    assert lines[-1] == f"Saved in {tmp_path / 'new'}."
    assert (tmp_path / "new" / "model.tflite").exists()


def test_a_database_without_corrections_and_one_that_is_none_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for url, sentence in (
        (f"sqlite:///{tmp_path / 'empty.db'}", "There are no corrections yet"),
        ("nonsense", "The database's URL is not one that can be used"),
    ):
        with pytest.raises(SystemExit) as ended:
            finetuned(url, tmp_path / "new", monkeypatch)
        assert str(ended.value).startswith(sentence)
    assert not (tmp_path / "new").exists()
