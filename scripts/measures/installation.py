"""How much disk space the bot and all that it requires take."""

from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from measures.results import Measurement, Row, Target

LISTED = 10  # distributions, the largest


def installation() -> list[Row]:
    """Compare the size of what the bot requires with the same and TensorFlow.

    The row's details name the `LISTED` largest distributions.
    """
    needed = sizes("digit-bot")
    try:
        other = _total(needed | sizes("tensorflow"))
    except metadata.PackageNotFoundError:
        other = None
    row = Row(
        what="what the bot requires, on disk",
        unit="MB",
        own=_total(needed),
        against="with TensorFlow",
        other=other,
        target=Target(times=0.25),
        details=_largest(needed),
    )
    return [row]


def _total(megabytes: dict[str, float]) -> Measurement:
    total = sum(megabytes.values())
    return Measurement.of([total])


def _largest(megabytes: dict[str, float]) -> dict[str, float]:
    names = sorted(megabytes, key=megabytes.__getitem__, reverse=True)
    return {name: megabytes[name] for name in names[:LISTED]}


def sizes(name: str) -> dict[str, float]:
    """Megabytes of the distribution `name` and of each that it requires, directly or not.

    Raises:
        PackageNotFoundError: it is not installed.
    """
    pending = [(name, "")]
    visited = set(pending)
    megabytes = {}
    while pending:
        each, extra = pending.pop(0)
        distribution = metadata.distribution(each)
        megabytes[each] = _megabytes(distribution)
        for required in _required(distribution, extra):
            if required not in visited:
                visited.add(required)
                pending.append(required)
    return megabytes


def _required(distribution: metadata.Distribution, extra: str) -> Iterator[tuple[str, str]]:
    """The names, and "" or an extra, of what `distribution` requires with `extra` ("" for none)."""
    for text in distribution.requires or ():
        requirement = Requirement(text)
        marker = requirement.marker
        if marker and not marker.evaluate({"extra": extra}):
            continue
        name = canonicalize_name(requirement.name)
        for required_extra in ("", *requirement.extras):
            yield name, required_extra


def _megabytes(distribution: metadata.Distribution) -> float:
    size = 0
    for file in distribution.files or ():
        path = Path(str(distribution.locate_file(file)))
        if path.exists():
            size += path.stat().st_size
    return size / 1e6
