"""Problems and placeholders in content files, with messages that tell authors what to do."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from website.infra import toml_tables

MARK = "PLATZHALTER"
"""Begins the placeholder of a missing fact: ``PLATZHALTER: what is missing``."""

_NONE = frozenset({"keine", "keiner", "keines", "keins", "nichts", "nicht bestellt"})
"""Answers to a question that must be answered, which no page repeats."""

msg = toml_tables.messages(__file__)
"""Renders a sentence of ``messages.toml`` for authors."""

Report = Callable[[int, str], None]
"""A function that takes a line and a message."""


def ignore(_line: int, _message: str) -> None:
    """Ignore a problem that is known already or follows from another one."""


class Severity(StrEnum):
    """Severity of a problem, the most severe first."""

    ERROR = "error"
    """Blocks a release: nothing public may contain it."""
    WARNING = "warning"
    """Should be corrected; blocks nothing."""
    HINT = "hint"
    """A suggestion, which the writer may ignore."""

    @property
    def label(self) -> str:
        """The German name that staff read."""
        return _LABELS[self][0]

    def counted(self, number: int) -> str:
        """Return a number of problems in words: „1 Hinweis“, „keine Warnungen“."""
        return f"{number or 'keine'} {_LABELS[self][number != 1]}"


_LABELS = {
    Severity.ERROR: ("Fehler", "Fehler"),
    Severity.WARNING: ("Warnung", "Warnungen"),
    Severity.HINT: ("Hinweis", "Hinweise"),
}
"""For one, and for several."""


@dataclass(frozen=True, order=True)
class Problem:
    """A problem: file, line, and a German sentence that says how to correct it."""

    path: str
    """From the project's folder: ``content/artikel/x.md``."""
    line: int
    """Counted from 1."""
    message: str
    severity: Severity = field(default=Severity.ERROR, compare=False)
    is_public: bool = field(default=True, compare=False)
    """Whether it concerns what visitors see, not only a draft."""
    rule: str = field(default="", compare=False)
    """Code name of the rule that found it; none for what the reading of the file found."""

    @property
    def blocks(self) -> bool:
        """Whether it blocks a release. Warnings and problems of drafts do not."""
        return self.severity is Severity.ERROR and self.is_public

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


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
