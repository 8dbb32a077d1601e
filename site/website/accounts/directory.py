"""The accounts: adding, finding, changing. Nothing is ever deleted, because history names them."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from sqlalchemy import delete, exc, select

from website.accounts import passwords
from website.accounts.models import Passkey, Staff, StaffSession
from website.exceptions import AccountError
from website.leads import clock, mailboxes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy.orm import Session

    from website.leads.database import Database


class Directory:
    """The accounts of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, email: str, name: str, roles: Iterable[str]) -> Staff:
        """Make an account that nobody can sign in to before its invitation is followed.

        :raises AccountError: if the address cannot be one, or has an account.
        """
        address = mailboxes.parse(email)
        if address is None:
            raise AccountError(f"{email!r} is no mail address.")
        staff = Staff(
            email=address.casefold(),
            name=" ".join(name.split()),
            roles=sorted(roles),
            active=True,
            stamp=secrets.token_hex(16),
            recovery_codes=[],
            handle=secrets.token_hex(32),
            created_at=clock.now(),
        )
        try:
            with self._database.writing() as session:
                session.add(staff)
                session.flush()
        except exc.IntegrityError:
            raise AccountError(
                f"{staff.email} has an account. 'staff reset' makes a new invitation, "
                "'staff enable' lets it in again."
            ) from None
        return staff

    def all(self) -> Sequence[Staff]:
        """List the accounts by name."""
        with self._database.reading() as session:
            return session.scalars(select(Staff).order_by(Staff.name, Staff.id)).all()

    def find(self, email: str) -> Staff | None:
        """Find an account by the address that somebody typed."""
        address = (mailboxes.parse(email) or email.strip()).casefold()
        with self._database.reading() as session:
            return session.scalars(select(Staff).where(Staff.email == address)).one_or_none()

    def get(self, staff_id: int) -> Staff | None:
        """Find an account by its number."""
        with self._database.reading() as session:
            return session.get(Staff, staff_id)

    def names(self) -> dict[int, str]:
        """Give the name of every account."""
        return {staff.id: staff.name for staff in self.all()}

    def active(self) -> list[tuple[int, str]]:
        """Give number and name of those who can be made responsible for a lead."""
        return [(staff.id, staff.name) for staff in self.all() if staff.active]

    def set_roles(self, staff_id: int, roles: Iterable[str]) -> None:
        """Say anew what somebody is; holds from the next click on."""
        with self._database.writing() as session:
            _got(session, staff_id).roles = sorted(roles)

    def set_active(self, staff_id: int, *, active: bool) -> None:
        """Let somebody in again, or out: then at once, wherever they are signed in."""
        with self._database.writing() as session:
            staff = _got(session, staff_id)
            staff.active = active
            if not active:
                _sign_out(session, staff)

    def set_password(self, staff_id: int, password: str, *, stamp: str) -> bool:
        """Take a new password, and sign the person out everywhere.

        :param stamp: as it was when the right to do this was given; if it is another one now, that
            right is used up, and nothing is changed.
        """
        hashed = passwords.hashed(password)
        with self._database.writing() as session:
            staff = _got(session, staff_id)
            if staff.stamp != stamp or not staff.active:
                return False
            staff.password = hashed
            _sign_out(session, staff)
        return True

    def rehash(self, staff: Staff, password: str) -> None:
        """Keep the same password with today's parameters."""
        hashed = passwords.hashed(password)
        with self._database.writing() as session:
            found = _got(session, staff.id)
            if found.password == staff.password:
                found.password = hashed

    def reset(self, staff_id: int) -> Staff:
        """Forget password, app, codes and passkeys, and sign the person out everywhere."""
        with self._database.writing() as session:
            staff = _got(session, staff_id)
            staff.password = staff.totp_secret = staff.totp_step = None
            staff.recovery_codes = []
            session.execute(delete(Passkey).where(Passkey.staff_id == staff_id))
            _sign_out(session, staff)
            session.flush()
            return staff


def _got(session: Session, staff_id: int) -> Staff:
    return session.get_one(Staff, staff_id)


def _sign_out(session: Session, staff: Staff) -> None:
    staff.stamp = secrets.token_hex(16)
    session.execute(delete(StaffSession).where(StaffSession.staff_id == staff.id))
