"""Waiting times in office hours: on working days, 9 to 17 o'clock in Germany.

Saturdays, Sundays and the holidays of all of Germany are no working days; holidays of single states
are. Clocks change on Sundays, so every working day has eight real hours and local time can be used.
"""

import datetime

from website.infra.clock import GERMANY

OPENS = datetime.time(9)
DAY = datetime.timedelta(hours=8)
DAYS_A_WEEK = 5
_FIXED = {(1, 1), (5, 1), (10, 3), (12, 25), (12, 26)}
"""Month and day of holidays."""
_AFTER_EASTER = {-2, 1, 39, 50}
"""Days from Easter Sunday: Good Friday, Easter Monday, Ascension Day, Whit Monday."""


def before(moment: datetime.datetime, hours: float) -> datetime.datetime:
    """Return the latest moment that is at least this many office hours ago.

    Leads received then or earlier have waited that long.
    """
    if not hours:
        return moment
    local = moment.astimezone(GERMANY).replace(tzinfo=None)
    day, rest, worked = local.date(), datetime.timedelta(hours=hours), _worked(local)
    while worked < rest:
        rest -= worked
        day -= datetime.timedelta(days=1)
        worked = DAY if is_working_day(day) else datetime.timedelta()
    found = datetime.datetime.combine(day, OPENS) + worked - rest
    return found.replace(tzinfo=GERMANY).astimezone(moment.tzinfo)


def is_working_day(day: datetime.date) -> bool:
    """Return whether offices are open on a day everywhere in Germany but in single states."""
    is_holiday = (day.month, day.day) in _FIXED or (day - _easter(day.year)).days in _AFTER_EASTER
    return day.weekday() < DAYS_A_WEEK and not is_holiday


def _worked(local: datetime.datetime) -> datetime.timedelta:
    """Return the office time of a day until a moment."""
    opened = local - datetime.datetime.combine(local.date(), OPENS)
    worked = min(max(opened, datetime.timedelta()), DAY)
    return worked if is_working_day(local.date()) else datetime.timedelta()


def _easter(year: int) -> datetime.date:
    """Return Easter Sunday, by C. F. Gauss's rule without exceptions, valid from 1900 to 2099.

    H. Lichtenberg: Zur Interpretation der Gaußschen Osterformel und ihrer Ausnahmeregeln. Historia
    Mathematica 24 (1997), 441-444.
    """
    cycle = year % 19
    moon = (19 * cycle + 24) % 30
    full = 21 + moon - (moon + cycle // 11) // 29  # both count from the last day of February
    sunday = 7 - (year + year // 4 - 13) % 7
    return datetime.date(year, 3, 1) + datetime.timedelta(days=full + 6 - (full - sunday) % 7)
