"""Every reason to suspect a lead, or not to: its points, and how staff read it."""

from dataclasses import dataclass, replace

from website.infra import toml_tables


@dataclass(frozen=True)
class Signal:
    """One reason. Negative points speak for the lead."""

    name: str
    points: int
    words: str
    """In German, after „Verdacht:“ or alone."""


SIGNALS = {
    name: Signal(name, **values)
    for name, values in toml_tables.beside(__file__, "signals.toml").items()
}
"""By their names, which are stored with leads."""
CERTAIN = frozenset({"trap", "markup", "disguised", "foreign-script"}) | {
    "reads-like-advertising",
    "reads-like-request",
}
"""What withholds a text in a known language although the browser has proven work. The wording is
among them: it reaches that far only where a text is long, and reads like advertising throughout."""


def reads_like(points: int) -> Signal:
    """Return the signal of the wording, whose weight depends on the text."""
    name = "reads-like-advertising" if points > 0 else "reads-like-request"
    return replace(SIGNALS[name], points=points)


def in_doubt(excess: int) -> Signal:
    """Return the signal that subtracts the excess of a sum of doubtful signals."""
    return replace(SIGNALS["in-doubt"], points=-excess)


def in_words(name: str) -> str:
    """Return the words for a stored signal, also for one that no longer exists."""
    return SIGNALS[name].words if name in SIGNALS else name
