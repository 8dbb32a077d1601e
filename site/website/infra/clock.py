"""Date and time: computed in UTC, displayed in German time."""

import datetime
from collections.abc import Callable
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime.datetime]
"""A function that returns the current time, timezone-aware; tests inject their own."""

GERMANY = ZoneInfo("Europe/Berlin")
ZONES = {"CET": "MEZ", "CEST": "MESZ"}
DAYS = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")
MONTHS = (
    "Januar", "Februar", "März", "April", "Mai", "Juni",
    "Juli", "August", "September", "Oktober", "November", "Dezember",
)  # fmt: skip


def now() -> datetime.datetime:
    """Return the current time in UTC."""
    return datetime.datetime.now(datetime.UTC)


def today() -> datetime.date:
    """Return the current date in Germany."""
    return german_day(now())


def german_day(moment: datetime.datetime) -> datetime.date:
    """Return the date in Germany at a given time."""
    return moment.astimezone(GERMANY).date()


def midnight(day: datetime.date) -> datetime.datetime:
    """Return the time at which a day begins in Germany."""
    return datetime.datetime.combine(day, datetime.time(), GERMANY)


def in_german(moment: datetime.datetime) -> str:
    """Format a time as „Montag, 23. November 2026, 21:43 Uhr (MEZ)“.

    The zone is included because one hour is repeated every October.
    """
    local = moment.astimezone(GERMANY)
    return (
        f"{DAYS[local.weekday()]}, {local.day}. {MONTHS[local.month - 1]} {local.year}, "
        f"{local:%H:%M} Uhr ({_zone(local)})"
    )


def in_digits(moment: datetime.datetime) -> str:
    """Format a time as „23.11.2026, 21:43“, with the zone only in the hour that is repeated."""
    return f"{moment.astimezone(GERMANY):%d.%m.%Y, %H:%M}{zone_if_repeated(moment)}"


def day_in_digits(written: str) -> str:
    """Return a date in ISO 8601 as „23.11.2026“; any other text as it is."""
    try:
        return f"{datetime.date.fromisoformat(written):%d.%m.%Y}"
    except ValueError:
        return written


def zone_if_repeated(moment: datetime.datetime) -> str:
    """Return the zone as „ (MEZ)“ if this hour is repeated in October, otherwise nothing."""
    local = moment.astimezone(GERMANY)
    other = local.replace(fold=1 - local.fold)
    return f" ({_zone(local)})" if local.utcoffset() != other.utcoffset() else ""


def _zone(local: datetime.datetime) -> str:
    zone = local.tzname() or ""
    return ZONES.get(zone, zone)
