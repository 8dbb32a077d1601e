"""The folder ``redaktion/`` of an instance: the content repository, and exports of it.

repo.git             the official content
content/             the live content, read by services and never edited
candidate/content/   the content of the publication in progress
"""

import contextlib
import getpass
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Self

from website.config import Settings
from website.editorial import msg
from website.editorial.repository import CommittedFile, Message, Person, Repository
from website.exceptions import MergeConflict, RepositoryError
from website.infra import dirsync, disk, locks, system_errors
from website.infra.disk import State
from website.infra.text import counted

Noted = tuple[str, int, int, int]
"""State of an exported file: blob, size, modification time in nanoseconds, and inode."""


def export(repository: Repository, commit: str, folder: Path) -> list[str]:
    """Export the content of a commit or tree to a folder.

    Only differing files are written, each atomically; all other files are deleted.

    :returns: the written or deleted paths.
    :raises RepositoryError: if the commit contains other than regular files, or the disk fails.
    """
    wanted = repository.files(commit)
    require_regular(wanted)
    with _writing(folder):
        return _write(repository, wanted, folder)


def state_of(folder: Path) -> State | None:
    """Return a value that changes with every export to a folder, by a single ``stat``."""
    return disk.state(_note_of(folder))


def require_regular(files: Mapping[str, CommittedFile]) -> None:
    """Raise an error for symbolic links, which could expose any file, and submodules.

    :raises RepositoryError: naming the first.
    """
    for entry in files.values():
        if not entry.is_regular or any(part in {"", ".", ".."} for part in entry.path.split("/")):
            raise RepositoryError(msg("git.irregular", path=entry.path))


@contextlib.contextmanager
def _writing(folder: Path) -> Iterator[None]:
    """Turn failures of the disk within a folder into errors that name the file.

    :raises RepositoryError: if a file cannot be written.
    """
    try:
        yield
    except OSError as error:
        message = f"The texts cannot be written: {system_errors.told(error, folder)}"
        raise RepositoryError(message) from error


def _write(repository: Repository, wanted: Mapping[str, CommittedFile], folder: Path) -> list[str]:
    note = _note_of(folder)
    folder.mkdir(parents=True, exist_ok=True)
    noted, tree = _read(note), dirsync.walk(folder)
    here = tree.files
    same = {
        path: noted[path]
        for path, entry in wanted.items()
        if path in here and noted.get(path) == (entry.blob, *here[path])
    }
    gone = here.keys() - wanted.keys()
    for path in gone:
        (folder / path).unlink()
    for path in sorted(tree.folders - dirsync.folders_of(wanted), reverse=True):
        (folder / path).rmdir()
    missing = [path for path in wanted if path not in same]
    contents = repository.read_all(wanted[path].blob for path in missing)
    for path, data in zip(missing, contents, strict=True):
        disk.replace(folder / path, data)
        same[path] = wanted[path].blob, *disk.state_in((folder / path).stat())
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


LIVE = "refs/website/live"
"""Ref of the commit whose pages are live."""
CHECKOUT = "refs/website/checkout"
"""Ref of the commit that the checkout was last synchronized with."""


class Workspace:
    """The editorial workspace of an instance.

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
    def of(cls, settings: Settings) -> Self:
        """Return the workspace of an instance, which need not exist yet."""
        return cls(settings.instance_dir, settings.content_dir)

    @property
    def exists(self) -> bool:
        """Whether the repository exists."""
        return self.repository.exists

    def open(self) -> None:
        """Create the repository from the checkout if it is missing, and export it.

        :raises RepositoryError: if git is missing, the disk fails, or the checkout is no content
            folder.
        """
        if not self.exists:
            with _writing(self.folder), self.locked(wait=True):
                if not self.exists:
                    self.require_checkout()
                    first = self.repository.create(self.checkout, user())
                    self.repository.set_ref(CHECKOUT, first)
        if not self.content.is_dir():
            export(self.repository, self.repository.main, self.content)

    @contextlib.contextmanager
    def locked(self, *, wait: bool = False) -> Iterator[None]:
        """Hold the publishing lock of this machine, which ends with the process.

        :raises LockedElsewhere: if another process has it, unless ``wait`` is set.
        """
        disk.make_private(self.folder)
        with locks.held(self.folder / "lock", wait=wait):
            yield

    def snapshot(self) -> str:
        """Return a commit with the content of the checkout, on the last synchronized commit.

        If nothing has changed, that is the last synchronized commit itself.

        :raises RepositoryError: if the checkout is no content folder.
        """
        self.require_checkout()
        repository = self.repository
        base = repository.resolve(CHECKOUT)
        tree = repository.write_folder(self.checkout, base)
        if tree == repository.tree(base):
            return base
        files = counted(len(repository.changes(base, tree)), "Datei", "Dateien")
        return repository.commit_tree(
            tree, [base], user(), Message(f"{files} von der Technik geändert")
        )

    def push(self) -> str:
        """Return a commit with the changes in the checkout; empty if main contains it.

        From then on the checkout counts as synchronized with it.
        """
        commit = self.snapshot()
        self.repository.set_ref(CHECKOUT, commit)
        return "" if self.repository.contains(self.repository.main, commit) else commit

    def pull(self) -> list[str]:
        """Merge the official content into the checkout.

        :returns: the written or deleted files.
        :raises MergeConflict: if both changed the same lines; nothing was written.
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
        with _writing(self.checkout):
            for change in repository.changes(ours, merged.tree):
                for path in filter(None, (change.former, change.path)):
                    self._write(path, wanted[path].blob if path in wanted else "")
                    written.append(path)
        repository.set_ref(CHECKOUT, main)
        return sorted(written)

    def require_checkout(self) -> None:
        """Check that the checkout has content.

        :raises RepositoryError: if it is no content folder.
        """
        if not disk.exists(self.checkout / "website.toml"):
            raise RepositoryError(msg("git.no-content", folder=self.checkout))

    def _write(self, path: str, blob: str) -> None:
        file = self.checkout / path
        if blob:
            [data] = self.repository.read_all([blob])
            disk.replace(file, data)
        else:
            file.unlink(missing_ok=True)

    def missing_in_checkout(self) -> int:
        """Return the number of publications missing in the checkout."""
        return self.repository.count_since(self.repository.resolve(CHECKOUT))


def live_settings(settings: Settings) -> Settings:
    """Return settings that point to the exported official content, if there is any."""
    workspace = Workspace.of(settings)
    if workspace.exists and workspace.content.is_dir():
        return replace(settings, content_dir=workspace.content)
    return settings


def user() -> Person:
    """Return the user who runs the current command."""
    try:
        name = os.environ.get("LOGNAME") or getpass.getuser()
    except (OSError, KeyError):
        name = "website"
    return Person(name)
