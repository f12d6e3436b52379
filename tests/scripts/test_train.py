"""scripts/train.py: what it says when it cannot start, and that it does nothing then."""

import asyncio
import runpy
import subprocess
import sys
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from bot.storage.corrections import Corrections
from bot.storage.database import connected
from bot.storage.judgements import JudgedAnswer, Judgement
from bot.storage.pseudonyms import PseudonymKey
from model import mnist
from model.evaluation import line_figures, line_pages, test_set
from model.evaluation.line_figures import ReadPage
from model.evaluation.test_set import Metrics
from model.mnist import Part
from model.recognition import trained_files
from model.recognition.trained_files import TRAINED, read_metrics
from model.synthesis import crops
from model.training import backups, fit, line_fit, recipes
from model.training.backups import Backup
from model.training.recipes import LINES, RECIPES
from tests.model.mnist_pages import ROOT, TEST_FILE
from tests.model.synthetic import few, few_test
from tests.model.training.quick import QUICK
from tests.model.training.test_finetuning import eights
from tests.model.training.test_fit import FILES, epochs, files_up_to, stop_in
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


class Steps:
    """What the script does in which order, with stand-ins that take no time."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        """Stand in for loading, training and measuring."""
        self.done: list[tuple[object, ...]] = []
        patch.setattr(mnist, "load", lambda _: few())
        patch.setattr(mnist, "load_test", self._load_test)
        patch.setattr(fit, "train", partial(self._note, "train"))
        patch.setattr(line_fit, "train", partial(self._note, "train"))
        patch.setattr(test_set, "evaluate", self._evaluate)
        patch.setattr(line_pages, "evaluate", self._evaluate_lines)

    def _note(self, *step: object) -> None:
        self.done.append(step)

    def _load_test(self, data: Path | None) -> Part:
        self._note("load the test images", data)
        return few_test()

    def _evaluate(self, folder: Path, test: Part) -> Metrics:
        self._note("evaluate", folder, test)
        return read_metrics(TRAINED / "dense")

    def _evaluate_lines(self, folder: Path, test: Part, count: int) -> Metrics:
        self._note("evaluate", folder, test, count)
        return line_figures.measure([ReadPage([], [], [], [])]) | {"network": "lines"}


@pytest.mark.parametrize(
    ("network", "recipe", "pages"),
    [("dense", RECIPES["dense"], ()), ("lines", LINES, (LINES.test_pages,))],
)
def test_a_network_is_trained_by_its_recipe_and_only_then_are_test_images_loaded(
    network: str,
    recipe: object,
    pages: tuple[int, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    steps = Steps(monkeypatch)
    assert ending("train", "--network", network, "--output", tmp_path, "--seed", "3") == 0
    trained, loaded, evaluated = steps.done
    folder = backups.work_folder(tmp_path, seed=3)
    name, given, data, *rest = trained
    assert (name, given, rest) == ("train", recipe, [folder, 3])
    assert isinstance(data, mnist.Mnist)
    assert np.array_equal(data.validation.images, few().validation.images)
    assert loaded == ("load the test images", None)
    assert evaluated[:2] == ("evaluate", folder)
    assert isinstance(evaluated[2], Part)
    assert np.array_equal(evaluated[2].images, few_test().images)
    assert evaluated[3:] == pages


def test_what_was_measured_is_saved_and_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Steps(monkeypatch)
    assert ending("train", "--network", "lines", "--output", tmp_path) == 0
    assert read_metrics(tmp_path)["lines_right"] == 1.0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "lines: 0 of 1 lines wrong, 100.00 % right"
    assert lines[-1] == f"Saved in {tmp_path}."
    assert ending("train", "--network", "dense", "--output", tmp_path) == 0
    assert read_metrics(tmp_path) == read_metrics(TRAINED / "dense")
    assert (tmp_path / "confusion.png").exists()


def test_the_line_network_learns_nothing_from_corrections(tmp_path: Path) -> None:
    result = run("train", "--network", "lines", "--corrections", "x", "--output", tmp_path / "new")
    assert result.returncode == 2
    assert "corrections are of single digits" in result.stderr.splitlines()[-1]
    assert not (tmp_path / "new").exists()


# --- where it is saved ------------------------------------------------------------------------


@pytest.mark.parametrize("arguments", [[], ["--network", "lines"], ["--corrections", "x"]])
def test_without_a_folder_it_asks_before_it_replaces_what_is_shipped(arguments: list[str]) -> None:
    result = run("train", *arguments)
    network = arguments[1] if arguments[:1] == ["--network"] else "convolutional"
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.splitlines()[-1] == (
        "train.py: error: name a folder with --output, "
        f"or replace model/trained/{network} with --overwrite"
    )


def test_told_to_overwrite_it_replaces_what_is_shipped(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shipped = tmp_path / "shipped"
    monkeypatch.setattr(trained_files, "TRAINED", shipped)
    steps = Steps(monkeypatch)
    assert ending("train", "--network", "lines", "--overwrite") == 0
    assert steps.done[0][3] == backups.work_folder(shipped / "lines", seed=0)
    assert read_metrics(shipped / "lines")["network"] == "lines"


def test_a_folder_and_to_overwrite_exclude_each_other(tmp_path: Path) -> None:
    result = run("train", "--overwrite", "--output", tmp_path / "new")
    assert result.returncode == 2
    assert not (tmp_path / "new").exists()


# --- what fails is told in a sentence ---------------------------------------------------------


@pytest.mark.parametrize("seed", ["-1", "4294967296"])
def test_a_seed_out_of_range_is_wrong_usage(
    seed: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ending("train", "--seed", seed, "--output", tmp_path / "new") == 2
    last = capsys.readouterr().err.splitlines()[-1]
    assert last.endswith(f"--seed must be from 0 to 4294967295, not {seed}")
    assert not (tmp_path / "new").exists()


def test_data_that_are_text_are_told_in_one_line(tmp_path: Path) -> None:
    text = tmp_path / "mnist.npz"
    text.write_text("no images\n")
    told = ending("train", "--data", text, "--output", tmp_path / "new")
    assert told == f"{text} is broken or no MNIST file (it is no .npz archive)."
    assert not (tmp_path / "new").exists()


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the dense network's training one of seconds, and its data few."""
    monkeypatch.setattr(mnist, "load", lambda _: few(3000))
    monkeypatch.setattr(mnist, "load_test", lambda _: few_test())
    recipe = replace(QUICK, learning_rate=3e-3)
    monkeypatch.setitem(recipes.RECIPES, "dense", recipe)


def dense(output: Path, *arguments: str | Path) -> int | str:
    """Train the dense network."""
    return ending("train", "--network", "dense", "--output", output, *arguments)


@pytest.mark.usefixtures("quick")
def test_an_output_that_is_no_folder_is_told_before_anything_is_trained(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("precious")
    assert dense(file) == f"{file} is a file: --output takes a folder."
    assert dense(file / "new") == f"{file / 'new'}: Not a directory."
    assert file.read_text() == "precious"
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.usefixtures("quick")
def test_an_output_that_cannot_be_written_is_told_before_anything_is_trained(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(fit, "train", None)
    told = str(dense(Path("/proc")))  # not even root can write there
    assert told.startswith("/proc")
    assert told.count("\n") == 0


@pytest.mark.slow
@pytest.mark.usefixtures("quick")
def test_who_presses_ctrl_c_is_told_where_it_goes_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told: list[int | str] = []
    stop_in(0, 5, lambda: told.append(dense(tmp_path)))
    stop_in(2, 5, lambda: told.append(dense(tmp_path)))
    assert told == [
        "\nStopped before the first epoch was done; the same command begins anew.",
        "\nStopped after epoch 2; the same command goes on from there.",
    ]
    assert "Saved" not in capsys.readouterr().out
    assert dense(tmp_path) == 0
    assert capsys.readouterr().out.splitlines()[-1] == f"Saved in {tmp_path}."
    assert epochs(tmp_path) == [0, 1, 2]
    assert {path.name for path in tmp_path.iterdir()} == FILES


@pytest.mark.usefixtures("quick")
def test_a_broken_backup_and_one_of_another_training_are_told(tmp_path: Path) -> None:
    folder = backups.work_folder(tmp_path, seed=0)
    folder.mkdir()
    file = folder / backups.BACKUP
    file.write_bytes(b"PK broken")
    assert dense(tmp_path) == f"{file} is broken: delete it, and training begins anew."
    other = Backup({"name": "convolutional"}, [{"loss": 1.0}], [np.zeros(3)])
    backups.save(other, folder)
    assert str(dense(tmp_path)).startswith(f"{file} is of another training: delete it, or ")


@pytest.mark.usefixtures("quick")
def test_a_full_disk_is_told_and_costs_no_file(tmp_path: Path) -> None:
    good = tmp_path / "model.keras"
    good.write_bytes(b"good")
    with files_up_to(1_000):
        assert dense(tmp_path) == f"{tmp_path}: File too large."
    assert list(tmp_path.iterdir()) == [good]
    assert good.read_bytes() == b"good"


@pytest.mark.usefixtures("quick")
def test_a_process_that_was_killed_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def load(*_: object) -> None:
        raise BrokenProcessPool

    monkeypatch.setattr(crops, "load", load)
    told = str(ending("train", "--output", tmp_path))
    assert told.startswith("A process that renders pages was ended from outside")


PROGRAM = """
import runpy, sys
from model import mnist
from tests.model.synthetic import few, few_test
mnist.load = lambda _: few(1500)
mnist.load_test = lambda _: few_test()
sys.path.insert(0, "scripts")
runpy.run_path("scripts/train.py", run_name="__main__")
"""


def told_on_the_terminal(*arguments: str | Path) -> list[str]:
    """The lines on standard error of a process that trains the dense network on few digits."""
    result = subprocess.run(  # noqa: S603  our own program
        [sys.executable, "-c", PROGRAM, "--network", "dense", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return [line for line in result.stderr.splitlines() if line.strip()]


@pytest.mark.slow
def test_tensorflow_starts_without_a_line(tmp_path: Path) -> None:
    assert told_on_the_terminal("--show", tmp_path / "taught.png") == []


@pytest.mark.slow
def test_nothing_but_the_progress_of_a_training_reaches_the_terminal(tmp_path: Path) -> None:
    lines = told_on_the_terminal("--output", tmp_path, "--seed", "1")
    assert len(lines) >= 2
    assert [line for line in lines if "batch" not in line] == []


# --- what is taught ---------------------------------------------------------------------------


@pytest.mark.usefixtures("quick")
def test_what_is_taught_is_drawn_and_nothing_is_trained(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "taught.PNG"
    assert dense(tmp_path / "new", "--show", out) == 0
    assert capsys.readouterr().out == f"Drawn in {out}.\n"
    assert [path.name for path in tmp_path.iterdir()] == ["taught.PNG"]


@pytest.mark.usefixtures("quick")
def test_a_sheet_that_cannot_be_written_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "missing" / "taught.png"
    assert dense(tmp_path, "--show", out) == f"{out}: No such file or directory."
    assert dense(tmp_path, "--show", tmp_path / "taught.jpg") == 2
    assert "must end in .png" in capsys.readouterr().err


# --- corrections ------------------------------------------------------------------------------


async def said(url: str) -> None:
    """Twenty people say three times each that a lying eight is one."""
    told = eights(20, 3, seed=1)
    async with connected(url) as database:
        corrections = Corrections(database, PseudonymKey(b"key"))
        for place, (image, user) in enumerate(zip(told.images, told.users, strict=True)):
            person = int(str(user).split()[-1])
            judged = JudgedAnswer("2", "8", [Judgement(0, image.tobytes(), 2, 8)])
            await corrections.save(person, (person, place), judged, "model")


def finetuned(url: str, output: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run the script on what is in the database at `url`."""
    monkeypatch.setattr(mnist, "load", lambda _: few(4000))
    monkeypatch.setattr(mnist, "load_test", lambda _: few_test())
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
        ["MNIST", "validation"],
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
        ("nonsense", "DATABASE_URL: this is no URL that can be used"),
    ):
        with pytest.raises(SystemExit) as ended:
            finetuned(url, tmp_path / "new", monkeypatch)
        assert str(ended.value).startswith(sentence)
    assert not (tmp_path / "new").exists()
