"""What is kept of editing: working copies with their versions, and the audit trail."""

import datetime

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from website.editorial import workflow
from website.editorial.workflow import CopyState, Step
from website.leads.models import Base


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
    is_automatic: Mapped[bool] = mapped_column(default=False)
    tab: Mapped[str] = mapped_column(String(40), default="")
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
