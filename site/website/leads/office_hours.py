"""How long somebody has waited, counted in hours at which the office is there.

The office is there from Monday to Friday, 9 to 17 o'clock German time. Holidays count as any other
day: they differ from state to state, and a lead that seems to wait too long on one is no harm.

Clocks are changed on Sundays, so every day at the office has eight real hours and office time can
be counted by the clock on the wall.
"""

import datetime

from website.infra.clock import GERMANY

OPENS = datetime.time(9)
DAY = datetime.timedelta(hours=8)
DAYS_A_WEEK = 5


def before(moment: datetime.datetime, hours: float) -> datetime.datetime:
    """Return the last moment that lies so many office hours back.

    Whatever came in then or earlier has been waiting for as long, or longer.
    """
    days, rest = divmod(_worked(moment) - datetime.timedelta(hours=hours), DAY)
    weeks, weekday = divmod(days, DAYS_A_WEEK)
    day = datetime.date.fromordinal(weeks * 7 + weekday + 1)
    found = datetime.datetime.combine(day, OPENS) + rest
    return min(moment, found.replace(tzinfo=GERMANY).astimezone(moment.tzinfo))


def _worked(moment: datetime.datetime) -> datetime.timedelta:
    """Return the office time since 1 January of the year 1, a Monday (day 1 of Python)."""
    local = moment.astimezone(GERMANY).replace(tzinfo=None)
    weeks, weekday = divmod(local.toordinal() - 1, 7)
    days = weeks * DAYS_A_WEEK + min(weekday, DAYS_A_WEEK)
    return days * DAY + (_worked_today(local) if weekday < DAYS_A_WEEK else datetime.timedelta())


def _worked_today(local: datetime.datetime) -> datetime.timedelta:
    opened = local - datetime.datetime.combine(local.date(), OPENS)
    return min(max(opened, datetime.timedelta()), DAY)
