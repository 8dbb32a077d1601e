"""What an alarm says: German, for those who mend it, without personal data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from website.infra.clock import in_german
from website.infra.german import spelled_duration

if TYPE_CHECKING:
    from collections.abc import Sequence

    from website.ops.monitoring.models import Alarm


def message(alarms: Sequence[Alarm], site: str) -> tuple[str, str]:
    """Write one message on all that is to be told.

    :param site: host of the website.
    :returns: subject and text.
    """
    standing = [alarm for alarm in alarms if alarm.over_since is None]
    over = [alarm for alarm in alarms if alarm.over_since is not None]
    subject = f"{site}: {_summary(len(standing), len(over))}"
    parts = [*map(_standing, standing), *map(_over, over)]
    return subject, "\n\n".join([subject, *parts]) + "\n"


def _summary(standing: int, over: int) -> str:
    if not standing:
        return "Behoben" if over == 1 else f"{over} Störungen behoben"
    alarm = "Störung" if standing == 1 else f"{standing} Störungen"
    return f"{alarm}, {over} behoben" if over else alarm


def _standing(alarm: Alarm) -> str:
    again = f"Noch immer, seit {in_german(alarm.since)}: " if alarm.told_at else ""
    return f"{again}{alarm.text}\n→ {alarm.advice}"


def _over(alarm: Alarm) -> str:
    return f"Behoben nach {spelled_duration(alarm.lasted)}: „{alarm.text}“"
