"""What was read from each file, kept until the file changes, so that a save costs one file."""

from __future__ import annotations

import hashlib
import operator
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from website.content.items import Known, Reader

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from website.content.models import Article, Page
    from website.content.problems import Problem

_SETTLED = 100_000_000
"""Nanoseconds after which a second change gets another time from every file system we know."""

State = tuple[int, int, int]


@dataclass(frozen=True)
class Reading:
    """One file: what it holds, and what is wrong with it."""

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
        self.kept: dict[Path, Reading] = {}

    def articles(self) -> Iterator[Reading]:
        """Read every article."""
        for path in sorted((self.folder / "artikel").glob("*.md"), key=_name):
            yield from self._read(path)

    def pages(self) -> Iterator[Reading]:
        """Read every page."""
        root = self.folder / "seiten"
        for path in sorted(root.rglob("*.md")):
            yield from self._read(path, path.relative_to(root).with_suffix("").as_posix())

    def _read(self, path: Path, page: str = "") -> Iterator[Reading]:
        found = self._before.get(path)
        try:
            state = _state(path)
        except FileNotFoundError:
            # Deleted a moment ago, or the mark that an editor puts beside an open file.
            return
        if found is None or found.state is None or found.state != state:
            data = path.read_bytes()
            digest = hashlib.sha256(data).hexdigest()
            if found is None or found.digest != digest:
                label = f"{self.folder.name}/{path.relative_to(self.folder).as_posix()}"
                reader = Reader(path, label, self.known, data)
                item = reader.page(page) if page else reader.article()
                problems, open_facts = tuple(reader.problems), tuple(reader.open_facts)
                found = Reading(state, digest, item, problems, open_facts)
            elif state is not None:
                found = replace(found, state=state)
        self.kept[path] = found
        yield found

    def __getstate__(self) -> dict[str, Any]:
        """For another process on another day only the bytes count, not the times."""
        kept = {path: replace(found, state=None) for path, found in self.kept.items()}
        return self.__dict__ | {"kept": kept, "_before": {}}


_name = operator.attrgetter("name")


def _state(path: Path) -> State | None:
    """Tell one state of a file from the next; taken before it is read."""
    found = path.stat()
    if time.time_ns() - found.st_mtime_ns < _SETTLED:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
