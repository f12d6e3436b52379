"""The scripts as they run after `make run` alone, which installs what the bot needs."""

import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from measures.installation import sizes
from missing_packages import missing_packages_told
from tests.model.mnist_pages import ROOT, TEST_FILE

SHARED = {"missing_packages", "picture_files"}  # what several scripts import
SCRIPTS = sorted({path.stem for path in (ROOT / "scripts").glob("*.py")} - SHARED)
FOR_TRAINING = {"fontTools", "keras", "matplotlib", "skimage", "sklearn", "tensorflow"}


def required() -> set[str]:
    """The distributions that `make run` installs, but for those of extras."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    names: set[str] = set()
    for text in project["dependencies"]:
        names |= sizes(Requirement(text).name).keys()
    return names


def top_level(name: str) -> Iterator[Path]:
    """What a distribution has put beside the others: packages, modules and libraries."""
    distribution = metadata.distribution(name)
    for file in distribution.files or ():
        if ".." not in file.parts:
            yield Path(str(distribution.locate_file(file.parts[0])))


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the packages that `make run` installs, and no others."""
    folder = tmp_path_factory.mktemp("packages")
    for name in required():
        for path in set(top_level(name)):
            link = folder / path.name
            if not link.exists():
                link.symlink_to(path)
    return folder


def run(packages: Path, script: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a script with these packages alone."""
    return subprocess.run(  # noqa: S603  our own script, no shell
        [sys.executable, "-S", ROOT / "scripts" / f"{script}.py", *arguments],
        env={"PYTHONPATH": f"{packages}:{ROOT}"},
        capture_output=True,
        text=True,
        check=False,
        timeout=110,
    )


def test_make_run_installs_nothing_that_only_training_needs(packages: Path) -> None:
    installed = {path.stem for path in packages.iterdir()}
    assert {"cv2", "numpy", "telegram", "tqdm"} <= installed
    assert not installed & FOR_TRAINING


@pytest.mark.parametrize("script", SCRIPTS)
def test_help_needs_nothing_else(packages: Path, script: str) -> None:
    result = run(packages, script, "--help")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith(f"usage: {script}.py ")


@pytest.mark.parametrize(
    ("script", "arguments"),
    [
        ("benchmark", ["--only", "reading"]),
        ("bundle_typefaces", ["--output", "new"]),
        ("evaluate", ["--data", TEST_FILE]),
        ("render", ["new", "--part", "test", "--data", TEST_FILE]),
        ("train", ["--network", "dense", "--output", "new", "--data", "mnist.npz"]),
    ],
)
def test_what_is_missing_for_the_work_is_told_in_one_line(
    packages: Path, script: str, arguments: list[str | Path], tmp_path: Path
) -> None:
    placed = [tmp_path / "new" if each == "new" else each for each in arguments]
    result = run(packages, script, *placed)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.count("\n") == 1
    assert result.stderr.endswith(
        " is not installed: `make .venv/train` installs what this needs.\n"
    )
    assert not (tmp_path / "new").exists()


def test_photos_are_read_without_anything_else(packages: Path) -> None:
    sample = ROOT / "bot" / "chat" / "sample.jpg"
    result = run(packages, "predict", sample)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith(f"{sample}: 3 (")


def test_other_errors_are_left_as_they_are() -> None:
    with pytest.raises(ImportError, match="cannot"), missing_packages_told():
        raise ImportError("cannot")
