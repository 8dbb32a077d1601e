"""Wording of the inbox: moments, actors, lines of the audit trail."""

import datetime
from collections.abc import Mapping

from website.infra import german
from website.infra.clock import day_in_digits, in_digits, in_german
from website.leads.labels import ACTOR, HISTORY, LOST_REASON, RECORD, STATUS
from website.leads.models import Event

full = in_german
moment = in_digits


def day(value: datetime.date) -> str:
    """Return a date like „23.11.2026“."""
    return f"{value:%d.%m.%Y}"


def ago(value: datetime.datetime, now: datetime.datetime) -> str:
    """Return how long ago a moment was, like „vor 3 Std.“."""
    if now - value < german.MINUTE:
        return "gerade eben"
    return f"vor {german.dative(german.rough_duration(now - value))}"


def who(actor: str, names: Mapping[int, str]) -> str:
    """Return the German name of an actor of the audit trail."""
    kind, _, rest = actor.partition(" ")
    if kind == "staff":
        return names.get(int(rest), "Unbekannt") if rest.isdecimal() else "Unbekannt"
    name = ACTOR.get(kind, "System")
    return f"{name} ({rest})" if kind == "operator" and rest else name


def record(line: Event) -> str:
    """Return the phrase for a line of the audit trail that concerns several leads."""
    count = int(line.detail.partition(" ")[0])
    return RECORD[line.action].format(leads=german.counted(count, "Anfrage", "Anfragen"))


def event(line: Event, names: Mapping[int, str]) -> str:
    """Return the phrase for a line of the audit trail, to follow the actor's name."""
    detail = line.detail
    values = {
        "status": STATUS.get(detail, detail),
        "lost-reason": LOST_REASON.get(detail, detail) or "keinen",
        "owner": who(f"staff {detail}", names),
        "follow-up": day_in_digits(detail),
    }
    variant = "self" if line.actor == f"staff {detail}" else "" if detail else "removed"
    pattern = HISTORY.get(f"{line.action}-{variant}") or HISTORY.get(line.action)
    if pattern is None:
        return f"{line.action} {detail}".strip()
    return pattern.format(value=values.get(line.action))
