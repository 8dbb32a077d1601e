"""Working copies: unpublished edits of files, from the first save to the publication.

Each save creates a version with a unique number, and callers pass the version that they have seen.
Saves and steps of the workflow are single conditional statements: if somebody else was first, a
save is merged and retried, a step is refused with the current copy.
"""

import contextlib
import datetime
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import delete, exists, insert, not_, or_, select, update
from sqlalchemy.orm import Session, joinedload

from website.editorial import audit_trail, front_matter_edits
from website.editorial.merge import merge
from website.editorial.models import TextVersion, WorkingCopy
from website.editorial.publications import Publication
from website.editorial.share_links import ShareLink
from website.editorial.workflow import Actor, CopyState, Step
from website.exceptions import CopyConflict, StepRefused, StorageError
from website.infra.cache import digest
from website.infra.database import Store, insert_new

AUTOSAVES_KEPT = datetime.timedelta(days=1)
"""How long automatic saves are kept."""
ENDED_KEPT = datetime.timedelta(days=30)
"""How long the versions of published or discarded copies are kept."""
_UNAPPROVED: dict[str, Any] = {
    "approved_by": None,
    "approved_at": None,
    "approved_digest": "",
    "approved_reason": "",
}
UNASKED: dict[str, Any] = {"publication": None, "publication_version": None, "due_at": None}
_TRIES = 8
"""Maximum attempts of a save if others save at the same time."""


class WorkingCopies(Store):
    """The working copies of one database.

    Steps raise StepRefused with the reason in German, and CopyConflict if the copy has changed
    meanwhile.
    """

    # Reading

    def all(self) -> Sequence[WorkingCopy]:
        """Return all working copies, ordered by file."""
        query = select(WorkingCopy).options(joinedload(WorkingCopy.saved))
        return self._database.all(query.order_by(WorkingCopy.file))

    def get(self, file: str) -> WorkingCopy | None:
        """Return the working copy of a file; None if there is none."""
        with self._database.reading() as session:
            return _find(session, file)

    def at(self, file: str, version: int) -> bytes | None:
        """Return an earlier version; None if it is no longer kept."""
        query = select(TextVersion.data).where(TextVersion.file == file, TextVersion.id == version)
        return self._database.first(query)

    # Saving

    def save(  # noqa: PLR0913 - what a save says
        self,
        file: str,
        seen: int,
        data: bytes,
        by: Actor,
        *,
        official: bytes | None,
        commit: str,
        auto: bool = False,
        tab: str = "",
    ) -> WorkingCopy | None:
        """Save an edit, and merge it with what others have saved meanwhile.

        An edit voids an approval. Unchanged bytes create no version.

        :param seen: the version that the edit is based on; 0 if there was no working copy.
        :param official: the official bytes: those that the edit is based on if ``seen`` is 0,
            otherwise the newest.
        :param commit: the commit of the official bytes.
        :param tab: ID of the browser tab, which overwrites its own saves since ``seen``.
        :param auto: whether it is an autosave: merges nothing, as its tab would not show that.
        :returns: the current copy; None if the bytes are the official ones.
        :raises CopyConflict: if somebody has changed the same lines, or any before an autosave;
            nothing was saved.
        """
        for _ in range(_TRIES):
            current = self.get(file)
            if current and self._is_own(current, seen, by.staff, tab):
                text = data
            else:
                text = self._merged(current, file, seen, data, official)
                if auto and text != data:
                    raise CopyConflict(current, None)
            if text == (current.data if current else official):
                return current
            with self._database.writing() as session:
                version = add_version(session, file, text, by, is_automatic=auto, tab=tab)
                if current:
                    values = _edited(current, by.staff, version)
                    is_ours = update_unchanged(session, current, values)
                else:
                    insert_new(
                        session,
                        WorkingCopy,
                        file=file,
                        version=version,
                        official=official,
                        commit=commit,
                        began_at=by.now,
                        authors=[by.staff],
                        state=CopyState.DRAFT,
                    )
                    ours = select(WorkingCopy.version).where(WorkingCopy.file == file)
                    is_ours = session.scalar(ours) == version
                if not is_ours:
                    session.rollback()
            if is_ours:
                return self.get(file)
        raise StorageError("The text cannot be saved now: others save it all the time")

    def _merged(
        self, current: WorkingCopy | None, file: str, seen: int, data: bytes, official: bytes | None
    ) -> bytes:
        newest = current.data if current else official
        base = self.at(file, seen) if seen else official
        if base is None and current:
            base = current.official
        merged = merge(data, base or b"", newest or b"")
        if merged.text is None:
            raise CopyConflict(current, merged)
        return merged.text

    def _is_own(self, current: WorkingCopy, seen: int, staff: int, tab: str) -> bool:
        """Return whether all versions since the seen one come from the same tab."""
        if seen == current.version:
            return True
        if not tab or current.saved.tab != tab:
            return False
        others = exists().where(
            TextVersion.file == current.file,
            TextVersion.id > seen,
            TextVersion.saved_at >= current.began_at,
            or_(TextVersion.tab != tab, TextVersion.saved_by != staff),
        )
        with self._database.reading() as session:
            return not session.scalar(select(others))

    def rebase(
        self, file: str, seen: int, data: bytes, by: Actor, *, official: bytes | None, commit: str
    ) -> WorkingCopy:
        """Rebase a copy on the current official version, after a conflict was resolved.

        If that changes the bytes of the copy, an approval is void.

        :param data: the resolved bytes.
        :raises CopyConflict: if the copy has changed meanwhile.
        """
        with self._changing(file, seen) as (session, copy, values):
            values.update(official=official, commit=commit)
            if data != copy.data:
                version = add_version(session, file, data, by)
                values.update(_edited(copy, by.staff, version))
            audit_trail.note(session, copy, "rebase", by)
        return self._now(file)

    def discard(self, file: str, seen: int, by: Actor) -> None:
        """Discard a copy; its versions are kept for some days.

        :raises StepRefused: if it is not allowed.
        :raises CopyConflict: if the copy has changed meanwhile.
        """
        with self._database.writing() as session:
            copy = _find_seen(session, file, seen)
            _allow(copy, Step.DISCARD, by)
            gone = delete(WorkingCopy).where(_is_unchanged(copy)).returning(WorkingCopy.file)
            if session.scalar(gone) is None:
                raise CopyConflict(_find(session, file), None)
            audit_trail.note(session, copy, "discard", by)

    # Steps

    def take(self, step: Step, file: str, seen: int, by: Actor, *, note: str = "") -> WorkingCopy:
        """Submit a copy, reject it, or unschedule it once the request was withdrawn.

        :param note: why it is rejected.
        """
        values: dict[Step, dict[str, Any]] = {
            Step.SUBMIT: {
                "state": CopyState.REVIEW,
                "submitted_by": by.staff, "submitted_at": by.now, "note": "",
            },
            Step.REJECT: {**_UNAPPROVED, "state": CopyState.DRAFT, "note": note},
            Step.UNSCHEDULE: UNASKED,
        }  # fmt: skip
        with self._changing(file, seen) as (session, copy, changes):
            _allow(copy, step, by)
            changes.update(values[step])
            if step is Step.UNSCHEDULE and copy.state is CopyState.SCHEDULED:
                changes["state"] = CopyState.APPROVED
            audit_trail.note(session, copy, step, by, detail=note)
        return self._now(file)

    def approve(
        self, file: str, seen: int, by: Actor, *, reason: str = "", reviewer: str = ""
    ) -> WorkingCopy:
        """Approve exactly the bytes of a version.

        :param reason: why an author approves their own text, for the audit trail.
        :param reviewer: the name to write into ``reviewed_by``, unless it is an author's.
        :raises AuthoringError: if the name cannot be written into the text.
        """
        with self._changing(file, seen) as (session, copy, values):
            _allow(copy, Step.APPROVE, by, reason)
            is_own = by.staff in copy.authors
            data, version = copy.data, copy.version
            if reviewer and not is_own and file.endswith(".md"):
                data = front_matter_edits.set_value(data, "reviewed_by", reviewer)
            if data != copy.data:
                version = add_version(session, file, data, by)
            values.update(
                version=version,
                state=CopyState.APPROVED,
                approved_by=by.staff,
                approved_at=by.now,
                approved_digest=digest(data),
                approved_reason=reason.strip() if is_own else "",
            )
            action = "approve-own" if is_own else "approve"
            audit_trail.note(session, copy, action, by, version=version, detail=reason.strip())
        return self._now(file)

    def publish(self, file: str, seen: int, by: Actor, request: Publication) -> WorkingCopy:
        """Request the publication of an approved copy.

        :param request: a new publication, of exactly the bytes of the copy.
        """
        due_at = request.due_at if request.due_at > request.requested_at else None
        with self._changing(file, seen) as (session, copy, values):
            _allow(copy, Step.PUBLISH, by)
            session.add(request)
            session.flush()
            values.update(
                state=CopyState.SCHEDULED if due_at else CopyState.PUBLISHING,
                publication=request.id,
                publication_version=seen,
                due_at=due_at,
            )
            audit_trail.note(session, copy, Step.PUBLISH, by)
        return self._now(file)

    @contextlib.contextmanager
    def _changing(
        self, file: str, seen: int
    ) -> Iterator[tuple[Session, WorkingCopy, dict[str, Any]]]:
        """Yield the seen copy, and a dict for its new values, which are stored at the end.

        :raises CopyConflict: if it has changed, before or during the block.
        """
        values: dict[str, Any] = {}
        with self._database.writing() as session:
            copy = _find_seen(session, file, seen)
            yield session, copy, values
            if not update_unchanged(session, copy, values):
                raise CopyConflict(_find(session, file), None)

    def thin(self, now: datetime.datetime) -> None:
        """Delete obsolete versions."""
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
        self._database.execute(gone)

    def _now(self, file: str) -> WorkingCopy:
        copy = self.get(file)
        if copy is None:
            raise CopyConflict(None, None)
        return copy


def _allow(copy: WorkingCopy, step: Step, by: Actor, reason: str = "") -> None:
    if why := copy.refusal(step, by, reason=reason):
        raise StepRefused(why)


def _edited(copy: WorkingCopy, staff: int, version: int) -> dict[str, Any]:
    """Return the columns that an edit changes."""
    state = CopyState.REVIEW if copy.state is CopyState.REVIEW else CopyState.DRAFT
    authors = sorted({*copy.authors, staff})
    return {**_UNAPPROVED, "state": state, "authors": authors, "version": version}


def _find(session: Session, file: str) -> WorkingCopy | None:
    """Return the copy of a file, with its newest version."""
    return session.get(WorkingCopy, file, options=[joinedload(WorkingCopy.saved)])


def _find_seen(session: Session, file: str, seen: int) -> WorkingCopy:
    """Return the copy of a file if its version is the seen one.

    :raises CopyConflict: if it is another one.
    """
    copy = _find(session, file)
    if copy is None or copy.version != seen:
        raise CopyConflict(copy, None)
    return copy


def _is_unchanged(copy: WorkingCopy) -> Any:  # noqa: ANN401 - a condition
    """Return a condition for a copy that has not changed since it was read."""
    return (
        (WorkingCopy.file == copy.file)
        & (WorkingCopy.version == copy.version)
        & (WorkingCopy.state == copy.state)
        & WorkingCopy.publication.is_not_distinct_from(copy.publication)
    )


def update_unchanged(session: Session, copy: WorkingCopy, values: dict[str, Any]) -> bool:
    """Update a copy unless it has changed since it was read; return whether it was updated."""
    change = update(WorkingCopy).where(_is_unchanged(copy)).values(values)
    done = session.execute(change.execution_options(synchronize_session=False))
    return done.rowcount == 1  # type: ignore[attr-defined, no-any-return]


def add_version(session: Session, file: str, data: bytes, by: Actor, **more: object) -> int:
    """Add a version, and return its number.

    :param more: other columns of its row.
    """
    columns = {"file": file, "data": data, "saved_by": by.staff, "saved_at": by.now, **more}
    new = insert(TextVersion).values(columns)
    return session.scalars(new.returning(TextVersion.id)).one()
