"""The kinds of pages: what each is made of, what it is written on with, and what takes it."""

from collections.abc import Callable
from enum import StrEnum, auto
from typing import NamedTuple

from cv2.typing import MatLike
from numpy.random import Generator

from model.synthesis.camera.capture import Device
from model.synthesis.paper.backgrounds import coloured, dark, plain, screen
from model.synthesis.paper.printed_boxes import cell, form
from model.synthesis.paper.printed_lines import any_white, dotted, ruled, squared
from model.synthesis.scene import Scene


class Style(StrEnum):
    """What is photographed."""

    PLAIN = auto()
    RULED = auto()
    SQUARED = auto()
    DOTTED = auto()
    CRUMPLED = auto()
    SHADED = auto()
    COLOURED = auto()
    DARK = auto()
    CELL = auto()
    FORM = auto()
    SCREEN = auto()


class Setting(NamedTuple):
    """What a style's pages are made of, and what takes them.

    Attributes:
        surface: gives the photo (h, w, 3) uint8 of what is written on.
        pens: names of `pens.KINDS`, each as likely.
        boxed: whether glyphs are written in printed cells.
        tilt: how many times as askew as most photos it is.
        device: what takes the photo.
    """

    surface: Callable[[Scene, Generator], MatLike]
    pens: tuple[str, ...] = ("ballpoint", "felt-tip", "marker", "pencil", "fountain")
    boxed: bool = False
    tilt: float = 1.0
    device: Device = Device.PHONE


CELL_PENS = ("ballpoint", "felt-tip", "felt-tip", "biro", "fountain", "pencil", "press")
FORM_PENS = ("biro", "biro", "ballpoint", "felt-tip", "pencil")
SETTINGS = {
    Style.PLAIN: Setting(plain),
    Style.RULED: Setting(ruled),
    Style.SQUARED: Setting(squared),
    Style.DOTTED: Setting(dotted),
    Style.CRUMPLED: Setting(any_white),
    Style.SHADED: Setting(any_white),
    Style.COLOURED: Setting(coloured),
    Style.DARK: Setting(dark, ("chalk",)),
    Style.CELL: Setting(cell, CELL_PENS, boxed=True, tilt=0.6),
    Style.FORM: Setting(form, FORM_PENS, boxed=True, tilt=0.1, device=Device.SCANNER),
    Style.SCREEN: Setting(screen, ("finger",), tilt=0, device=Device.SCREENSHOT),
}
