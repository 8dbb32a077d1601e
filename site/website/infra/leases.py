"""Leases: one process at a time works on a row, and another takes over if that process dies.

The column ``leased_until`` is committed before work begins; no lock of the database is held
meanwhile.
"""

import datetime
from collections.abc import Callable
from typing import Protocol, TypeVar

from sqlalchemy import ColumnElement, Select, or_
from sqlalchemy.orm import InstrumentedAttribute

from website.infra import clock_skew
from website.infra.database import Database


class Leased(Protocol):
    """A row that can be leased."""

    leased_until: datetime.datetime | None


Row = TypeVar("Row", bound=Leased)


def is_taken(row: Leased, now: datetime.datetime, longest: datetime.timedelta) -> bool:
    """Return whether a process is working on a row.

    :param longest: the longest lease there is; one that ends later was set by a clock that ran
        ahead, and is ignored.
    """
    until = row.leased_until
    return until is not None and not clock_skew.has_come(until, now, longest)


def free(
    leased_until: InstrumentedAttribute[datetime.datetime | None],
    now: datetime.datetime,
    longest: datetime.timedelta,
) -> ColumnElement[bool]:
    """Return the SQL condition for rows that no process is working on, see :func:`is_taken`."""
    return or_(leased_until.is_(None), clock_skew.come(leased_until, now, longest))


def take(
    database: Database,
    due: Select[Row],
    until: datetime.datetime,
    *,
    is_due: Callable[[Row], bool] = lambda _: True,
    begin: Callable[[Row], object] = lambda _: None,
) -> Row | None:
    """Lease the first row that is due; return None if there is none, or another process was faster.

    :param due: selects rows that are free.
    :param is_due: a condition that SQL cannot express.
    :param begin: changes more of the row in the same transaction.
    :raises StorageError: if the database cannot be used.
    """
    with database.reading() as session:  # mostly nothing is due: disturb no writer
        row = session.scalar(due)
        if row is None or not is_due(row):
            return None
    with database.writing() as session:
        row = session.scalar(due.with_for_update(skip_locked=True))
        if row is None or not is_due(row):
            return None
        row.leased_until = until
        begin(row)
        return row
