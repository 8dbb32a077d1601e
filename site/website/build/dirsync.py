"""Folders of frozen files: compared, mirrored by hard links, exchanged in one step."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import shutil
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

Signature = tuple[int, int, int]
"""Size, time of change in nanoseconds, and inode of a file. A file that has the one that we noted
is the one that we wrote; every way to change it that does not hide itself changes one of them."""


@dataclass(frozen=True)
class TreeState:
    """What a folder holds, by its path within."""

    files: dict[str, Signature] = field(default_factory=dict)
    unshared: set[str] = field(default_factory=set)
    """Files that are linked nowhere else."""
    folders: set[str] = field(default_factory=set)
    """With a slash at the end."""


_HERE = -100
_EXCHANGE = 2
"""``AT_FDCWD`` and ``RENAME_EXCHANGE`` of Linux."""


def walk(folder: Path) -> TreeState:
    """Return what a folder holds; it need not be there."""
    found = TreeState()
    waiting = [""]
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
                found.files[path] = state.st_size, state.st_mtime_ns, state.st_ino
                if state.st_nlink == 1 and entry.is_file(follow_symlinks=False):
                    found.unshared.add(path)
    return found


def mirror(
    source: Path, there: TreeState, target: Path, wanted: Collection[str], *, room: Iterable[str]
) -> None:
    """Mirror some files of another folder, and delete all others.

    Files are linked, not copied, so none of these may be written to.

    :param there: what the other folder holds.
    :param room: paths that will be written into it; what is there may stay until then.
    """
    target.mkdir(parents=True, exist_ok=True)
    target.chmod(0o755)
    here = walk(target)
    missing, coming = set(wanted), set(room)
    # Half a site changes in one build: to write a file over is far quicker than to make another.
    written_over = here.unshared & (coming - missing)
    for path, state in here.files.items():
        if path in missing and there.files[path][2] == state[2]:
            missing.discard(path)
        elif path not in written_over:
            os.unlink(f"{target}/{path}")  # noqa: PTH108 - thousands
    for path in sorted(here.folders - _folders([*wanted, *coming]), reverse=True):
        (target / path).rmdir()
    for path in sorted(_folders(missing) - here.folders):
        (target / path).mkdir()
    for path in sorted(missing):
        _link(f"{source}/{path}", f"{target}/{path}")


def exchange(one: Path, other: Path) -> None:
    """Exchange two paths: atomically where the system can, otherwise with a short gap."""
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


def remove(path: Path) -> None:
    """Remove a folder, whatever is in it; nothing where there is none."""
    shutil.rmtree(path, ignore_errors=True)


def _folders(paths: Iterable[str]) -> set[str]:
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
