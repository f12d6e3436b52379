"""What all workers share: it is there before the first of them is forked."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]


def run(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603  our own
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )


def test_a_reader_that_arrives_finds_its_networks_loaded() -> None:
    code = """
import pickle
import bot.reading.loaded_first
from model.recognition import digit_network, line_network
from model.reader import Reader
reader = pickle.loads(pickle.dumps(Reader.trained()))
classifier = digit_network.classifier_from(reader.model)
print(hasattr(classifier._local, "interpreter"))
print(hasattr(line_network.shared(reader.lines.content)._local, "interpreter"))
"""
    assert run(code).stdout.split() == ["True", "True"]


def test_without_networks_it_says_nothing() -> None:
    code = """
from pathlib import Path
from model.recognition import trained_files
trained_files.read_line_network.__defaults__ = (Path("nowhere"),)
import bot.reading.loaded_first
"""
    assert run(code).stderr == ""
