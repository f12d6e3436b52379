"""What each style's pages are made of."""

import pytest

from model.synthesis.camera.capture import Device
from model.synthesis.paper import backgrounds, printed_boxes, printed_lines
from model.synthesis.styles import SETTINGS, Setting, Style

PAPER_PENS = {"ballpoint", "felt-tip", "marker", "pencil", "fountain"}
CELL_PENS = {"ballpoint", "felt-tip", "biro", "fountain", "pencil", "press"}
FORM_PENS = {"biro", "ballpoint", "felt-tip", "pencil"}


@pytest.mark.parametrize(
    ("style", "setting"),
    [
        (Style.PLAIN, Setting(backgrounds.plain)),
        (Style.RULED, Setting(printed_lines.ruled)),
        (Style.SQUARED, Setting(printed_lines.squared)),
        (Style.DOTTED, Setting(printed_lines.dotted)),
        (Style.CRUMPLED, Setting(printed_lines.any_white)),
        (Style.SHADED, Setting(printed_lines.any_white)),
        (Style.COLOURED, Setting(backgrounds.coloured)),
        (Style.DARK, Setting(backgrounds.dark, ("chalk",))),
        (
            Style.CELL,
            Setting(printed_boxes.cell, tuple(CELL_PENS), True, 0.6, Device.PHONE),
        ),
        (
            Style.FORM,
            Setting(printed_boxes.form, tuple(FORM_PENS), True, 0.1, Device.SCANNER),
        ),
        (
            Style.SCREEN,
            Setting(backgrounds.screen, ("finger",), False, 0, Device.SCREENSHOT),
        ),
    ],
)
def test_each_style_has_its_surface_pens_and_device(style: Style, setting: Setting) -> None:
    assert SETTINGS[style]._replace(pens=()) == setting._replace(pens=())
    assert set(SETTINGS[style].pens) == set(setting.pens)


def test_paper_is_written_on_with_any_pen() -> None:
    assert set(SETTINGS[Style.PLAIN].pens) == PAPER_PENS
    assert SETTINGS[Style.PLAIN][2:] == (False, 1, Device.PHONE)
