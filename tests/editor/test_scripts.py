"""The editor's scripts, tested in JavaScript itself, by Node's test runner; and their size."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import brotli

from support.site import ROOT

NODE = Path(sys.executable).parent / "node"
SCRIPTS = ROOT / "static/editor/js"
MOST = 25_000
"""Bytes of all scripts, compressed by Brotli."""


def test_the_scripts_do_what_they_should() -> None:
    tests = sorted(Path(__file__).parent.glob("*.test.mjs"))
    assert tests
    result = subprocess.run(
        [NODE, "--test", "--test-reporter=spec", *tests],
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr


def test_the_scripts_are_short() -> None:
    sizes = [len(brotli.compress(path.read_bytes())) for path in SCRIPTS.glob("*.js")]
    assert sum(sizes) <= MOST
