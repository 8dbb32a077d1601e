"""Results of checks, with advice. They contain no secrets and no personal data."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from website.infra import toml_tables

CERTIFICATE_WARNING = 21
"""Days. Renewal usually begins 30 days before the end, so by then it has been failing for a
while."""
CERTIFICATE_ERROR = 7


class Level(StrEnum):
    """Severity of a result."""

    OK = "ok"
    UNCHECKED = "not checked"
    """Cannot be checked from here; it may be right or wrong."""
    WARNING = "warning"
    """Works, but should not stay like this."""
    ERROR = "error"
    """Does not work, or is open to others."""


@dataclass(frozen=True)
class CheckResult:
    """One line of the report."""

    level: Level
    seen: str
    advice: str = ""
    """The next step, if something is wrong."""
    check: str = ""
    """The name of the check."""

    def at(self, level: Level) -> CheckResult:
        """Return the same result with another severity."""
        return replace(self, level=level)


class NotChecked(Exception):  # noqa: N818 - no error: gives a reason
    """A check is not possible; the text is the reason."""


def result(key: str, **values: object) -> CheckResult:
    """Return a result in the words of ``messages.toml``.

    :param key: group and name of the message, such as ``spf.missing``.
    :param values: filled into the message.
    """
    group, _, name = key.partition(".")
    message: dict[str, str] = _messages(group)[name]
    level, seen = next(iter(message.items()))
    next_step = message.get("next", "")
    seen, next_step = (toml_tables.filled(text, **values) for text in (seen, next_step))
    return CheckResult(Level[level.upper()], seen, next_step)


def advice(group: str, problem: Exception) -> str:
    """Return the advice for an error from a group of ``messages.toml``, by words of the error."""
    return next(str(text) for words, text in _messages(group).items() if words in str(problem))


def certificate(whose: str, ends: datetime.datetime, now: datetime.datetime) -> CheckResult:
    """Return a result on how long a trusted certificate is valid."""
    days = (ends - now) // datetime.timedelta(days=1)
    key = "certificate.ends" if days < CERTIFICATE_WARNING else "certificate.fine"
    found = result(key, whose=whose, days=days, ends=ends)
    return found.at(Level.ERROR) if days < CERTIFICATE_ERROR else found


def _messages(group: str) -> dict[str, Any]:
    messages: dict[str, Any] = toml_tables.beside(__file__, "messages.toml")[group]
    return messages
