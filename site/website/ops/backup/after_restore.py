"""What must be done to the data of a backup before they are in use again.

They are old: since then people were erased, and messages were sent.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from website.infra import clock
from website.infra.database import Database
from website.leads.deliveries import Deliveries
from website.leads.erasure_log import ErasureLog
from website.leads.models import Event
from website.leads.retention import Deleted, Purge, Retention, empty_log


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


def prepare(  # noqa: PLR0913 - what a restore knows
    database: Database,
    made_at: datetime.datetime,
    *,
    erasures: ErasureLog,
    folders: Sequence[Path],
    retention: Retention | None,
    mails: Path,
    hold: bool,
    actor: str,
) -> Finished:
    """Erase and delete again what was erased and is due, and hold what is pending if wanted.

    :param made_at: from when the data are.
    :param erasures: knows again what was erased, by the secret that belongs to the data.
    :param folders: where the lines of what was erased lie.
    :param hold: whether what is pending must wait for somebody to decide.
    :raises StorageError: if the database or the lines of what was erased cannot be used.
    """
    erased = erasures.again(database, folders, made_at, mails)
    deliveries = Deliveries(database, clock=clock.now)
    reason = f"Held by a restore of the backup of {made_at:%Y-%m-%d %H:%M} UTC: maybe sent since"
    held = deliveries.hold_pending(reason, actor=actor) if hold else 0
    detail = f"backup of {made_at.isoformat()}; erased again: {erased}; {held} held"
    with database.writing() as session:
        session.add(Event(at=clock.now(), actor=actor, action="restored", detail=detail))
    if retention:
        purged = Purge(database, retention, mails, clock.now).run(actor=actor)
    else:
        purged = None
        empty_log(database)
    return Finished(erased, purged, deliveries.backlog().pending, held)
