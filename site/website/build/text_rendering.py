"""The texts of a build, rendered by several processes."""

from __future__ import annotations

from collections.abc import Sequence

from website.build import workers
from website.content.library import Library
from website.content.rendered_texts import Kept


def render(library: Library, jobs: int) -> None:
    """Render every text of every edition that is not rendered yet."""
    for edition in library.every_edition:
        _render(edition, jobs)


def _render(library: Library, jobs: int) -> None:
    waiting = {item.text.label: item for item in library.unrendered()}

    def work(labels: Sequence[str]) -> dict[str, Kept]:
        for label in labels:
            library.rendered(waiting[label])
        return {label: library.texts.kept[label] for label in labels}

    for _, made in workers.spread(list(waiting), jobs, work):
        library.texts.kept.update(made)
