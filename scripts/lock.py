"""Lock what is installed: exact versions, and of each the SHA-256 of all its files.

For maintainers, when the dependencies in pyproject.toml have changed; `make lock` runs it. Versions
in constraints.txt stay as they are wherever they fit: to raise one, change it there before.
"""

import argparse
import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
VERSIONS = ROOT / "constraints.txt"
HASHES = ROOT / "bot" / "deploy" / "requirements"
# What can be installed, each with what it is added to: all but the first are extras of
# pyproject.toml.
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
    locked = {}
    for name in SETS:
        requirements = resolve(*options(name))
        locked[name] = pins(requirements)
    write(locked, HASHES)


def options(name: str) -> list[str]:
    """How uv is asked for all that a set needs, with hashes."""
    with_hashes = ["--generate-hashes", "--constraint", str(VERSIONS)]
    if name == "runtime":
        return with_hashes
    return [*with_hashes, "--extra", name]


def resolve(*arguments: str) -> str:
    """All packages that are needed, and what builds ours, on each system and Python from 3.11 on.

    Returns:
        The lines of a requirements file.

    Raises:
        subprocess.CalledProcessError: The versions do not fit together, or no index was reached.
    """
    text = (ROOT / "pyproject.toml").read_text()
    project = tomllib.loads(text)
    build_tools = project["build-system"]["requires"]
    command = [
        *(sys.executable, "-m", "uv", "pip", "compile"),
        "--quiet",
        "--universal",
        "--python-version=3.11",
        "--no-annotate",
        "--no-emit-index-url",
        "--custom-compile-command=make lock",
        *arguments,
        "pyproject.toml",
        "-",
    ]
    done = subprocess.run(  # noqa: S603  our own
        command,
        cwd=ROOT,
        input="\n".join(build_tools),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout


def pins(requirements: str) -> list[str]:
    """Each package's own lines: its version, and below that its hashes."""
    return re.findall(r"^\w.*(?:\n .*)*", requirements, re.MULTILINE)


def write(locked: dict[str, list[str]], folder: Path) -> None:
    """Write a file for each set, which names those it is added to and holds what it adds."""
    for name, needed in locked.items():
        lines = [MADE_BY]
        known: set[str] = set()
        for below in SETS[name]:
            lines.append(f"--requirement {below}.txt")
            known.update(locked[below])
        lines += [pin for pin in needed if pin not in known]
        text = "\n".join(lines)
        (folder / f"{name}.txt").write_text(f"{text}\n")


if __name__ == "__main__":
    argparse.ArgumentParser(description=__doc__).parse_args()
    main()
