"""Moments: taken in UTC, shown in German time."""

import datetime
from collections.abc import Callable
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime.datetime]
"""Returns the present moment, with its zone. Tests bring their own."""

GERMANY = ZoneInfo("Europe/Berlin")
ZONES = {"CET": "MEZ", "CEST": "MESZ"}
DAYS = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")
MONTHS = (
    "Januar", "Februar", "März", "April", "Mai", "Juni",
    "Juli", "August", "September", "Oktober", "November", "Dezember",
)  # fmt: skip


def now() -> datetime.datetime:
    """Return the present moment in UTC."""
    return datetime.datetime.now(datetime.UTC)


def today() -> datetime.date:
    """Return the day it is in Germany."""
    return german_day(now())


def german_day(moment: datetime.datetime) -> datetime.date:
    """Return the day it is in Germany at a moment."""
    return moment.astimezone(GERMANY).date()


def midnight(day: datetime.date) -> datetime.datetime:
    """Return the moment at which a day begins in Germany."""
    return datetime.datetime.combine(day, datetime.time(), GERMANY)


def in_german(moment: datetime.datetime) -> str:
    """Return a moment as „Montag, 23. November 2026, 21:43 Uhr (MEZ)“.

    The zone is named because one hour of every October happens twice.
    """
    local = moment.astimezone(GERMANY)
    zone = local.tzname() or ""
    return (
        f"{DAYS[local.weekday()]}, {local.day}. {MONTHS[local.month - 1]} {local.year}, "
        f"{local:%H:%M} Uhr ({ZONES.get(zone, zone)})"
    )
