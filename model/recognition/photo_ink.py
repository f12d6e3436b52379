"""A photo, and what is its ink: at first sight, and if one looks otherwise."""

from dataclasses import dataclass
from functools import cached_property

from model.recognition.components import Components
from model.recognition.decoding import Photo
from model.recognition.refusal import RefusedError
from model.recognition.segmentation import find_components


@dataclass(frozen=True)
class PhotoInk:
    """A photo whose ink is found in each way when somebody first asks for it, and kept.

    Where there are no components, or the photo has to be decoded again, larger, and cannot, it is
    None.
    """

    photo: Photo

    @cached_property
    def usual(self) -> Components | None:
        """The components of what at first sight is ink."""
        return _found(self.photo)

    @cached_property
    def fine(self) -> Components | None:
        """The components of fine strokes alone, none without any at first sight."""
        return None if self.usual is None else _found(self.photo, fine=True)

    @cached_property
    def inverse(self) -> Components | None:
        """The components of light strokes where at first dark ones are ink, or the other way."""
        return _found(self.photo, inverse=True)


def _found(photo: Photo, *, fine: bool = False, inverse: bool = False) -> Components | None:
    try:
        return find_components(photo, fine=fine, inverse=inverse)
    except RefusedError:
        return None
