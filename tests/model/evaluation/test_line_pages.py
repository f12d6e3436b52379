"""Pages are rendered one by one, and read with what is written on them beside."""

from collections.abc import Sequence

import numpy as np
import pytest

from model.boxes import Box
from model.evaluation.line_pages import read, sample_pages, segment
from model.recognition import digit_network
from model.recognition.classification import ClassifiedCandidate
from model.recognition.components import Components
from model.recognition.digit_network import Classifier
from model.recognition.fusion import Fusion, ReadCharacter
from model.recognition.line_network import LineNetwork
from model.recognition.line_reading import LineReader
from model.synthesis.glyphs import fonts
from model.synthesis.text_pages import TextPage
from tests.model.mnist_pages import row
from tests.model.synthetic import few_test, typefaces

FACES = [*typefaces(), *fonts.bundled()]
BLANK = TextPage(np.full((40, 90, 3), 255, np.uint8), [Box(1, 2, 3, 4)], ["7"], [0], 20.0)
WRITTEN = TextPage(row("42", side=800), [], [], [], 800.0)


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return digit_network.load()


class Echo(LineReader):
    """Reads as many characters as there are components, and keeps how high digits should be."""

    def __init__(self) -> None:
        """Read with networks that do not matter."""
        super().__init__(LineNetwork(b""), Classifier(b""), Fusion(0, [], []))
        self.heights: list[float] = []

    def read(
        self,
        components: Components,
        candidates: Sequence[ClassifiedCandidate],
        digit_height: float,
        *,
        most_pixels: int = 0,
    ) -> list[ReadCharacter]:
        """Read nothing but sevens."""
        del most_pixels
        assert candidates
        self.heights.append(digit_height)
        probabilities = np.full(10, 0.1, np.float32)
        crop = np.zeros((28, 28), np.uint8)
        seven = ReadCharacter(Box(0, 0, 1, 1), "7", 0.5, 1.0, probabilities, crop)
        return [seven] * len(components.ids)


def texts(pages: Sequence[TextPage]) -> list[str]:
    return ["".join(page.symbols) for page in pages]


def test_so_many_pages_come_as_seed_and_part_decide() -> None:
    part = few_test()
    pages = list(sample_pages(part, FACES, 4, seed=0))
    assert len(pages) == 4
    assert len(set(texts(pages))) == 4
    assert texts(list(sample_pages(part, FACES, 4, seed=0))) == texts(pages)
    assert texts(list(sample_pages(part, FACES, 4, seed=1))) != texts(pages)
    assert texts(list(sample_pages(few_test(259), FACES, 4, seed=0))) != texts(pages)


def test_what_may_be_digits_is_found_at_the_size_that_they_are_sought_at(
    classifier: Classifier,
) -> None:
    segmented = segment(WRITTEN, classifier)
    assert segmented is not None
    assert len(segmented.components.ids) == 2
    assert {candidate.probabilities.argmax() for candidate in segmented.candidates} >= {4, 2}
    scale = 640 / max(WRITTEN.photo.shape)
    assert segmented.digit_height == pytest.approx(800 * scale)


def test_a_blank_page_has_nothing_to_read(classifier: Classifier) -> None:
    assert segment(BLANK, classifier) is None


def test_a_page_is_read_with_what_is_written_beside(classifier: Classifier) -> None:
    reader = Echo()
    blank = read(BLANK, reader, classifier)
    assert (blank.boxes, blank.symbols, blank.rows) == ([Box(1, 2, 3, 4)], ["7"], [0])
    assert blank.characters == []
    written = read(WRITTEN, reader, classifier)
    assert [character.symbol for character in written.characters] == ["7", "7"]
    assert reader.heights == [pytest.approx(800 * 640 / max(WRITTEN.photo.shape))]
