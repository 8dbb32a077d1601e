"""What the tools reckon, tested in JavaScript itself, by Node's test runner."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from support.site import ROOT

NODE = Path(sys.executable).parent / "node"


def test_the_tools_reckon_right() -> None:
    tests = sorted((ROOT / "tests/tools").glob("*.test.mjs"))
    assert tests
    result = subprocess.run(
        [NODE, "--test", "--test-reporter=spec", *tests],
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
