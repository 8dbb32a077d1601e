"""What becomes of working copies when their publication is over."""

from __future__ import annotations

import datetime
import functools
from collections.abc import Callable

from sqlalchemy import delete, select, update

from website.editorial import copy_rows
from website.editorial.audit_trail import LIVE, last_request, outcome_of
from website.editorial.merge import merge
from website.editorial.models import TextVersion, WorkingCopy
from website.editorial.publications import Publications, PublicationState
from website.editorial.repository import Repository
from website.editorial.workflow import CopyState
from website.editorial.working_copies import WorkingCopies
from website.infra.database import Database

ASKING = datetime.timedelta(minutes=1)
"""Within this time whoever asks for a publication has noted its number, or has died."""
_LOOKED_AT = 50
"""Publications among which that of such a copy is looked for."""


class PublicationOutcomes:
    """Brings the working copies of one database up to date.

    Every method raises StorageError if the database cannot be used.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._copies = WorkingCopies(database)

    def settle(
        self, publications: Publications, repository: Repository, now: datetime.datetime
    ) -> None:
        """Bring every copy up to date whose publication is over; again and again, if need be."""
        for number in {
            copy.publication for copy in self._copies.all() if copy.publication is not None
        }:
            publication = publications.get(number)
            state = PublicationState(publication.state)
            if state.is_live:
                commit = publication.result or publication.base
                self.published(number, commit, now, functools.partial(repository.read, commit))
            elif state.is_over:
                self.release(number, now, state, detail=publication.error)

    def recover(
        self, publications: Publications, repository: Repository, now: datetime.datetime
    ) -> None:
        """Find the publication of each copy whose process died before it noted its number.

        If it died before it asked for one, the copy is approved again.
        """
        asking = {CopyState.SCHEDULED, CopyState.PUBLISHING}
        for copy in self._copies.all():
            if copy.publication is not None or copy.status not in asking:
                continue
            asked_at = self._asked_at(copy.file)
            if asked_at is None or asked_at > now - ASKING:
                continue
            data = self._copies.at(copy.file, copy.version)
            number = next(
                (
                    each.id
                    for each in publications.newest(_LOOKED_AT)
                    if each.requested_at >= asked_at
                    and repository.find(each.source)
                    and repository.read(each.source, copy.file) == data
                ),
                None,
            )
            with self._database.writing() as session:
                which = (WorkingCopy.file == copy.file) & WorkingCopy.publication.is_(None)
                if number is None:
                    copy_rows.release(session, which)
                else:
                    session.execute(update(WorkingCopy).where(which).values(publication=number))

    def _asked_at(self, file: str) -> datetime.datetime | None:
        with self._database.reading() as session:
            asked = last_request(session, file)
            return asked.at if asked else None

    def published(
        self,
        number: int,
        commit: str,
        now: datetime.datetime,
        official: Callable[[str], bytes | None],
    ) -> None:
        """End the copies that a publication has brought live.

        What was edited since goes on as a copy of what is official now, unless the same lines
        changed there: the next publication has to settle that.

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
                    outcome_of(session, copy, LIVE, now, commit)

    def _go_on(
        self, copy: WorkingCopy, commit: str, now: datetime.datetime, official: bytes | None
    ) -> None:
        base = self._copies.at(copy.file, copy.publication_version or 0)
        merged = merge(copy.data, base or b"", official or b"")
        values = dict(copy_rows.UNASKED)
        with self._database.writing() as session:
            if merged.text is not None:
                values |= {"official": official, "commit": commit}
            if merged.text not in (None, copy.data):
                edit = TextVersion(
                    file=copy.file,
                    data=merged.text,
                    saved_by=copy.saved_by,
                    saved_at=now,
                    is_automatic=True,
                    tab="",
                )
                values["version"] = copy_rows.add_version(session, edit)
            if copy_rows.update_unchanged(session, copy, values):
                outcome_of(session, copy, LIVE, now, commit)
            else:
                session.rollback()  # edited just now: the next call finds it again

    def release(
        self, number: int, now: datetime.datetime, outcome: str, *, detail: str = ""
    ) -> None:
        """Make the copies of a publication that came to nothing approved again.

        :param outcome: what became of it, for those who wait for it.
        """
        which = WorkingCopy.publication == number
        waiting = select(WorkingCopy).where(which).with_for_update()
        with self._database.writing() as session:
            for copy in session.scalars(waiting).all():
                outcome_of(session, copy, outcome, now, detail)
            copy_rows.release(session, which)

    def endangered(self, number: int, detail: str, now: datetime.datetime) -> None:
        """Note that a scheduled publication can no longer be done, for those who wait for it."""
        with self._database.writing() as session:
            query = select(WorkingCopy).where(WorkingCopy.publication == number)
            for copy in session.scalars(query):
                outcome_of(session, copy, "endangered", now, detail)
