"""What has to be installed to run the bot, on disk."""

from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

from measures.results import Measurement, Row, Target

LISTED = 10


def installation() -> list[Row]:
    """What the bot requires, held against the same with TensorFlow; the largest by name."""
    needed = sizes("digit-bot")
    own = sum(needed.values())
    try:
        other = Measurement.of([sum((needed | sizes("tensorflow")).values())])
    except metadata.PackageNotFoundError:
        other = None
    largest = dict(sorted(needed.items(), key=lambda item: -item[1])[:LISTED])
    what, against = "what the bot requires, on disk", "with TensorFlow"
    return [Row(what, "MB", Measurement.of([own]), against, other, Target(times=0.25), largest)]


def sizes(name: str) -> dict[str, float]:
    """Megabytes of each distribution that `name` requires, whatever these require, and its own.

    Raises:
        PackageNotFoundError: it is not installed.
    """
    found = {(name, ""): metadata.distribution(name)}
    waiting = [(name, "")]
    for requiring in waiting:  # which grows
        for text in found[requiring].requires or ():
            requirement = Requirement(text)
            if requirement.marker and not requirement.marker.evaluate({"extra": requiring[1]}):
                continue
            for wanted in ("", *requirement.extras):
                key = (requirement.name.lower().replace("_", "-"), wanted)
                if key not in found:
                    found[key] = metadata.distribution(requirement.name)
                    waiting.append(key)
    return {name: _megabytes(distribution) for (name, _), distribution in found.items()}


def _megabytes(distribution: metadata.Distribution) -> float:
    paths = [Path(str(distribution.locate_file(file))) for file in distribution.files or ()]
    sizes = [path.stat().st_size for path in paths if path.exists()]
    return sum(sizes) / 1e6
