"""Comparison of stored timestamps with the current time, tolerating a clock that once ran ahead.

A timestamp further in the future than any that is set on purpose was written by such a clock:
whatever waits for it is due, and whatever happened then counts as infinitely long ago.
"""

import datetime

from sqlalchemy import ColumnElement, or_
from sqlalchemy.orm import InstrumentedAttribute

Column = InstrumentedAttribute[datetime.datetime] | InstrumentedAttribute[datetime.datetime | None]

SKEW = datetime.timedelta(minutes=5)
"""Tolerated difference between the clocks of two machines."""
NOTHING = datetime.timedelta()


def is_ahead(
    moment: datetime.datetime, now: datetime.datetime, longest: datetime.timedelta = NOTHING
) -> bool:
    """Return whether a timestamp was written by a clock that ran ahead.

    :param longest: how far ahead such timestamps are set at most.
    """
    return moment - now > longest + SKEW


def has_come(
    moment: datetime.datetime, now: datetime.datetime, longest: datetime.timedelta = NOTHING
) -> bool:
    """Return whether a timestamp has passed, or was written by a clock that ran ahead."""
    return moment <= now or is_ahead(moment, now, longest)


def come(
    column: Column, now: datetime.datetime, longest: datetime.timedelta = NOTHING
) -> ColumnElement[bool]:
    """Return the SQL condition of :func:`has_come`."""
    return or_(column <= now, column > now + longest + SKEW)


def age(moment: datetime.datetime, now: datetime.datetime) -> datetime.timedelta:
    """Return the time since a timestamp: ``timedelta.max`` if a clock that ran ahead wrote it."""
    return datetime.timedelta.max if is_ahead(moment, now) else now - moment
