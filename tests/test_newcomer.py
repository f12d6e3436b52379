"""A newcomer does what the READMEs say, in a clean clone: their commands work."""

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.sandbox.server import Sandbox
from bot.settings import variables
from tests.bot.conversation import chatting, photo_of
from tests.bot.programs import program
from tests.readmes import NEWCOMERS, ROOT, commands

# Two installations, from an index on the network.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]

FEW_SECONDS = 20  # until the bot has ended
# What takes long, or wants MNIST's training images; `test_readmes.py` checks the arguments.
TOO_LONG = ("scripts/train.py", "scripts/benchmark.py", "--outliers")
# What makes the others quick: of an option that is given twice the last one counts.
TEST_DIGITS = "--data tests/data/mnist_test.npz"
CUT_SHORT = {
    "scripts/render.py FOLDER": f"{TEST_DIGITS} --part test --count 1",
    "scripts/render.py pages": f"{TEST_DIGITS} --part test",
    "scripts/evaluate.py": TEST_DIGITS,
    "tests.model.fuzzing": "--headers 10 --readings 2",
}


def by_python(readme: str) -> list[str]:
    """The commands of a README that Python carries out, and soon."""
    return [
        command
        for command in commands(readme)
        if command.startswith(".venv/bin/python") and not any(each in command for each in TOO_LONG)
    ]


def needs_no_more_than_make_run(command: str) -> bool:
    """Whether scripts/README.md says so of a command."""
    return "scripts/predict.py" in command or "scripts/stages.py photo.jpg" in command


EVERY = [command for readme in NEWCOMERS for command in by_python(readme)]
OF_RUN = [command for command in EVERY if needs_no_more_than_make_run(command)]


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The last commit as somebody new gets it, and a photo to read, alone and in a folder.

    It is removed in the end: what is installed there takes 3 GB.
    """
    folder = tmp_path_factory.mktemp("newcomer") / "digit-bot"
    subprocess.check_call([program("git"), "clone", "--quiet", ROOT, folder])  # noqa: S603  our own
    (folder / "photos").mkdir()
    for photo in (folder / "photo.jpg", folder / "photos" / "photo.jpg"):
        photo.write_bytes(photo_of("7"))
    yield folder
    shutil.rmtree(folder)


@contextmanager
def running(command: str, clone: Path, **more: str) -> Iterator[subprocess.Popen[str]]:
    """A command in a shell and a process group of its own, as in a terminal.

    It has the tests' variables, but none that a newcomer does not have.
    """
    left_out = {"PYTHONPATH", "VIRTUAL_ENV", "PYTEST_ADDOPTS", *variables()}
    kept = {name: value for name, value in os.environ.items() if name not in left_out}
    process = subprocess.Popen(  # noqa: S603  our own
        [program("bash"), "-c", command],
        cwd=clone,
        env={**kept, **more},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    with process:
        try:
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)


def carry_out(command: str, clone: Path, **more: str) -> str:
    """Run a command to its good end; returns what it prints."""
    with running(command, clone, **more) as process:
        output, _ = process.communicate()
    assert process.returncode == 0, f"{command}\n{output}"
    return output


def cut_short(command: str) -> str:
    """The command with what makes it quick, on a folder that is there or can be made."""
    more = [options for part, options in CUT_SHORT.items() if part in command]
    folder = "photos" if "scripts/predict.py" in command else "rendered"
    return " ".join([command, *more]).replace("FOLDER", folder)


def test_the_first_block_is_the_two_commands() -> None:
    assert commands("README.md")[:2] == ["make run", "make test"]


def test_all_commands_by_python_are_known() -> None:
    assert len(EVERY) >= 11


async def test_make_run_prints_where_a_photo_is_answered_and_ctrl_c_ends_it(clone: Path) -> None:
    with running("make run", clone, PORT="0") as process:
        assert process.stdout
        printed = []
        for line in process.stdout:
            printed.append(line)
            if address := re.search(r"Try the bot at (http\S+)", line):
                break
        assert address, printed
        async with chatting(Sandbox(address[1], "")) as chat:
            assert (await chat.show(photo_of("7")))["text"].startswith("7")
        os.killpg(process.pid, signal.SIGINT)
        rest, _ = process.communicate(timeout=FEW_SECONDS)
    assert "Stopping: SIGINT" in rest
    assert "Traceback" not in rest


@pytest.mark.parametrize("command", OF_RUN)
def test_what_needs_no_more_than_make_run_works(command: str, clone: Path) -> None:
    carry_out("make .venv/runtime", clone)
    carry_out(cut_short(command), clone)


def test_make_test_installs_what_the_tests_need_and_runs_them(clone: Path) -> None:
    """Of the tests one file, for all of them run elsewhere."""
    assert " passed" in carry_out("make test", clone, PYTEST_ADDOPTS="tests/test_house.py")


@pytest.mark.parametrize("readme", NEWCOMERS)
def test_all_other_commands_work_in_their_order(readme: str, clone: Path) -> None:
    carry_out("make .venv/test", clone)
    for command in by_python(readme):
        if command not in OF_RUN:
            carry_out(cut_short(command), clone)
