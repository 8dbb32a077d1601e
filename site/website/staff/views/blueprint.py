"""The blueprint of the sign-in, and helpers shared by its views."""

import logging

from flask import flash, redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_login import current_user

from website.config import INBOX
from website.infra import toml_tables
from website.staff import access, error_pages, resubmission
from website.staff.accounts.models import Staff
from website.staff.views.cookie import ACCOUNT, TOKEN
from website.staff.views.forms import SignInForm
from website.web import client_ip
from website.web.services import services

LARGEST = 1024 * 1024
"""Maximum bytes of a request; the sign-in form may contain a kept form."""

_NAMES = toml_tables.beside(__file__, "browser_names.toml")

log = logging.getLogger(__name__)

blueprint = access.StaffBlueprint("staff", INBOX, access.signed_in)


@blueprint.before_request
def _allow_resubmission() -> None:
    request.max_content_length = LARGEST
    request.max_form_memory_size = LARGEST


@blueprint.app_errorhandler(error_pages.SignedOut)
def sign_in_to_go_on(error: error_pages.SignedOut) -> ResponseReturnValue:
    """Render the sign-in form, which keeps the submitted form."""
    kept = resubmission.seal(session.get(ACCOUNT))
    if not kept:
        return error_pages.response(error)
    return sign_in_page(SignInForm(), kept=kept), error.code or 403


def address() -> str:
    """Return the IP address of the sender."""
    return client_ip.sender(request, services().settings.trusted_proxies)


def enter(staff: Staff, wanted: str) -> ResponseReturnValue:
    """Open a session after credentials were verified, and redirect to the wanted page.

    If the sign-in form holds a form that the same account sent, a page offers to send it instead.

    The cookie is cleared and gets a new token, against session fixation. If the account was changed
    since the verification, the sign-in has to be repeated.
    """
    if current_user.is_authenticated:
        before = current_user.signed_in
        services().accounts.sessions.end(before.staff.id, before.session_id)
    token = services().accounts.sessions.open(staff, _browser_of(request.user_agent.string))
    if token is None:
        log.info("Staff account %d was changed while somebody was signing in", staff.id)
        message = "Ihr Konto wurde gerade geändert. Melden Sie sich noch einmal an."
        return sign_in_again(message, wanted)
    services().accounts.attempts.forget(staff.email)
    session.clear()
    session[TOKEN], session[ACCOUNT] = token, staff.id
    log.info("Staff account %d has signed in", staff.id)
    home = access.local(wanted) or _home(staff)
    kept = resubmission.opened()
    if kept and kept.account in {None, staff.id}:
        return render_template("staff/resume.html", kept=kept, name=staff.name, home=home)
    return redirect(home, 303)


def sign_in_page(form: SignInForm, *, kept: str = "") -> str:
    """Render the sign-in form.

    :param kept: a signed form to keep; by default that of the current request.
    """
    return render_template(
        "staff/sign_in.html",
        form=form,
        next=wanted(),
        kept=kept or kept_now(),
        is_over=TOKEN in session and not current_user.is_authenticated,
        party=services().accounts.passkeys.party,
    )


def sign_in_again(message: str, going_to: str) -> ResponseReturnValue:
    """Return to the sign-in with a message; the wanted page or a kept form is preserved."""
    flash(message, "problem")
    if kept_now():
        return sign_in_page(SignInForm()), 422
    return access.go_to(access.SIGN_IN, next=going_to or None)


def kept_now() -> str:
    """Return the signed form that the sign-in form holds; empty if there is none."""
    return request.form.get(resubmission.FIELD, "") if resubmission.opened() else ""


def wanted() -> str:
    """Return the address to open after the sign-in, if it is a page for staff.

    Empty for the inbox itself, which not all users may open: they get their first page.
    """
    address = access.local(request.values.get("next", ""))
    return "" if address == access.at_root(INBOX) else address


def _browser_of(user_agent: str) -> str:
    """Return a German name like „Firefox unter Windows“ for a user agent."""
    browser, system = (
        next((name for mark, name in names.items() if mark in user_agent), "")
        for names in (_NAMES["browsers"], _NAMES["systems"])
    )
    browser = browser or "Browser"
    return f"{browser} unter {system}" if system else browser


def _home(staff: Staff) -> str:
    """Return the first page that an account may open."""
    homes = ((access.Action.READ, "inbox.today"), (access.Action.EDIT, "editor.texts"))
    allowed = (page for action, page in homes if access.allowed(staff.roles, action))
    return access.staff_url(next(allowed, "inbox.health"))
