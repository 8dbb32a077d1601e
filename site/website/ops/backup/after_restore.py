"""What must be done to the data of a backup before they are in use again.

They are old: since then people were erased, and messages were sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from website.infra.clock import Clock
from website.infra.database import Database
from website.leads import retention
from website.leads.deliveries import Deliveries
from website.leads.erasure_log import ErasureLog
from website.leads.models import Event
from website.leads.retention import Deleted, Purge, Retention
from website.ops.backup.archive import Manifest


@dataclass(frozen=True)
class Finished:
    """What was done."""

    erased_again: Deleted
    purged: Deleted | None
    """Nothing if the periods are not known."""
    pending: int
    """Deliveries that go on. Some of them may have been sent since the backup was made."""
    held: int
    """Deliveries that wait for somebody to decide."""


@dataclass(frozen=True, kw_only=True)
class AfterRestore:
    """Prepares old data for use.

    :raises StorageError: from :meth:`run`, if the database or the lines of what was erased cannot
        be used.
    """

    manifest: Manifest
    erasures: ErasureLog
    """Knows again what was erased, by the secret that belongs to the data."""
    folders: Sequence[Path]
    """Where the lines of what was erased lie."""
    retention: Retention | None
    mails: Path
    hold: bool
    """Whether what is pending must wait for somebody to decide."""
    actor: str
    clock: Clock

    def run(self, database: Database) -> Finished:
        """Erase and delete again what was erased and is due, and hold what is pending if wanted."""
        since = self.manifest.made_at
        erased = self.erasures.again(database, self.folders, since, self.mails)
        deliveries = Deliveries(database, clock=self.clock)
        reason = f"Held by a restore of the backup of {since:%Y-%m-%d %H:%M} UTC: maybe sent since"
        held = deliveries.hold_pending(reason, actor=self.actor) if self.hold else 0
        with database.writing() as session:
            session.add(
                Event(
                    at=self.clock(),
                    actor=self.actor,
                    action="restored",
                    detail=f"backup of {since.isoformat()}; erased again: {erased}; {held} held",
                )
            )
        purged = None
        if self.retention:
            purge = Purge(database, self.retention, self.mails, self.clock)
            purged = purge.run(actor=self.actor)
        else:
            retention.empty_log(database)
        return Finished(erased, purged, deliveries.backlog().pending, held)
