"""How the inbox words things: states, moments, the audit trail."""

import datetime
from collections.abc import Mapping

from website.infra import german
from website.infra.clock import GERMANY, in_german
from website.leads.labels import HISTORY, LOST_REASON, STATUS
from website.leads.models import Event, Lead, LeadStatus

full = in_german


def moment(value: datetime.datetime) -> str:
    """Return a moment in short: „23.11.2026, 21:43“, in German time."""
    return f"{value.astimezone(GERMANY):%d.%m.%Y, %H:%M}"


def day(value: datetime.date) -> str:
    """Return a day in short: „23.11.2026“."""
    return f"{value:%d.%m.%Y}"


def is_overdue(lead: Lead, late: datetime.datetime) -> bool:
    """Return whether somebody should have answered by now.

    :param late: requests that came before this moment are late.
    """
    waits = lead.status is LeadStatus.NEW and not lead.answered_at and not lead.quarantined
    return waits and lead.received_at < late


def ago(value: datetime.datetime, now: datetime.datetime) -> str:
    """Return how long ago a moment was: „vor 3 Std.“."""
    if now - value < german.MINUTE:
        return "gerade eben"
    return f"vor {german.dative(german.rough_duration(now - value))}"


def who(actor: str, names: Mapping[int, str]) -> str:
    """Return the name of who did something, by the audit trail's word for it."""
    kind, _, rest = actor.partition(" ")
    match kind:
        case "staff":
            return names.get(int(rest), "Unbekannt") if rest.isdecimal() else "Unbekannt"
        case "visitor":
            return "Absender"
        case "demo":
            return "Demo"
        case "operator":
            return f"Betrieb ({rest})" if rest else "Betrieb"
        case _:
            return "System"


def event(line: Event, names: Mapping[int, str]) -> str:
    """Return the words for a line of the audit trail, after the name of who did it."""
    match line.action:
        case "status":
            return f"hat den Status auf „{STATUS.get(line.detail, line.detail)}“ gesetzt"
        case "lost-reason":
            reason = LOST_REASON.get(line.detail, line.detail) or "keinen"
            return f"hat als Absagegrund „{reason}“ angegeben"
        case "owner":
            return _owner(line, names)
        case "follow-up" if line.detail:
            return f"hat die Wiedervorlage auf den {_day_of(line.detail)} gelegt"
        case "follow-up":
            return "hat die Wiedervorlage gelöscht"
        case action:
            return HISTORY.get(action, f"{action} {line.detail}".strip())


def _day_of(text: str) -> str:
    try:
        return day(datetime.date.fromisoformat(text))
    except ValueError:
        return text


def _owner(line: Event, names: Mapping[int, str]) -> str:
    if not line.detail:
        return "hat die Zuständigkeit aufgehoben"
    owner = f"staff {line.detail}"
    if owner == line.actor:
        return "ist jetzt zuständig"
    return f"hat die Anfrage {who(owner, names)} zugewiesen"
