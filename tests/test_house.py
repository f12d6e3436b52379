"""The house stands: who imports whom, in no circle, and each module beside its test."""

import ast
import re
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

from tests.imports import READING, packages_loaded_by

ROOT = Path(__file__).parents[1]
# What a part may import of the other parts; of several that fit a module the longest counts.
MAY_IMPORT = {
    "model": {"model.recognition"},
    "model.recognition": {"model.boxes"},
    "model.synthesis": {"model.boxes", "model.mnist", "model.recognition"},
    # It measures what it has trained.
    "model.training": {
        "model.boxes",
        "model.evaluation",
        "model.lettering",
        "model.mnist",
        "model.recognition",
        "model.synthesis",
    },
    "model.evaluation": {
        "model.boxes",
        "model.cards",
        "model.drawing",
        "model.lettering",
        "model.mnist",
        "model.percentages",
        "model.pipeline",
        "model.reader",
        "model.recognition",
        "model.synthesis",  # pages of test digits, to measure lines with
    },
    "bot": {"model.confusion_picture", "model.drawing", "model.quiet", "model.reader"},
    "scripts": {"bot", "model"},
    "scripts.predict": {"model.reader", "model.drawing", "model.quiet"},
}
TRAINING_ONLY = {"tensorflow", "keras", "sklearn", "skimage", "scipy", "matplotlib", "joblib"}
NEVER_IMPORTS = {
    "model": {"telegram", "aiohttp", "starlette", "measures"},
    "model.boxes": TRAINING_ONLY,
    "model.cards": TRAINING_ONLY,
    "model.confusion_picture": TRAINING_ONLY,
    "model.drawing": TRAINING_ONLY,
    "model.lettering": TRAINING_ONLY,
    "model.percentages": TRAINING_ONLY,
    "model.pipeline": TRAINING_ONLY,
    "model.prediction": TRAINING_ONLY,
    "model.reader": TRAINING_ONLY,
    "model.reading": TRAINING_ONLY,
    "model.recognition": TRAINING_ONLY,
    "bot": TRAINING_ONLY | {"measures"},
}
# Of the files in bot/deploy, which are no modules, and of the whole.
OF_NO_MODULE = {
    "bot/deploy/test_compose.py",
    "bot/deploy/test_replicas.py",
    "bot/deploy/test_requirements.py",
    "bot/deploy/test_service.py",
    "test_house.py",
    "test_newcomer.py",
    "test_other_systems.py",
    "test_readmes.py",
}


def module_name(file: Path) -> str:
    return ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


FILES = {
    module_name(file): file
    for part in ("bot", "model", "scripts")
    for file in sorted((ROOT / part).rglob("*.py"))
}


def imports(module: str) -> Iterator[str]:
    """What a module imports, wherever in it: modules of ours and of others."""
    for node in ast.walk(ast.parse(FILES[module].read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            submodules = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from (each if each in FILES else str(node.module) for each in submodules)


def is_in(module: str, part: str) -> bool:
    return module == part or module.startswith(f"{part}.")


def part_of(module: str) -> str | None:
    return max((part for part in MAY_IMPORT if is_in(module, part)), key=len, default=None)


def may_import(module: str, imported: str) -> bool:
    """Whether the rules above let a module import another."""
    part, other = part_of(module), part_of(imported)
    if other is not None:
        return part == other or any(is_in(imported, each) for each in MAY_IMPORT[str(part)])
    package = imported.partition(".")[0]
    return not any(is_in(module, each) and package in NEVER_IMPORTS[each] for each in NEVER_IMPORTS)


def test_each_part_imports_only_what_lies_below_it() -> None:
    pairs = [(module, imported) for module in FILES for imported in imports(module)]
    assert ("bot.main", "model.reader") in pairs
    assert [pair for pair in pairs if not may_import(*pair)] == []


def test_nothing_that_trains_can_name_the_test_set() -> None:
    """Only what measures a finished network loads it: `mnist.load` gives no test images."""
    trains = {module for module in FILES if is_in(module, "model.training")}
    makes_pages = {module for module in FILES if is_in(module, "model.synthesis")}
    assert "model.training.fit" in trains
    for module in trains | makes_pages:
        words = set(re.findall(r"\w+", FILES[module].read_text()))
        assert not words & {"load_test", "x_test", "y_test"}, module


def test_no_module_imports_itself_in_a_circle() -> None:
    graph = {module: [each for each in imports(module) if each in FILES] for module in FILES}
    assert sorted(TopologicalSorter(graph).static_order()) == sorted(FILES)


def test_each_module_has_a_test_file_of_its_name() -> None:
    modules = [FILES[module] for module in FILES if not is_in(module, "scripts")]
    files = [file.relative_to(ROOT) for file in modules if not file.name.startswith("__")]
    tests = [ROOT / "tests" / file.with_name(f"test_{file.name}") for file in files]
    assert [test for test in tests if not test.exists()] == []


def test_each_test_file_names_its_module() -> None:
    folder = ROOT / "tests"
    tests = {str(file.relative_to(folder)) for file in folder.rglob("test_*.py")}
    for test in map(Path, tests - OF_NO_MODULE):
        modules = [file.stem for file in (ROOT / test.parent).glob("*.py")]
        assert any(f"{test.stem}_".startswith(f"test_{module}_") for module in modules), test


def test_what_serves_loads_nothing_that_only_training_uses() -> None:
    loaded = packages_loaded_by(
        "import bot.main, bot.sandbox.server, bot.reading.loaded_first, model.confusion_picture"
    )
    assert {"bot", *READING} - loaded == {"pi_heif"}
    assert not loaded & TRAINING_ONLY


def test_the_bots_own_process_starts_without_what_only_reading_and_drawing_use() -> None:
    loaded = packages_loaded_by("import bot.main")
    assert "bot" in loaded
    assert not loaded & READING
