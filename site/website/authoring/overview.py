"""All articles by status, with what is still to be done on each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import render_template

from website.authoring import error_pages
from website.authoring.workbench import workbench
from website.content.models import Article, PublicationStatus
from website.content.placeholders import is_placeholder
from website.infra import clock
from website.web.services import services

if TYPE_CHECKING:
    import datetime
    from collections.abc import Sequence

    from website.authoring.check_cache import TextReport
    from website.content.library import Library


@dataclass(frozen=True)
class ArticleRow:
    """One article, as the overview shows it."""

    article: Article
    finding: TextReport | None
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
class StatusGroup:
    """Articles of one status."""

    name: str
    title: str
    rows: Sequence[ArticleRow]


def show() -> str:
    """Show the overview."""
    library = services().library
    unreadable = [r for r in library.readings.kept.values() if r.item is None]
    groups = group(rows(library))
    return render_template(
        "authoring/overview.html",
        faults=dict.fromkeys(
            [
                *error_pages.of_site(library),
                *error_pages.about(library, [error_pages.SITE_DATA]),
                *(problem for reading in unreadable for problem in reading.problems),
                *library.readings.strays,
            ]
        ),
        groups=groups,
        pending=sum(row.finding is None for each in groups for row in each.rows),
    )


def rows(library: Library) -> list[ArticleRow]:
    """List every article with what is known of it, newest first."""
    findings = workbench().findings
    day = clock.today()
    return [ArticleRow(item, findings.known(library, item), day) for item in library.every_article]


def group(listed: Sequence[ArticleRow]) -> tuple[StatusGroup, ...]:
    """Put rows in the order in which articles grow up."""

    def having(status: PublicationStatus, *, public: bool = False) -> list[ArticleRow]:
        return [
            row
            for row in listed
            if row.article.status is status and row.article.is_public(row.day) is public
        ]

    return (
        StatusGroup("entwurf", "Entwürfe", having(PublicationStatus.DRAFT)),
        StatusGroup("pruefung", "In Prüfung", having(PublicationStatus.REVIEW)),
        StatusGroup("geplant", "Erscheint noch", having(PublicationStatus.PUBLISHED)),
        StatusGroup(
            "oeffentlich", "Veröffentlicht", having(PublicationStatus.PUBLISHED, public=True)
        ),
    )
