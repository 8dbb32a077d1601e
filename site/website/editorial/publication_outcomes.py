"""Update working copies when their publications have ended."""

import datetime
import functools
from collections.abc import Callable

from sqlalchemy import Select, delete, select, update
from sqlalchemy.orm import Session

from website.editorial import workflow
from website.editorial.audit_trail import LIVE, note
from website.editorial.merge import merge
from website.editorial.models import EditorialEvent, WorkingCopy
from website.editorial.publications import Publications
from website.editorial.repository import Repository
from website.editorial.workflow import Actor, CopyState, Step
from website.editorial.working_copies import UNASKED, WorkingCopies, add_version, update_unchanged
from website.infra.database import Database, Store


class PublicationOutcomes(Store):
    """Updates the working copies of one database."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self._copies = WorkingCopies(database)

    def settle(
        self, publications: Publications, repository: Repository, now: datetime.datetime
    ) -> None:
        """Update every copy whose publication has ended. Idempotent."""
        for number in {
            copy.publication for copy in self._copies.all() if copy.publication is not None
        }:
            publication = publications.get(number)
            if publication.state.is_live:
                commit = publication.result or publication.base
                self.published(number, commit, now, functools.partial(repository.read, commit))
            elif publication.state.is_over:
                self.release(number, now, publication.state, detail=publication.error)

    def published(
        self,
        number: int,
        commit: str,
        now: datetime.datetime,
        official: Callable[[str], bytes | None],
    ) -> None:
        """End the copies that a publication has brought live.

        A copy that was edited since is rebased on the official version, unless both changed the
        same lines: then the conflict is left to the next publication.

        :param official: returns the bytes of a file in the commit.
        """
        for copy in self._copies.all():
            if copy.publication != number:
                continue
            if copy.version != copy.publication_version:
                self._go_on(copy, commit, now, official(copy.file))
                continue
            with self._database.writing() as session:
                ended = delete(WorkingCopy).where(
                    WorkingCopy.file == copy.file,
                    WorkingCopy.publication == number,
                    WorkingCopy.version == copy.version,
                )
                if session.scalar(ended.returning(WorkingCopy.file)):
                    _note(session, copy, LIVE, now, commit)

    def _go_on(
        self, copy: WorkingCopy, commit: str, now: datetime.datetime, official: bytes | None
    ) -> None:
        base = self._copies.at(copy.file, copy.publication_version or 0)
        merged = merge(copy.data, base or b"", official or b"")
        values = dict(UNASKED)
        with self._database.writing() as session:
            if merged.text is not None:
                values |= {"official": official, "commit": commit}
                if merged.text != copy.data:
                    by = Actor(copy.saved_by, now)
                    values["version"] = add_version(
                        session, copy.file, merged.text, by, is_automatic=True
                    )
            if update_unchanged(session, copy, values):
                _note(session, copy, LIVE, now, commit)
            else:
                session.rollback()  # edited just now: the next call finds it again

    def release(
        self, number: int, now: datetime.datetime, outcome: str, *, detail: str = ""
    ) -> None:
        """Make the copies of a failed publication approved again.

        :param outcome: the action to record in the audit trail.
        """
        which = WorkingCopy.publication == number
        waiting = select(WorkingCopy).where(which).with_for_update()
        with self._database.writing() as session:
            for copy in session.scalars(waiting).all():
                _note(session, copy, outcome, now, detail)
            again = update(WorkingCopy).where(which, WorkingCopy.state.in_(workflow.ASKED))
            session.execute(again.values(state=CopyState.APPROVED))
            session.execute(update(WorkingCopy).where(which).values(UNASKED))

    def endangered(self, number: int, detail: str, now: datetime.datetime) -> None:
        """Record that a scheduled publication would currently fail."""
        with self._database.writing() as session:
            query = select(WorkingCopy).where(WorkingCopy.publication == number)
            for copy in session.scalars(query):
                _note(session, copy, "endangered", now, detail)


def _last_request(file: str) -> Select[EditorialEvent]:
    """Return a query for the last request to publish a file in the audit trail."""
    asked = select(EditorialEvent).where(
        EditorialEvent.file == file, EditorialEvent.action == Step.PUBLISH
    )
    return asked.order_by(EditorialEvent.id.desc()).limit(1)


def _note(
    session: Session, copy: WorkingCopy, outcome: str, now: datetime.datetime, detail: str
) -> None:
    """Record the outcome of a publication for its authors and for who requested it."""
    request = session.scalar(_last_request(copy.file))
    asker = request.staff if request else 0
    # Whoever waits in front of the page sees that it is live.
    by = Actor(asker if outcome == LIVE and not copy.due_at else 0, now)
    version, concerned = copy.publication_version or 0, [asker] if asker else []
    note(session, copy, outcome, by, version=version, detail=detail, concerned=concerned)
