"""All dated texts by status, with what is still to be done on each."""

from typing import Any

from flask import render_template

from website.authoring import error_pages
from website.authoring.preview_state import preview_state
from website.content.library import Library
from website.content.models import PublicationStatus
from website.content.placeholders import is_placeholder
from website.infra import clock
from website.web.services import services


def show() -> str:
    """Render the overview."""
    library = services().library
    unreadable = [r for r in library.file_cache.kept.values() if r.item is None]
    rows, day = _rows(library), clock.today()

    def having(status: PublicationStatus, *, public: bool = False) -> list[dict[str, Any]]:
        return [
            row
            for row in rows
            if row["item"].status is status and row["item"].is_public(day) is public
        ]

    return render_template(
        "authoring/overview.html",
        faults=dict.fromkeys(
            [
                *error_pages.of_site(library),
                *error_pages.about(library, error_pages.SITE_DATA),
                *(problem for cached in unreadable for problem in cached.problems),
                *library.file_cache.strays,
            ]
        ),
        groups=(
            ("entwurf", "Entwürfe", having(PublicationStatus.DRAFT)),
            ("pruefung", "In Prüfung", having(PublicationStatus.REVIEW)),
            ("geplant", "Geplant", having(PublicationStatus.PUBLISHED)),
            ("oeffentlich", "Veröffentlicht", having(PublicationStatus.PUBLISHED, public=True)),
        ),
        pending=sum(row["finding"] is None for row in rows),
        day=day,
    )


def _rows(library: Library) -> list[dict[str, Any]]:
    """Return every dated text, newest first of each kind.

    Each with its ``finding``, nothing while nobody has looked through it yet.
    """
    findings = preview_state().findings
    return [
        {
            "item": item,
            "finding": findings.known(library, item),
            "lacks_reviewer": not item.reviewed_by or is_placeholder(item.reviewed_by),
        }
        for item in library.items
        if item.kind.is_dated
    ]
