"""Drawings of figures, made of marks, lines and labels.

Every place in a drawing is a share of its size, so the drawing takes any width while its letters
keep theirs. Colours come from the style sheet.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from website.inbox import words
from website.infra.clock import MONTHS
from website.infra.german import DAY, HOUR, MINUTE, duration, month_in_words, number

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Sequence

    from website.leads.statistics import Month, Week

TOP, BOTTOM = 8.0, 88.0
"""Where the drawing's own field begins and ends, in per cent of the height; below stand labels."""
NARROW, WIDE = 9.0, 19.0
"""Per cent of the width left of the field, for numbers or for durations."""
LABEL_EVERY = 13.0
"""Per cent of the width that a label needs on the narrowest screen."""
STEPS = (
    *(MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 4 * HOUR),
    *(DAY, 3 * DAY, 7 * DAY, 30 * DAY, 365 * DAY),
)


def columns(weeks: Sequence[Week]) -> Markup:
    """Draw a bar for each week."""
    ceiling = ceiling_above(max(week.count for week in weeks))
    slot = (100 - NARROW) / len(weeks)
    bars = (
        Markup(
            '<rect class="plot__mark"{} x="{}%" y="{}%" width="{}%" height="{}%">'
            "<title>{}: {}</title></rect>"
        ).format(
            Markup("") if week.is_over else Markup(' data-variant="open"'),
            percent(NARROW + at * slot + slot * 0.12),
            percent(height_of(week.count / ceiling)),
            percent(slot * 0.76),
            percent(BOTTOM - height_of(week.count / ceiling)),
            words.week(week),
            number(week.count),
        )
        for at, week in enumerate(weeks)
        if week.count
    )
    lines = [(part, number(ceiling * part)) for part in (0, 0.5, 1)]
    months = [
        (NARROW + at * slot, _month_short(week.monday))
        for at, week in enumerate(weeks)
        if at == 0 or week.monday.month != weeks[at - 1].monday.month
    ]
    return drawing("wochen", [*grid(lines), *bars, *labels_below(months, "start")])


def dots(months: Sequence[Month]) -> Markup:
    """Draw two dots for each month: after which time half, and nine of ten, were answered."""
    scale = Scale.over(
        time
        for month in months
        for time in (month.responses.median, month.responses.nine_of_ten)
        if time is not None
    )
    slot = (100 - WIDE) / len(months)
    median = [(month.responses.median, month) for month in months]
    tail = [(month.responses.nine_of_ten, month) for month in months]
    parts = [*grid(scale.lines), *_run(tail, scale, "tail"), *_run(median, scale, "median")]
    labels = [
        (WIDE + at * slot + slot / 2, _month_short(month.first)) for at, month in enumerate(months)
    ]
    return drawing("antwortzeit", [*parts, *labels_below(labels, "middle")])


def bar(part: float) -> Markup:
    """Draw one bar that fills a part of the width."""
    return Markup(
        '<svg class="plot__bar" aria-hidden="true" focusable="false">'
        '<rect class="plot__mark" width="{}%" height="100%"/></svg>'
    ).format(percent(100 * part))


def ceiling_above(most: int) -> int:
    """Return an even number above, so that its half is whole too."""
    step = max(2, 10 ** math.floor(math.log10(most)) if most >= 10 else 2)  # noqa: PLR2004
    return math.ceil(most / step) * step


@dataclass(frozen=True)
class Scale:
    """Heights of durations, which differ by whole orders: equal ways are equal multiples."""

    steps: tuple[datetime.timedelta, ...]

    @classmethod
    def over(cls, times: Iterable[datetime.timedelta]) -> Scale:
        """Make one whose lowest and highest steps enclose all."""
        times = list(times)
        low = max((at for at, step in enumerate(STEPS[:-1]) if step <= min(times)), default=0)
        above = (at for at, step in enumerate(STEPS) if step >= max(times))
        high = max(next(above, len(STEPS) - 1), low + 1)
        return cls(STEPS[low : high + 1])

    @property
    def lines(self) -> list[tuple[float, str]]:
        """Return the steps, each with its height."""
        return [(self.part(step), duration(step)) for step in self.steps]

    def part(self, time: datetime.timedelta) -> float:
        """Return the height of a duration, from 0 to 1."""
        low, high = (math.log(step / MINUTE) for step in (self.steps[0], self.steps[-1]))
        value = math.log(max(time, self.steps[0]) / MINUTE)
        return min(1.0, (value - low) / (high - low))


def _run(
    times: Sequence[tuple[datetime.timedelta | None, Month]], scale: Scale, variant: str
) -> Iterable[Markup]:
    """Draw a dot for each month, and lines between neighbours."""
    slot = (100 - WIDE) / len(times)
    dots = [
        None if time is None else (WIDE + at * slot + slot / 2, height_of(scale.part(time)))
        for at, (time, _) in enumerate(times)
    ]
    for one, other in itertools.pairwise(dots):
        if one and other:
            yield Markup(
                '<line class="plot__run" data-variant="{}" x1="{}%" y1="{}%" x2="{}%" y2="{}%"/>'
            ).format(variant, *map(percent, (*one, *other)))
    for dot, (time, month) in zip(dots, times, strict=True):
        if dot and time is not None:
            yield Markup(
                '<circle class="plot__dot" data-variant="{}" cx="{}%" cy="{}%" r="5">'
                "<title>{}: {}</title></circle>"
            ).format(variant, *map(percent, dot), month_in_words(month.first), duration(time))


def grid(lines: Iterable[tuple[float, str]]) -> Iterable[Markup]:
    """Draw lines across at some heights, from 0 to 1, each with its label."""
    for part, label in lines:
        height = percent(height_of(part))
        yield Markup(
            '<line class="plot__line" x1="0" y1="{0}%" x2="100%" y2="{0}%"/>'
            '<text class="plot__label" x="0" y="{0}%" dy="-0.35em">{1}</text>'
        ).format(height, label)


def labels_below(labels: Iterable[tuple[float, str]], anchor: str) -> Iterable[Markup]:
    """Write labels below, as many as have room on the narrowest screen."""
    last = -LABEL_EVERY
    for place, label in labels:
        if place - last < LABEL_EVERY or place > 100 - LABEL_EVERY / 2:
            continue
        last = place
        yield Markup('<text class="plot__label" x="{}%" y="98%" text-anchor="{}">{}</text>').format(
            percent(place), anchor, label
        )


def drawing(name: str, parts: Iterable[Markup]) -> Markup:
    """Join marks, lines and labels to the drawing of the chart with a name."""
    return Markup(
        '<svg class="plot__drawing" role="img" aria-labelledby="{0}-titel"'
        ' aria-describedby="{0}-befund">{1}</svg>'
    ).format(name, Markup("").join(parts))


def height_of(part: float) -> float:
    """Return the place of a height, from 0 to 1, in per cent from above."""
    return BOTTOM - (BOTTOM - TOP) * part


def percent(value: float) -> str:
    """Write a place, as short as can be."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _month_short(day: datetime.date) -> str:
    return MONTHS[day.month - 1][:3]
