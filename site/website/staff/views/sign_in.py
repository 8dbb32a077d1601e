"""Views for signing in with a password and a code, and for signing out."""

import time

from flask import flash, make_response, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_login import current_user

from website.exceptions import TooBusy, TooManyAttempts
from website.infra import clock
from website.staff.access import SIGN_IN, Action, for_anybody, go_to, may
from website.staff.accounts import passwords
from website.staff.accounts.directory import normal_form
from website.staff.accounts.login_throttle import WINDOW
from website.staff.accounts.models import Staff
from website.staff.views.blueprint import (
    address,
    blueprint,
    enter,
    kept_now,
    log,
    sign_in_again,
    sign_in_page,
    wanted,
)
from website.staff.views.forms import CodeForm, SignInForm
from website.web.services import services

HALF = "half"
"""Session key of a sign-in whose password was right and whose code is missing."""
HALF_VALID = 300
"""Seconds."""
WRONG = "E-Mail-Adresse oder Passwort stimmt nicht"
WRONG_CODE = (
    "Der Code stimmt nicht oder ist schon benutzt. Nehmen Sie den, den die App jetzt zeigt, oder "
    "einen anderen Wiederherstellungscode"
)
TOO_MANY = "Das waren zu viele Versuche. Warten Sie eine Viertelstunde"
SIGNED_OUT = "Sie sind abgemeldet."
NO_TEXT_LEFT = " Auf diesem Gerät ist kein Text der Redaktion mehr gespeichert."
LATER = {"Retry-After": str(int(WINDOW.total_seconds()))}


@blueprint.get("/anmelden")
@for_anybody
def sign_in() -> str:
    """Render the sign-in form."""
    email = current_user.signed_in.staff.email if current_user.is_authenticated else ""
    return sign_in_page(SignInForm(data={"email": email}))


@blueprint.post("/anmelden")
@for_anybody
def check_password() -> ResponseReturnValue:
    """Verify the password, then sign in or ask for the code."""
    form = SignInForm(request.form)
    if not form.validate():
        return sign_in_page(form), 422
    email = form.email.data or ""
    try:
        attempt = services().accounts.attempts.count(address(), normal_form(email))
    except TooManyAttempts:
        log.warning("Too many attempts to sign in; one was not looked at")
        form.form_errors.append(TOO_MANY)
        return sign_in_page(form), 429, LATER
    try:
        staff = _proven(email, form.password.data or "")
    except TooBusy:
        services().accounts.attempts.take_back(attempt)
        raise
    if staff is None:
        log.info("An attempt to sign in has failed")
        form.form_errors.append(WRONG)
        return sign_in_page(form), 422
    if not staff.totp_secret:
        return enter(staff, wanted())
    going_to = wanted()
    session.clear()
    session[HALF] = [staff.id, staff.stamp, int(time.time()), going_to]
    return _code_page(CodeForm()) if kept_now() else go_to("staff.code")


@blueprint.get("/anmelden/code")
@for_anybody
def code() -> ResponseReturnValue:
    """Render the form for a code."""
    return _code_page(CodeForm()) if _half() else _again()


@blueprint.post("/anmelden/code")
@for_anybody
def check_code() -> ResponseReturnValue:
    """Verify the code, and sign in."""
    half = _half()
    if half is None:
        return _again()
    staff, going_to = half
    form = CodeForm(request.form)
    if not form.validate():
        return _code_page(form), 422
    try:
        services().accounts.attempts.count(address(), staff.email)
    except TooManyAttempts:
        log.warning("Too many codes were tried; one was not looked at")
        form.code.errors = [TOO_MANY]
        return _code_page(form), 429, LATER
    if not services().accounts.codes.accepts(staff, form.code.data or "", clock.now()):
        form.code.errors = [WRONG_CODE]
        return _code_page(form), 422
    return enter(staff, going_to)


@blueprint.post("/abmelden")
def sign_out() -> ResponseReturnValue:
    """End the session, and clear the browser's storage."""
    message = SIGNED_OUT + (NO_TEXT_LEFT if may(Action.EDIT) else "")
    services().accounts.sessions.end(current_user.id, current_user.signed_in.session_id)
    session.clear()
    flash(message)
    response = make_response(go_to(SIGN_IN))
    response.headers["Clear-Site-Data"] = '"storage"'
    return response


def _proven(email: str, password: str) -> Staff | None:
    """Return the account of a password; takes the same time if there is none."""
    staff = services().accounts.directory.find(email)
    kept = staff.password if staff and staff.active else None
    if not passwords.matches(kept, password) or staff is None or kept is None:
        return None
    if passwords.is_outdated(kept):
        services().accounts.directory.rehash(staff, password)
    return staff


def _half() -> tuple[Staff, str] | None:
    """Return account and wanted page of a sign-in in progress; None if it expired or changed."""
    kept = session.get(HALF)
    if not kept or time.time() - kept[2] > HALF_VALID:
        return None
    staff = services().accounts.directory.get(kept[0])
    if staff is None or not staff.active or staff.stamp != kept[1]:
        return None
    return staff, kept[3]


def _again() -> ResponseReturnValue:
    going_to = (session.get(HALF) or [""])[-1]
    return sign_in_again("Das hat zu lange gedauert. Melden Sie sich noch einmal an.", going_to)


def _code_page(form: CodeForm) -> str:
    return render_template("staff/code.html", form=form, kept=kept_now())
