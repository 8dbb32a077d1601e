"""Spam signals with points and German explanations, read from ``signals.toml``."""

from dataclasses import dataclass, replace

from website.infra import toml_tables


@dataclass(frozen=True)
class Signal:
    """A spam signal. Negative points lower suspicion."""

    name: str
    points: int
    words: str
    """German explanation, after „Verdacht:“ or alone."""


SIGNALS = {
    name: Signal(name, **values)
    for name, values in toml_tables.beside(__file__, "signals.toml").items()
}
"""Signals by name; names are stored with leads."""
CERTAIN = frozenset({"trap", "markup", "disguised", "foreign-script"}) | {
    "reads-like-advertising",
    "reads-like-request",
}
"""Signals that lead to quarantine despite a known language and a proof of work. The wording only
has so many points where a long text reads like advertising throughout."""


def reads_like(points: int) -> Signal:
    """Return the signal of the wording, with points that depend on the text."""
    name = "reads-like-advertising" if points > 0 else "reads-like-request"
    return replace(SIGNALS[name], points=points)


def in_doubt(excess: int) -> Signal:
    """Return the signal that subtracts the excess of a sum of doubtful signals."""
    return replace(SIGNALS["in-doubt"], points=-excess)


def in_words(name: str) -> str:
    """Return the explanation of a stored signal; its name if it no longer exists."""
    return SIGNALS[name].words if name in SIGNALS else name
