"""Share links: temporary links to drafts for readers without an account.

A link contains a random token of which the database stores only the hash, so that read access to
the database does not open any draft.
"""

import datetime
import secrets
from collections.abc import Sequence

from sqlalchemy import ColumnElement, Index, String, delete, select, update
from sqlalchemy.orm import Mapped, mapped_column

from website.infra import clock_skew
from website.infra.cache import digest
from website.infra.database import Store
from website.leads.models import Base

VALID_FOR = datetime.timedelta(days=7)


class ShareLink(Base):
    """A share link. It is deleted when it is revoked or has expired."""

    __tablename__ = "share_links"
    __table_args__ = (Index(None, "file"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(String(64), unique=True)
    """The hash of the token."""
    file: Mapped[str] = mapped_column(String(400))
    version: Mapped[int | None]
    """The version to show; None for the newest."""
    created_by: Mapped[int]
    """The number of an account."""
    created_at: Mapped[datetime.datetime]
    expires_at: Mapped[datetime.datetime]
    opened_at: Mapped[datetime.datetime | None]
    """When it was last opened."""


class ShareLinks(Store):
    """The share links of one database."""

    def create(
        self, file: str, staff: int, now: datetime.datetime, *, version: int | None = None
    ) -> str:
        """Create a link and return its token, which cannot be retrieved later.

        :param version: the version to show; by default always the newest.
        """
        token = secrets.token_urlsafe(32)
        link = ShareLink(
            token=digest(token.encode()),
            file=file,
            version=version,
            created_by=staff,
            created_at=now,
            expires_at=now + VALID_FOR,
        )
        with self._database.writing() as session:
            session.add(link)
        return token

    def open(self, token: str, now: datetime.datetime) -> ShareLink | None:
        """Return the link of a token; None if it is unknown, expired or revoked."""
        opened = (
            update(ShareLink)
            .where(ShareLink.token == digest(token.encode()), _is_valid(now))
            .values(opened_at=now)
            .returning(ShareLink)
        )
        with self._database.writing() as session:
            return session.scalar(opened)

    def of(self, file: str, now: datetime.datetime) -> Sequence[ShareLink]:
        """Return the valid links of a file, newest first."""
        links = select(ShareLink).where(ShareLink.file == file, _is_valid(now))
        return self._database.all(links.order_by(ShareLink.id.desc()))

    def revoke(self, file: str, number: int) -> bool:
        """Revoke a link of a file; return False if there is none."""
        gone = delete(ShareLink).where(ShareLink.id == number, ShareLink.file == file)
        with self._database.writing() as session:
            return session.scalar(gone.returning(ShareLink.id)) is not None

    def tidy(self, now: datetime.datetime) -> None:
        """Delete expired links."""
        self._database.execute(delete(ShareLink).where(~_is_valid(now)))


def _is_valid(now: datetime.datetime) -> ColumnElement[bool]:
    """Return a condition for links that have not expired; clock skew counts as expired."""
    return ~clock_skew.come(ShareLink.expires_at, now, VALID_FOR)
