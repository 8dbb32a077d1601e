"""Which file of the content an address shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Request

_PAGES = {
    "pages.start": "index",
    "pages.articles": "artikel",
    "pages.not_found": "404",
    "contact_page.form": "kontakt",
    "contact_endpoint.thanks": "danke",
    "answers.thanks": "danke",
    "answers.confirm": "bestaetigen",
}


def file_of(request: Request) -> str:
    """Name the file whose text a page shows, from the content folder; nothing where none does.

    Whether there is such a file is another question.
    """
    values = request.view_args or {}
    if request.endpoint == "pages.article":
        return f"artikel/{values['slug']}.md"
    if request.endpoint == "pages.page":
        return f"seiten/{values['name']}.md"
    page = _PAGES.get(request.endpoint or "")
    return f"seiten/{page}.md" if page else ""
