"""Formatting of numbers, percentages, sizes and durations in German."""

import datetime
import math

from website.infra.clock import MONTHS

NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"
"""Separates numbers from units, to prevent line breaks."""

MINUTE = datetime.timedelta(minutes=1)
HOUR = datetime.timedelta(hours=1)
DAY = datetime.timedelta(days=1)


def number(value: float) -> str:
    """Return a number with dots between thousands, and one decimal unless it is whole."""
    text = f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}".removesuffix(".0")
    return text.translate(str.maketrans(",.", ".,"))


def share(part: float, whole: float) -> str:
    """Return a percentage; a part above zero is never „0 %“."""
    percent = 100 * part / whole if whole else 0
    text = "<1" if 0 < percent < 1 else f"{math.floor(percent + 0.5)}"
    return f"{text}{NO_BREAK_SPACE}%"


def counted(count: int, one: str, many: str) -> str:
    """Return a count with its noun: „1 Anfrage“, „12 Anfragen“."""
    return f"{number(count)}{NO_BREAK_SPACE}{one if count == 1 else many}"


def size(count: int) -> str:
    """Return a number of bytes in the unit that makes it short: „12 GB“."""
    power = next((power for power in (4, 3, 2) if count >= 1000**power), 2)
    return f"{count // 1000**power}{NO_BREAK_SPACE}{('MB', 'GB', 'TB')[power - 2]}"


def month_in_words(first: datetime.date) -> str:
    """Return a month with its year: „September 2026“."""
    return f"{MONTHS[first.month - 1]} {first.year}"


def duration(time: datetime.timedelta) -> str:
    """Return a duration: „45 Min.“, „2 Std. 15 Min.“, „1,5 Tage“."""
    minutes = round(time / MINUTE)
    if minutes < 1:
        return f"unter 1{NO_BREAK_SPACE}Min."
    if minutes < HOUR / MINUTE:
        return f"{minutes}{NO_BREAK_SPACE}Min."
    if minutes < DAY / MINUTE:
        hours, rest = divmod(minutes, 60)
        text = f"{hours}{NO_BREAK_SPACE}Std."
        return f"{text} {rest}{NO_BREAK_SPACE}Min." if rest else text
    days = round(time / DAY, 1)
    return f"{number(days)}{NO_BREAK_SPACE}{'Tag' if days == 1 else 'Tage'}"


def rough_duration(time: datetime.timedelta) -> str:
    """Return a duration in its largest unit, rounded down: „12 Min.“, „3 Std.“, „2 Tage“."""
    if time < MINUTE:
        return "unter 1 Min."
    if time < HOUR:
        return f"{time // MINUTE} Min."
    if time < 2 * DAY:
        return f"{time // HOUR} Std."
    return f"{time // DAY} Tage"


def spelled_duration(time: datetime.timedelta) -> str:
    """Return a duration in words, in the dative case: „25 Minuten“, „2 Tagen“."""
    minutes = max(1, round(time / MINUTE))
    hours = round(minutes / 60)
    if minutes < 2 * HOUR / MINUTE:
        return "1 Minute" if minutes == 1 else f"{minutes} Minuten"
    if hours < 2 * DAY / HOUR:
        return f"{hours} Stunden"
    return f"{round(hours / 24)} Tagen"


def dative(duration: str) -> str:
    """Return a duration in the dative case, as after „vor“, „nach“, „in“ and „bei“: „2 Tagen“."""
    return f"{duration}n" if duration.endswith("Tage") else duration
