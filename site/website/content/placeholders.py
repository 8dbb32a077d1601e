"""Placeholders of missing facts: ``PLATZHALTER: what is missing`` in the content."""

MARK = "PLATZHALTER"

_NONE = frozenset({"keine", "keiner", "keines", "keins", "nichts", "nicht bestellt"})
"""Answers to a question that must be answered, which no page repeats."""


def is_placeholder(text: str) -> bool:
    """Return whether a text is a placeholder."""
    return text.startswith(MARK)


def is_none(text: str) -> bool:
    """Return whether a text states that there is no such thing: „keine“, „nicht bestellt“."""
    return text.strip(" .").lower() in _NONE


def missing_fact(text: str) -> str:
    """Return the missing fact, as the author described it."""
    return text.removeprefix(MARK).lstrip(": ") or "Angabe"


def reminder(text: str) -> str:
    """Return the message that names a missing fact."""
    return f"Es fehlt noch: {missing_fact(text).rstrip('.')}."
