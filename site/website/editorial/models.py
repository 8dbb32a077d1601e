"""Database models of the editor: working copies, their versions, and the audit trail."""

import datetime

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String
from sqlalchemy.ext.associationproxy import AssociationProxy, association_proxy
from sqlalchemy.orm import Mapped, mapped_column, relationship

from website.editorial import msg, workflow
from website.editorial.workflow import Actor, CopyState, Step
from website.infra.cache import digest
from website.leads.models import Base, words_of


class TextVersion(Base):
    """A saved version of a working copy."""

    __tablename__ = "text_versions"
    __table_args__ = (Index(None, "file", "id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    file: Mapped[str] = mapped_column(String(400))
    """Its path in the content folder."""
    data: Mapped[bytes] = mapped_column(LargeBinary)
    saved_by: Mapped[int]
    """The number of an account."""
    saved_at: Mapped[datetime.datetime]
    is_automatic: Mapped[bool] = mapped_column(default=False)
    tab: Mapped[str] = mapped_column(String(40), default="")
    """ID of the browser tab that saved it, so that a tab does not conflict with itself."""


class WorkingCopy(Base):
    """The working copy of a file."""

    __tablename__ = "working_copies"

    file: Mapped[str] = mapped_column(String(400), primary_key=True)
    version: Mapped[int] = mapped_column(ForeignKey("text_versions.id"))
    official: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The official bytes it is based on; None for a new text."""
    commit: Mapped[str] = mapped_column(String(64))
    """The commit of the official bytes."""
    began_at: Mapped[datetime.datetime]
    authors: Mapped[list[int]] = mapped_column(JSON)
    """The accounts that have edited it."""
    state: Mapped[CopyState] = mapped_column(words_of(CopyState))
    submitted_by: Mapped[int | None]
    submitted_at: Mapped[datetime.datetime | None]
    note: Mapped[str] = mapped_column(default="")
    """The reason for its rejection."""
    approved_by: Mapped[int | None]
    approved_at: Mapped[datetime.datetime | None]
    approved_digest: Mapped[str] = mapped_column(String(64), default="")
    """Digest of the approved bytes."""
    approved_reason: Mapped[str] = mapped_column(default="")
    """The reason why an author approved their own text."""
    publication: Mapped[int | None]
    """The number of the requested publication."""
    publication_version: Mapped[int | None]
    """The version that is being published."""
    due_at: Mapped[datetime.datetime | None]

    saved: Mapped[TextVersion] = relationship(lazy="raise")
    data: AssociationProxy[bytes] = association_proxy("saved", "data")
    """The bytes of the newest version."""
    saved_by: AssociationProxy[int] = association_proxy("saved", "saved_by")
    saved_at: AssociationProxy[datetime.datetime] = association_proxy("saved", "saved_at")

    def refusal(self, step: Step, by: Actor, *, reason: str = "") -> str:
        """Return the German reason why somebody may not take a step; empty if they may."""
        state = self.state
        if self.publication is not None and state not in workflow.ASKED:
            # The text was edited after its publication was requested.
            if step in {Step.PUBLISH, Step.DISCARD}:
                return msg("workflow.scheduled" if self.due_at else "workflow.waiting")
            if step is Step.UNSCHEDULE and self.due_at:
                state = CopyState.SCHEDULED
        if step is Step.PUBLISH and digest(self.data) != self.approved_digest:
            return "Dieser Text ist nicht so freigegeben, wie er jetzt dasteht."
        return workflow.refusal(step, state, by, authors=self.authors, reason=reason)


class EditorialEvent(Base):
    """An event in the editors' audit trail, and whether it has been mailed.

    Events are only ever added; ``mailed_at`` alone is updated.
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
    """Accounts to be mailed: the authors, and who requested the publication."""
    mailed_at: Mapped[datetime.datetime | None]
