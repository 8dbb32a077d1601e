"""The folder ``redaktion/`` of an instance: the content repository, and what is made from it.

repo.git             the official text of every file
content/             the content that is live, never edited: what services read
candidate/content/   the content of the publication that is being tried
"""

from __future__ import annotations

import contextlib
import getpass
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from website.config import Settings
from website.editorial.repository import Entry, Message, Person, Repository
from website.exceptions import MergeConflict, RepositoryError
from website.infra import disk, locks

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


LIVE = "refs/website/live"
"""The commit whose pages are live."""
CHECKOUT = "refs/website/checkout"
"""The commit that the content folder of the checkout was last equal to."""


class Workspace:
    """The folder of one instance.

    :param checkout: the content folder that developers edit.
    """

    def __init__(self, instance: Path, checkout: Path) -> None:
        self.folder = instance / "redaktion"
        self.checkout = checkout
        self.repository = Repository(self.folder / "repo.git")
        self.content = self.folder / "content"
        self.candidate = self.folder / "candidate" / "content"
        self.known_errors = self.folder / "known-errors.json"

    @classmethod
    def of(cls, settings: Settings) -> Workspace:
        """Return the workspace of an instance; it need not be there yet."""
        return cls(settings.instance_dir, settings.content_dir)

    @property
    def exists(self) -> bool:
        """Whether there is a repository."""
        return self.repository.exists

    def open(self) -> None:
        """Make the repository from the checkout unless there is one, and export it.

        :raises RepositoryError: if git is missing, or the disk refuses it.
        """
        try:
            if not self.exists:
                with self.locked(wait=True):
                    if not self.exists:
                        first = self.repository.create(self.checkout, user())
                        self.repository.set_ref(CHECKOUT, first)
        except OSError as error:
            raise RepositoryError(
                f"{error.filename or self.folder} cannot be written: {error.strerror}"
            ) from error
        if not self.content.is_dir():
            export(self.repository, self.repository.main, self.content)

    @contextlib.contextmanager
    def locked(self, *, wait: bool = False) -> Iterator[None]:
        """Hold the right to publish on this machine; gone with the process.

        :raises LockedElsewhere: if another process has it, unless one waits for it.
        """
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with locks.held(self.folder / "lock", wait=wait):
            yield

    def snapshot(self) -> str:
        """Return the checkout's content as a commit on what it last was equal to.

        If nothing has changed since, that is the commit itself.
        """
        repository = self.repository
        base = repository.resolve(CHECKOUT)
        tree = repository.write_folder(self.checkout, base)
        if tree == repository.tree(base):
            return base
        count = len(repository.changes(base, tree))
        files = "1 Datei" if count == 1 else f"{count} Dateien"
        return repository.commit_tree(
            tree, [base], user(), Message(f"{files} im Checkout geändert")
        )

    def push(self) -> str:
        """Return the commit with what was changed in the checkout; nothing if main contains it.

        From then on the checkout counts as equal to it.
        """
        commit = self.snapshot()
        self.repository.set_ref(CHECKOUT, commit)
        return "" if self.repository.contains(self.repository.main, commit) else commit

    def pull(self) -> list[str]:
        """Bring what is official to the checkout, and keep what was changed there.

        :returns: the files that were written or deleted.
        :raises MergeConflict: if both changed the same lines; then nothing was written.
        :raises RepositoryError: if a file cannot be written.
        """
        repository, main = self.repository, self.repository.main
        ours = self.snapshot()
        merged = repository.merge(ours, main)
        if merged.conflicts:
            raise MergeConflict(merged.conflicts)
        wanted = repository.files(merged.tree)
        require_regular(wanted)
        written = []
        try:
            for change in repository.changes(ours, merged.tree):
                for path in filter(None, (change.former, change.path)):
                    self._write(path, wanted[path].blob if path in wanted else "")
                    written.append(path)
        except OSError as error:
            raise RepositoryError(
                f"{error.filename} cannot be written: {error.strerror}"
            ) from error
        repository.set_ref(CHECKOUT, main)
        return sorted(written)

    def _write(self, path: str, blob: str) -> None:
        file = self.checkout / path
        if blob:
            [data] = self.repository.read_all([blob])
            disk.replace(file, data)
        else:
            file.unlink(missing_ok=True)

    def missing_in_checkout(self) -> int:
        """Count the publications that the checkout does not have yet."""
        return len(self.repository.log(since=self.repository.resolve(CHECKOUT), limit=1_000))


def live_settings(settings: Settings) -> Settings:
    """Return settings with the official content, which services read once there is a repository."""
    workspace = Workspace.of(settings)
    if workspace.exists and workspace.content.is_dir():
        return replace(settings, content_dir=workspace.content)
    return settings


def user() -> Person:
    """Return who types a command on this machine."""
    try:
        name = os.environ.get("LOGNAME") or getpass.getuser()
    except (OSError, KeyError):
        name = "website"
    return Person(name)
