"""What a check tells: what was seen, and what to do about it. Holds no secret, no personal data."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How bad it is."""

    OK = "ok"
    UNCHECKED = "not checked"
    """Could not be seen from here; that says nothing about whether it is right."""
    WARNING = "warning"
    """Works, but should not stay so."""
    ERROR = "error"
    """Does not work, or is open to others."""


@dataclass(frozen=True)
class CheckResult:
    """One line of the report."""

    level: Level
    seen: str
    advice: str = ""
    """The next step, where something is not right."""
    check: str = ""
    """Which check found it."""


class NotChecked(Exception):  # noqa: N818 - no error: says why something cannot be seen from here
    """A check cannot look; its text says why."""


def ok(seen: str) -> CheckResult:
    """Tell what is right."""
    return CheckResult(Level.OK, seen)


def unchecked(why: str) -> CheckResult:
    """Tell what could not be seen from here."""
    return CheckResult(Level.UNCHECKED, why)


def warning(seen: str, advice: str) -> CheckResult:
    """Tell what works, but should not stay so."""
    return CheckResult(Level.WARNING, seen, advice)


def error(seen: str, advice: str) -> CheckResult:
    """Tell what does not work."""
    return CheckResult(Level.ERROR, seen, advice)
