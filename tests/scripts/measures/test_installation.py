"""What has to be installed to run the bot."""

from importlib import metadata

import pytest

from measures.installation import installation, sizes


def test_the_largest_parts_are_named_and_it_is_smaller_than_with_tensorflow() -> None:
    [row] = installation()
    largest = list(row.details.values())
    assert largest == sorted(largest, reverse=True)
    assert len(largest) == 10
    assert "opencv-python-headless" in row.details
    assert "tensorflow" not in row.details
    assert row.other is not None
    assert sum(largest) <= row.own.median < row.other.median


def test_what_is_required_by_what_is_required_counts_too() -> None:
    found = sizes("aiohttp")
    assert {"aiohttp", "yarl", "multidict"} <= found.keys()
    assert min(found.values()) >= 0
    assert found["aiohttp"] > 0.1


def test_what_is_not_installed_has_no_size() -> None:
    with pytest.raises(metadata.PackageNotFoundError):
        sizes("no-such-distribution")
