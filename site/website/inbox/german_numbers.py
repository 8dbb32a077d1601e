"""Numbers, shares, durations, weeks and months in German, never broken before the unit."""

from __future__ import annotations

import datetime
import math
from typing import TYPE_CHECKING

from website.infra.clock import MONTHS
from website.web.templating import NO_BREAK_SPACE as _SPACE

if TYPE_CHECKING:
    from website.leads.statistics import Week

MINUTE = datetime.timedelta(minutes=1)
HOUR = datetime.timedelta(hours=1)
DAY = datetime.timedelta(days=1)


def number(value: float) -> str:
    """Write a number with dots between thousands, and one decimal unless it is whole."""
    text = f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}".removesuffix(".0")
    return text.translate(str.maketrans(",.", ".,"))


def share(part: int, whole: int) -> str:
    """Write a part in percent; what is not nothing is never „0 %“."""
    percent = 100 * part / whole if whole else 0
    text = "<1" if 0 < percent < 1 else f"{math.floor(percent + 0.5)}"
    return f"{text}{_SPACE}%"


def counted(count: int, one: str, many: str) -> str:
    """Write a count with its noun: „1 Anfrage“, „12 Anfragen“."""
    return f"{number(count)}{_SPACE}{one if count == 1 else many}"


def duration(time: datetime.timedelta) -> str:
    """Write a duration: „45 Min.“, „2 Std. 15 Min.“, „1,5 Tage“."""
    minutes = round(time / MINUTE)
    if minutes < 1:
        return f"unter 1{_SPACE}Min."
    if minutes < HOUR / MINUTE:
        return f"{minutes}{_SPACE}Min."
    if minutes < DAY / MINUTE:
        return _hours(*divmod(minutes, 60))
    days = round(time / DAY, 1)
    return f"{number(days)}{_SPACE}{'Tag' if days == 1 else 'Tage'}"


def week_in_words(week: Week) -> str:
    """Name a week by its Monday: „07.09.2026“."""
    going_on = "" if week.is_over else " (läuft noch)"
    return f"{week.monday:%d.%m.%Y}{going_on}"


def month_in_words(first: datetime.date) -> str:
    """Name a month: „September 2026“."""
    return f"{MONTHS[first.month - 1]} {first.year}"


def _hours(hours: int, minutes: int) -> str:
    told = f"{hours}{_SPACE}Std."
    return f"{told}{_SPACE}{minutes}{_SPACE}Min." if minutes else told
