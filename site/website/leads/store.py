"""Leads by their number, and their audit trail."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from website.infra import clock as clocks
from website.infra.clock import Clock
from website.infra.database import Database
from website.leads import reference
from website.leads.models import Event, Lead


class LeadStore:
    """All leads of one database.

    Every method raises StorageError while the database cannot be used.
    """

    def __init__(self, database: Database, *, clock: Clock = clocks.now) -> None:
        self._database = database
        self._clock = clock

    def get(self, text: str) -> Lead | None:
        """Return a lead with its deliveries by its number, however that is written."""
        if not (number := reference.normalise(text)):
            return None
        query = select(Lead).where(Lead.reference == number).options(selectinload(Lead.deliveries))
        return self._database.first(query)

    def newest(self, limit: int = 50, *, quarantined: bool | None = None) -> Sequence[Lead]:
        """Return the last leads with their deliveries, newest first.

        :param quarantined: only those in quarantine, or only those outside; all if not said.
        """
        query = (
            select(Lead)
            .order_by(Lead.received_at.desc(), Lead.id.desc())
            .limit(limit)
            .options(selectinload(Lead.deliveries))
        )
        if quarantined is not None:
            query = query.where(Lead.quarantined.is_(quarantined))
        return self._database.all(query)

    def references(self, *, quarantined: bool | None = None) -> Sequence[str]:
        """Return the numbers of all leads, newest first."""
        query = select(Lead.reference).order_by(Lead.received_at.desc(), Lead.id.desc())
        if quarantined is not None:
            query = query.where(Lead.quarantined.is_(quarantined))
        return self._database.all(query)

    def events(self, lead: Lead) -> Sequence[Event]:
        """Return a lead's audit trail, oldest first."""
        query = select(Event).where(Event.lead_id == lead.id).order_by(Event.id)
        return self._database.all(query)

    def check_writable(self) -> None:
        """Write a line, and take it away again: only what is on disk proves that there is room.

        :raises StorageError: if a lead could not be stored now.
        """
        with self._database.writing() as session:
            line = Event(at=self._clock(), actor="check", action="write")
            session.add(line)
        with self._database.writing() as session:
            session.delete(line)
