"""The accounts: adding, finding, changing. Nothing is ever deleted, because history names them.

What depends on what was read before is one statement that says so: another process, or another
machine, may have changed the account in between.
"""

import secrets
from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, delete, exc, select, update
from sqlalchemy.orm import Session

from website.exceptions import AccountError
from website.infra import clock, email_addresses
from website.infra.database import Database
from website.infra.text import clean_line
from website.staff.accounts import passwords
from website.staff.accounts.models import Passkey, Staff, StaffSession


class AccountDirectory:
    """The accounts of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, email: str, name: str, roles: Iterable[str]) -> Staff:
        """Create an account that nobody can sign in to before its invitation is followed.

        :raises AccountError: if the address cannot be one, or has an account.
        """
        if email_addresses.parse(email) is None:
            raise AccountError(f"{email!r} is no mail address.")
        staff = Staff(
            email=normal_form(email),
            name=" ".join(name.split()),
            roles=sorted(roles),
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
        """List the accounts by name."""
        return self._database.all(select(Staff).order_by(Staff.name, Staff.id))

    def find(self, email: str) -> Staff | None:
        """Return an account by the address that somebody typed."""
        wanted = select(Staff).where(Staff.email == normal_form(email))
        with self._database.reading() as session:
            return session.scalars(wanted).one_or_none()

    def get(self, staff_id: int) -> Staff | None:
        """Return an account by its number."""
        with self._database.reading() as session:
            return session.get(Staff, staff_id)

    def names(self) -> dict[int, str]:
        """Return the name of every account."""
        return {staff.id: staff.name for staff in self.all()}

    def active(self) -> list[Staff]:
        """List the accounts that can sign in, by name."""
        return [staff for staff in self.all() if staff.active]

    def set_roles(self, staff_id: int, roles: Iterable[str]) -> None:
        """Set an account's roles, valid from the next request on."""
        self._database.execute(
            update(Staff).where(Staff.id == staff_id).values(roles=sorted(roles))
        )

    def set_active(self, staff_id: int, *, active: bool) -> None:
        """Enable an account, or disable it, which ends all its sessions at once."""
        with self._database.writing() as session:
            if active:
                session.execute(update(Staff).where(Staff.id == staff_id).values(active=True))
            else:
                _sign_out(session, Staff.id == staff_id, active=False)

    def set_password(self, staff_id: int, password: str, *, stamp: str) -> Staff | None:
        """Set a new password, and end all sessions.

        :param stamp: as it was when the right to do this was given.
        :returns: the account as it is now; nothing if the stamp is another one by now, for then
            that right is used up, and nothing is changed.
        """
        hashed = passwords.hashed(password)
        with self._database.writing() as session:
            return _sign_out(session, unchanged(staff_id, stamp), password=hashed)

    def rehash(self, staff: Staff, password: str) -> None:
        """Store a new hash of the same password, with today's parameters."""
        same = update(Staff).where(Staff.id == staff.id, Staff.password == staff.password)
        hashed = passwords.hashed(password)
        self._database.execute(same.values(password=hashed))

    def reset(self, staff_id: int) -> Staff:
        """Forget password, app, codes and passkeys, and sign the person out everywhere.

        :raises LookupError: if there is no such account.
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
    """Return the one form of an address, however it was typed, under which its account is found."""
    return (email_addresses.parse(email) or clean_line(email)).casefold()


def unchanged(staff_id: int, stamp: str) -> ColumnElement[bool]:
    """Choose an account, if its stamp is still this one, and it is still active."""
    return (Staff.id == staff_id) & (Staff.stamp == stamp) & Staff.active


def new_stamp() -> str:
    """Return a stamp that no account has had."""
    return secrets.token_hex(16)


def _sign_out(session: Session, which: ColumnElement[bool], **values: object) -> Staff | None:
    """Change an account and its stamp, and end its sessions; give it as it is now.

    The account goes first: whoever is opening a session holds it, and is waited for.
    """
    change = update(Staff).where(which).values(stamp=new_stamp(), **values).returning(Staff)
    staff = session.scalars(change).one_or_none()
    if staff:
        session.execute(delete(StaffSession).where(StaffSession.staff_id == staff.id))
    return staff
