"""The texts of a build, rendered by several processes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from website.build import workers
from website.content.models import TextContent
from website.infra.cache import digest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from website.content.library import Library
    from website.content.rendered_texts import Kept
    from website.infra.cache import Blobs


_UNSENT = TextContent(Path(), "", "", 0)


class _Pieces(dict[str, bytes]):
    """Takes what a process has rendered until it is handed over."""

    def put(self, content: bytes) -> str:
        name = digest(content)
        self[name] = content
        return name


def render(library: Library, blobs: Blobs, jobs: int) -> None:
    """Render every text that is not rendered yet."""
    library.texts.blobs = blobs
    waiting = {item.text.path: item for item in library.unrendered()}

    def work(paths: Sequence[Path]) -> tuple[dict[Path, Kept], list[bytes]]:
        library.texts.blobs = pieces = _Pieces()
        for path in paths:
            library.rendered(waiting[path])
        # The other process has the Markdown already.
        made = {path: replace(library.texts.kept[path], text=_UNSENT) for path in paths}
        return made, list(pieces.values())

    blobs.close()
    for _, (made, contents) in workers.spread(list(waiting), jobs, work):
        for path, kept in made.items():
            library.texts.kept[path] = replace(kept, text=waiting[path].text)
        blobs.put_all(contents)
    library.texts.blobs = blobs
    blobs.close()
