"""A commit's content as a folder: what builds, services and previews read.

Nobody edits the folder. Only files that differ are written, each atomically; whatever else lies
there is deleted, also what an export that was killed has left.
"""

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from website.editorial.repository import Entry, Repository
from website.exceptions import RepositoryError
from website.infra import disk

Noted = tuple[str, int, int, int]
"""A file as it was written: its blob, size, time of change in nanoseconds, and inode."""


def export(repository: Repository, commit: str, folder: Path) -> list[str]:
    """Bring a folder to the content of a commit or tree.

    :returns: the paths that were written or deleted.
    :raises RepositoryError: if the commit holds what is no plain file, or the disk refuses it.
    """
    wanted = repository.files(commit)
    require_regular(wanted)
    try:
        return _write(repository, wanted, folder)
    except OSError as error:
        raise RepositoryError(
            f"{error.filename or folder} cannot be written: {error.strerror}"
        ) from error


def state_of(folder: Path) -> tuple[int, int]:
    """Return what changes whenever a folder has been brought to a commit, at a look at one file."""
    try:
        state = _note_of(folder).stat()
    except OSError:
        return 0, 0
    return state.st_mtime_ns, state.st_ino


def require_regular(files: Mapping[str, Entry]) -> None:
    """Refuse links, which could publish any file of the machine, and repositories within.

    :raises RepositoryError: naming the first.
    """
    for entry in files.values():
        if not entry.is_regular or any(part in {"", ".", ".."} for part in entry.path.split("/")):
            raise RepositoryError(
                f"content/{entry.path} is no plain file but a link or a repository within. "
                "Commit the file itself."
            )


def _write(repository: Repository, wanted: Mapping[str, Entry], folder: Path) -> list[str]:
    note = _note_of(folder)
    folder.mkdir(parents=True, exist_ok=True)
    noted, here = _read(note), dict(_walk(str(folder)))
    same = {
        path: noted[path]
        for path, entry in wanted.items()
        if path in here and noted.get(path) == (entry.blob, *here[path])
    }
    gone = here.keys() - wanted.keys()
    for path in gone:
        (folder / path).unlink()
    _remove_empty(folder)
    missing = [path for path in wanted if path not in same]
    contents = repository.read_all(wanted[path].blob for path in missing)
    for path, data in zip(missing, contents, strict=True):
        disk.replace(folder / path, data)
        state = (folder / path).stat()
        same[path] = wanted[path].blob, state.st_size, state.st_mtime_ns, state.st_ino
    disk.replace(note, json.dumps(same).encode())
    return sorted([*missing, *gone])


def _note_of(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}.exported")


def _read(note: Path) -> dict[str, Noted]:
    try:
        rows = json.loads(note.read_bytes()).items()
        return {path: (blob, size, time, inode) for path, (blob, size, time, inode) in rows}
    except (OSError, ValueError, AttributeError, TypeError):
        return {}


def _walk(folder: str, below: str = "") -> Iterator[tuple[str, tuple[int, int, int]]]:
    with os.scandir(f"{folder}/{below}") as entries:
        for entry in entries:
            path = below + entry.name
            if entry.is_dir(follow_symlinks=False):
                yield from _walk(folder, f"{path}/")
            else:
                state = entry.stat(follow_symlinks=False)
                yield path, (state.st_size, state.st_mtime_ns, state.st_ino)


def _remove_empty(folder: Path) -> None:
    for place, _, _ in sorted(os.walk(folder), reverse=True):
        if place != str(folder) and not os.listdir(place):  # noqa: PTH208 - names of any bytes
            Path(place).rmdir()
