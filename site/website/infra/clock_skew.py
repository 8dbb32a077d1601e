"""Stored moments, compared with now: a clock that was ahead for a while must delay nothing.

A moment that lies further ahead than anybody ever sets one was written by such a clock. What waits
for it is due, and what happened "then" happened longer ago than anything may last.
"""

import datetime

from sqlalchemy import ColumnElement, or_
from sqlalchemy.orm import InstrumentedAttribute

Column = InstrumentedAttribute[datetime.datetime] | InstrumentedAttribute[datetime.datetime | None]


SKEW = datetime.timedelta(minutes=5)
"""How far the clocks of two machines may differ."""
NOTHING = datetime.timedelta()


def is_ahead(
    moment: datetime.datetime, now: datetime.datetime, longest: datetime.timedelta = NOTHING
) -> bool:
    """Return whether a clock that was ahead has written a moment.

    :param longest: how far ahead such moments are set at the most.
    """
    return moment - now > longest + SKEW


def has_come(
    moment: datetime.datetime, now: datetime.datetime, longest: datetime.timedelta = NOTHING
) -> bool:
    """Return whether nobody need wait for a moment any more, see :func:`is_ahead`."""
    return moment <= now or is_ahead(moment, now, longest)


def come(
    column: Column, now: datetime.datetime, longest: datetime.timedelta = NOTHING
) -> ColumnElement[bool]:
    """Return a condition for the rows whose moment has come, see :func:`has_come`."""
    return or_(column <= now, column > now + longest + SKEW)


def age(moment: datetime.datetime, now: datetime.datetime) -> datetime.timedelta:
    """Return how long ago something was: for ever, if by a clock that was ahead."""
    return datetime.timedelta.max if is_ahead(moment, now) else now - moment
