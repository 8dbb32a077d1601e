"""Statements on the rows of working copies, for what runs within one transaction."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, insert, update
from sqlalchemy.orm import Session, joinedload

from website.editorial.models import TextVersion, WorkingCopy
from website.editorial.workflow import CopyState
from website.exceptions import CopyConflict

UNAPPROVED: dict[str, Any] = {
    "approved_by": None,
    "approved_at": None,
    "approved_digest": "",
    "approved_reason": "",
}
UNASKED: dict[str, Any] = {"publication": None, "publication_version": None, "due_at": None}


def find(session: Session, file: str) -> WorkingCopy | None:
    """Return the copy of a file, with its newest version."""
    return session.get(WorkingCopy, file, options=[joinedload(WorkingCopy.saved)])


def find_seen(session: Session, file: str, seen: int) -> WorkingCopy:
    """Return the copy of a file that somebody has seen.

    :raises CopyConflict: if that is another one now.
    """
    copy = find(session, file)
    if copy is None or copy.version != seen:
        raise CopyConflict(copy, None)
    return copy


def is_unchanged(copy: WorkingCopy) -> Any:  # noqa: ANN401 - a condition
    """Choose a copy if nobody has saved it or taken a step since it was read."""
    return (
        (WorkingCopy.file == copy.file)
        & (WorkingCopy.version == copy.version)
        & (WorkingCopy.state == copy.state)
        & WorkingCopy.publication.is_not_distinct_from(copy.publication)
    )


def update_unchanged(session: Session, copy: WorkingCopy, values: dict[str, Any]) -> bool:
    """Change a copy if it is as it was read, and return whether it was."""
    change = update(WorkingCopy).where(is_unchanged(copy)).values(values)
    done = session.execute(change.execution_options(synchronize_session=False))
    return done.rowcount == 1  # type: ignore[attr-defined, no-any-return]


def add_version(session: Session, edit: TextVersion) -> int:
    """Add a version, and return its number."""
    values = {
        column.key: getattr(edit, column.key)
        for column in TextVersion.__table__.columns
        if column.key != "id"
    }
    number: int = session.scalars(
        insert(TextVersion).values(values).returning(TextVersion.id)
    ).one()
    return number


def release(session: Session, which: ColumnElement[bool]) -> None:
    """Make copies approved again whose publication was asked for."""
    asked = [CopyState.SCHEDULED, CopyState.PUBLISHING]
    again = update(WorkingCopy).where(which, WorkingCopy.state.in_(asked))
    session.execute(again.values(state=CopyState.APPROVED))
    session.execute(update(WorkingCopy).where(which).values(UNASKED))
