"""When jobs are due that do not go by the time since their last start."""

from __future__ import annotations

import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING

from website.infra.clock import GERMANY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from website.ops.monitoring.jobs import Calendar

WEEK = datetime.timedelta(days=7)
DAY = datetime.timedelta(days=1)
HOUR = datetime.time(8)
"""Of the weekly report, on Mondays, German time."""
AFTER_MIDNIGHT = datetime.time(0, 2)
"""In Germany, where days begin for the articles."""


def next_monday(after: datetime.datetime) -> datetime.datetime:
    """Give the next Monday morning after a moment."""
    local = after.astimezone(GERMANY)
    day = local.date() - datetime.timedelta(days=local.weekday())
    this = datetime.datetime.combine(day, HOUR, GERMANY)
    if this > after:
        return this
    return datetime.datetime.combine(day + WEEK, HOUR, GERMANY)


def next_morning(after: datetime.datetime) -> datetime.datetime:
    """Give the next time after a moment at which a German day has just begun."""
    day = after.astimezone(GERMANY).date()
    this = datetime.datetime.combine(day, AFTER_MIDNIGHT, GERMANY)
    if this > after:
        return this
    return datetime.datetime.combine(day + DAY, AFTER_MIDNIGHT, GERMANY)


CALENDARS: Mapping[str, Calendar] = MappingProxyType({"pages": next_morning, "weekly": next_monday})
"""By the job's name: for whoever does it, and for whoever tells when it is due."""
