"""Calendars: when jobs are due that run at a time of day instead of an interval."""

import datetime
from collections.abc import Callable, Mapping
from types import MappingProxyType

from website.infra.clock import GERMANY, german_day

Calendar = Callable[[datetime.datetime], datetime.datetime]
"""Return the next time after a moment."""

WEEK = datetime.timedelta(days=7)
DAY = datetime.timedelta(days=1)
HOUR = datetime.time(8)
"""Of the weekly report, on Mondays, German time."""
AFTER_MIDNIGHT = datetime.time(0, 2)
"""In Germany, where days begin for the articles."""


def next_monday(after: datetime.datetime) -> datetime.datetime:
    """Return the next Monday morning after a moment."""
    day = german_day(after)
    return _next(after, day - datetime.timedelta(days=day.weekday()), HOUR, WEEK)


def next_morning(after: datetime.datetime) -> datetime.datetime:
    """Return the next time after a moment at which a German day has just begun."""
    return _next(after, german_day(after), AFTER_MIDNIGHT, DAY)


def _next(
    after: datetime.datetime, day: datetime.date, time: datetime.time, step: datetime.timedelta
) -> datetime.datetime:
    """Return the time of a day, or where that is over, of the day a step later."""
    this = datetime.datetime.combine(day, time, GERMANY)
    return this if this > after else datetime.datetime.combine(day + step, time, GERMANY)


CALENDARS: Mapping[str, Calendar] = MappingProxyType({"pages": next_morning, "weekly": next_monday})
"""By the job's name: for the worker that runs it, and for pages that show when it is due."""
