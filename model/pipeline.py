"""Photo bytes -> Reading: recognition, with the networks that it asks."""

from collections.abc import Sequence

from model.reading import Character, Digit, Line, Mark, Number, Reading
from model.recognition import digit_network, line_network
from model.recognition.decoding import decode
from model.recognition.digit_network import Classifier
from model.recognition.fusion import Fusion, ReadCharacter
from model.recognition.line_reading import LineReader
from model.recognition.recognizer import Recognizer
from model.recognition.refusal import RefusedError
from model.recognition.segmentation import SIDE
from model.recognition.trained_files import TrainedFiles


class Pipeline:
    """From the bytes of a photo to what it says; safe to call from several threads at once."""

    def __init__(self, model: TrainedFiles, lines: TrainedFiles) -> None:
        """Tell digits by `model` and the threshold fitted for it, and read lines by `lines`.

        Raises:
            KeyError: the metrics hold no `refusal_threshold`, or no `fusion`.
        """
        classifier = digit_network.classifier_from(model)
        line_reader = line_reader_from(lines, classifier)
        threshold = float(model.metrics["refusal_threshold"])
        self._recognizer = Recognizer(classifier, threshold, line_reader)

    def read(self, data: bytes) -> Reading:
        """Read the bytes of a picture file; whatever they hold, a Reading comes back."""
        try:
            photo = decode(data, SIDE)
            result = self._recognizer.recognize(photo)
        except RefusedError as error:
            return Reading(refused=error.refusal)
        lines = tuple(map(_line, result.lines))
        return Reading(lines, result.refusal, photo)


def line_reader_from(lines: TrainedFiles, classifier: Classifier) -> LineReader:
    """What reads lines by the network of these files, and asks `classifier`, too.

    Raises:
        KeyError: the metrics hold no `fusion`.
    """
    network = line_network.shared(lines.content)
    fusion = Fusion.from_metrics(lines.metrics)
    return LineReader(network, classifier, fusion)


def _line(numbers: Sequence[Sequence[ReadCharacter]]) -> Line:
    return Line(tuple(Number(tuple(map(_character, number))) for number in numbers))


def _character(character: ReadCharacter) -> Character:
    if character.is_digit:
        probabilities = tuple(character.probabilities.tolist())
        return Digit(character.box, character.crop.tobytes(), probabilities)
    return Mark(character.box, character.symbol)
