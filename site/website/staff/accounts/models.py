"""SQLAlchemy models of staff accounts, passkeys, sessions and sign-in attempts."""

import datetime

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from website.leads.models import Base


class Staff(Base):
    """An account. Never deleted, because audit trails refer to its id."""

    __tablename__ = "staff"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    """In lower case, for comparison."""
    name: Mapped[str] = mapped_column(String(100))
    roles: Mapped[list[str]] = mapped_column(JSON)
    active: Mapped[bool] = mapped_column(default=True)
    password: Mapped[str | None] = mapped_column(Text)
    """An Argon2 hash; None until a password is chosen."""
    stamp: Mapped[str] = mapped_column(String(64))
    """Changes with credentials and on disabling; tokens and proofs for an old stamp are void."""
    totp_secret: Mapped[str | None] = mapped_column(Text)
    """Encrypted; None without an authenticator app."""
    totp_step: Mapped[int | None]
    """The last time step whose code was used, so that it cannot be used again."""
    recovery_codes: Mapped[list[str]] = mapped_column(JSON, default=list)
    """Keyed hashes of the unused codes."""
    handle: Mapped[str] = mapped_column(String(64), unique=True)
    """Random user handle for passkeys."""
    created_at: Mapped[datetime.datetime]


class Passkey(Base):
    """The public key of a passkey."""

    __tablename__ = "passkeys"

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    credential_id: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int]
    created_at: Mapped[datetime.datetime]
    used_at: Mapped[datetime.datetime | None]


class StaffSession(Base):
    """A session in a browser. Deleting the row ends it."""

    __tablename__ = "staff_sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(String(64), unique=True)
    """A keyed hash of the token in the cookie."""
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    opened_at: Mapped[datetime.datetime]
    seen_at: Mapped[datetime.datetime]
    browser: Mapped[str] = mapped_column(String(100))
    """German description like „Firefox unter Windows“."""


class SignInAttempt(Base):
    """A sign-in attempt that failed or is being verified. Deleted within the hour."""

    __tablename__ = "sign_in_attempts"
    __table_args__ = (
        Index(None, "account", "at"),
        Index(None, "network", "at"),
        Index(None, "wider_network", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(String(64))
    """A keyed hash of the e-mail address; empty for passkeys."""
    network: Mapped[str] = mapped_column(String(64))
    """A keyed hash of the sender's network."""
    wider_network: Mapped[str] = mapped_column(String(64), default="", server_default="")
    """A keyed hash of the enclosing network; empty for IPv4."""
    at: Mapped[datetime.datetime]


class SpentChallenge(Base):
    """A challenge whose answer was accepted, against replays."""

    __tablename__ = "spent_challenges"

    challenge: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime.datetime]
