"""The session cookie of staff, with Flask-Login.

Only pages for staff read or set it, so pages for visitors do not vary by it. It is signed, and
contains a token (see :mod:`website.staff.accounts.sessions`) or the state of a sign-in.
"""

from typing import Any

from flask import Flask, Request, Response, g, request, session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from flask_login import LoginManager, UserMixin

from website.config import STAFF_ROOMS
from website.exceptions import StorageError
from website.infra.keyed_hashes import Keys
from website.staff.access import StaffRole
from website.staff.accounts import Accounts
from website.staff.accounts.sessions import SignedIn
from website.web.services import services

TOKEN = "token"  # noqa: S105 - the name of an entry
ACCOUNT = "account"
"""The name of the entry with the account of the last session, which may be over."""


class Member(UserMixin):  # type: ignore[misc]  # the library is untyped
    """The current user."""

    def __init__(self, signed_in: SignedIn) -> None:
        self.signed_in = signed_in
        self.id = signed_in.staff.id
        self.name = signed_in.staff.name
        self.staff_roles = frozenset(signed_in.staff.roles)

    @property
    def roles_told(self) -> str:
        """The German names of the roles."""
        known = [role for role in StaffRole if role in self.staff_roles]
        return ", ".join(role.label for role in known) or "keine Rolle"


class StaffCookie(SecureCookieSessionInterface):
    """Flask's signed cookie, restricted to pages for staff."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Return the session; an empty one on pages for visitors."""
        if not request.path.startswith(STAFF_ROOMS):
            return SecureCookieSession()
        return super().open_session(app, request)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Set the cookie if the session has changed."""
        if request.path.startswith(STAFF_ROOMS):
            super().save_session(app, session, response)


def set_up(app: Flask, accounts: Accounts, keys: Keys) -> None:
    """Set up Flask-Login for an application."""
    https = services(app).settings.is_https
    app.secret_key = keys.key("staff cookie")
    app.session_interface = StaffCookie()
    app.config.update(
        # Browsers take a __Host- cookie only over https and from no subdomain (RFC 6265bis, 4.1.3).
        SESSION_COOKIE_NAME="__Host-posteingang" if https else "posteingang",
        SESSION_COOKIE_SECURE=https,
        SESSION_COOKIE_PATH="/",
        # Not strict: a link in a notification mail must arrive signed in.
        SESSION_COOKIE_SAMESITE="Lax",
    )
    manager = LoginManager(app)
    manager.session_protection = None
    manager.request_loader(lambda _request: _member(accounts))


def _member(accounts: Accounts) -> Member | None:
    """Return the current user, or None.

    :raises StorageError: once in a request; the error page is rendered without a user.
    """
    token: Any = session.get(TOKEN)
    if not isinstance(token, str) or g.get("storage_failed"):
        return None
    try:
        signed_in = accounts.sessions.find(token)
    except StorageError:
        g.storage_failed = True
        raise
    return Member(signed_in) if signed_in else None
