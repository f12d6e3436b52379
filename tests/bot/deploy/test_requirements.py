"""Only files whose SHA-256 is written down are installed, wherever something is."""

import re
import subprocess
import sys
import tomllib
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from zipfile import ZipFile

import pytest

import lock
from tests.bot.deploy.parts import DEPLOY, ROOT
from tests.bot.programs import program

VERSION = re.compile(r"^([\w-]+)==(\S+)", re.MULTILINE)
HASH = re.compile(r" +--hash=sha256:[0-9a-f]{64}")
FILES = sorted((DEPLOY / "requirements").glob("*.txt"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
EXTRAS = PROJECT["project"]["optional-dependencies"]


def normal(requirement: str) -> str:
    """The name of a package as the index writes it."""
    name = re.match(r"[\w.-]+", requirement)
    assert name
    return re.sub(r"[-_.]+", "-", name.group()).lower()


def installed_with(name: str) -> set[str]:
    """The packages that a set's file installs, those of the files that it names included."""
    text = (DEPLOY / "requirements" / f"{name}.txt").read_text()
    included = re.findall(r"^--requirement (\w+)\.txt$", text, re.MULTILINE)
    own = {package for package, _ in VERSION.findall(text)}
    return own.union(*map(installed_with, included))


def test_each_extra_has_a_file_and_so_has_what_serves() -> None:
    assert {file.stem for file in FILES} == {"runtime", *EXTRAS} == set(lock.SETS)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_each_package_has_a_version_and_hashes_and_nothing_else(file: Path) -> None:
    """So there is no address of an index either."""
    text = file.read_text()
    pins = lock.pins(text)
    assert pins
    for pin in pins:
        first, *hashes = pin.replace(" \\\n", "\n").splitlines()
        assert re.fullmatch(r"[\w-]+==[\w.]+( ; [\w '.=!<>]+)?", first)
        assert hashes, first
        assert [each for each in hashes if not HASH.fullmatch(each)] == []
    others = set(text.splitlines()) - {line for pin in pins for line in pin.splitlines()}
    assert {line.split()[0] for line in others} <= {"#", "--requirement"}


def test_versions_are_those_of_the_constraints() -> None:
    locked = {pin for file in FILES for pin in VERSION.findall(file.read_text())}
    assert locked == set(VERSION.findall((ROOT / "constraints.txt").read_text()))


@pytest.mark.parametrize("name", ["runtime", *EXTRAS])
def test_what_the_project_asks_for_is_there(name: str) -> None:
    wanted = {*PROJECT["project"]["dependencies"], *EXTRAS.get(name, [])}
    packages = {normal(each) for each in wanted} - {"digit-bot"}
    assert packages
    assert packages <= installed_with(name)


def test_what_serves_needs_nothing_of_what_trains_or_tests() -> None:
    assert not installed_with("postgresql") & {"tensorflow", "keras", "scipy", "pytest", "uv"}


def test_what_builds_the_bot_is_one_version_and_installed_with_its_hash() -> None:
    (backend,) = PROJECT["build-system"]["requires"]
    text = (DEPLOY / "requirements" / "runtime.txt").read_text()
    assert [pin for pin in lock.pins(text) if pin.startswith(f"{backend} ")] != []


def made(target: str) -> str:
    """What make would do, from the very beginning."""
    command = [program("make"), "--dry-run", "--always-make", target]
    return subprocess.check_output(command, cwd=ROOT, text=True)  # noqa: S603  our own


def written(file: str) -> str:
    return (DEPLOY / file).read_text().replace("\\\n", " ")


@pytest.mark.parametrize(
    ("commands", "where"),
    [
        (made, "run"),
        (made, "test"),
        (made, "slow"),
        (made, "train"),
        (made, "lint"),
        (made, "lock"),
        (made, "sbom"),
        (written, "Dockerfile"),
        (written, "README.md"),
    ],
)
def test_packages_come_by_hash_and_the_bot_is_built_by_what_came_so(
    commands: Callable[[str], str], where: str
) -> None:
    installs = re.findall(r"pip install.*", commands(where))
    packages, bot = installs[::2], installs[1::2]
    assert packages
    assert len(packages) == len(bot)
    for command in packages:
        assert "--require-hashes" in command
        assert "--only-binary :all:" in command
    for command in bot:
        assert "--no-deps" in command
        assert "--no-build-isolation" in command


def wheel(package: str, version: str, folder: Path) -> None:
    """A file with the name of a package's own, and nothing in it but what pip asks for."""
    stem = f"{package}-{version}"
    about = f"Metadata-Version: 2.1\nName: {package}\nVersion: {version}\n"
    with ZipFile(folder / f"{stem}-py3-none-any.whl", "w") as file:
        file.writestr(f"{stem}.dist-info/METADATA", about)
        file.writestr(f"{stem}.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\n")
        file.writestr(f"{stem}.dist-info/RECORD", "")


@pytest.mark.slow
@pytest.mark.parametrize("exchanged", [True, False])
def test_pip_refuses_a_file_that_was_exchanged(tmp_path: Path, *, exchanged: bool) -> None:
    pins = lock.pins((DEPLOY / "requirements" / "runtime.txt").read_text())
    (pin,) = [each for each in pins if each.startswith("h11==")]
    ((package, version),) = VERSION.findall(pin)
    wheel(package, version, tmp_path)
    if not exchanged:
        content = (tmp_path / f"{package}-{version}-py3-none-any.whl").read_bytes()
        pin = f"{package}=={version} --hash=sha256:{sha256(content).hexdigest()}"
    (tmp_path / "one.txt").write_text(f"{pin}\n")
    (install,) = re.findall(r"-m (pip install .*) --requirement", made("run"))
    offline = ["--isolated", "--no-index", "--find-links", str(tmp_path), "--target", str(tmp_path)]
    command = [sys.executable, "-m", *install.split(), *offline]
    done = subprocess.run(  # noqa: S603  our own
        [*command, "--requirement", str(tmp_path / "one.txt")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode != 0) == exchanged
    assert ("DO NOT MATCH" in done.stderr) == exchanged
