"""External links of public texts: which files contain them, and the results of their checks.

A single failure may be temporary, so a link counts as broken only when every check has failed for a
day or longer.
"""

import datetime
from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import JSON, String, delete, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from website.content.library import Library
from website.content.outline import web_addresses
from website.editorial.link_checker import LinkOutcome
from website.infra import clock_skew
from website.infra.database import Store, insert_new
from website.leads.models import Base

WEEK = datetime.timedelta(days=7)
"""Interval between checks of a working link."""
DAY = datetime.timedelta(days=1)
"""Interval between checks of a failing link; if it still fails then, it is broken."""
LONGEST = 2_000
"""Maximum length in characters of an address that is checked."""


class ExternalLink(Base):
    """An address of another website, and the result of its last check."""

    __tablename__ = "external_links"

    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(String(LONGEST), unique=True)
    texts: Mapped[list[str]] = mapped_column(JSON)
    """The files that contain a link to it."""
    checked_at: Mapped[datetime.datetime | None]
    failing_since: Mapped[datetime.datetime | None]
    """Time of the first failure since the last success."""
    failure: Mapped[str] = mapped_column(String(200), default="")
    """Why the last check failed, in German."""
    moved_to: Mapped[str] = mapped_column(String(LONGEST), default="")
    """Target of a permanent redirect."""
    asked_at: Mapped[datetime.datetime | None]
    """When an editor requested a check that is still pending."""

    @property
    def is_broken(self) -> bool:
        """Whether all checks have failed for a day or longer."""
        if self.failing_since is None or self.checked_at is None:
            return False
        return self.checked_at - self.failing_since >= DAY


class ExternalLinks(Store):
    """The external links of one database."""

    def all(self) -> Sequence[ExternalLink]:
        """Return all links, ordered by address."""
        return self._database.all(select(ExternalLink).order_by(ExternalLink.address))

    def update(self, found: Mapping[str, Sequence[str]]) -> None:
        """Add new links, remove obsolete ones, and keep the check results of all others.

        :param found: the files that contain each address.
        """
        with self._database.writing() as session:
            known = {row.address: row for row in session.scalars(select(ExternalLink))}
            gone = [row.id for address, row in known.items() if address not in found]
            session.execute(delete(ExternalLink).where(ExternalLink.id.in_(gone)))
            for address, files in found.items():
                if address not in known:
                    new = {"texts": list(files), "failure": "", "moved_to": ""}
                    insert_new(session, ExternalLink, address=address, **new)
                elif known[address].texts != list(files):
                    known[address].texts = list(files)

    def due(self, now: datetime.datetime) -> Sequence[str]:
        """Return the addresses to check: requested ones first, then the longest unchecked."""
        checked = ExternalLink.checked_at
        is_failing = ExternalLink.failing_since.is_not(None)
        rows = (
            select(ExternalLink.address)
            .where(
                or_(
                    ExternalLink.asked_at.is_not(None),
                    checked.is_(None),
                    clock_skew.come(checked, now - WEEK, WEEK),
                    is_failing & clock_skew.come(checked, now - DAY, DAY),
                )
            )
            .order_by(ExternalLink.asked_at.is_(None), checked.is_not(None), checked)
        )
        return self._database.all(rows)

    def record(self, outcomes: Mapping[str, LinkOutcome], now: datetime.datetime) -> None:
        """Store the results of checks.

        :param now: start of the run that made the checks.
        """
        with self._database.writing() as session:
            checked = select(ExternalLink).where(ExternalLink.address.in_(outcomes))
            for row in session.scalars(checked):
                outcome = outcomes[row.address]
                row.failing_since = (row.failing_since or now) if outcome.failure else None
                row.failure, row.moved_to = outcome.failure, outcome.moved_to[:LONGEST]
                row.checked_at, row.asked_at = now, None

    def ask(self, now: datetime.datetime, number: int | None = None) -> bool:
        """Request a check of one link, or of all; return False if there is none."""
        asked = update(ExternalLink).values(asked_at=now)
        if number is not None:
            asked = asked.where(ExternalLink.id == number)
        with self._database.writing() as session:
            return bool(session.scalars(asked.returning(ExternalLink.id)).all())


def linked_from(library: Library) -> dict[str, list[str]]:
    """Return every external address, with the files of the public texts that contain it.

    Addresses of sources are included. Invalid addresses are left out: the checks of the texts
    report them.
    """
    own = library.site
    found: defaultdict[str, list[str]] = defaultdict(list)
    for edition in library.every_edition if own.is_readable else ():
        for item in edition.public_items:
            outline = edition.texts.renderer.outline(item.text)
            named = dict.fromkeys(address for _, address, _ in web_addresses(item, outline))
            for address in named:
                if len(address) <= LONGEST:
                    found[address].append(item.text.content_file)
    return dict(found)
