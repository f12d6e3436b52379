"""Lock what is installed: exact versions, and of each the SHA-256 of all its files.

For maintainers, when the dependencies in pyproject.toml have changed; `make lock` runs it. Versions in
constraints.txt stay as they are wherever they fit: to raise one, change it there before.
"""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
VERSIONS = ROOT / "constraints.txt"
HASHES = ROOT / "bot" / "deploy" / "requirements"
# What can be installed, each with what it is added to. All but the first are extras of pyproject.toml.
SETS = {
    "runtime": [],
    "postgresql": ["runtime"],
    "train": ["runtime"],
    "test": ["postgresql", "train"],
    "lint": ["test"],
    "lock": ["runtime"],
    "sbom": ["runtime"],
}
MADE_BY = "# By `make lock`."


def main() -> None:
    """Bring constraints.txt up to date, then the files with the hashes."""
    resolve("--all-extras", "--output-file", str(VERSIONS))
    locked = {name: pins(resolve(*options(name))) for name in SETS}
    write(locked, HASHES)


def options(name: str) -> list[str]:
    """How uv is asked for all that a set needs, with hashes."""
    extra = [] if name == "runtime" else ["--extra", name]
    return ["--generate-hashes", "--constraint", str(VERSIONS), *extra]


def resolve(*arguments: str) -> str:
    """All packages that are needed, and what builds ours, on each system and Python from 3.11 on.

    Returns:
        The lines of a requirements file.

    Raises:
        subprocess.CalledProcessError: The versions do not fit together, or no index was reached.
    """
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    build_tools = "\n".join(project["build-system"]["requires"])
    command = [sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--universal"]
    command += ["--python-version=3.11", "--no-annotate", "--no-emit-index-url"]
    command += ["--custom-compile-command=make lock", *arguments, "pyproject.toml", "-"]
    return subprocess.check_output(command, cwd=ROOT, input=build_tools, text=True)  # noqa: S603  our own


def pins(requirements: str) -> list[str]:
    """Each package's own lines: its version, and below that its hashes."""
    return re.findall(r"^\w.*(?:\n .*)*", requirements, re.MULTILINE)


def write(locked: dict[str, list[str]], folder: Path) -> None:
    """Write a file for each set, which names those it is added to and holds what it adds."""
    for name, its_pins in locked.items():
        below = SETS[name]
        known = {pin for each in below for pin in locked[each]}
        added = [pin for pin in its_pins if pin not in known]
        included = [f"--requirement {each}.txt" for each in below]
        lines = [MADE_BY, *included, *added]
        (folder / f"{name}.txt").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
