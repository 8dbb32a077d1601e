"""Links by which somebody without an account reads a draft, for some days.

The link holds a random token, the database its hash: who reads the database can open no draft.
"""

import datetime
import hashlib
import secrets
from collections.abc import Sequence

from sqlalchemy import ColumnElement, Index, String, delete, select, update
from sqlalchemy.orm import Mapped, mapped_column

from website.infra import clock_skew
from website.infra.database import Database
from website.leads.models import Base

VALID_FOR = datetime.timedelta(days=7)


class ShareLink(Base):
    """A link to a draft. It is kept while it works, and gone when it is revoked."""

    __tablename__ = "share_links"
    __table_args__ = (Index(None, "file"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(String(64), unique=True)
    """The hash of what the link holds."""
    file: Mapped[str] = mapped_column(String(400))
    version: Mapped[int | None]
    """The version that it shows; nothing for the newest."""
    created_by: Mapped[int]
    """The number of an account."""
    created_at: Mapped[datetime.datetime]
    expires_at: Mapped[datetime.datetime]
    opened_at: Mapped[datetime.datetime | None]
    """When somebody last opened it."""


class ShareLinks:
    """The share links of one database.

    Every method raises StorageError if the database cannot be used.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(
        self, file: str, staff: int, now: datetime.datetime, *, version: int | None = None
    ) -> str:
        """Make a link, and return the token that it holds: it can be read here only once.

        :param version: the one it shows for good; by default always the newest.
        """
        token = secrets.token_urlsafe(32)
        link = ShareLink(
            token=_hashed(token),
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
        """Return the link of a token; nothing if it is unknown, expired or revoked."""
        opened = (
            update(ShareLink)
            .where(ShareLink.token == _hashed(token), _is_valid(now))
            .values(opened_at=now)
            .returning(ShareLink)
        )
        with self._database.writing() as session:
            return session.scalar(opened)

    def of(self, file: str, now: datetime.datetime) -> Sequence[ShareLink]:
        """Return the links of a file that work, the newest first."""
        links = select(ShareLink).where(ShareLink.file == file, _is_valid(now))
        return self._database.all(links.order_by(ShareLink.id.desc()))

    def revoke(self, file: str, number: int) -> bool:
        """End a link of a file at once; False if there is none."""
        gone = delete(ShareLink).where(ShareLink.id == number, ShareLink.file == file)
        with self._database.writing() as session:
            return session.scalar(gone.returning(ShareLink.id)) is not None

    def tidy(self, now: datetime.datetime) -> None:
        """Delete the links that work no more."""
        self._database.execute(delete(ShareLink).where(~_is_valid(now)))


def _is_valid(now: datetime.datetime) -> ColumnElement[bool]:
    """Choose the links that have not expired, nor were made by a clock that was ahead."""
    return ~clock_skew.come(ShareLink.expires_at, now, VALID_FOR)


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
