"""What was read from each file, kept until the file changes, so that a save costs one file."""

from __future__ import annotations

import contextlib
import hashlib
import os
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from website.content.items import Known, Reader

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from website.content.models import Article, Page
    from website.content.problems import Problem

_SETTLED = 100_000_000
"""Nanoseconds after which a second change gets another time from every file system we know."""

_SUFFIX = ".md"

State = tuple[int, int, int]


@dataclass(frozen=True)
class Reading:
    """One file: what it holds, and what is wrong with it."""

    label: str
    """The file as authors know it: ``content/artikel/x.md``."""
    state: State | None
    """Of the file when it was read; nothing where it was too young to be trusted."""
    digest: str
    """Of all its bytes."""
    item: Article | Page | None
    problems: tuple[Problem, ...]
    open_facts: tuple[Problem, ...]


class Readings:
    """Every text below a folder, read once for as long as it does not change."""

    def __init__(self, folder: Path, known: Known, before: Readings | None = None) -> None:
        self.folder = folder
        self.known = known
        # Other topics, and every file may be right or wrong in another way.
        self._before = before.kept if before and before.known == known else {}
        self.kept: dict[str, Reading] = {}
        self.digests: Mapping[str, str] = {}
        """Of files as they are now, for the next readings, where somebody has just looked."""
        self._now = before.digests if before else {}

    def of(self, file: str) -> Reading | None:
        """Give what was read from a file, named from the folder."""
        return self.kept.get(f"{self.folder}/{file}")

    def articles(self) -> Iterator[Reading]:
        """Read every article."""
        for file in _files(f"{self.folder}/artikel"):
            if "/" not in file.name:
                yield self._read(file, "artikel")

    def pages(self) -> Iterator[Reading]:
        """Read every page."""
        for file in _files(f"{self.folder}/seiten"):
            yield self._read(file, "seiten", file.name.removesuffix(_SUFFIX))

    def _read(self, file: _File, kind: str, page: str = "") -> Reading:
        found = self._before.get(file.path)
        if found is None or not self._is_as_it_was(file, found):
            found = self._read_again(file, found, kind, page)
        self.kept[file.path] = found
        return found

    def _is_as_it_was(self, file: _File, found: Reading) -> bool:
        looked_at = self._now.get(file.path) == found.digest
        return looked_at or (found.state is not None and found.state == file.state)

    def _read_again(self, file: _File, found: Reading | None, kind: str, page: str) -> Reading:
        path = Path(file.path)
        data = path.read_bytes()
        digest = hashlib.sha256(data).hexdigest()
        if found is None or found.digest != digest:
            label = f"{self.folder.name}/{kind}/{file.name}"
            return _anew(Reader(path, label, self.known, data), file, digest, page)
        return found if file.state is None else replace(found, state=file.state)

    def __getstate__(self) -> dict[str, Any]:
        """For another process on another day only the bytes count, not the times."""
        kept = {
            path: found if found.state is None else replace(found, state=None)
            for path, found in self.kept.items()
        }
        return self.__dict__ | {"kept": kept, "_before": {}, "digests": {}, "_now": {}}


class _File(NamedTuple):
    name: str
    """Below the folder that was listed."""
    path: str
    state: State | None


def _anew(reader: Reader, file: _File, digest: str, page: str) -> Reading:
    item = reader.page(page) if page else reader.article()
    problems, facts = tuple(reader.problems), tuple(reader.open_facts)
    return Reading(reader.label, file.state, digest, item, problems, facts)


def _files(folder: str, below: str = "") -> list[_File]:
    """List the texts below a folder, sorted by name, quickly."""
    found: list[_File] = []
    with contextlib.suppress(FileNotFoundError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                found += _files(entry.path, f"{below}{entry.name}/")
            elif entry.name.endswith(_SUFFIX):
                # Deleted a moment ago, or the mark that an editor puts beside an open file.
                with contextlib.suppress(FileNotFoundError):
                    found.append(_File(below + entry.name, entry.path, _state(entry.stat())))
    return sorted(found)


def _state(file: os.stat_result) -> State | None:
    """Tell one state of a file from the next."""
    if time.time_ns() - file.st_mtime_ns < _SETTLED:
        return None
    return file.st_mtime_ns, file.st_size, file.st_ino
