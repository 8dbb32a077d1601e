"""Folder trees of frozen or exported files: listing, mirroring by hard links, atomic exchange."""

import contextlib
import ctypes
import errno
import os
import shutil
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from website.infra import disk
from website.infra.disk import State


@dataclass(frozen=True)
class TreeState:
    """Contents of a folder, by paths relative to it."""

    files: dict[str, State] = field(default_factory=dict)
    unshared: set[str] = field(default_factory=set)
    """Regular files with a single hard link."""
    folders: set[str] = field(default_factory=set)
    """Each ends with a slash."""


_HERE = -100
_EXCHANGE = 2
"""``AT_FDCWD`` and ``RENAME_EXCHANGE`` of Linux."""


def walk(folder: Path, below: str = "") -> TreeState:
    """Return the contents of a folder; an empty state if it does not exist.

    :param below: limits them to what is below a folder in it, which ends with a slash.
    """
    found = TreeState()
    waiting = [below]
    while waiting:
        at = waiting.pop()
        with contextlib.suppress(FileNotFoundError), os.scandir(f"{folder}/{at}") as entries:
            for entry in entries:
                path = at + entry.name
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(f"{path}/")
                    found.folders.add(f"{path}/")
                    continue
                state = entry.stat(follow_symlinks=False)
                found.files[path] = disk.state_in(state)
                if state.st_nlink == 1 and entry.is_file(follow_symlinks=False):
                    found.unshared.add(path)
    return found


def mirror(
    source: Path, there: TreeState, target: Path, wanted: Collection[str], *, room: Iterable[str]
) -> None:
    """Make a folder hold the wanted files of another one, and delete all others.

    Files are hard links, so they must never be written to in place.

    :param there: contents of the source folder.
    :param room: paths that will be written to the target later; existing files may stay until then.
    """
    target.mkdir(parents=True, exist_ok=True)
    target.chmod(0o755)
    here = walk(target)
    missing, coming = set(wanted), set(room)
    # Half a site may change in one build; overwriting a file is far faster than creating one.
    written_over = here.unshared & (coming - missing)
    for path, state in here.files.items():
        if path in missing and there.files[path][2] == state[2]:
            missing.discard(path)
        elif path not in written_over:
            os.unlink(f"{target}/{path}")  # noqa: PTH108 - thousands
    for path in sorted(here.folders - folders_of([*wanted, *coming]), reverse=True):
        (target / path).rmdir()
    for path in sorted(folders_of(missing) - here.folders):
        (target / path).mkdir()
    for path in sorted(missing):
        _link(f"{source}/{path}", f"{target}/{path}")


def exchange(one: Path, other: Path) -> None:
    """Exchange two paths: atomically where the system can, otherwise by renaming in steps."""
    libc = ctypes.CDLL(None, use_errno=True)
    if not hasattr(libc, "renameat2"):
        _exchange_in_steps(one, other)
        return
    if libc.renameat2(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE):
        number = ctypes.get_errno()
        if number not in {errno.EINVAL, errno.ENOSYS}:
            raise OSError(number, os.strerror(number), str(one))
        _exchange_in_steps(one, other)


def _exchange_in_steps(one: Path, other: Path) -> None:
    aside = one.with_name(f"{one.name}.aside")
    one.rename(aside)
    other.rename(one)
    aside.rename(other)


def folders_of(paths: Iterable[str]) -> set[str]:
    """Return all folders that lead to files; each ends with a slash."""
    found: set[str] = set()
    for path in paths:
        folder = path.rpartition("/")[0]
        while folder and f"{folder}/" not in found:
            found.add(f"{folder}/")
            folder = folder.rpartition("/")[0]
    return found


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        # A file system without hard links, or one file with too many of them.
        shutil.copy2(source, target)
