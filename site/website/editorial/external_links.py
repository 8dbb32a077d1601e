"""Links of the texts to other websites, and what became of them when they were last looked at."""

from __future__ import annotations

import datetime
import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Mapped, mapped_column

from website.content import text_files
from website.exceptions import UnreadableFile
from website.infra.database import insert_new
from website.leads.models import Base

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from website.infra.database import Database

EVERY = datetime.timedelta(days=7)
AGAIN = datetime.timedelta(days=1)
"""After a failure: most of them pass."""
BROKEN_AFTER = 2
"""Failures in a row after which a link counts as broken."""
LONGEST = 2000
"""Characters of an address that is looked at."""

_ADDRESS = re.compile(r"https?://[^\s<>\"'`\\|\[\]{}]+")


class ExternalLink(Base):
    """One address of another website."""

    __tablename__ = "external_links"

    url: Mapped[str] = mapped_column(primary_key=True)
    checked_at: Mapped[datetime.datetime | None]
    failures: Mapped[int] = mapped_column(default=0)
    """In a row."""
    reason: Mapped[str] = mapped_column(default="")
    """Of the last failure, in German."""


@dataclass(frozen=True)
class Use:
    """Where an address stands."""

    file: str
    line: int


def find(texts: Mapping[str, bytes]) -> dict[str, list[Use]]:
    """Return every address of another website, with the places where texts name it."""
    found: dict[str, list[Use]] = defaultdict(list)
    for file, data in texts.items():
        try:
            text = text_files.decoded(data)
        except UnreadableFile:
            continue
        for place in _ADDRESS.finditer(text):
            url = _trimmed(place[0])
            if len(url) <= LONGEST:
                line = len(re.findall(r"\r\n|\r|\n", text[: place.start()])) + 1
                found[url].append(Use(file, line))
    return dict(found)


class ExternalLinks:
    """The addresses that one database knows.

    Every method raises StorageError if the database cannot be used.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def due(self, urls: Collection[str], now: datetime.datetime, limit: int) -> list[str]:
        """Return which addresses to look at now, and forget those that no text names any more."""
        with self._database.writing() as session:
            known = {link.url: link for link in session.scalars(select(ExternalLink))}
            for url in urls - known.keys():
                insert_new(session, ExternalLink, url=url)
            for url in known.keys() - set(urls):
                session.execute(delete(ExternalLink).where(ExternalLink.url == url))
        waiting = [link for link in known.values() if link.url in urls and _is_due(link, now)]
        waiting.sort(key=lambda link: (link.checked_at or now, link.url))
        return [*sorted(set(urls) - known.keys()), *(link.url for link in waiting)][:limit]

    def record(self, url: str, reason: str, now: datetime.datetime) -> None:
        """Note how an address answered.

        :param reason: why it failed; empty if it did not.
        """
        failures = ExternalLink.failures + 1 if reason else 0
        looked = update(ExternalLink).where(ExternalLink.url == url)
        with self._database.writing() as session:
            session.execute(looked.values(checked_at=now, failures=failures, reason=reason))

    def broken(self) -> Sequence[ExternalLink]:
        """Return the addresses that have failed again and again."""
        links = select(ExternalLink).where(ExternalLink.failures >= BROKEN_AFTER)
        with self._database.reading() as session:
            return session.scalars(links.order_by(ExternalLink.url)).all()


def _is_due(link: ExternalLink, now: datetime.datetime) -> bool:
    if link.checked_at is None or link.checked_at > now:
        return True
    return now - link.checked_at >= (AGAIN if link.failures else EVERY)


def _trimmed(url: str) -> str:
    """Cut off what belongs to the sentence, or to Markdown, around an address."""
    while True:
        shorter = url.rstrip(".,;:!?*_")
        if shorter.endswith(")") and shorter.count("(") < shorter.count(")"):
            shorter = shorter[:-1]
        if shorter == url:
            return url
        url = shorter
