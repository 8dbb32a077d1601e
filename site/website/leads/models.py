"""What is kept: leads, the deliveries owed for each, and who did what when.

Personal data stand in ``leads``, in the staff's ``notes`` and ``lead_tags`` and in
``search_words``, which go with their lead, and nowhere else, so that erasing them is one thing to
do. What is remembered of a visitor beside it (``fingerprints``, ``visits``) are keyed hashes that
expire.
"""

from __future__ import annotations

import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Date, DateTime, Enum, ForeignKey, Index, MetaData, String, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship
from sqlalchemy.types import TypeDecorator

GERMAN = "de"
"""The language of whatever says none."""

COLUMNS = ("topic", "company", "name", "email")
"""Answers with a column of their own, because staff sort and search by them."""


class Moment(TypeDecorator[datetime.datetime]):
    """A moment in UTC that comes back with its zone, also from SQLite, which knows none."""

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
    """How far the staff are with a lead."""

    NEW = "new"
    IN_PROGRESS = "in-progress"
    QUALIFIED = "qualified"
    WON = "won"
    LOST = "lost"

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done."""
        return self not in {LeadStatus.WON, LeadStatus.LOST}


class LostReason(StrEnum):
    """Why a lead has come to nothing: few enough to be counted."""

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
    """A mail to whoever asked. Its recipient stands in the lead, not in the delivery."""


class DeliveryState(StrEnum):
    """How far a delivery is."""

    WITHHELD = "withheld"
    """Not owed while the lead is in quarantine; its release makes it pending."""
    PENDING = "pending"
    """Owed: not tried yet, or to be tried again."""
    SENT = "sent"
    DEAD = "dead"
    """Given up after the last attempt; somebody has to look and send it again."""


def _words(enum: type[StrEnum]) -> Enum:
    """Store members by value in a column that takes new ones without a migration."""
    return Enum(
        enum,
        native_enum=False,
        create_constraint=False,
        length=20,
        values_callable=lambda members: [member.value for member in members],
    )


class Base(DeclarativeBase):
    """Common ground of the tables. Constraints have names, so that migrations can find them."""

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
        LeadStatus: _words(LeadStatus),
        LostReason: _words(LostReason),
        Channel: _words(Channel),
        DeliveryState: _words(DeliveryState),
    }


class Lead(Base):
    """One request of a company."""

    __tablename__ = "leads"
    __table_args__ = (
        Index(None, "received_at"),
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
        Index(None, "touched_at"),
        Index(None, "follow_up_on"),
        Index(None, "mailbox"),
        Index(None, "domain"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(20), unique=True)
    received_at: Mapped[datetime.datetime]
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
    """Of the form that was sent, hence of whatever we answer: two letters (ISO 639-1)."""
    touched_at: Mapped[datetime.datetime]
    """Last contact: when it came in or the staff last did something. Retention counts from here."""
    spam_points: Mapped[int] = mapped_column(default=0)
    spam_reasons: Mapped[list[list[Any]]] = mapped_column(default=list)
    """Each a pair: the name of a signal, its points. ``spam.signals`` has the words for them."""
    quarantined: Mapped[bool] = mapped_column(default=False)
    """Suspected: kept and shown, but nobody has been told of it."""

    mailbox: Mapped[str] = mapped_column(default="")
    """The address as it is compared: ``search.mailbox``."""
    domain: Mapped[str] = mapped_column(default="")
    """The company's mail domain; empty where anybody may have a mailbox."""
    words: Mapped[str] = mapped_column(default="")
    """What search looks through: ``search.words``. An index follows each change (``0003``)."""

    owner_id: Mapped[int | None]
    """The account of whoever takes care; accounts are kept for good."""
    follow_up_on: Mapped[datetime.date | None]
    lost_reason: Mapped[LostReason | None]
    answered_at: Mapped[datetime.datetime | None]
    """When somebody first answered."""
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    """Counts the changes, so that nobody overwrites what they have not seen."""

    tag_rows: Mapped[list[Tag]] = relationship(
        lazy="raise", cascade="all, delete-orphan", passive_deletes=True
    )
    notes: Mapped[list[Note]] = relationship(
        order_by="Note.id", lazy="raise", cascade="all, delete-orphan", passive_deletes=True
    )
    deliveries: Mapped[list[Delivery]] = relationship(
        back_populates="lead", order_by="Delivery.id", lazy="raise"
    )

    @property
    def stored_answers(self) -> dict[str, Any]:
        """Every answer as it is stored: a text, unless something else than the form wrote it."""
        return {name: getattr(self, name) for name in COLUMNS} | self.answers

    @property
    def every_answer(self) -> dict[str, str]:
        """Every answer by the name of its question, wherever it is kept.

        Most questions are optional, so most names may be missing: :meth:`answer` asks for one.
        """
        return {name: str(text) for name, text in self.stored_answers.items() if text is not None}

    def answer(self, name: str) -> str:
        """Return the answer to a question; an empty text where there is none."""
        return self.every_answer.get(name, "")

    @property
    def tags(self) -> tuple[str, ...]:
        """The staff's tags, in order; they must have been loaded."""
        return tuple(sorted((row.tag for row in self.tag_rows), key=str.casefold))


class Tag(Base):
    """One word by which the staff sort a lead."""

    __tablename__ = "lead_tags"
    __table_args__ = (Index(None, "tag"), {"sqlite_with_rowid": False})

    lead_id: Mapped[int] = mapped_column(
        ForeignKey("leads.id", ondelete="CASCADE"), primary_key=True
    )
    tag: Mapped[str] = mapped_column(String(40), primary_key=True)


class SearchWord(Base):
    """One folded word that some lead holds, see ``vocabulary``."""

    __tablename__ = "search_words"
    __table_args__ = (
        Index(None, "beginning"),
        Index(None, "ending"),
        Index(None, "lead_id"),
        {"sqlite_with_rowid": False},
    )

    word: Mapped[str] = mapped_column(String(60), primary_key=True)
    beginning: Mapped[str] = mapped_column(String(30))
    """What stands before the middle letter."""
    ending: Mapped[str] = mapped_column(String(30))
    """What stands after it."""
    lead_id: Mapped[int] = mapped_column(ForeignKey("leads.id", ondelete="CASCADE"))
    """One of the leads that hold it; when that one goes, another or none."""


class Note(Base):
    """What a member of staff has written about a lead: only ever added."""

    __tablename__ = "notes"
    __table_args__ = (Index(None, "lead_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    lead_id: Mapped[int] = mapped_column(ForeignKey("leads.id", ondelete="CASCADE"))
    at: Mapped[datetime.datetime]
    author: Mapped[str] = mapped_column(String(100))
    """As in the audit trail: ``staff 3``."""
    text: Mapped[str]


class Delivery(Base):
    """One message owed to one recipient, and how the attempts went."""

    __tablename__ = "deliveries"
    __table_args__ = (Index(None, "state", "next_attempt_at"), Index(None, "lead_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    lead_id: Mapped[int] = mapped_column(ForeignKey("leads.id"))
    channel: Mapped[Channel]
    recipient: Mapped[str]
    message_id: Mapped[str] = mapped_column(String(255), unique=True)
    """The same at every attempt, so that a recipient recognises a repetition."""
    state: Mapped[DeliveryState] = mapped_column(default=DeliveryState.PENDING)
    attempts: Mapped[int] = mapped_column(default=0)
    """Attempts begun, whether or not they came to an end."""
    next_attempt_at: Mapped[datetime.datetime]
    leased_until: Mapped[datetime.datetime | None]
    """Until then one process has it; if that one dies, another takes over afterwards."""
    last_error: Mapped[str | None]
    """For the operator; holds no personal data."""
    created_at: Mapped[datetime.datetime]
    sent_at: Mapped[datetime.datetime | None]

    lead: Mapped[Lead] = relationship(back_populates="deliveries", lazy="raise")


class Event(Base):
    """One line of the audit trail: only ever added, never changed, free of personal data."""

    __tablename__ = "events"
    __table_args__ = (Index(None, "lead_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("leads.id", ondelete="SET NULL"))
    at: Mapped[datetime.datetime]
    actor: Mapped[str] = mapped_column(String(100))
    """Who: a member of staff, or the part of the program."""
    action: Mapped[str] = mapped_column(String(50))
    detail: Mapped[str] = mapped_column(default="")


class Fingerprint(Base):
    """A keyed hash of something seen with a lead, by which it is known again until it expires.

    No further index: the table holds a week at most, and every lead would pay for it.
    """

    __tablename__ = "fingerprints"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - read once by SQLAlchemy

    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    """What it is of, and the hash: ``content:9f86…``."""
    lead_id: Mapped[int] = mapped_column(ForeignKey("leads.id", ondelete="CASCADE"))
    expires_at: Mapped[datetime.datetime]


class Visit(Base):
    """One lead stored for a visitor, who is known by a keyed hash that changes every day."""

    __tablename__ = "visits"
    __table_args__ = (Index(None, "visitor", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    visitor: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime.datetime]


class Canary(Base):
    """A request that the program sends itself: never a lead, see ``canaries``.

    Holds invented answers only. Gone as soon as it has been looked at.
    """

    __tablename__ = "canaries"

    nonce: Mapped[str] = mapped_column(String(32), primary_key=True)
    announced_at: Mapped[datetime.datetime]
    reference: Mapped[str | None] = mapped_column(String(20), unique=True)
    received_at: Mapped[datetime.datetime | None]
    answers: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """As they came."""
    source: Mapped[str | None]
    language: Mapped[str] = mapped_column(String(2), default=GERMAN, server_default=GERMAN)
    owed: Mapped[list[list[Any]]] = mapped_column(default=list)
    """Each message by which a lead would be told: channel, recipient, identifier."""
    leased_until: Mapped[datetime.datetime | None]
    """Until then one process tries to deliver it, or nobody does after a failure."""
    delivered_at: Mapped[datetime.datetime | None]
    last_error: Mapped[str | None]
