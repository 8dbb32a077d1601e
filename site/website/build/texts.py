"""The texts of a build, rendered by several processes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from website.build import workers
from website.content.models import TextContent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from website.content.library import Library
    from website.content.rendered_texts import Kept


_UNSENT = TextContent(Path(), "", "", 0)


def render(library: Library, jobs: int) -> None:
    """Render every text that is not rendered yet."""
    waiting = {item.text.path: item for item in library.unrendered()}

    def work(paths: Sequence[Path]) -> dict[Path, Kept]:
        for path in paths:
            library.rendered(waiting[path])
        # The other process has the Markdown already.
        return {path: replace(library.texts.kept[path], text=_UNSENT) for path in paths}

    for _, made in workers.spread(list(waiting), jobs, work):
        for path, kept in made.items():
            library.texts.kept[path] = replace(kept, text=waiting[path].text)
