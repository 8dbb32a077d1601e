"""Locks between processes of one machine, held on open files and released when the process ends."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from website.infra import disk


class LockedElsewhere(Exception):  # noqa: N818 - names what happened, not an error of ours
    """Another process holds the lock."""


@contextlib.contextmanager
def held(path: Path, *, wait: bool = False) -> Iterator[IO[str]]:
    """Hold the lock of a file until the block ends; the file is created, and may name the holder.

    It is for its owner alone: it may lie among files that nobody else may read.

    :param wait: whether to wait until the lock is free.
    :raises LockedElsewhere: if another process holds it.
    :raises OSError: if the file cannot be opened.
    """
    with open(path, "a+", encoding="utf-8", opener=_private) as file:
        if not take(file, wait=wait):
            raise LockedElsewhere(path)
        yield file


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, disk.PRIVATE)


def take(file: int | IO[str], *, wait: bool = False) -> bool:
    """Take the lock of an open file or folder until that is closed, and return whether it was free.

    :raises OSError: if the file system does not support locks.
    """
    try:
        fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        return False
    return True


def is_held(file: IO[str]) -> bool:
    """Return whether another process holds the lock of an open file."""
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    return False
