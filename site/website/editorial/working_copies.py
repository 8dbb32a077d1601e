"""Working copies: what somebody is writing, beside the official text of the same file.

Each save is a version with a number that is never used again, so whoever saves says which one they
have seen. A save and a step of the workflow are each one conditional statement: if another was
first, the save is merged and tried again, the step is refused with the copy as it is now.
"""

from __future__ import annotations

import datetime
import functools
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    JSON,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    delete,
    exists,
    insert,
    not_,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from website.editorial import front_matter_edits, workflow
from website.editorial.merge import merge
from website.editorial.publications import PublicationState
from website.editorial.share_links import ShareLink
from website.editorial.workflow import CopyState, Step
from website.exceptions import CopyConflict, StepRefused, StorageError
from website.infra.database import insert_new
from website.leads.models import Base

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from website.editorial.publications import Publications
    from website.editorial.repository import Repository
    from website.infra.database import Database

AUTOSAVES_KEPT = datetime.timedelta(days=1)
"""How long what was saved by itself is kept beside the newest version."""
ENDED_KEPT = datetime.timedelta(days=30)
"""How long the versions of a copy are kept that was published or discarded."""
_TRIES = 8
"""Others may save between reading and writing this often."""


class TextVersion(Base):
    """One save of a working copy."""

    __tablename__ = "text_versions"
    __table_args__ = (Index(None, "file", "id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    file: Mapped[str] = mapped_column(String(400))
    """Its path in the content folder."""
    data: Mapped[bytes] = mapped_column(LargeBinary)
    saved_by: Mapped[int]
    """The number of an account."""
    saved_at: Mapped[datetime.datetime]
    is_automatic: Mapped[bool]
    tab: Mapped[str] = mapped_column(String(40))
    """Names the open page that it came from, so that nobody conflicts with themselves."""


class WorkingCopy(Base):
    """What is being written of one file."""

    __tablename__ = "working_copies"

    file: Mapped[str] = mapped_column(String(400), primary_key=True)
    version: Mapped[int] = mapped_column(ForeignKey("text_versions.id"))
    official: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The bytes it began from; nothing for a new text."""
    commit: Mapped[str] = mapped_column(String(64))
    """The commit that these are from."""
    began_at: Mapped[datetime.datetime]
    authors: Mapped[list[int]] = mapped_column(JSON)
    """All who have edited it since it began."""
    state: Mapped[str] = mapped_column(String(20))
    submitted_by: Mapped[int | None]
    submitted_at: Mapped[datetime.datetime | None]
    note: Mapped[str] = mapped_column(default="")
    """Why it was sent back."""
    approved_by: Mapped[int | None]
    approved_at: Mapped[datetime.datetime | None]
    approved_digest: Mapped[str] = mapped_column(String(64), default="")
    """Of the bytes that were approved."""
    approved_reason: Mapped[str] = mapped_column(default="")
    """Why an author approved their own text."""
    publication: Mapped[int | None]
    """The number of the publication that was asked for."""
    publication_version: Mapped[int | None]
    """The version that it publishes."""
    due_at: Mapped[datetime.datetime | None]

    saved: Mapped[TextVersion] = relationship(lazy="raise")

    @property
    def data(self) -> bytes:
        """The bytes of the newest version."""
        return self.saved.data

    @property
    def saved_by(self) -> int:
        """Who saved last."""
        return self.saved.saved_by

    @property
    def saved_at(self) -> datetime.datetime:
        """When somebody saved last."""
        return self.saved.saved_at

    @property
    def status(self) -> CopyState:
        """The state, as a member of its enumeration."""
        return CopyState(self.state)

    def refusal(self, step: Step, staff: int, *, is_chief: bool, reason: str = "") -> str:
        """Return why somebody may not take a step; nothing if they may."""
        if step is Step.PUBLISH:
            if self.publication is not None:
                return "Eine frühere Fassung dieses Textes wartet noch auf ihre Veröffentlichung."
            if workflow.digest(self.data) != self.approved_digest:
                return "Dieser Text ist nicht so freigegeben, wie er jetzt dasteht."
        return workflow.refusal(
            step,
            self.status,
            authors=self.authors,
            staff=staff,
            is_chief=is_chief,
            reason=reason,
        )


class EditorialEvent(Base):
    """One line of the editors' audit trail, and the mail that is owed for it.

    Lines are only ever added, and none is changed but for having been mailed.
    """

    __tablename__ = "editorial_events"
    __table_args__ = (Index(None, "file", "id"), Index(None, "mailed_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime.datetime]
    staff: Mapped[int]
    """The number of an account; 0 for the website itself."""
    file: Mapped[str] = mapped_column(String(400))
    action: Mapped[str] = mapped_column(String(50))
    version: Mapped[int]
    detail: Mapped[str] = mapped_column(default="")
    concerned: Mapped[list[int]] = mapped_column(JSON, default=list, server_default="[]")
    """Whom it concerns beside those whose turn it is now: the authors, and who asked for it."""
    mailed_at: Mapped[datetime.datetime | None]


class WorkingCopies:
    """The working copies of one database.

    Every method raises StorageError if the database cannot be used. Steps raise StepRefused with
    the reason in German, and CopyConflict if somebody has meanwhile saved or taken a step.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    # Reading

    def all(self) -> Sequence[WorkingCopy]:
        """Return every working copy, by file."""
        query = select(WorkingCopy).options(joinedload(WorkingCopy.saved))
        with self._database.reading() as session:
            return session.scalars(query.order_by(WorkingCopy.file)).all()

    def get(self, file: str) -> WorkingCopy | None:
        """Return the working copy of a file."""
        with self._database.reading() as session:
            return _found(session, file)

    def at(self, file: str, version: int) -> bytes | None:
        """Return an earlier version; nothing if it is kept no more."""
        query = select(TextVersion.data).where(TextVersion.file == file, TextVersion.id == version)
        with self._database.reading() as session:
            return session.scalar(query)

    def versions(self, file: str) -> Sequence[TextVersion]:
        """Return the versions that are kept of a file, the newest first."""
        query = select(TextVersion).where(TextVersion.file == file)
        with self._database.reading() as session:
            return session.scalars(query.order_by(TextVersion.id.desc())).all()

    def events(self, file: str) -> Sequence[EditorialEvent]:
        """Return what was done with a file, the newest first."""
        query = select(EditorialEvent).where(EditorialEvent.file == file)
        with self._database.reading() as session:
            return session.scalars(query.order_by(EditorialEvent.id.desc())).all()

    # Saving

    def save(  # noqa: PLR0913 - what a save says
        self,
        file: str,
        seen: int,
        data: bytes,
        *,
        official: bytes | None,
        commit: str,
        staff: int,
        now: datetime.datetime,
        auto: bool = False,
        tab: str = "",
    ) -> WorkingCopy | None:
        """Save an edit; what others have saved meanwhile in other lines is kept.

        An edit voids an approval. Bytes that are the same as before make no version.

        :param seen: the version that the editor began from; 0 if there was no working copy.
        :param official: the bytes that are official: those that the editor began from where
            ``seen`` is 0, otherwise the newest.
        :param commit: the commit that these are from.
        :param tab: names the open page: it overwrites what itself has saved since ``seen``.
        :returns: the copy as it is now; nothing if nothing is edited.
        :raises CopyConflict: if somebody has changed the same lines. Nothing was saved.
        """
        edit = TextVersion(
            file=file, data=data, saved_by=staff, saved_at=now, is_automatic=auto, tab=tab
        )
        for _ in range(_TRIES):
            current = self.get(file)
            edit.data = self._merged(current, seen, edit, data, official)
            if edit.data == (current.data if current else official):
                return current
            if self._write(current, edit, official, commit):
                return self.get(file)
        raise StorageError("The text cannot be saved now: others save it all the time")

    def _merged(
        self,
        current: WorkingCopy | None,
        seen: int,
        edit: TextVersion,
        data: bytes,
        official: bytes | None,
    ) -> bytes:
        newest = current.data if current else official
        if current and (seen == current.version or self._are_own(current, seen, edit)):
            return data
        base = self.at(edit.file, seen) if seen else official
        if base is None and current:
            base = current.official
        merged = merge(data, base or b"", newest or b"")
        if merged.text is None:
            raise CopyConflict(current, merged)
        return merged.text

    def _are_own(self, current: WorkingCopy, seen: int, edit: TextVersion) -> bool:
        """Return whether all that was saved since came from the same open page."""
        if not edit.tab or current.saved.tab != edit.tab:
            return False
        others = exists().where(
            TextVersion.file == edit.file,
            TextVersion.id > seen,
            TextVersion.saved_at >= current.began_at,
            or_(TextVersion.tab != edit.tab, TextVersion.saved_by != edit.saved_by),
        )
        with self._database.reading() as session:
            return not session.scalar(select(others))

    def _write(
        self, current: WorkingCopy | None, edit: TextVersion, official: bytes | None, commit: str
    ) -> bool:
        with self._database.writing() as session:
            version = _add(session, edit)
            if current is None:
                insert_new(
                    session,
                    WorkingCopy,
                    file=edit.file,
                    version=version,
                    official=official,
                    commit=commit,
                    began_at=edit.saved_at,
                    authors=[edit.saved_by],
                    state=CopyState.DRAFT,
                )
                is_ours = _is_at(session, edit.file, version)
            else:
                values = {**_edited(current, edit.saved_by), "version": version}
                is_ours = _update(session, current, values)
            if not is_ours:
                session.rollback()
            return is_ours

    def rebase(  # noqa: PLR0913 - what a save says
        self,
        file: str,
        seen: int,
        data: bytes,
        *,
        official: bytes | None,
        commit: str,
        staff: int,
        now: datetime.datetime,
    ) -> WorkingCopy:
        """Let a copy begin from what is official now, after somebody has settled a conflict.

        Where that changes the copy's bytes, an approval is void.

        :param data: the bytes that somebody has made of both versions.
        :raises CopyConflict: if somebody has meanwhile saved or taken a step.
        """
        with self._database.writing() as session:
            copy = _seen(session, file, seen)
            values = {"official": official, "commit": commit}
            if data != copy.data:
                edit = TextVersion(
                    file=file, data=data, saved_by=staff, saved_at=now, is_automatic=False, tab=""
                )
                values |= _edited(copy, staff) | {"version": _add(session, edit)}
            if not _update(session, copy, values):
                raise CopyConflict(_found(session, file), None)
            _note(session, copy, "rebase", staff, now)
        return self._now(file)

    def discard(
        self, file: str, seen: int, staff: int, now: datetime.datetime, *, is_chief: bool = False
    ) -> None:
        """End a copy; what was written is kept for some days in its versions."""
        with self._database.writing() as session:
            copy = _seen(session, file, seen)
            _allow(copy, Step.DISCARD, staff, is_chief=is_chief)
            gone = delete(WorkingCopy).where(_same(copy)).returning(WorkingCopy.file)
            if session.scalar(gone) is None:
                raise CopyConflict(_found(session, file), None)
            _note(session, copy, "discard", staff, now)

    # Steps

    def submit(self, file: str, seen: int, staff: int, now: datetime.datetime) -> WorkingCopy:
        """Hand a copy in for review."""
        values = {"state": CopyState.REVIEW, "submitted_by": staff, "submitted_at": now, "note": ""}
        return self._step(Step.SUBMIT, file, seen, staff, now, values)

    def reject(
        self,
        file: str,
        seen: int,
        staff: int,
        now: datetime.datetime,
        *,
        note: str = "",
        is_chief: bool = False,
    ) -> WorkingCopy:
        """Send a copy back to its authors, or take it back as one of them."""
        values = {**_UNAPPROVED, "state": CopyState.DRAFT, "note": note}
        return self._step(
            Step.REJECT, file, seen, staff, now, values, detail=note, is_chief=is_chief
        )

    def approve(
        self,
        file: str,
        seen: int,
        staff: int,
        now: datetime.datetime,
        *,
        reason: str = "",
        reviewer: str = "",
    ) -> WorkingCopy:
        """Approve exactly the bytes of a version, as a chief editor.

        :param reason: why an author approves their own text; audited.
        :param reviewer: the name that the text's ``reviewed_by`` gets. An author's name never
            stands there.
        :raises AuthoringError: if the name cannot be written into the text.
        """
        with self._database.writing() as session:
            copy = _seen(session, file, seen)
            _allow(copy, Step.APPROVE, staff, is_chief=True, reason=reason)
            is_own = staff in copy.authors
            data, version = copy.data, copy.version
            if reviewer and not is_own and file.endswith(".md"):
                data = front_matter_edits.set_value(data, "reviewed_by", reviewer)
            if data != copy.data:
                edit = TextVersion(
                    file=file, data=data, saved_by=staff, saved_at=now, is_automatic=False, tab=""
                )
                version = _add(session, edit)
            values = {
                "version": version,
                "state": CopyState.APPROVED,
                "approved_by": staff,
                "approved_at": now,
                "approved_digest": workflow.digest(data),
                "approved_reason": reason.strip() if is_own else "",
            }
            if not _update(session, copy, values):
                raise CopyConflict(_found(session, file), None)
            action = "approve-own" if is_own else "approve"
            _note(session, copy, action, staff, now, version=version, detail=reason.strip())
        return self._now(file)

    def publish(
        self,
        file: str,
        seen: int,
        staff: int,
        now: datetime.datetime,
        request: Callable[[WorkingCopy], int],
        *,
        due_at: datetime.datetime | None = None,
    ) -> WorkingCopy:
        """Ask for the publication of an approved copy, as a chief editor.

        :param request: asks for it, and returns its number. If it fails, the copy is approved as
            before; if the process dies in it, :meth:`release` makes it so.
        :param due_at: not before this moment.
        """
        state = CopyState.SCHEDULED if due_at else CopyState.PUBLISHING
        values = {"state": state, "publication_version": seen, "due_at": due_at}
        copy = self._step(Step.PUBLISH, file, seen, staff, now, values)
        try:
            number = request(copy)
        except BaseException:
            with self._database.writing() as session:
                _release(session, (WorkingCopy.file == file) & (WorkingCopy.version == seen))
            raise
        with self._database.writing() as session:
            session.execute(
                update(WorkingCopy)
                .where(WorkingCopy.file == file, WorkingCopy.publication.is_(None))
                .values(publication=number, publication_version=seen)
            )
        return self._now(file)

    def unschedule(self, file: str, seen: int, staff: int, now: datetime.datetime) -> WorkingCopy:
        """Take back a scheduled publication, once its request was withdrawn, as a chief editor."""
        values = {**_UNASKED, "state": CopyState.APPROVED}
        return self._step(Step.UNSCHEDULE, file, seen, staff, now, values)

    def _step(  # noqa: PLR0913 - what a step says
        self,
        step: Step,
        file: str,
        seen: int,
        staff: int,
        now: datetime.datetime,
        values: dict[str, Any],
        *,
        detail: str = "",
        is_chief: bool = True,
    ) -> WorkingCopy:
        with self._database.writing() as session:
            copy = _seen(session, file, seen)
            _allow(copy, step, staff, is_chief=is_chief)
            if not _update(session, copy, values):
                raise CopyConflict(_found(session, file), None)
            _note(session, copy, step, staff, now, detail=detail)
        return self._now(file)

    # What became of publications

    def settle(
        self, publications: Publications, repository: Repository, now: datetime.datetime
    ) -> None:
        """Bring every copy up to date whose publication is over; again and again, if need be."""
        for number in {copy.publication for copy in self.all() if copy.publication is not None}:
            publication = publications.get(number)
            state = PublicationState(publication.state)
            if state.is_live:
                commit = publication.result or publication.base
                self.published(number, commit, now, functools.partial(repository.read, commit))
            elif state.is_over:
                self.release(number, now, outcome=state, detail=publication.error)

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
        for copy in self.all():
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
                    _outcome(session, copy, _LIVE, now, commit)

    def _go_on(
        self, copy: WorkingCopy, commit: str, now: datetime.datetime, official: bytes | None
    ) -> None:
        base = self.at(copy.file, copy.publication_version or 0)
        merged = merge(copy.data, base or b"", official or b"")
        values = dict(_UNASKED)
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
                values["version"] = _add(session, edit)
            if _update(session, copy, values):
                _outcome(session, copy, _LIVE, now, commit)
            else:
                session.rollback()  # edited just now: the next call finds it again

    def release(
        self,
        number: int | None,
        now: datetime.datetime,
        *,
        outcome: str = "",
        detail: str = "",
    ) -> None:
        """Make the copies of a publication that came to nothing approved again.

        :param number: nothing for copies whose publication was never asked for, since the process
            died that was about to.
        :param outcome: what became of it, for those who wait for it.
        """
        which = WorkingCopy.publication == number
        waiting = select(WorkingCopy).where(which).with_for_update()
        with self._database.writing() as session:
            for copy in session.scalars(waiting).all() if outcome else ():
                _outcome(session, copy, outcome, now, detail)
            _release(session, which)

    def endangered(self, number: int, detail: str, now: datetime.datetime) -> None:
        """Note that a scheduled publication can no longer be done, for those who wait for it."""
        with self._database.writing() as session:
            query = select(WorkingCopy).where(WorkingCopy.publication == number)
            for copy in session.scalars(query):
                _outcome(session, copy, "endangered", now, detail)

    # Mails

    def unmailed(self, since: datetime.datetime) -> Sequence[EditorialEvent]:
        """Return the lines of the audit trail that nobody has been told of yet, in order."""
        query = select(EditorialEvent).where(
            EditorialEvent.mailed_at.is_(None), EditorialEvent.at >= since
        )
        with self._database.reading() as session:
            return session.scalars(query.order_by(EditorialEvent.id)).all()

    def mailed(self, number: int, now: datetime.datetime) -> None:
        """Note that those concerned by a line of the audit trail have been told."""
        line = update(EditorialEvent).where(EditorialEvent.id == number)
        with self._database.writing() as session:
            session.execute(line.values(mailed_at=now))

    def thin(self, now: datetime.datetime) -> None:
        """Delete versions that nobody needs any more."""
        is_newest = exists().where(WorkingCopy.version == TextVersion.id)
        is_published = exists().where(WorkingCopy.publication_version == TextVersion.id)
        is_open = exists().where(WorkingCopy.file == TextVersion.file)
        is_shared = exists().where(ShareLink.version == TextVersion.id)
        old = TextVersion.saved_at < now - AUTOSAVES_KEPT
        ended = not_(is_open) & (TextVersion.saved_at < now - ENDED_KEPT)
        gone = delete(TextVersion).where(
            not_(is_newest),
            not_(is_published),
            not_(is_shared),
            or_(TextVersion.is_automatic & old, ended),
        )
        with self._database.writing() as session:
            session.execute(gone)

    def _now(self, file: str) -> WorkingCopy:
        copy = self.get(file)
        if copy is None:
            raise CopyConflict(None, None)
        return copy


_LIVE = "live"
_UNAPPROVED: dict[str, Any] = {
    "approved_by": None,
    "approved_at": None,
    "approved_digest": "",
    "approved_reason": "",
}
_UNASKED: dict[str, Any] = {"publication": None, "publication_version": None, "due_at": None}


def _release(session: Session, which: ColumnElement[bool]) -> None:
    asked = [CopyState.SCHEDULED, CopyState.PUBLISHING]
    again = update(WorkingCopy).where(which, WorkingCopy.state.in_(asked))
    session.execute(again.values(state=CopyState.APPROVED))
    session.execute(update(WorkingCopy).where(which).values(_UNASKED))


def _found(session: Session, file: str) -> WorkingCopy | None:
    return session.get(WorkingCopy, file, options=[joinedload(WorkingCopy.saved)])


def _seen(session: Session, file: str, seen: int) -> WorkingCopy:
    copy = _found(session, file)
    if copy is None or copy.version != seen:
        raise CopyConflict(copy, None)
    return copy


def _allow(copy: WorkingCopy, step: Step, staff: int, *, is_chief: bool, reason: str = "") -> None:
    if why := copy.refusal(step, staff, is_chief=is_chief, reason=reason):
        raise StepRefused(why)


def _same(copy: WorkingCopy) -> Any:  # noqa: ANN401 - a condition
    """Choose a copy if nobody has saved it or taken a step since it was read."""
    return (
        (WorkingCopy.file == copy.file)
        & (WorkingCopy.version == copy.version)
        & (WorkingCopy.state == copy.state)
        & WorkingCopy.publication.is_not_distinct_from(copy.publication)
    )


def _update(session: Session, copy: WorkingCopy, values: dict[str, Any]) -> bool:
    change = update(WorkingCopy).where(_same(copy)).values(values)
    done = session.execute(change.execution_options(synchronize_session=False))
    return done.rowcount == 1  # type: ignore[attr-defined, no-any-return]


def _edited(copy: WorkingCopy, staff: int) -> dict[str, Any]:
    """Return what an edit changes beside the text."""
    state = CopyState.REVIEW if copy.status is CopyState.REVIEW else CopyState.DRAFT
    return {**_UNAPPROVED, "state": state, "authors": sorted({*copy.authors, staff})}


def _is_at(session: Session, file: str, version: int) -> bool:
    return session.scalar(select(WorkingCopy.version).where(WorkingCopy.file == file)) == version


def _add(session: Session, edit: TextVersion) -> int:
    values = {
        column.key: getattr(edit, column.key)
        for column in TextVersion.__table__.columns
        if column.key != "id"
    }
    number: int = session.scalars(
        insert(TextVersion).values(values).returning(TextVersion.id)
    ).one()
    return number


def _note(  # noqa: PLR0913 - what a line of the audit trail says
    session: Session,
    copy: WorkingCopy,
    action: str,
    staff: int,
    now: datetime.datetime,
    *,
    version: int = 0,
    detail: str = "",
) -> None:
    session.add(
        EditorialEvent(
            at=now,
            staff=staff,
            file=copy.file,
            action=action,
            version=version or copy.version,
            detail=detail,
            concerned=copy.authors,
        )
    )


def _outcome(
    session: Session, copy: WorkingCopy, outcome: str, now: datetime.datetime, detail: str
) -> None:
    """Note what became of a publication: for its authors, and for whoever asked for it."""
    asked = (
        select(EditorialEvent.staff)
        .where(EditorialEvent.file == copy.file, EditorialEvent.action == Step.PUBLISH)
        .order_by(EditorialEvent.id.desc())
        .limit(1)
    )
    asker = session.scalar(asked)
    # Whoever waits in front of the page sees that it is live.
    seen_by = asker if asker and outcome == _LIVE and not copy.due_at else 0
    session.add(
        EditorialEvent(
            at=now,
            staff=seen_by,
            file=copy.file,
            action=outcome,
            version=copy.publication_version or copy.version,
            detail=detail,
            concerned=sorted({*copy.authors, *([asker] if asker else [])}),
        )
    )
