"""Reading of regular files; atomic and durable writing."""

import contextlib
import errno
import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

PRIVATE = 0o600
"""File mode: readable and writable for the owner only."""
State = tuple[int, int, int]
"""Size, modification time in nanoseconds, and inode of a file. If all three are as recorded, the
file has not been modified since, unless somebody has reset them."""


def state(path: Path | str) -> State | None:
    """Return the state of a file or folder; None if it is missing or cannot be looked at."""
    try:
        found = os.stat(path)  # noqa: PTH116 - thousands
    except OSError:
        return None
    return state_in(found)


def state_in(found: os.stat_result) -> State:
    """Return the state of a file that was looked at."""
    return found.st_size, found.st_mtime_ns, found.st_ino


def read(path: Path | str) -> bytes:
    """Return the content of a regular file; a pipe or a device might never end.

    :raises OSError: if it cannot be read, or is none.
    """
    with open(path, "rb", opener=_regular) as file:
        return file.read()


def exists(path: Path) -> bool:
    """Return whether there is something at a path; False where nobody may look."""
    return os.path.exists(path)  # noqa: PTH110 - raises nothing


def _regular(path: str, flags: int) -> int:
    number = os.open(path, flags | os.O_NONBLOCK)  # a pipe would wait for its writer
    if stat.S_ISREG(os.fstat(number).st_mode):
        return number
    os.close(number)
    raise OSError(errno.EINVAL, "No regular file", path)


def make_private(folder: Path) -> None:
    """Create a folder, and those above it that are missing, for their owner only.

    :raises OSError: if that is not possible, or something else is there.
    """
    if not exists(folder.parent):
        make_private(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)


def replace(path: Path, content: bytes, *, durable: bool = False, mode: int = 0o644) -> None:
    """Replace a file atomically, see :func:`replacing`."""
    with replacing(path, durable=durable, mode=mode) as file:
        file.write(content)


@contextlib.contextmanager
def replacing(path: Path, *, durable: bool = False, mode: int = 0o644) -> Iterator[BinaryIO]:
    """Open a file for writing that replaces another one atomically when the block ends.

    If the block raises, nothing changes. The mode is preserved, and so is the owner if root writes.

    :param durable: whether to flush the content to disk before the rename: after a power failure,
        the name might otherwise point to missing content.
    :param mode: the mode of a new file.
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
    """Write a file unless it exists: processes that start together all see the same one.

    It is complete and on disk when this returns.

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
    """Flush a file, or the entries of a folder, to disk."""
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def give_to_owner(new: Path, old: Path) -> None:
    """Give a file the owner of the one it replaces, or of its folder, when running as root.

    An operator working as root must not lock out the site.
    """
    if os.geteuid() == 0:
        owner = (old if old.exists() else old.parent).stat()
        os.chown(new, owner.st_uid, owner.st_gid)


@contextlib.contextmanager
def _beside(path: Path) -> Iterator[tuple[Path, BinaryIO]]:
    """Open a temporary file in the same folder, deleted afterwards unless it was renamed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            yield Path(name), file
    finally:
        Path(name).unlink(missing_ok=True)
