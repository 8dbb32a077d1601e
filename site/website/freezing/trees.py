"""Folders of frozen files: told apart, made alike by hard links, exchanged at once."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

Signature = tuple[int, int, int]
"""Size, time of change in nanoseconds, and inode of a file. A file that has the one that we noted
is the one that we wrote; every way to change it that does not hide itself changes one of them."""

_HERE = -100
_EXCHANGE = 2
"""``AT_FDCWD`` and ``RENAME_EXCHANGE`` of Linux."""


def signature(path: Path) -> Signature:
    """Look at one file."""
    found = path.lstat()
    return found.st_size, found.st_mtime_ns, found.st_ino


def walk(folder: Path) -> dict[str, Signature]:
    """Look at every file of a folder, by its path within; folders are listed with a slash."""
    found: dict[str, Signature] = {}
    waiting = [""]
    while waiting:
        at = waiting.pop()
        with contextlib.suppress(FileNotFoundError), os.scandir(folder / at) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(f"{at}{entry.name}/")
                    found[f"{at}{entry.name}/"] = (0, 0, 0)
                else:
                    state = entry.stat(follow_symlinks=False)
                    found[at + entry.name] = state.st_size, state.st_mtime_ns, state.st_ino
    return found


def mirror(source: Path, target: Path, wanted: Collection[str], *, room: Iterable[str]) -> None:
    """Make a folder hold some files of another and no others.

    Files are linked, not copied, so none may ever be written to: replace it.

    :param room: paths that will be written into it; their folders may stay, though empty.
    """
    target.mkdir(parents=True, exist_ok=True)
    there, here = walk(source), walk(target)
    missing = set(wanted)
    for path, state in here.items():
        if path.endswith("/"):
            continue
        if path in missing and there[path][2] == state[2]:
            missing.discard(path)
        else:
            (target / path).unlink()
    folders = {path for path in here if path.endswith("/")} - _folders([*wanted, *room])
    for path in sorted(folders, reverse=True):
        (target / path).rmdir()
    for path in sorted(missing):
        _link(f"{source}/{path}", f"{target}/{path}")


def exchange(one: Path, other: Path) -> None:
    """Let two paths change places: at once where the system can, else with a short gap."""
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
    except FileNotFoundError:
        Path(target).parent.mkdir(parents=True, exist_ok=True)
        os.link(source, target)
    except OSError:
        # A file system without hard links, or one file with too many of them.
        shutil.copy2(source, target)
