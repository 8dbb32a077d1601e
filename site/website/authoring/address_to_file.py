"""Which file of the content an address shows."""

from __future__ import annotations

from flask import Request

from website.content import kinds

_PAGES = {
    "pages.start": "index",
    "pages.not_found": "404",
    "contact_page.form": "kontakt",
    "contact_endpoint.thanks": "danke",
    "answers.thanks": "danke",
    "answers.confirm": "bestaetigen",
}


def file_of(request: Request) -> str:
    """Return the content file whose text a page shows, or an empty text if there is none.

    Whether there is such a file is another question.
    """
    if request.endpoint == "pages.text":
        return kinds.file_at((request.view_args or {})["path"])
    page = _PAGES.get(request.endpoint or "")
    return kinds.OTHER_PAGES.file(page) if page else ""
