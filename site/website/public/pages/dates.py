"""Days of the content as moments, for machines that want a time with a zone."""

from __future__ import annotations

import datetime

from website.infra.clock import GERMANY


def midnight(day: datetime.date) -> datetime.datetime:
    """Return the moment at which a day begins in Germany."""
    return datetime.datetime.combine(day, datetime.time(), GERMANY)
