"""The editors' audit trail: who did what with which file, and who should be mailed about it."""

import datetime
from collections.abc import Collection, Sequence

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from website.editorial.models import EditorialEvent, WorkingCopy
from website.editorial.workflow import Actor
from website.infra.database import Store

LIVE = "live"
"""The action of a publication that went live."""
PUSH_REFUSED = "push-refused"
"""The action of a push by developers that was not published."""


class AuditTrail(Store):
    """The audit trail of one database."""

    def of(self, file: str) -> Sequence[EditorialEvent]:
        """Return the events of a file, newest first."""
        query = select(EditorialEvent).where(EditorialEvent.file == file)
        return self._database.all(query.order_by(EditorialEvent.id.desc()))

    def record(self, file: str, action: str, by: Actor, *, detail: str = "") -> None:
        """Add an event about an official text."""
        line = EditorialEvent(
            at=by.now, staff=by.staff, file=file, action=action, version=0, detail=detail
        )
        with self._database.writing() as session:
            session.add(line)

    def unmailed(self, since: datetime.datetime) -> Sequence[EditorialEvent]:
        """Return the events that no mail has been sent for yet, oldest first."""
        query = select(EditorialEvent).where(
            EditorialEvent.mailed_at.is_(None), EditorialEvent.at >= since
        )
        return self._database.all(query.order_by(EditorialEvent.id))

    def mailed(self, number: int, now: datetime.datetime) -> None:
        """Mark an event as mailed."""
        line = update(EditorialEvent).where(EditorialEvent.id == number)
        self._database.execute(line.values(mailed_at=now))


def note(  # noqa: PLR0913 - what a line of the audit trail says
    session: Session,
    copy: WorkingCopy,
    action: str,
    by: Actor,
    *,
    version: int = 0,
    detail: str = "",
    concerned: Collection[int] = (),
) -> None:
    """Add an event about a working copy.

    :param version: by default the newest.
    :param concerned: accounts to mail in addition to the authors.
    """
    session.add(
        EditorialEvent(
            at=by.now,
            staff=by.staff,
            file=copy.file,
            action=action,
            version=version or copy.version,
            detail=detail,
            concerned=sorted({*copy.authors, *concerned}),
        )
    )
