"""Train a network on MNIST, or fine-tune one on what people corrected; evaluate and save it."""

import argparse
import asyncio
import sys
from pathlib import Path

import numpy as np

from bot.storage.corrections import Correction, Corrections
from bot.storage.database import DatabaseError, connected
from model import mnist
from model.evaluation import line_figures, line_pages, test_set
from model.recognition.trained_files import TRAINED, ModelError

NETWORKS = "dense and convolutional tell digits, lines finds characters in lines (%(default)s)"


def main() -> None:
    """Parse the arguments, train, print the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    networks = ("convolutional", "dense", "lines")
    parser.add_argument("--network", choices=networks, default="convolutional", help=NETWORKS)
    parser.add_argument("--output", type=Path, help="folder to save in (model/trained/NETWORK)")
    parser.add_argument("--data", type=Path, help="mnist.npz in Keras's layout (else fetched)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--corrections", metavar="DATABASE_URL", help="fine-tune on these instead, not lines"
    )
    arguments = parser.parse_args()
    if arguments.corrections and arguments.network == "lines":
        parser.error("corrections are of single digits: --network lines cannot learn from them")
    output = arguments.output or TRAINED / arguments.network
    try:
        data = mnist.load(arguments.data)
        if arguments.corrections:
            corrections = asyncio.run(load(arguments.corrections))
            finetune(arguments.network, data, corrections, output, arguments.seed)
        else:
            train(arguments.network, data, output, arguments.seed)
        # Not before: nothing is trained or chosen by the test set.
        test = mnist.load_test(arguments.data)
        print(measure(arguments.network, output, test))
    except (mnist.DatasetError, DatabaseError, ModelError) as error:
        sys.exit(str(error))
    print(f"\nSaved in {output}.")


def train(network: str, data: mnist.Mnist, output: Path, seed: int) -> None:
    """Train a new network."""
    # TensorFlow takes seconds to load, and writes many lines.
    from model.training import fit, line_fit, recipes  # noqa: PLC0415

    if network == "lines":
        line_fit.train(recipes.LINES, data, output, seed)
    else:
        fit.train(recipes.RECIPES[network], data, output, seed)


def measure(network: str, output: Path, test: mnist.Part) -> str:
    """Measure what was trained on the test set, save the figures beside it, and report them."""
    from model.training import recipes  # noqa: PLC0415  as above

    if network == "lines":
        metrics = line_pages.evaluate(output, test, recipes.LINES.test_pages)
        test_set.save_metrics(output, metrics)
        return line_figures.report(metrics)
    metrics = test_set.evaluate(output, test)
    test_set.save(output, metrics)
    return test_set.report(metrics)


async def load(url: str) -> list[Correction]:
    """All corrections in the database at `url`; exit with a sentence if there are none."""
    async with connected(url) as database:
        corrections = await Corrections(database, b"").load()
    return corrections or sys.exit("There are no corrections yet: nothing to learn from.")


def finetune(
    network: str, data: mnist.Mnist, corrections: list[Correction], output: Path, seed: int
) -> None:
    """Fine-tune, print before and after; exit with a sentence if that made the network worse."""
    from model.training import finetuning, recipes  # noqa: PLC0415  as above
    from model.training.corrections import CorrectedCrops  # noqa: PLC0415  as above

    labels = [label(each) for each in corrections]
    crops = CorrectedCrops(
        np.stack([each.crop for each in corrections]),
        np.array(labels, np.uint8),
        np.array([each.user for each in corrections]),
    )
    outcome = finetuning.finetune(recipes.RECIPES[network], data, crops, output, seed)
    print(f"{'':<24}{'images':>7}{'before':>8}{'after':>8}")
    print(*outcome.comparisons, sep="\n")
    for place in outcome.absurd:
        each = corrections[place]
        print(f"Look at this one: {each.reading} said to be {each.correction} at {each.said_at}.")
    if not outcome.saved:
        sys.exit("Nothing was saved: it got worse by more than chance.")


def label(correction: Correction) -> int:
    """The corrected digit, 0..9, or `NOT_A_DIGIT`, as a label to train on."""
    return mnist.NOT_A_DIGIT if correction.correction is None else correction.correction


if __name__ == "__main__":
    main()
