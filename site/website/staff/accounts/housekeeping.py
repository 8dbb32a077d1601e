"""Deletes expired data of sign-ins; one of the worker's scheduled jobs."""

from __future__ import annotations

import datetime

from sqlalchemy import delete

from website.infra.database import Database
from website.staff.accounts import login_throttle, passkeys, sessions
from website.staff.accounts.models import SignInAttempt, SpentChallenge, StaffSession


def tidy(database: Database, now: datetime.datetime) -> None:
    """Delete attempts that count no more, sessions that are over, and challenges of the past.

    :raises StorageError: if the database cannot be used now.
    """
    with database.writing() as session:
        session.execute(delete(SignInAttempt).where(login_throttle.expired(now)))
        session.execute(delete(StaffSession).where(sessions.is_over(now)))
        session.execute(delete(SpentChallenge).where(passkeys.is_past(now)))
