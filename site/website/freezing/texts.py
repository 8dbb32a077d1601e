"""The texts of a build: rendered by several processes, and kept for the next build."""

from __future__ import annotations

from typing import TYPE_CHECKING

from website.cache import digest
from website.content.library import Before
from website.freezing import workers

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from website.cache import Blobs
    from website.content.library import Library
    from website.content.models import Article, Page
    from website.content.texts import Kept
    from website.freezing.memory import Memory


class _Pieces(dict[str, bytes]):
    """Takes what a process has rendered until it is handed over."""

    def put(self, content: bytes) -> str:
        name = digest(content)
        self[name] = content
        return name


def render(library: Library, blobs: Blobs, jobs: int) -> None:
    """Render whatever is not rendered yet."""
    library.texts.blobs = blobs

    def work(items: Sequence[Article | Page]) -> tuple[dict[Path, Kept], list[bytes]]:
        library.texts.blobs = pieces = _Pieces()
        for item in items:
            library.rendered(item)
        return {i.text.path: library.texts.kept[i.text.path] for i in items}, list(pieces.values())

    blobs.close()
    for _, (kept, contents) in workers.spread(library.unrendered(), jobs, work):
        library.texts.kept.update(kept)
        blobs.put_all(contents)
    library.texts.blobs = blobs
    blobs.close()


def keep(library: Library, memory: Memory, blobs: Blobs) -> None:
    """Keep what the content was read and rendered to."""
    library.texts.forget_others(library.readings.kept)
    blobs.keep_only({kept.digest for kept in library.texts.kept.values()})
    memory.before = Before(library.readings, library.texts)
