"""Curves as PNG files."""

from pathlib import Path

import cv2

from measures import plots
from measures.growth import Curve


def test_a_curve_is_drawn_in_a_file_of_its_own(tmp_path: Path) -> None:
    curves = [Curve(name, (1, 2), "ms", [[1, 2], [2, 3]]) for name in ("a, b", "c")]
    plots.draw(curves, tmp_path / "new")
    assert {path.name for path in (tmp_path / "new").iterdir()} == {"a-b.png", "c.png"}
    assert cv2.imread(str(tmp_path / "new" / "c.png")) is not None
