"""The editor's scripts, tested in JavaScript itself, by Node's test runner; and their size."""

from __future__ import annotations

from pathlib import Path

import brotli

from support import node
from support.site import ROOT

SCRIPTS = ROOT / "static/editor/js"
MOST = 25_000
"""Bytes of all scripts, compressed by Brotli."""


def test_the_scripts_do_what_they_should() -> None:
    node.run_tests(Path(__file__).parent)


def test_the_scripts_are_short() -> None:
    sizes = [len(brotli.compress(path.read_bytes())) for path in SCRIPTS.glob("*.js")]
    assert sum(sizes) <= MOST
