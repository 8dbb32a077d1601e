"""Locks between processes of one machine: held by an open file, and gone with the process."""

import contextlib
import fcntl
from collections.abc import Iterator
from pathlib import Path
from typing import IO


class LockedElsewhere(Exception):  # noqa: N818 - names what happened, not an error of ours
    """Another process holds the lock."""


@contextlib.contextmanager
def held(path: Path, *, wait: bool = False) -> Iterator[IO[str]]:
    """Hold the lock of a file, which is created, until the block ends; its content may say by whom.

    :param wait: until whoever holds it lets go.
    :raises LockedElsewhere: if somebody holds it.
    :raises OSError: if there can be no such file.
    """
    with path.open("a+", encoding="utf-8") as file:
        if not take(file, wait=wait):
            raise LockedElsewhere(path)
        yield file


def take(file: int | IO[str], *, wait: bool = False) -> bool:
    """Take the lock of an open file or folder, and return whether that was possible.

    It is held until the file is closed.

    :raises OSError: if the file system knows no locks.
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
