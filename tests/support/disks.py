"""Small file systems of their own, which a test may fill; they need the right to mount."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest


def mount(*words: str | Path) -> None:
    """Mount a file system; what cannot be tested must not look like passed."""
    done = subprocess.run(["mount", *words], check=False, capture_output=True, text=True)
    if done.returncode != 0:
        pytest.fail(f"Run the tests as root, where file systems can be mounted: {done.stderr}")


@contextlib.contextmanager
def disk(folder: Path, *, megabytes: int, options: str = "mode=0700") -> Iterator[Path]:
    """Return a small disk."""
    folder.mkdir()
    mount("-t", "tmpfs", "-o", f"size={megabytes}m,{options}", "tmpfs", folder)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


@contextlib.contextmanager
def filled(folder: Path) -> Iterator[None]:
    """Leave no room on a disk."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while file.write(bytes(4096)):
            pass
    assert shutil.disk_usage(folder).free == 0
    try:
        yield
    finally:
        filler.unlink()
