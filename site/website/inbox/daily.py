"""Pictures of the last days for operators, each with a sentence, and its table."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence

from markupsafe import Markup

from website.inbox import chart_svg
from website.inbox.chart_svg import MEDIUM, NARROW, Axes, Mark
from website.inbox.charts import BY_ORDERS, RESPONSES, Chart, ChartRow, duration_runs
from website.infra.german import counted, dative, duration, number, share
from website.ops.monitoring.health_history import HealthDay

UNKNOWN = "–"
_PERCENTS = [(part, share(round(100 * part), 100)) for part in (0, 0.5, 1)]
_BY_ORDERS = f"{BY_ORDERS} An Tagen ohne Punkt {{}}."


def pictures(days: Sequence[HealthDay]) -> tuple[Chart, ...]:
    """Make all of them, what is most often looked for first."""
    return (requests(days), waiting(days), responses(days), quarantine(days), disk(days))


def requests(days: Sequence[HealthDay]) -> Chart:
    """Show how many requests came each day, without those in quarantine."""
    counts = [day.received - day.quarantined for day in days]
    total, most = sum(counts), max(counts)
    if not total:
        finding = f"In {len(days)} Tagen ist keine Anfrage eingegangen."
    else:
        busiest = [day for day, count in zip(days, counts, strict=True) if count == most]
        came = counted(total, "Anfrage", "Anfragen")
        best = f", am meisten ({number(most)}) am {_long(busiest[0])}" if len(busiest) == 1 else ""
        finding = f"{came} in {len(days)} Tagen{best}."
    return Chart(
        name="anfragen",
        heading="Anfragen je Tag",
        finding=finding,
        note="Ohne Quarantäne. Der heutige Tag ist umrandet." if total and counts[-1] else "",
        columns=("Tag", "Anfragen"),
        rows=_rows(days, [(number(count),) for count in counts]) if total else (),
        drawing=_counts("anfragen", days, counts) if total else None,
    )


def waiting(days: Sequence[HealthDay]) -> Chart:
    """Show how long a delivery waited at most each day."""
    times = [day.oldest for day in days]
    known = [time for time in times if time is not None]
    if not any(day.has_samples for day in days):
        finding = "Noch ist nichts gemessen: Der Zustelldienst misst alle fünf Minuten."
    elif not known:
        finding = "Bei keiner Messung wartete eine Nachricht auf ihre Zustellung."
    else:
        finding = f"Am längsten wartete eine Nachricht {duration(max(known)).removesuffix('.')}."
    cells = [(_told(day.oldest, day, "keine wartete"),) for day in days]
    return Chart(
        name="wartend",
        heading="Älteste wartende Zustellung",
        finding=finding,
        note=_BY_ORDERS.format("wartete bei keiner Messung eine Nachricht") if known else "",
        columns=("Tag", "Längste Wartezeit"),
        rows=_rows(days, cells) if known else (),
        drawing=_times("wartend", days, {"median": times}) if known else None,
    )


def responses(days: Sequence[HealthDay]) -> Chart:
    """Show how long the first response took, over the seven days before each day's end."""
    known = [day for day in days if day.median is not None]
    finding = "In diesem Zeitraum ist noch keine Anfrage als beantwortet vermerkt."
    if known and known[-1].median is not None and known[-1].tail is not None:
        finding = (
            f"Am {_long(known[-1])} lag die erste Antwort auf Anfragen der sieben Tage davor "
            f"in der Hälfte der Fälle bei höchstens {dative(duration(known[-1].median))}, in neun "
            f"von zehn Fällen bei höchstens {dative(duration(known[-1].tail)).removesuffix('.')}."
        )
    series = {"tail": [day.tail for day in days], "median": [day.median for day in days]}
    return Chart(
        name="antwortzeit",
        heading="Zeit bis zur ersten Antwort",
        finding=finding,
        note=_BY_ORDERS.format("war keine beantwortet") if known else "",
        columns=("Tag", "Median", "90 % innerhalb von"),
        rows=_rows(days, [(_told(day.median, day), _told(day.tail, day)) for day in days])
        if known
        else (),
        drawing=_times("antwortzeit", days, series) if known else None,
        legend=RESPONSES,
    )


def quarantine(days: Sequence[HealthDay]) -> Chart:
    """Show which part of each day's requests is suspected."""
    total, suspected = (sum(counts) for counts in zip(*map(_received, days), strict=True))
    if not total:
        finding = f"In {len(days)} Tagen ist keine Anfrage eingegangen, auch keine verdächtige."
    elif not suspected:
        finding = f"Keine von {number(total)} eingegangenen Anfragen ist in Quarantäne."
    else:
        finding = (
            f"In Quarantäne {'ist' if suspected == 1 else 'sind'} {number(suspected)} von "
            f"{number(total)} eingegangenen Anfragen ({share(suspected, total)})."
        )
    cells = [
        (number(day.quarantined), number(day.received), share(day.quarantined, day.received))
        for day in days
    ]
    return Chart(
        name="quarantaene",
        heading="Anteil in Quarantäne",
        finding=finding,
        note="Nach heutigem Stand; Freigegebenes zählt nicht mehr dazu." if suspected else "",
        columns=("Tag", "In Quarantäne", "Eingegangen", "Anteil"),
        rows=_rows(days, cells) if suspected else (),
        drawing=_shares("quarantaene", days) if suspected else None,
    )


def disk(days: Sequence[HealthDay]) -> Chart:
    """Show which part of the disk was free at the end of each day."""
    parts = [day.disk_free for day in days]
    known = [part for part in parts if part is not None]
    finding = "Noch ist nichts gemessen: Der Zustelldienst misst alle fünf Minuten."
    if known:
        finding = f"Zuletzt waren {_percent(known[-1])} frei"
        lowest = min(known)
        finding += f", am wenigsten {_percent(lowest)}." if lowest < known[-1] else "."
    return Chart(
        name="platte",
        heading="Freier Platz auf der Festplatte",
        finding=finding,
        columns=("Tag", "Frei"),
        rows=_rows(days, [(_percent(part),) for part in parts]) if known else (),
        drawing=_level("platte", days) if known else None,
    )


def _counts(name: str, days: Sequence[HealthDay], found: Sequence[int]) -> Markup:
    ceiling, lines = chart_svg.counted(max(found))
    marks = [
        Mark(_long(day), number(count), count / ceiling, day.is_over)
        for day, count in zip(days, found, strict=True)
    ]
    return chart_svg.columns(name, marks, Axes(NARROW, lines, _mondays(days)))


def _shares(name: str, days: Sequence[HealthDay]) -> Markup:
    marks = [
        Mark(
            _long(day),
            share(day.quarantined, day.received),
            day.quarantined / day.received if day.received else None,
            day.is_over,
        )
        for day in days
    ]
    return chart_svg.columns(name, marks, Axes(MEDIUM, _PERCENTS, _mondays(days)))


def _level(name: str, days: Sequence[HealthDay]) -> Markup:
    marks = [Mark(_long(day), _percent(day.disk_free), day.disk_free) for day in days]
    return chart_svg.runs(name, [("median", marks)], Axes(MEDIUM, _PERCENTS, _mondays(days)))


def _times(
    name: str,
    days: Sequence[HealthDay],
    series: Mapping[str, Sequence[datetime.timedelta | None]],
) -> Markup:
    return duration_runs(name, [_long(day) for day in days], series, _mondays(days))


def _mondays(days: Sequence[HealthDay]) -> list[tuple[int, str]]:
    return [
        (at, f"{day.date.day}.{day.date.month}.")
        for at, day in enumerate(days)
        if day.date.weekday() == 0
    ]


def _rows(days: Sequence[HealthDay], cells: Sequence[tuple[str, ...]]) -> tuple[ChartRow, ...]:
    rows = [
        ChartRow(f"{_long(day)}{'' if day.is_over else ' (bis jetzt)'}", told)
        for day, told in zip(days, cells, strict=True)
    ]
    return tuple(reversed(rows))


def _received(day: HealthDay) -> tuple[int, int]:
    return day.received, day.quarantined


def _told(time: datetime.timedelta | None, day: HealthDay, nothing: str = UNKNOWN) -> str:
    if time is not None:
        return duration(time)
    return nothing if day.has_samples else UNKNOWN


def _percent(part: float | None) -> str:
    return UNKNOWN if part is None else share(round(1000 * part), 1000)


def _long(day: HealthDay) -> str:
    return f"{day.date:%d.%m.%Y}"
