"""The blueprint of the sign-in, and what its views share."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, request, session
from flask_login import current_user

from website.config import INBOX
from website.staff import access
from website.staff.access import Action
from website.staff.views.browser_names import browser_of
from website.staff.views.cookie import TOKEN
from website.web import client_ip
from website.web.services import services

if TYPE_CHECKING:
    from werkzeug import Response

    from website.staff.accounts.models import Staff

log = logging.getLogger(__name__)

blueprint = Blueprint("staff", __name__, url_prefix=INBOX)
access.guard(blueprint)


def address() -> str:
    """Return the network address that a request came from."""
    return client_ip.sender(request, services().settings.trusted_proxies)


def enter(staff: Staff, wanted: str) -> Response:
    """Sign somebody in who has proven who they are, and go where they wanted to go.

    Nothing of what the browser held before is kept, and a new token is given: who has planted
    a cookie holds one that nobody is signed in with (session fixation). Whose account was changed
    since they proved it has to do so again.
    """
    if current_user.is_authenticated:
        before = current_user.signed_in
        services().accounts.sessions.end(before.staff.id, before.session_id)
    token = services().accounts.sessions.open(staff, browser_of(request.user_agent.string))
    if token is None:
        log.info("Staff account %d was changed while somebody was signing in", staff.id)
        flash("Ihr Konto wurde gerade geändert. Melden Sie sich noch einmal an.", "problem")
        return access.go_to(access.SIGN_IN)
    services().accounts.attempts.forget(staff.email)
    session.clear()
    session[TOKEN] = token
    log.info("Staff account %d has signed in", staff.id)
    return redirect(access.local(wanted) or _home(staff), 303)


def wanted() -> str:
    """Return where somebody wants to go after signing in; only pages for staff are kept.

    The inbox itself is no page that all may see: nothing stands for the first that somebody may.
    """
    address = access.local(request.values.get("next", ""))
    return "" if address == access.at_root(INBOX) else address


def _home(staff: Staff) -> str:
    """Return the first page that somebody may see."""
    homes = ((Action.READ, "inbox.today"), (Action.EDIT, "editor.texts"))
    allowed = (page for action, page in homes if access.allowed(staff.roles, action))
    return access.staff_url(next(allowed, "inbox.health"))
