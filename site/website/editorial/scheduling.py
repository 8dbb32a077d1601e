"""When something is to be published: a wall clock in Germany, stored as a moment."""

from __future__ import annotations

import datetime

from website.editorial.publications import AHEAD
from website.exceptions import AuthoringError
from website.infra.clock import GERMANY


def moment(day: datetime.date, time: datetime.time, now: datetime.datetime) -> datetime.datetime:
    """Return the moment at which clocks in Germany show a time.

    An hour that October has twice means its first run.

    :raises AuthoringError: if that is past, too far away, or skipped by the clocks in March.
    """
    local = datetime.datetime.combine(day, time.replace(tzinfo=None, fold=0), GERMANY)
    found = local.astimezone(datetime.UTC)
    if found.astimezone(GERMANY).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise AuthoringError(
            f"{time:%H:%M} Uhr gibt es am {day:%d.%m.%Y} nicht: Die Uhren werden in dieser Nacht "
            "auf Sommerzeit gestellt. Wählen Sie eine andere Zeit."
        )
    if found <= now:
        raise AuthoringError("Dieser Zeitpunkt ist schon vorbei. Wählen Sie einen späteren.")
    if found > now + AHEAD:
        raise AuthoringError("Dieser Zeitpunkt liegt mehr als ein Jahr in der Zukunft.")
    return found
