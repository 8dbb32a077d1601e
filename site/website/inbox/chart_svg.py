"""Drawings of figures, made of marks, lines and labels.

Every place in a drawing is a share of its size, so the drawing takes any width while its letters
keep theirs. Colours come from the style sheet.
"""

from __future__ import annotations

import datetime
import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from website.infra.german import DAY, HOUR, MINUTE, duration, number

TOP, BOTTOM = 8.0, 88.0
"""Where the drawing's own field begins and ends, in per cent of the height; below stand labels."""
NARROW, MEDIUM, WIDE = 9.0, 13.0, 19.0
"""Per cent of the width left of the field, for numbers, for „100 %“, or for durations."""
RADIUS, SMALL_RADIUS = 5, 3
"""Pixels of a dot, where there are few and where there are more."""
FEW = 15
LABEL_EVERY = 13.0
"""Per cent of the width that a label needs on the narrowest screen."""
STEPS = (
    *(MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 4 * HOUR),
    *(DAY, 3 * DAY, 7 * DAY, 30 * DAY, 365 * DAY),
)


@dataclass(frozen=True)
class Mark:
    """One value in a drawing: a column or a dot."""

    label: str
    """What it is the value of."""
    value: str
    height: float | None
    """From 0 to 1; none where nothing is known."""
    is_over: bool = True
    """Whether the value will change no more."""


@dataclass(frozen=True)
class Axes:
    """What surrounds the marks of a drawing."""

    left: float
    """Per cent of the width that the labels of the lines take."""
    lines: Sequence[tuple[float, str]]
    """Heights from 0 to 1, each with its label."""
    labels: Sequence[tuple[int, str]]
    """Written below, each below the mark with this number."""
    anchor: str = "middle"
    """Where a label stands: in the ``middle`` of its mark, or from its ``start`` on."""

    def place(self, at: int, count: int) -> float:
        """Return where the room of a mark begins, in per cent of the width."""
        return self.left + at * (100 - self.left) / count


def columns(name: str, marks: Sequence[Mark], axes: Axes) -> Markup:
    """Draw a column for each mark."""
    slot = (100 - axes.left) / len(marks)
    bars = (
        Markup(
            '<rect class="plot__mark"{} x="{}%" y="{}%" width="{}%" height="{}%">'
            "<title>{}: {}</title></rect>"
        ).format(
            Markup("") if mark.is_over else Markup(' data-variant="open"'),
            percent(axes.place(at, len(marks)) + slot * 0.12),
            percent(height_of(mark.height)),
            percent(slot * 0.76),
            percent(BOTTOM - height_of(mark.height)),
            mark.label,
            mark.value,
        )
        for at, mark in enumerate(marks)
        if mark.height
    )
    return _drawing(name, bars, axes, len(marks))


def runs(name: str, series: Sequence[tuple[str, Sequence[Mark]]], axes: Axes) -> Markup:
    """Draw dots with lines between neighbours for each series, which is named by its variant."""
    drawn = (part for variant, marks in series for part in _run(variant, marks, axes))
    return _drawing(name, drawn, axes, len(series[0][1]))


def counted(most: int) -> tuple[int, list[tuple[float, str]]]:
    """Return the number that a drawing ends with above, and its lines."""
    ceiling = ceiling_above(most)
    return ceiling, [(part, number(ceiling * part)) for part in (0, 0.5, 1)]


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


def _run(variant: str, marks: Sequence[Mark], axes: Axes) -> Iterable[Markup]:
    slot = (100 - axes.left) / len(marks)
    dots = [
        None
        if mark.height is None
        else (axes.place(at, len(marks)) + slot / 2, height_of(mark.height))
        for at, mark in enumerate(marks)
    ]
    for one, other in itertools.pairwise(dots):
        if one and other:
            yield Markup(
                '<line class="plot__run" data-variant="{}" x1="{}%" y1="{}%" x2="{}%" y2="{}%"/>'
            ).format(variant, *map(percent, (*one, *other)))
    for dot, mark in zip(dots, marks, strict=True):
        if dot:
            yield Markup(
                '<circle class="plot__dot" data-variant="{}" cx="{}%" cy="{}%" r="{}">'
                "<title>{}: {}</title></circle>"
            ).format(
                variant,
                *map(percent, dot),
                RADIUS if len(marks) <= FEW else SMALL_RADIUS,
                mark.label,
                mark.value,
            )


def _grid(lines: Iterable[tuple[float, str]]) -> Iterable[Markup]:
    """Draw lines across at some heights, from 0 to 1, each with its label."""
    for part, label in lines:
        height = percent(height_of(part))
        yield Markup(
            '<line class="plot__line" x1="0" y1="{0}%" x2="100%" y2="{0}%"/>'
            '<text class="plot__label" x="0" y="{0}%" dy="-0.35em">{1}</text>'
        ).format(height, label)


def _labels_below(labels: Iterable[tuple[float, str]], anchor: str) -> Iterable[Markup]:
    """Write labels below, as many as have room on the narrowest screen."""
    last = -LABEL_EVERY
    for place, label in labels:
        if place - last < LABEL_EVERY or place > 100 - LABEL_EVERY / 2:
            continue
        last = place
        yield Markup('<text class="plot__label" x="{}%" y="98%" text-anchor="{}">{}</text>').format(
            percent(place), anchor, label
        )


def _drawing(name: str, marks: Iterable[Markup], axes: Axes, count: int) -> Markup:
    """Join marks, lines and labels to the drawing of the chart with a name."""
    middle = (100 - axes.left) / count / 2 if axes.anchor == "middle" else 0
    labels = [(axes.place(at, count) + middle, label) for at, label in axes.labels]
    parts = [*_grid(axes.lines), *marks, *_labels_below(labels, axes.anchor)]
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
