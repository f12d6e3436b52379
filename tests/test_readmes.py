"""What the READMEs say is there: links, files, targets, arguments, and lines of Python."""

import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from model import mnist
from tests import readmes
from tests.bot.programs import program
from tests.model.synthetic import few
from tests.readmes import READMES, ROOT

# What stands for something else, in each script's call.
STAND_INS = {"N": "1", "NAME": "dense", "DATABASE_URL": "sqlite:///corrections.db"}


def test_the_first_fits_on_a_screen() -> None:
    assert len(readmes.text("README.md").splitlines()) <= 90


@pytest.mark.parametrize("readme", READMES)
def test_per_cent_is_written_in_one_way(readme: str) -> None:
    assert re.findall(r".*\d%.*", readmes.text(readme)) == []


@pytest.mark.parametrize("readme", READMES)
def test_links_lead_somewhere(readme: str) -> None:
    for link in readmes.links(readme):
        name, _, anchor = link.partition("#")
        path = (ROOT / readme).parent / name if name else ROOT / readme
        assert path.exists(), link
        if anchor:
            assert anchor in readmes.anchors(str(path.resolve().relative_to(ROOT))), link


@pytest.mark.parametrize("readme", READMES)
def test_blocks_are_for_a_shell_that_understands_them_or_python(readme: str) -> None:
    for block in readmes.blocks(readme):
        parse = [program("bash"), "-n"]
        done = subprocess.run(parse, input=block, capture_output=True, text=True, check=False)  # noqa: S603  our own
        assert done.stderr == ""
    for block in readmes.blocks(readme, "python"):
        compile(block, readme, "exec")
    fences = readmes.text(readme).count("```")
    assert fences == 2 * len(readmes.blocks(readme) + readmes.blocks(readme, "python"))


@pytest.mark.parametrize("readme", READMES)
def test_files_of_the_repository_that_commands_name_are_there(readme: str) -> None:
    words = " ".join(readmes.commands(readme)).split()
    named = [word for word in words if re.match(r"(bot|model|scripts|tests)/", word)]
    assert [name for name in named if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("readme", READMES)
def test_make_has_the_targets_that_are_named(readme: str) -> None:
    named = set(re.findall(r"(?:^|`)make ([.\w/-]+)", readmes.text(readme), re.MULTILINE))
    for target in sorted(named):
        command = [program("make"), "--dry-run", "--always-make", target]
        told = subprocess.check_output(command, cwd=ROOT, text=True)  # noqa: S603  our own
        assert "Nothing to be done" not in told  # as for a folder of that name


def calls(readme: str) -> list[str]:
    """The calls of scripts with arguments, in blocks and in sentences."""
    every = [*readmes.commands(readme), *readmes.mentioned(readme)]
    found = [re.search(r"scripts/\w+\.py [^>]+", each) for each in every]
    return [each[0] for each in found if each and "--help" not in each[0]]


@pytest.mark.parametrize("readme", ["README.md", "model/README.md", "scripts/README.md"])
def test_scripts_take_the_arguments_that_are_given(
    readme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert calls(readme)
    for call in calls(readme):
        script, *arguments = [STAND_INS.get(word, word) for word in call.split()]
        monkeypatch.setattr(sys, "argv", [script, *arguments])
        runpy.run_path(str(ROOT / script))["parse_arguments"]()


@pytest.mark.slow  # Keras trains, if only on a few images
def test_the_lines_that_train_another_width_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    [lines] = [
        block for block in readmes.blocks("model/README.md", "python") if "recipes.RECIPES" in block
    ]
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(mnist, "load", lambda: few(64, 32))
    Path("FOLDER").mkdir()
    exec(lines, {})  # noqa: S102  the README's own
    assert (tmp_path / "FOLDER" / "history.csv").exists()
