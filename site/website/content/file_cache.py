"""Cache of the parsed content files. A file is read again only after it has changed."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from website.content import files, kinds, text_files
from website.content.files import File, FileKind
from website.content.models import Item
from website.content.problems import Problem, Severity
from website.content.text_reader import Known, Reader

_SETTLED = 100_000_000
"""Nanoseconds after which a second change gets another time from every file system we know."""

State = tuple[int, int, int]


@dataclass(frozen=True)
class CachedFile:
    """A parsed file: its text and its problems."""

    file: str
    """The file, named from the folder."""
    label: str
    """The file as authors know it: ``content/artikel/x.md``."""
    state: State | None
    """Of the file when it was read; nothing where it was too young to be trusted."""
    digest: str
    """Of all its bytes."""
    item: Item | None
    problems: tuple[Problem, ...]
    open_facts: tuple[Problem, ...]

    def __getstate__(self) -> dict[str, Any]:
        """Return the state without file times, which mean nothing to another process."""
        return self.__dict__ | {"state": None}


class FileCache:
    """The texts below a folder, each parsed once until its file changes."""

    def __init__(self, folder: Path, known: Known, before: FileCache | None = None) -> None:
        self.folder = folder
        self.known = known
        self.files = files.survey(folder)
        """All that lies below the folder."""
        # Other topics, and every file may be right or wrong in another way.
        self._before = before.kept if before and before.known == known else {}
        self.kept: dict[str, CachedFile] = {}

    def of(self, file: str) -> CachedFile | None:
        """Return what was read from a file, named from the folder."""
        return self.kept.get(f"{self.folder}/{file}")

    def texts(self) -> Iterator[CachedFile]:
        """Read and yield every text."""
        for file in self._of(FileKind.TEXT):
            yield self._read(file)

    @property
    def strays(self) -> Iterator[Problem]:
        """Yield a problem for each file that is left out, most likely by mistake."""
        for file in self._of(FileKind.STRAY):
            label = files.label(self.folder, file.name)
            yield Problem(label, 1, file.advice, Severity.WARNING, rule="left-out")

    def _of(self, kind: FileKind) -> Iterator[File]:
        return (file for file in self.files if file.kind is kind)

    def _read(self, file: File) -> CachedFile:
        found = self._before.get(file.path)
        state = _settled(file)
        if found is None or state is None or found.state != state:
            found = self._read_again(file, state, found)
        self.kept[file.path] = found
        return found

    def _read_again(self, file: File, state: State | None, found: CachedFile | None) -> CachedFile:
        try:
            with open(file.path, "rb") as opened:  # noqa: PTH123 - thousands
                data = opened.read()
        except OSError as error:
            return _unreadable(self.folder, file.name, error)
        digest = hashlib.sha256(data).hexdigest()
        if found is None or found.digest != digest:
            return _anew(Reader(self.folder, file.name, self.known, data), file.name, state, digest)
        return found if state is None else replace(found, state=state)

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"files": [], "_before": {}}


def _anew(reader: Reader, file: str, state: State | None, digest: str) -> CachedFile:
    found = kinds.of_file(file)
    item = reader.read(*found) if found else None
    problems, facts = tuple(reader.problems), tuple(reader.open_facts)
    return CachedFile(file, reader.label, state, digest, item, problems, facts)


def _unreadable(folder: Path, file: str, error: OSError) -> CachedFile:
    label = files.label(folder, file)
    problem = Problem(label, 1, text_files.unreadable(error))
    return CachedFile(file, label, None, "", None, (problem,), ())


def _settled(file: File) -> State | None:
    """Return a file's state for comparison; None if it is too recent to be trusted."""
    state: os.stat_result | None = file.state
    if state is None or time.time_ns() - state.st_mtime_ns < _SETTLED:
        return None
    return state.st_mtime_ns, state.st_size, state.st_ino
