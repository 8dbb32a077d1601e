"""Scales and axis labels of charts.

The charts are in ``templates/inbox/charts/``, their drawings in
``templates/inbox/components/plot.html``.
"""

import datetime
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from website.infra import german
from website.infra.clock import MONTHS
from website.infra.german import DAY, HOUR, MINUTE

STEPS = (
    *(MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 4 * HOUR),
    *(DAY, 3 * DAY, 7 * DAY, 30 * DAY, 365 * DAY),
)


@dataclass(frozen=True)
class Scale:
    """A scale that maps values to heights."""

    left: float
    """Per cent of the width reserved for labels on the left."""
    lines: Sequence[tuple[float, str]]
    """Grid lines: heights from 0 to 1 with labels."""
    part: Callable[[Any], float]
    """Returns the height of a value, from 0 to 1."""
    text: Callable[[Any], str]
    """Formats a value."""


SHARES = Scale(
    left=13,
    lines=[(part, german.share(part, 1)) for part in (0, 0.5, 1)],
    part=float,
    text=lambda value: german.share(value, 1),
)
"""The scale of shares, from 0 to 1."""


def count_scale(most: int) -> Scale:
    """Return a scale of counts with an even maximum, so that its half is an integer."""
    step = 10 ** math.floor(math.log10(most)) if most >= 10 else 2  # noqa: PLR2004
    ceiling = math.ceil(most / step) * step
    lines = [(part, german.number(ceiling * part)) for part in (0, 0.5, 1)]
    return Scale(9, lines, lambda count: count / ceiling, german.number)


def duration_scale(times: Iterable[datetime.timedelta | None]) -> Scale:
    """Return a logarithmic scale of durations.

    Its lowest and highest steps enclose all times, as far as :data:`STEPS` goes.
    """
    known = [time for time in times if time is not None]
    low = max((at for at, step in enumerate(STEPS[:-1]) if step <= min(known)), default=0)
    above = (at for at, step in enumerate(STEPS) if step >= max(known))
    steps = STEPS[low : max(next(above, len(STEPS) - 1), low + 1) + 1]

    def part(time: datetime.timedelta) -> float:
        height = math.log(max(time, steps[0]) / steps[0]) / math.log(steps[-1] / steps[0])
        return min(1.0, height)

    return Scale(19, [(part(step), german.duration(step)) for step in steps], part, german.duration)


def months(dates: Sequence[datetime.date]) -> list[tuple[int, str]]:
    """Return the indexes of dates at which months begin, with their names."""
    return [
        (at, MONTHS[date.month - 1][:3])
        for at, date in enumerate(dates)
        if at == 0 or date.month != dates[at - 1].month
    ]


def mondays(dates: Sequence[datetime.date]) -> list[tuple[int, str]]:
    """Return the indexes of Mondays, with their dates."""
    return [
        (at, f"{date.day}.{date.month}.") for at, date in enumerate(dates) if date.weekday() == 0
    ]


def duration(time: datetime.timedelta | None, nothing: str = "–") -> str:
    """Return a duration for a table."""
    return nothing if time is None else german.duration(time)
