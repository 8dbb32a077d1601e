"""All dated texts by status, with what is still to be done on each."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from flask import render_template

from website.authoring import error_pages
from website.authoring.preview_state import preview_state
from website.checking.text_reports import TextReport
from website.content.library import Library
from website.content.models import Item, PublicationStatus
from website.content.placeholders import is_placeholder
from website.infra import clock
from website.web.services import services


@dataclass(frozen=True)
class OverviewRow:
    """One text, as the overview shows it."""

    item: Item
    finding: TextReport | None
    """Nothing while nobody has looked through it yet."""
    day: datetime.date

    @property
    def review_is_due(self) -> bool:
        """Whether somebody should have read it again by now."""
        return self.item.review_is_due(self.day)

    @property
    def lacks_reviewer(self) -> bool:
        """Whether nobody is named who knows the subject and has read it."""
        name = self.item.reviewed_by
        return not name or is_placeholder(name)


@dataclass(frozen=True)
class StatusGroup:
    """Texts of one status."""

    name: str
    title: str
    rows: Sequence[OverviewRow]


def show() -> str:
    """Render the overview."""
    library = services().library
    unreadable = [r for r in library.file_cache.kept.values() if r.item is None]
    groups = group(rows(library))
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
        groups=groups,
        pending=sum(row.finding is None for each in groups for row in each.rows),
    )


def rows(library: Library) -> list[OverviewRow]:
    """List every dated text with what is known of it, newest first of each kind."""
    findings = preview_state().findings
    day = clock.today()
    dated = [item for item in library.items if item.kind.is_dated]
    return [OverviewRow(item, findings.known(library, item), day) for item in dated]


def group(listed: Sequence[OverviewRow]) -> tuple[StatusGroup, ...]:
    """Return the rows in the order of the editorial workflow."""

    def having(status: PublicationStatus, *, public: bool = False) -> list[OverviewRow]:
        return [
            row
            for row in listed
            if row.item.status is status and row.item.is_public(row.day) is public
        ]

    return (
        StatusGroup("entwurf", "Entwürfe", having(PublicationStatus.DRAFT)),
        StatusGroup("pruefung", "In Prüfung", having(PublicationStatus.REVIEW)),
        StatusGroup("geplant", "Geplant", having(PublicationStatus.PUBLISHED)),
        StatusGroup(
            "oeffentlich", "Veröffentlicht", having(PublicationStatus.PUBLISHED, public=True)
        ),
    )
