"""Waiting times in office hours: Monday to Friday, 9 to 17 o'clock in Germany.

Public holidays count as working days, because they differ between the states. Clocks change on
Sundays, so every working day has eight real hours and local time can be used.
"""

import datetime

from website.infra.clock import GERMANY

OPENS = datetime.time(9)
DAY = datetime.timedelta(hours=8)
DAYS_A_WEEK = 5


def before(moment: datetime.datetime, hours: float) -> datetime.datetime:
    """Return the latest moment that is at least this many office hours ago.

    Leads received then or earlier have waited that long.
    """
    days, rest = divmod(_worked(moment) - datetime.timedelta(hours=hours), DAY)
    weeks, weekday = divmod(days, DAYS_A_WEEK)
    day = datetime.date.fromordinal(weeks * 7 + weekday + 1)
    found = datetime.datetime.combine(day, OPENS) + rest
    return min(moment, found.replace(tzinfo=GERMANY).astimezone(moment.tzinfo))


def _worked(moment: datetime.datetime) -> datetime.timedelta:
    """Return the office time since 1 January of the year 1, a Monday."""
    local = moment.astimezone(GERMANY).replace(tzinfo=None)
    weeks, weekday = divmod(local.toordinal() - 1, 7)
    days = weeks * DAYS_A_WEEK + min(weekday, DAYS_A_WEEK)
    return days * DAY + (_worked_today(local) if weekday < DAYS_A_WEEK else datetime.timedelta())


def _worked_today(local: datetime.datetime) -> datetime.timedelta:
    opened = local - datetime.datetime.combine(local.date(), OPENS)
    return min(max(opened, datetime.timedelta()), DAY)
