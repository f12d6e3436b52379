"""What is locked is written down once, in the file of the smallest set that needs it."""

from pathlib import Path

import lock

A, B = "a" * 64, "b" * 64
ONE = f"one==1.0 \\\n    --hash=sha256:{A} \\\n    --hash=sha256:{B}"
TWO = f"two-x==2.0 ; python_full_version < '3.12' \\\n    --hash=sha256:{A}"


def test_pins_are_the_packages_with_the_hashes_below_them() -> None:
    assert lock.pins(f"# one==0 is no pin\n{ONE}\n{TWO}\n") == [ONE, TWO]


def test_no_requirements_have_no_pins() -> None:
    assert lock.pins("# nothing\n") == []


def test_a_set_names_what_it_is_added_to_and_holds_only_what_it_adds(tmp_path: Path) -> None:
    lock.write({"runtime": [ONE], "postgresql": [ONE, TWO]}, tmp_path)
    assert (tmp_path / "runtime.txt").read_text().splitlines()[1:] == ONE.splitlines()
    added = ["--requirement runtime.txt", *TWO.splitlines()]
    assert (tmp_path / "postgresql.txt").read_text().splitlines()[1:] == added


def test_a_package_that_a_larger_set_needs_elsewhere_too_is_in_both(tmp_path: Path) -> None:
    everywhere = TWO.replace(" ; python_full_version < '3.12'", "")
    lock.write({"runtime": [TWO], "postgresql": [everywhere]}, tmp_path)
    assert everywhere in (tmp_path / "postgresql.txt").read_text()


def test_only_the_first_set_is_no_extra() -> None:
    assert "--extra" not in lock.options("runtime")
    assert lock.options("train")[-2:] == ["--extra", "train"]
    assert "--generate-hashes" in lock.options("runtime")
