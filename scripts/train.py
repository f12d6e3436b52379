"""Train a network on MNIST, or fine-tune one on what people corrected; evaluate and save it."""

import argparse
import asyncio
import sys
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING

import numpy as np

from bot.storage.corrections import Corrections
from bot.storage.database import DatabaseError, connected
from bot.storage.judgements import Correction
from bot.storage.pseudonyms import PseudonymKey
from missing_packages import missing_packages_told
from model import mnist
from model.quiet import quiet_libraries
from model.recognition.normalization import IMAGE_SIDE
from model.recognition.trained_files import TRAINED, ModelError
from model.training import backups

if TYPE_CHECKING:
    from model.training.corrections import CorrectedCrops

NETWORKS = "dense and convolutional tell digits, lines finds characters in lines (%(default)s)"
# Their messages are sentences.
TOLD = (mnist.DatasetError, DatabaseError, ModelError, backups.TrainingError)
STOPPED = "Stopped; nothing was saved."
LARGEST_SEED = 2**32 - 1  # numpy's and Keras's


def main() -> None:
    """Parse the arguments, train, print the report; exit with a sentence where that fails."""
    arguments = parse_arguments()
    output = arguments.output or TRAINED / arguments.network
    try:
        with quiet_libraries(), missing_packages_told():
            carry_out(arguments, output)
    except TOLD as error:
        sys.exit(str(error))
    except OSError as error:
        sys.exit(f"{error.filename or output}: {error.strerror or error}.")
    except BrokenProcessPool:
        sys.exit("A process that renders pages was ended from outside; is there enough memory?")
    except KeyboardInterrupt:
        is_training = not (arguments.corrections or arguments.show)
        folder = backups.work_folder(output, arguments.seed)
        stopped = backups.stopped(folder) if is_training else STOPPED
        sys.exit(f"\n{stopped}")  # below the progress bar


def parse_arguments() -> argparse.Namespace:
    """Read the command line; exit with 2 where it makes no sense."""
    parser = argparse.ArgumentParser(description=__doc__)
    networks = ("convolutional", "dense", "lines")
    parser.add_argument("--network", choices=networks, default="convolutional", help=NETWORKS)
    saving = parser.add_mutually_exclusive_group()
    saving.add_argument("--output", type=Path, metavar="DIR", help="folder to save in")
    saving.add_argument(
        "--overwrite", action="store_true", help="save in model/trained/NETWORK, which is shipped"
    )
    parser.add_argument("--data", type=Path, help="mnist.npz in Keras's layout (else fetched)")
    parser.add_argument("--seed", type=int, default=0, help="of all random choices (%(default)s)")
    parser.add_argument(
        "--show", type=Path, metavar="OUT.png", help="draw what would be taught; do not train"
    )
    parser.add_argument(
        "--corrections", metavar="DATABASE_URL", help="fine-tune on these instead, not lines"
    )
    arguments = parser.parse_args()
    if not 0 <= arguments.seed <= LARGEST_SEED:
        parser.error(f"--seed must be from 0 to {LARGEST_SEED}, not {arguments.seed}")
    if arguments.corrections and arguments.network == "lines":
        parser.error("corrections are of single digits: --network lines cannot learn from them")
    if arguments.show and arguments.show.suffix.lower() != ".png":
        parser.error(f"--show writes a PNG: {arguments.show} must end in .png")
    if not (arguments.output or arguments.overwrite or arguments.show):
        shipped = f"model/trained/{arguments.network}"
        parser.error(f"name a folder with --output, or replace {shipped} with --overwrite")
    return arguments


def carry_out(arguments: argparse.Namespace, output: Path) -> None:
    """Do what the command line asks for, and say where the result is."""
    data = mnist.load(arguments.data)
    if arguments.show:
        show(arguments.network, data, arguments.show, arguments.seed)
        print(f"Drawn in {arguments.show}.")
        return
    if arguments.corrections:
        corrections = asyncio.run(load(arguments.corrections))
        prepare(output)
        with backups.staged(output) as folder:
            finetune(arguments.network, data, corrections, folder, arguments.seed)
            measure(arguments.network, folder, arguments.data)
    else:
        prepare(output)
        with backups.unfinished(output, arguments.seed) as folder:
            train(arguments.network, data, folder, arguments.seed)
            measure(arguments.network, folder, arguments.data)
    print(f"\nSaved in {output}.")


def prepare(output: Path) -> None:
    """Make the folder, and see before the work begins that files can be written there.

    Raises:
        OSError: they cannot.
    """
    if output.is_file():
        sys.exit(f"{output} is a file: --output takes a folder.")
    output.mkdir(parents=True, exist_ok=True)
    with TemporaryFile(dir=output):
        pass


def show(network: str, data: mnist.Mnist, out: Path, seed: int) -> None:
    """Draw what a network is taught.

    Raises:
        OSError: the picture cannot be written.
    """
    from model.training import recipes, taught_sheet

    recipe = recipes.LINES if network == "lines" else recipes.RECIPES[network]
    taught_sheet.save(recipe, data.train, out, seed)


def train(network: str, data: mnist.Mnist, output: Path, seed: int) -> None:
    """Train a new network."""
    from model.training import fit, line_fit, recipes

    if network == "lines":
        line_fit.train(recipes.LINES, data, output, seed)
    else:
        fit.train(recipes.RECIPES[network], data, output, seed)


def measure(network: str, output: Path, data: Path | None) -> None:
    """Measure what was trained on the test set, save the figures beside it, and report them."""
    from model.evaluation import line_figures, line_pages, test_set
    from model.training import recipes

    # Not before: nothing is trained or chosen by the test set.
    test = mnist.load_test(data)
    if network == "lines":
        metrics = line_pages.evaluate(output, test, recipes.LINES.test_pages)
        test_set.save_metrics(output, metrics)
        print(line_figures.report(metrics))
    else:
        metrics = test_set.evaluate(output, test)
        test_set.save(output, metrics)
        print(test_set.report(metrics))


async def load(url: str) -> list[Correction]:
    """All corrections in the database at `url`; exit with a sentence if there are none."""
    async with connected(url) as database:
        corrections = await Corrections(database, PseudonymKey(b"")).load()
    return corrections or sys.exit("There are no corrections yet: nothing to learn from.")


def finetune(
    network: str, data: mnist.Mnist, corrections: list[Correction], output: Path, seed: int
) -> None:
    """Fine-tune, print before and after; exit with a sentence if that made the network worse."""
    from model.training import finetuning, recipes

    crops = crops_of(corrections)
    outcome = finetuning.finetune(recipes.RECIPES[network], data, crops, output, seed)
    print(f"{'':<24}{'images':>7}{'before':>8}{'after':>8}")
    print(*outcome.comparisons, sep="\n")
    for place in outcome.absurd:
        each = corrections[place]
        print(f"Look at this one: {each.reading} said to be {each.correction} at {each.said_at}.")
    if not outcome.saved:
        sys.exit("Nothing was saved: it got worse by more than chance.")


def crops_of(corrections: list[Correction]) -> "CorrectedCrops":
    """Crops and labels to train on, and who gave these."""
    from model.training.corrections import CorrectedCrops

    pixels = b"".join(each.crop for each in corrections)
    labels = [label(each) for each in corrections]
    return CorrectedCrops(
        np.frombuffer(pixels, np.uint8).reshape(-1, IMAGE_SIDE, IMAGE_SIDE),
        np.array(labels, np.uint8),
        np.array([each.user for each in corrections]),
    )


def label(correction: Correction) -> int:
    """The corrected digit, 0..9, or `NOT_A_DIGIT`, as a label to train on."""
    return mnist.NOT_A_DIGIT if correction.correction is None else correction.correction


if __name__ == "__main__":
    main()
