"""What the tools reckon, tested in JavaScript itself, by Node's test runner."""

from __future__ import annotations

from pathlib import Path

from support import node


def test_the_tools_reckon_right() -> None:
    node.run_tests(Path(__file__).parent)
