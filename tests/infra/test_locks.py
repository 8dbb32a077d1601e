"""Locks between processes: one holds it, others are told, and they go with the process."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from website.infra import locks

HOLD = """
import sys
from pathlib import Path
from website.infra import locks
with locks.held(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_lock_is_held_by_one_process_and_goes_with_it(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    other = subprocess.Popen(
        [sys.executable, "-c", HOLD, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert other.stdout
    assert other.stdout.readline() == b"held\n"
    with pytest.raises(locks.LockedElsewhere), locks.held(path):
        pass
    with path.open() as file:
        assert locks.is_held(file)
    other.kill()
    other.communicate()
    with locks.held(path, wait=True), path.open() as file:
        assert locks.is_held(file)


def test_a_lock_is_for_its_owner_alone_whatever_the_process_lets_others_do(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        with locks.held(tmp_path / "lock"):
            assert stat.S_IMODE((tmp_path / "lock").stat().st_mode) == 0o600
    finally:
        os.umask(before)
