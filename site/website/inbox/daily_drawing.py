"""Drawings of the last days: columns of counts and shares, and runs of times and levels."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from markupsafe import Markup

from website.inbox.chart_svg import (
    BOTTOM,
    NARROW,
    WIDE,
    Scale,
    ceiling_above,
    drawing,
    grid,
    height_of,
    labels_below,
    percent,
)
from website.infra.german import duration, number, share

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Sequence

    from website.ops.monitoring.health_history import HealthDay

SHARES = 13.0
"""Per cent of the width left of the field, for „100 %“."""
RADIUS = 3
"""Pixels: thirty dots have room on the narrowest screen."""
_PERCENTS = [(part, share(round(100 * part), 100)) for part in (0, 0.5, 1)]


def counts(name: str, days: Sequence[HealthDay], found: Sequence[int]) -> Markup:
    """Draw a column for each day's count."""
    ceiling = ceiling_above(max(found))
    lines = [(part, number(ceiling * part)) for part in (0, 0.5, 1)]
    told = [number(count) for count in found]
    bars = _columns(days, [count / ceiling for count in found], told, NARROW)
    return drawing(name, [*grid(lines), *bars, *_dates(days, NARROW)])


def shares(name: str, days: Sequence[HealthDay], parts: Sequence[float | None]) -> Markup:
    """Draw a column for each day's share, from 0 to 1."""
    told = [share(day.quarantined, day.received) for day in days]
    bars = _columns(days, [part or 0 for part in parts], told, SHARES)
    return drawing(name, [*grid(_PERCENTS), *bars, *_dates(days, SHARES)])


def level(name: str, days: Sequence[HealthDay], parts: Sequence[float | None]) -> Markup:
    """Draw a run of shares, from 0 to 1."""
    told = ["" if part is None else share(round(1000 * part), 1000) for part in parts]
    run = _run(days, parts, told, SHARES, "median")
    return drawing(name, [*grid(_PERCENTS), *run, *_dates(days, SHARES)])


def times(
    name: str,
    days: Sequence[HealthDay],
    series: Sequence[tuple[str, Sequence[datetime.timedelta | None]]],
) -> Markup:
    """Draw a run of durations for each series, which is named by its variant."""
    known = [time for _, found in series for time in found if time is not None]
    scale = Scale.over(known)
    runs = [
        mark
        for variant, found in series
        for mark in _run(
            days,
            [None if time is None else scale.part(time) for time in found],
            ["" if time is None else duration(time) for time in found],
            WIDE,
            variant,
        )
    ]
    return drawing(name, [*grid(scale.lines), *runs, *_dates(days, WIDE)])


def _columns(
    days: Sequence[HealthDay], parts: Sequence[float], told: Sequence[str], left: float
) -> Iterable[Markup]:
    slot = (100 - left) / len(days)
    for at, (day, part, text) in enumerate(zip(days, parts, told, strict=True)):
        if part:
            yield Markup(
                '<rect class="plot__mark"{} x="{}%" y="{}%" width="{}%" height="{}%">'
                "<title>{}: {}</title></rect>"
            ).format(
                Markup("") if day.is_over else Markup(' data-variant="open"'),
                percent(left + at * slot + slot * 0.12),
                percent(height_of(part)),
                percent(slot * 0.76),
                percent(BOTTOM - height_of(part)),
                f"{day.date:%d.%m.%Y}",
                text,
            )


def _run(
    days: Sequence[HealthDay],
    parts: Sequence[float | None],
    told: Sequence[str],
    left: float,
    variant: str,
) -> Iterable[Markup]:
    """Draw a dot for each known day, and lines between neighbours."""
    slot = (100 - left) / len(days)
    dots = [
        None if part is None else (left + at * slot + slot / 2, height_of(part))
        for at, part in enumerate(parts)
    ]
    for one, other in itertools.pairwise(dots):
        if one and other:
            yield Markup(
                '<line class="plot__run" data-variant="{}" x1="{}%" y1="{}%" x2="{}%" y2="{}%"/>'
            ).format(variant, *map(percent, (*one, *other)))
    for dot, day, text in zip(dots, days, told, strict=True):
        if dot:
            yield Markup(
                '<circle class="plot__dot" data-variant="{}" cx="{}%" cy="{}%" r="{}">'
                "<title>{}: {}</title></circle>"
            ).format(variant, *map(percent, dot), RADIUS, f"{day.date:%d.%m.%Y}", text)


def _dates(days: Sequence[HealthDay], left: float) -> Iterable[Markup]:
    """Name each Monday."""
    slot = (100 - left) / len(days)
    mondays = [
        (left + at * slot + slot / 2, f"{day.date.day}.{day.date.month}.")
        for at, day in enumerate(days)
        if day.date.weekday() == 0
    ]
    return labels_below(mondays, "middle")
