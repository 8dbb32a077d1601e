"""The texts of a build, rendered by several processes."""

from __future__ import annotations

from collections.abc import Sequence

from website.build import workers
from website.content.library import Library
from website.content.rendered_texts import Kept
from website.infra.cache import Blobs, digest


class _Pieces(dict[str, bytes]):
    """Takes what a process has rendered until it is handed over."""

    def put(self, content: bytes) -> str:
        name = digest(content)
        self[name] = content
        return name


def render(library: Library, blobs: Blobs, jobs: int) -> None:
    """Render every text of every edition that is not rendered yet."""
    for edition in library.every_edition:
        _render(edition, blobs, jobs)


def _render(library: Library, blobs: Blobs, jobs: int) -> None:
    library.texts.blobs = blobs
    waiting = {item.text.label: item for item in library.unrendered()}

    def work(labels: Sequence[str]) -> tuple[dict[str, Kept], list[bytes]]:
        library.texts.blobs = pieces = _Pieces()
        for label in labels:
            library.rendered(waiting[label])
        return {label: library.texts.kept[label] for label in labels}, list(pieces.values())

    blobs.close()
    for _, (made, contents) in workers.spread(list(waiting), jobs, work):
        library.texts.kept.update(made)
        blobs.put_all(contents)
    library.texts.blobs = blobs
    blobs.close()
