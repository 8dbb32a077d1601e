"""All articles by status, with what is still to be done on each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import current_app, render_template

from website.authoring import faults
from website.content.models import Article, Status
from website.content.placeholders import is_placeholder
from website.leads import clock

if TYPE_CHECKING:
    import datetime
    from collections.abc import Sequence

    from website.authoring.findings import Finding
    from website.content.library import Library


@dataclass(frozen=True)
class Row:
    """One article, as the overview shows it."""

    article: Article
    finding: Finding | None
    """Nothing while nobody has looked through it yet."""
    day: datetime.date

    @property
    def review_is_due(self) -> bool:
        """Whether somebody should have read it again by now."""
        return self.article.review_is_due(self.day)

    @property
    def lacks_reviewer(self) -> bool:
        """Whether nobody is named who knows the subject and has read it."""
        name = self.article.reviewed_by
        return not name or is_placeholder(name)


@dataclass(frozen=True)
class Group:
    """Articles of one status."""

    name: str
    title: str
    rows: Sequence[Row]


def show() -> str:
    """Show the overview."""
    library: Library = current_app.extensions["library"]
    unreadable = [r for r in library.readings.kept.values() if r.item is None]
    groups = group(rows(library))
    return render_template(
        "authoring/overview.html",
        faults=dict.fromkeys(
            [
                *faults.of_site(library),
                *faults.about(library, [faults.SITE_DATA]),
                *(problem for reading in unreadable for problem in reading.problems),
                *library.readings.strays,
            ]
        ),
        groups=groups,
        pending=sum(row.finding is None for each in groups for row in each.rows),
    )


def rows(library: Library) -> list[Row]:
    """List every article with what is known of it, newest first."""
    findings = current_app.extensions["workbench"].findings
    day = clock.today()
    return [Row(item, findings.known(library, item), day) for item in library.every_article]


def group(listed: Sequence[Row]) -> tuple[Group, ...]:
    """Put rows in the order in which articles grow up."""

    def having(status: Status, *, public: bool = False) -> list[Row]:
        return [
            row
            for row in listed
            if row.article.status is status and row.article.is_public(row.day) is public
        ]

    return (
        Group("entwurf", "Entwürfe", having(Status.DRAFT)),
        Group("pruefung", "In Prüfung", having(Status.REVIEW)),
        Group("geplant", "Erscheint noch", having(Status.PUBLISHED)),
        Group("oeffentlich", "Veröffentlicht", having(Status.PUBLISHED, public=True)),
    )
