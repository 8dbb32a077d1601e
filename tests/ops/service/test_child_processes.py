"""Processes beside the service: one that ends is started again, after a pause where it failed."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from support.waiting import wait_until
from website.ops.service.child_processes import POLL, ChildProcess

ENDS = "this"
"""A module of the standard library that ends at once, with code 0."""
AGAIN = 60.0


def test_the_end_of_one_that_is_always_needed_is_a_failure(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    process = ChildProcess("Delivery", ENDS, build=tmp_path, again=AGAIN)
    try:
        wait_until(lambda: caplog.messages, "told that it ended", 30)
        time.sleep(2 * POLL)
    finally:
        process.stop()
    # Once: it waits before it starts it again.
    assert caplog.messages == ["Delivery ended with code 0; starting it again"]


def test_one_that_is_needed_now_and_then_may_end(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    asked: list[bool] = []
    twice = threading.Event()

    def is_needed() -> bool:
        asked.append(True)
        if len(asked) > 1:
            twice.set()
        return len(asked) == 1

    process = ChildProcess("Publishing", ENDS, build=tmp_path, again=AGAIN, is_needed=is_needed)
    try:
        assert twice.wait(30)
    finally:
        process.stop()
    assert not caplog.records


def test_the_publishing_process_says_nothing_of_its_own_start() -> None:
    command = [sys.executable, "-m", "website.cli", "--help"]
    shown = subprocess.run(command, check=True, capture_output=True, text=True)
    assert "Run publications as they become due" in shown.stdout
    assert shown.stderr == ""
