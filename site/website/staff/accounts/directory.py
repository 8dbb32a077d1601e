"""Staff accounts: adding, finding, changing. None is deleted: audit trails refer to them.

Changes that depend on what was read before are single conditional statements, because other
processes may have changed the account in between.
"""

import secrets
from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, delete, exc, select, update
from sqlalchemy.orm import Session

from website.exceptions import AccountError
from website.infra import clock, email_addresses
from website.infra.database import Store
from website.infra.text import clean_line
from website.staff.accounts import passwords
from website.staff.accounts.models import Passkey, Staff, StaffSession


class AccountDirectory(Store):
    """The accounts of one database."""

    def add(self, email: str, name: str, roles: Iterable[str]) -> Staff:
        """Create an account without a password, which its invitation allows to set.

        :raises AccountError: if the address is invalid or has an account, or the name is empty.
        """
        if email_addresses.parse(email) is None:
            raise AccountError(f"{email!r} is no mail address.")
        if not (name := " ".join(name.split())):
            raise AccountError("The name is empty. Requests and texts show who has worked on them.")
        staff = Staff(
            email=normal_form(email),
            name=name,
            roles=sorted(set(roles)),
            active=True,
            stamp=new_stamp(),
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
        """Return all accounts, sorted by name."""
        return self._database.all(select(Staff).order_by(Staff.name, Staff.id))

    def find(self, email: str) -> Staff | None:
        """Return an account by e-mail address, in any notation, or None."""
        return self._database.first(select(Staff).where(Staff.email == normal_form(email)))

    def get(self, staff_id: int) -> Staff | None:
        """Return an account by id, or None."""
        with self._database.reading() as session:
            return session.get(Staff, staff_id)

    def names(self) -> dict[int, str]:
        """Return the names of all accounts by id."""
        return {staff.id: staff.name for staff in self.all()}

    def active(self) -> list[Staff]:
        """Return the enabled accounts, sorted by name."""
        return [staff for staff in self.all() if staff.active]

    def set_roles(self, staff_id: int, roles: Iterable[str]) -> None:
        """Set an account's roles, valid from the next request on."""
        self._database.execute(
            update(Staff).where(Staff.id == staff_id).values(roles=sorted(set(roles)))
        )

    def set_active(self, staff_id: int, *, active: bool) -> None:
        """Enable an account, or disable it, which ends all its sessions."""
        with self._database.writing() as session:
            if active:
                session.execute(update(Staff).where(Staff.id == staff_id).values(active=True))
            else:
                _sign_out(session, Staff.id == staff_id, active=False)

    def set_password(self, staff_id: int, password: str, *, stamp: str) -> Staff | None:
        """Set a new password, and end all sessions.

        :param stamp: of the account when this was permitted.
        :returns: the changed account; None, without a change, if the stamp differs by now.
        """
        hashed = passwords.hashed(password)
        with self._database.writing() as session:
            return _sign_out(session, unchanged(staff_id, stamp), password=hashed)

    def rehash(self, staff: Staff, password: str) -> None:
        """Store a new hash of the same password, with current parameters."""
        same = update(Staff).where(Staff.id == staff.id, Staff.password == staff.password)
        hashed = passwords.hashed(password)
        self._database.execute(same.values(password=hashed))

    def reset(self, staff_id: int) -> Staff:
        """Remove password, app, recovery codes and passkeys, and end all sessions.

        :raises LookupError: if the account does not exist.
        """
        with self._database.writing() as session:
            staff = _sign_out(
                session,
                Staff.id == staff_id,
                password=None,
                totp_secret=None,
                totp_step=None,
                recovery_codes=[],
            )
            if staff is None:
                raise LookupError(staff_id)
            session.execute(delete(Passkey).where(Passkey.staff_id == staff_id))
            return staff


def normal_form(email: str) -> str:
    """Return the normal form of an e-mail address, by which accounts are found."""
    return (email_addresses.parse(email) or clean_line(email)).casefold()


def unchanged(staff_id: int, stamp: str) -> ColumnElement[bool]:
    """Return the condition for an account that is active and has an unchanged stamp."""
    return (Staff.id == staff_id) & (Staff.stamp == stamp) & Staff.active


def new_stamp() -> str:
    """Return a new random stamp."""
    return secrets.token_hex(16)


def _sign_out(session: Session, which: ColumnElement[bool], **values: object) -> Staff | None:
    """Change an account and its stamp, and end its sessions; return the changed account.

    The account is locked first, so that sessions being opened are waited for.
    """
    change = update(Staff).where(which).values(stamp=new_stamp(), **values).returning(Staff)
    staff = session.scalars(change).one_or_none()
    if staff:
        session.execute(delete(StaffSession).where(StaffSession.staff_id == staff.id))
    return staff
