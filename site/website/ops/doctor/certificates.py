"""How long certificates still hold."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from website.ops.doctor.results import error, ok, warning

if TYPE_CHECKING:
    from website.ops.doctor.results import CheckResult

SOON = 21
"""Days. Renewal usually begins 30 days before the end, so by then it has failed for some time."""
VERY_SOON = 7

RENEW = "Renew it, and see why that was not done by itself ('certbot renew', or the log of Caddy)."


def judge(whose: str, ends: datetime.datetime, now: datetime.datetime) -> CheckResult:
    """Tell how long a certificate holds that was found to be trustworthy."""
    days = (ends - now) // datetime.timedelta(days=1)
    seen = f"the certificate of {whose} holds for {days} more days, until {ends:%Y-%m-%d}"
    if days < VERY_SOON:
        return error(seen, RENEW)
    if days < SOON:
        return warning(seen, RENEW)
    return ok(seen)
