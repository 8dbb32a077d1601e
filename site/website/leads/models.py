"""SQLAlchemy models of leads, their deliveries and the audit trail.

Personal data are stored in ``leads`` and in rows that are deleted with their lead (``notes``,
``lead_tags``, ``search_words``), and nowhere else. Visitors are recognised by keyed hashes that
expire (``fingerprints``, ``visits``).
"""

from __future__ import annotations

import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Date, DateTime, Enum, ForeignKey, Index, MetaData, String, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.hybrid import hybrid_method, hybrid_property
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship
from sqlalchemy.types import TypeDecorator

GERMAN = "de"
"""The default language."""

COLUMNS = ("topic", "company", "name", "email")
"""Answers with a column of their own, because staff sort and search by them."""


class Moment(TypeDecorator[datetime.datetime]):
    """A datetime stored in UTC and returned with its time zone, also by SQLite, which has none."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(
        self, value: datetime.datetime | None, _dialect: Dialect
    ) -> datetime.datetime | None:
        """Return a moment in UTC; refuse one without a zone."""
        if value is not None and value.tzinfo is None:
            raise ValueError("A moment needs its zone; take it from infra.clock.now()")
        return value and value.astimezone(datetime.UTC)

    def process_result_value(
        self, value: datetime.datetime | None, _dialect: Dialect
    ) -> datetime.datetime | None:
        """Return a stored moment with its zone."""
        if value is not None and value.tzinfo is None:
            return value.replace(tzinfo=datetime.UTC)
        return value and value.astimezone(datetime.UTC)


class LeadStatus(StrEnum):
    """Status of a lead in the sales process."""

    NEW = "new"
    IN_PROGRESS = "in-progress"
    QUALIFIED = "qualified"
    WON = "won"
    LOST = "lost"

    @property
    def is_open(self) -> bool:
        """Whether the lead is neither won nor lost."""
        return self not in {LeadStatus.WON, LeadStatus.LOST}


class LostReason(StrEnum):
    """Reason for which a lead was lost."""

    TOO_LATE = "too-late"
    PRICE = "price"
    COMPETITOR = "competitor"
    NO_NEED = "no-need"
    NO_ANSWER = "no-answer"
    NO_FIT = "no-fit"
    NO_REQUEST = "no-request"
    """Advertising and the like that came through."""
    OTHER = "other"


class Channel(StrEnum):
    """The channel of a delivery."""

    MAIL = "mail"
    WEBHOOK = "webhook"
    CONFIRMATION = "confirmation"
    """A mail to the sender of the request. The lead holds the recipient, the delivery does not."""


class DeliveryState(StrEnum):
    """State of a delivery."""

    WITHHELD = "withheld"
    """Held back while the lead is in quarantine; pending once that is released."""
    PENDING = "pending"
    """Not attempted yet, or to be attempted again."""
    SENT = "sent"
    DEAD = "dead"
    """Given up after the last attempt, until somebody sends it again."""


def words_of(enum: type[StrEnum]) -> Enum:
    """Store members by value in a column that takes new ones without a migration."""
    return Enum(
        enum,
        native_enum=False,
        create_constraint=False,
        length=20,
        values_callable=lambda members: [member.value for member in members],
    )


class Base(DeclarativeBase):
    """Base class of all models. Constraints have names, so that migrations can refer to them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - read once by SQLAlchemy
        datetime.datetime: Moment,
        datetime.date: Date,
        dict[str, Any]: JSON,
        list[list[Any]]: JSON,
        str: Text,
        LeadStatus: words_of(LeadStatus),
        LostReason: words_of(LostReason),
        Channel: words_of(Channel),
        DeliveryState: words_of(DeliveryState),
    }


class Lead(Base):
    """A request by a company."""

    __tablename__ = "leads"
    __table_args__ = (
        # All that is counted and filtered by, so that neither reads a lead's words.
        Index(
            "ix_leads_figures",
            "quarantined",
            "received_at",
            "status",
            "topic",
            "source",
            "owner_id",
            "answered_at",
            "lost_reason",
            "language",
        ),
        # Who waits for an answer, for a follow-up or for deletion, and since when.
        Index(
            "ix_leads_waiting",
            "status",
            "quarantined",
            "answered_at",
            "received_at",
            "touched_at",
            "follow_up_on",
        ),
        Index("ix_leads_follow_ups", "quarantined", "follow_up_on", "owner_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(20), unique=True)
    received_at: Mapped[datetime.datetime] = mapped_column(index=True)
    status: Mapped[LeadStatus] = mapped_column(default=LeadStatus.NEW)
    topic: Mapped[str] = mapped_column(default="")
    company: Mapped[str]
    name: Mapped[str]
    email: Mapped[str]
    answers: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """All other answers by the name of their question, in the order of the form."""
    source: Mapped[str | None]
    """Path of the page that led to the form, or on which it was filled in."""
    language: Mapped[str] = mapped_column(String(2), default=GERMAN, server_default=GERMAN)
    """Language of the form that was sent, and of our answers: two letters (ISO 639-1)."""
    touched_at: Mapped[datetime.datetime] = mapped_column(index=True)
    """Last contact: arrival or last action by staff. Retention periods begin here."""
    spam_points: Mapped[int] = mapped_column(default=0)
    spam_reasons: Mapped[list[list[Any]]] = mapped_column(default=list)
    """Pairs of a signal's name and its points, see ``spam.signals``."""
    quarantined: Mapped[bool] = mapped_column(default=False)
    """Suspected of being spam: stored and shown, but nobody was notified."""

    mailbox: Mapped[str] = mapped_column(default="", index=True)
    """The folded e-mail address, see ``search.derived``."""
    domain: Mapped[str] = mapped_column(default="", index=True)
    """The company's mail domain; empty for public mail providers."""
    words: Mapped[str] = mapped_column(default="")
    """Folded words for full-text search, see ``search.words``. Triggers update the index."""

    owner_id: Mapped[int | None]
    """Account of the member of staff in charge. Accounts are never deleted."""
    follow_up_on: Mapped[datetime.date | None]
    lost_reason: Mapped[LostReason | None]
    answered_at: Mapped[datetime.datetime | None]
    """Time of the first answer."""
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    """Number of changes, for optimistic locking."""

    tag_rows: Mapped[list[Tag]] = relationship(
        lazy="raise", cascade="all, delete-orphan", passive_deletes=True
    )
    notes: Mapped[list[Note]] = relationship(
        order_by="Note.id", lazy="raise", cascade="all, delete-orphan", passive_deletes=True
    )
    deliveries: Mapped[list[Delivery]] = relationship(
        back_populates="lead", order_by="Delivery.id", lazy="raise"
    )

    @hybrid_property
    def is_waiting(self) -> bool:
        """Whether this is a new lead outside quarantine that nobody has answered; also in SQL."""
        is_unanswered = (self.status == LeadStatus.NEW) & (self.answered_at == None)  # noqa: E711
        return is_unanswered & (self.quarantined == False)  # noqa: E712

    @hybrid_method
    def is_overdue(self, limit: datetime.datetime) -> bool:
        """Return whether the answer is overdue; also in SQL.

        :param limit: what ``office_hours.before`` returned.
        """
        return self.is_waiting & (self.received_at <= limit)

    @property
    def stored_answers(self) -> dict[str, Any]:
        """All answers as stored: texts, if the form wrote them."""
        return {name: getattr(self, name) for name in COLUMNS} | self.answers

    @property
    def every_answer(self) -> dict[str, str]:
        """All answers by the names of their questions, whether in columns or in JSON.

        Most questions are optional, so names may be missing; :meth:`answer` returns a single one.
        """
        return {name: str(text) for name, text in self.stored_answers.items() if text is not None}

    def answer(self, name: str) -> str:
        """Return the answer to a question, or an empty string."""
        return self.every_answer.get(name, "")

    @property
    def tags(self) -> tuple[str, ...]:
        """Tags in alphabetical order; ``tag_rows`` must be loaded."""
        return tuple(sorted((row.tag for row in self.tag_rows), key=str.casefold))


class Tag(Base):
    """A tag that staff have given to a lead."""

    __tablename__ = "lead_tags"
    __table_args__ = ({"sqlite_with_rowid": False},)

    lead_id: Mapped[int] = mapped_column(
        ForeignKey("leads.id", ondelete="CASCADE"), primary_key=True
    )
    tag: Mapped[str] = mapped_column(String(40), primary_key=True, index=True)


class SearchWord(Base):
    """A folded word that occurs in some lead, see ``search_vocabulary``."""

    __tablename__ = "search_words"
    __table_args__ = ({"sqlite_with_rowid": False},)

    word: Mapped[str] = mapped_column(String(60), primary_key=True)
    beginning: Mapped[str] = mapped_column(String(30), index=True)
    """The letters before the middle one."""
    ending: Mapped[str] = mapped_column(String(30), index=True)
    """The letters after the middle one."""
    lead_id: Mapped[int] = mapped_column(ForeignKey("leads.id", ondelete="CASCADE"), index=True)
    """One of the leads that contain it; replaced by another when that is deleted."""


class Note(Base):
    """A note by a member of staff about a lead. Append-only."""

    __tablename__ = "notes"

    id: Mapped[int] = mapped_column(primary_key=True)
    lead_id: Mapped[int] = mapped_column(ForeignKey("leads.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime.datetime]
    author: Mapped[str] = mapped_column(String(100))
    """Actor as in the audit trail: ``staff 3``."""
    text: Mapped[str]


class Delivery(Base):
    """A message about a lead to one recipient, with the state of its attempts."""

    __tablename__ = "deliveries"
    __table_args__ = (Index(None, "state", "next_attempt_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    lead_id: Mapped[int] = mapped_column(ForeignKey("leads.id"), index=True)
    channel: Mapped[Channel]
    recipient: Mapped[str]
    message_id: Mapped[str] = mapped_column(String(255), unique=True)
    """Constant across attempts, so that recipients recognise repetitions."""
    state: Mapped[DeliveryState] = mapped_column(default=DeliveryState.PENDING)
    attempts: Mapped[int] = mapped_column(default=0)
    """Number of attempts begun."""
    next_attempt_at: Mapped[datetime.datetime]
    leased_until: Mapped[datetime.datetime | None]
    """End of the lease of the process that attempts it; then another may take over."""
    last_error: Mapped[str | None]
    """For operators; free of personal data."""
    created_at: Mapped[datetime.datetime]
    sent_at: Mapped[datetime.datetime | None]

    lead: Mapped[Lead] = relationship(back_populates="deliveries", lazy="raise")


class Event(Base):
    """A line of the audit trail. Append-only, free of personal data."""

    __tablename__ = "events"

    id: Mapped[int] = mapped_column(primary_key=True)
    lead_id: Mapped[int | None] = mapped_column(
        ForeignKey("leads.id", ondelete="SET NULL"), index=True
    )
    at: Mapped[datetime.datetime]
    actor: Mapped[str] = mapped_column(String(100))
    """A member of staff (``staff 3``), or the part of the program."""
    action: Mapped[str] = mapped_column(String(50))
    detail: Mapped[str] = mapped_column(default="")


class Fingerprint(Base):
    """A keyed hash by which a request is recognised until it expires.

    Without further indexes, which would slow down every insert: the table holds a week at most.
    """

    __tablename__ = "fingerprints"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - read once by SQLAlchemy

    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    """Kind and hash: ``content:9f86…``."""
    lead_id: Mapped[int] = mapped_column(ForeignKey("leads.id", ondelete="CASCADE"))
    expires_at: Mapped[datetime.datetime]


class Visit(Base):
    """A lead stored for a visitor, who is known by a keyed hash with a key of the day."""

    __tablename__ = "visits"
    __table_args__ = (Index(None, "visitor", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    visitor: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime.datetime]


class Canary(Base):
    """A test request by the program itself, see ``canaries``. Never becomes a lead.

    Contains invented answers only, and is deleted after it was checked.
    """

    __tablename__ = "canaries"

    nonce: Mapped[str] = mapped_column(String(32), primary_key=True)
    announced_at: Mapped[datetime.datetime]
    reference: Mapped[str | None] = mapped_column(String(20), unique=True)
    received_at: Mapped[datetime.datetime | None]
    answers: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """As received."""
    source: Mapped[str | None]
    language: Mapped[str] = mapped_column(String(2), default=GERMAN, server_default=GERMAN)
    owed: Mapped[list[list[Any]]] = mapped_column(default=list)
    """Messages that a lead would cause: lists of channel, recipient and identifier."""
    leased_until: Mapped[datetime.datetime | None]
    """End of the lease of the process that delivers it, or of the pause after a failure."""
    delivered_at: Mapped[datetime.datetime | None]
    last_error: Mapped[str | None]
