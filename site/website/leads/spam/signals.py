"""Spam signals with points and German explanations, read from ``signals.toml``."""

from dataclasses import dataclass

from website.infra import toml_tables


@dataclass(frozen=True)
class Signal:
    """A spam signal. Negative points lower suspicion."""

    name: str
    points: int
    words: str
    """German explanation, after „Verdacht:“ or alone."""
    certain: bool = False
    """Whether it leads to quarantine despite a known language and a proof of work."""


SIGNALS = {
    name: Signal(name, **values)
    for name, values in toml_tables.beside(__file__, "signals.toml").items()
}
"""Signals by name; names are stored with leads."""


def in_words(name: str) -> str:
    """Return the explanation of a stored signal; its name if it no longer exists."""
    return SIGNALS[name].words if name in SIGNALS else name
