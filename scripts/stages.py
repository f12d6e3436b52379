"""Draw how a photo is read: what each stage leaves, from the photo to the answer."""

import argparse
import sys
from pathlib import Path

from model.evaluation.stages import draw_stages
from model.quiet import quiet_libraries
from model.reader import ModelError, Reader
from model.recognition.refusal import RefusedError
from picture_files import write_picture

QUALITY = 85  # of JPEG, by eye


def main() -> None:
    """Parse the arguments and draw; what goes wrong is one line and status 1."""
    arguments = parse_arguments()
    try:
        with quiet_libraries():
            picture = draw_stages(Reader.trained(), arguments.photo.read_bytes())
    except ModelError as error:
        sys.exit(str(error))
    except RefusedError as error:
        sys.exit(f"{arguments.photo}: {error}.")
    except OSError as error:
        sys.exit(f"{error.filename}: {error.strerror}.")
    write_picture(arguments.output, picture, QUALITY)


def parse_arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("photo", type=Path, metavar="PHOTO", help="a picture file")
    parser.add_argument("output", metavar="OUT", help="the picture to write, .png or .jpg")
    return parser.parse_args()


if __name__ == "__main__":
    main()
