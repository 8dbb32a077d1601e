"""Results of checks: what was seen, and what to do. They hold no secrets and no personal data."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from enum import StrEnum

CERTIFICATE_WARNING = 21
"""Days. Renewal usually begins 30 days before the end, so by then it has failed for some time."""
CERTIFICATE_ERROR = 7

RENEW = "Renew it, and see why that was not done by itself ('certbot renew', or the log of Caddy)."


class Level(StrEnum):
    """Severity of a result."""

    OK = "ok"
    UNCHECKED = "not checked"
    """Could not be checked from here; it may be right or wrong."""
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
    """The name of the check."""


class NotChecked(Exception):  # noqa: N818 - no error: gives a reason
    """A check is not possible; the text gives the reason."""


def ok(seen: str) -> CheckResult:
    """Return a result for what is right."""
    return CheckResult(Level.OK, seen)


def unchecked(why: str) -> CheckResult:
    """Return a result for what could not be checked from here."""
    return CheckResult(Level.UNCHECKED, why)


def warning(seen: str, advice: str) -> CheckResult:
    """Return a result for what works, but should not stay so."""
    return CheckResult(Level.WARNING, seen, advice)


def error(seen: str, advice: str) -> CheckResult:
    """Return a result for what does not work."""
    return CheckResult(Level.ERROR, seen, advice)


def certificate(whose: str, ends: datetime.datetime, now: datetime.datetime) -> CheckResult:
    """Return how long a trusted certificate is valid."""
    days = (ends - now) // datetime.timedelta(days=1)
    seen = f"the certificate of {whose} holds for {days} more days, until {ends:%Y-%m-%d}"
    if days < CERTIFICATE_ERROR:
        return error(seen, RENEW)
    if days < CERTIFICATE_WARNING:
        return warning(seen, RENEW)
    return ok(seen)
