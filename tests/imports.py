"""What a fresh process has loaded."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
# Packages that only reading takes, or drawing.
READING = {"ai_edge_litert", "cv2", "numpy", "pi_heif"}


def packages_loaded_by(statements: str) -> set[str]:
    """The packages that are there once a fresh process has run `statements`."""
    code = f"import sys; {statements}; print(*sys.modules)"
    loaded = subprocess.check_output([sys.executable, "-c", code], cwd=ROOT, text=True).split()  # noqa: S603  our own
    return {name.partition(".")[0] for name in loaded}
