"""What is kept of staff: accounts, passkeys, where they are signed in, attempts to sign in."""

import datetime

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from website.leads.models import Base


class Staff(Base):
    """One person's account. It is kept for good, because the audit trail names it by number."""

    __tablename__ = "staff"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    """In small letters, so that it can be compared."""
    name: Mapped[str] = mapped_column(String(100))
    roles: Mapped[list[str]] = mapped_column(JSON)
    active: Mapped[bool] = mapped_column(default=True)
    password: Mapped[str | None] = mapped_column(Text)
    """An Argon2 hash, or nothing until an invitation is followed."""
    stamp: Mapped[str] = mapped_column(String(64))
    """Changes with what the person signs in by, and with being let in no more: what was handed out,
    or is being proven, under the old one is void."""
    totp_secret: Mapped[str | None] = mapped_column(Text)
    """Encrypted; nothing where no app is set up."""
    totp_step: Mapped[int | None]
    """The last 30 seconds of which a code was used; it cannot be used again."""
    recovery_codes: Mapped[list[str]] = mapped_column(JSON, default=list)
    """Keyed hashes of those that are left."""
    handle: Mapped[str] = mapped_column(String(64), unique=True)
    """By what passkeys name the account: random, says nothing."""
    created_at: Mapped[datetime.datetime]


class Passkey(Base):
    """A passkey of an account: its public half."""

    __tablename__ = "passkeys"
    __table_args__ = (Index(None, "staff_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    name: Mapped[str] = mapped_column(String(100))
    credential_id: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int]
    created_at: Mapped[datetime.datetime]
    used_at: Mapped[datetime.datetime | None]


class StaffSession(Base):
    """Somebody signed in with a browser. What is deleted is signed out."""

    __tablename__ = "staff_sessions"
    __table_args__ = (Index(None, "staff_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(String(64), unique=True)
    """A keyed hash of what the browser's cookie holds."""
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    opened_at: Mapped[datetime.datetime]
    seen_at: Mapped[datetime.datetime]
    browser: Mapped[str] = mapped_column(String(100))
    """In words: „Firefox unter Windows“."""


class SignInAttempt(Base):
    """One attempt to sign in that has failed, or is being judged. Gone within the hour."""

    __tablename__ = "sign_in_attempts"
    __table_args__ = (
        Index(None, "account", "at"),
        Index(None, "network", "at"),
        Index(None, "wider_network", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(String(64))
    """A keyed hash of what finds the account; empty with a passkey."""
    network: Mapped[str] = mapped_column(String(64))
    """A keyed hash of where it came from."""
    wider_network: Mapped[str] = mapped_column(String(64), default="", server_default="")
    """A keyed hash of the network that this one lies in; empty with IPv4."""
    at: Mapped[datetime.datetime]


class SpentChallenge(Base):
    """A passkey's answer that was accepted, so that nobody can send it once more."""

    __tablename__ = "spent_challenges"

    challenge: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime.datetime]
