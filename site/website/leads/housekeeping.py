"""What is deleted by itself: keyed hashes whose time is over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from website.leads import fingerprints, limits

if TYPE_CHECKING:
    import datetime

    from website.leads.database import Database


def tidy(database: Database, now: datetime.datetime) -> None:
    """Delete what has expired.

    :raises StorageError: if the database cannot be used now.
    """
    with database.writing() as session:
        fingerprints.forget_expired(session, now)
        limits.forget_old(session, now)
