"""Leads that are suspected: looked at by the staff, confirmed by the asker, released."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from website.infra import clock as clocks
from website.infra.clock import Clock
from website.infra.database import Database
from website.leads import deliveries, reference
from website.leads.models import Event, Lead
from website.leads.spam import scoring
from website.leads.spam.signals import SIGNALS


class Quarantine:
    """All suspected leads of one database. Nothing leaves it but by release, erasure or time.

    Every method raises StorageError while the database cannot be used.
    """

    def __init__(self, database: Database, *, clock: Clock = clocks.now) -> None:
        self._database = database
        self._clock = clock

    def release(self, number: str, *, actor: str) -> bool:
        """Clear a lead of suspicion, and owe exactly what was withheld.

        :returns: whether there is such a lead in quarantine.
        """
        with self._database.writing() as session:
            lead = self._find(session, number)
            if lead is None:
                return False
            self._release(session, lead, actor)
            return True

    def confirm(self, number: str) -> bool:
        """Count that the asker has confirmed, once; release the lead if that is enough.

        :returns: whether there is such a lead in quarantine.
        """
        with self._database.writing() as session:
            lead = self._find(session, number)
            if lead is None:
                return False
            reason = [SIGNALS["confirmed"].name, SIGNALS["confirmed"].points]
            if reason not in lead.spam_reasons:
                lead.spam_reasons = [*lead.spam_reasons, reason]
                lead.spam_points += SIGNALS["confirmed"].points
                session.add(self._event(lead, "visitor", "confirmed"))
            if lead.spam_points < scoring.SUSPICIOUS:
                self._release(session, lead, "visitor")
            return True

    def _release(self, session: Session, lead: Lead, actor: str) -> None:
        now = self._clock()
        lead.quarantined = False
        lead.touched_at = now
        owed = deliveries.owe_withheld(session, lead, now)
        session.add(self._event(lead, actor, "released", f"{owed} deliveries"))

    def _find(self, session: Session, text: str) -> Lead | None:
        number = reference.normalise(text)
        query = select(Lead).where(Lead.reference == number, Lead.quarantined.is_(True))
        return session.scalar(query.with_for_update())

    def _event(self, lead: Lead, actor: str, action: str, detail: str = "") -> Event:
        return Event(lead_id=lead.id, at=self._clock(), actor=actor, action=action, detail=detail)
