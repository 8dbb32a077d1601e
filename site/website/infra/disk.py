"""Writing files so that nobody ever reads half of one."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

PRIVATE = 0o600
"""Rights of a file that its owner alone may read."""


def replace(path: Path, content: bytes, *, durable: bool = False, mode: int = 0o644) -> None:
    """Replace a file atomically, see :func:`replacing`."""
    with replacing(path, durable=durable, mode=mode) as file:
        file.write(content)


@contextlib.contextmanager
def replacing(path: Path, *, durable: bool = False, mode: int = 0o644) -> Iterator[BinaryIO]:
    """Open a file for writing that takes the place of another when the block ends.

    It does so whole, or not at all if the block fails. Rights stay as they were, and so does the
    owner where root writes.

    :param durable: whether its content must be on disk before its name is: a machine that loses
        power may otherwise keep the name and lose the content.
    :param mode: rights of a file that was not there.
    :raises OSError: if it cannot be written; nothing is left behind.
    """
    with _beside(path) as (draft, file):
        yield file
        if durable:
            file.flush()
            os.fsync(file.fileno())
        # Temporary files are for nobody else.
        draft.chmod(path.stat().st_mode if path.exists() else mode)
        give_to_owner(draft, path)
        draft.replace(path)


def create(path: Path, content: bytes, *, mode: int = PRIVATE) -> None:
    """Write a file unless it is there: of processes that start together, all see the same one.

    It is on disk when this returns, whole or not at all.

    :raises OSError: if it cannot be written; nothing is left behind.
    """
    with _beside(path) as (draft, file):
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
        draft.chmod(mode)
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    sync(path.parent)


def sync(path: Path) -> None:
    """Return when a file, or what a folder says of its files, is on disk."""
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def give_to_owner(new: Path, old: Path) -> None:
    """Give a file the owner of the old one, or of its folder, if permitted.

    An operator who works as root must not lock out the site.
    """
    if os.geteuid() == 0:
        owner = (old if old.exists() else old.parent).stat()
        os.chown(new, owner.st_uid, owner.st_gid)


@contextlib.contextmanager
def _beside(path: Path) -> Iterator[tuple[Path, BinaryIO]]:
    """Open a new file in the same folder, which is gone afterwards unless it was renamed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            yield Path(name), file
    finally:
        Path(name).unlink(missing_ok=True)
