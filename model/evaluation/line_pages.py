"""Rendered pages of lines, read as the reader does: to fit the fusion on, and to measure with."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from tqdm import tqdm

from model.evaluation import line_figures, test_set
from model.evaluation.line_figures import ReadPage
from model.evaluation.test_set import Metrics
from model.mnist import Part
from model.recognition import digit_network
from model.recognition.classification import ClassifiedCandidate, classify
from model.recognition.components import Components
from model.recognition.decoding import Photo
from model.recognition.digit_network import Classifier
from model.recognition.fusion import Fusion
from model.recognition.line_network import LineNetwork
from model.recognition.line_reading import LineReader
from model.recognition.refusal import RefusedError
from model.recognition.segmentation import find_components
from model.recognition.trained_files import read_file, read_metrics
from model.synthesis.glyphs import fonts
from model.synthesis.glyphs.exemplars import Exemplars
from model.synthesis.glyphs.fonts import Typeface
from model.synthesis.glyphs.hands import Writers
from model.synthesis.text_pages import TextPage, sample_text_page


class Segmented(NamedTuple):
    """What the line reader needs of a page: `digit_height` is in pixels of the components."""

    components: Components
    candidates: list[ClassifiedCandidate]
    digit_height: float


def sample_pages(
    part: Part, typefaces: Sequence[Typeface], count: int, seed: int
) -> Iterator[TextPage]:
    """Make so many pages, one when it is asked for.

    Args:
        part: MNIST's digits, which some hands write.
        typefaces: what other hands copy.
        count: of pages.
        seed: with the size of the part, decides everything else.
    """
    rng = np.random.default_rng([seed, len(part.images)])
    writers = Writers(Exemplars(part), typefaces)
    for _ in range(count):
        yield sample_text_page(writers, rng)


def evaluate(folder: Path, test: Part, count: int) -> Metrics:
    """Measure the line network in `folder`, after it is trained, on `count` pages of test digits.

    It is measured as it serves, with the shipped convolutional network beside it.

    Returns:
        What training left in `metrics.json`, and the figures of `line_figures.measure`.

    Raises:
        ModelError: a file of one of the networks is missing or broken.
    """
    metrics = read_metrics(folder)
    content = read_file(folder / "model.tflite")
    classifier = digit_network.load("convolutional")
    fusion = Fusion.from_metrics(metrics)
    reader = LineReader(LineNetwork(content), classifier, fusion)
    pages = sample_pages(test, fonts.load(), count, metrics["seed"])
    measured = tqdm(pages, total=count, unit="page")
    figures = line_figures.measure(read(page, reader, classifier) for page in measured)
    return metrics | figures | test_set.provenance(content)


def segment(page: TextPage, classifier: Classifier) -> Segmented | None:
    """Find what may be characters on a page; None if there is no ink.

    How high the digits are is taken from the page: to estimate it is no part of reading lines.
    """
    try:
        components = find_components(Photo(page.photo))
    except RefusedError:
        return None
    candidates = [] if components.are_many else classify(components, classifier)
    return Segmented(components, candidates, page.digit_height * components.scale)


def read(page: TextPage, reader: LineReader, classifier: Classifier) -> ReadPage:
    """Read a page, with what is written on it beside."""
    segmented = segment(page, classifier)
    characters = reader.read(*segmented) if segmented else []
    return ReadPage(page.boxes, page.symbols, page.rows, characters)
