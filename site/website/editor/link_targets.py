"""Suggestions for internal links: texts and headings, relative to the linking file."""

import itertools
import posixpath
from collections.abc import Iterator
from typing import Any

from flask import request

from website.content.library import Library
from website.content.models import Item, PublicationStatus
from website.editor.blueprint import blueprint, editor_state, text_or_404
from website.web import params

MOST_PAGES = 200
"""Maximum number of pages suggested by an input."""
MOST = 12
"""Maximum number of suggested texts."""
WITH_HEADINGS = 3
"""Number of texts whose headings are suggested, too."""


@blueprint.get("/ziele")
def link_targets() -> dict[str, Any]:
    """Return as JSON the texts that match the search, with headings of the first ones."""
    file = text_or_404(request.args.get("von", ""))
    words = params.line(request.args.get("suche", "")).casefold().split()
    library = editor_state().site.library
    edition, inner = library.in_edition(file)
    return {"targets": list(_targets(edition, inner, words)) if words else []}


def pages(library: Library) -> list[tuple[str, str]]:
    """Return address and title of possible menu targets; articles come last."""
    published = PublicationStatus.PUBLISHED
    drafts = {item.address for item in library.addressed_items if item.status is not published}
    offered = library.own_addresses - drafts
    found = [(at, title) for at, title in library.titles.items() if at in offered and title]
    dated = {item.address for item in library.addressed_items if item.kind.is_dated}
    return sorted(found, key=lambda each: (each[0] in dated, each[1].casefold()))[:MOST_PAGES]


def _targets(library: Library, file: str, words: list[str]) -> Iterator[dict[str, str]]:
    found = (
        item
        for item in library.addressed_items
        if all(word in f"{item.title} {item.name}".casefold() for word in words)
    )
    for number, item in enumerate(itertools.islice(found, MOST)):
        path = posixpath.relpath(item.text.file, posixpath.dirname(file))
        yield {"label": item.title, "hint": item.kind.title, "target": path}
        if number < WITH_HEADINGS:
            yield from _headings(library, item, path)


def _headings(library: Library, item: Item, path: str) -> Iterator[dict[str, str]]:
    for heading in library.rendered(item).headings:
        if heading.level == 2:  # noqa: PLR2004 - those of the table of contents
            target = f"{path}#{heading.anchor}"
            yield {"label": heading.text, "hint": f"Abschnitt in „{item.title}“", "target": target}
