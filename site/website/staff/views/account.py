"""The page of one's own account: password, second factor, passkeys, sessions; and invitations.

Credentials can only be changed within minutes of signing in, so that an unlocked computer does not
give away an account.
"""

import segno
from flask import flash, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_login import current_user
from markupsafe import Markup

from website.infra import clock
from website.staff import access, error_pages
from website.staff.access import SIGN_IN, for_anybody, go_to, staff_url
from website.staff.accounts.models import Staff
from website.staff.views.blueprint import blueprint, enter, log
from website.staff.views.forms import NEW_PASSWORD, CodeForm, PasswordForm
from website.web.services import services

KONTO = "staff.account"
SECRET = "secret"  # noqa: S105 - the name of an entry
fresh = access.fresh(back=KONTO)
WRONG_CODE = "Der Code stimmt nicht. Nehmen Sie den, den die App jetzt zeigt"


@blueprint.get("/einladung/<token>")
@for_anybody
def invitation(token: str) -> ResponseReturnValue:
    """Render the form for a first password."""
    staff = _invited(token)
    return _invitation_page(_form(staff), staff)


@blueprint.post("/einladung/<token>")
@for_anybody
def accept(token: str) -> ResponseReturnValue:
    """Store the password, which invalidates the invitation."""
    staff = _invited(token)
    form = _form(staff, request.form)
    if not form.validate():
        return _invitation_page(form, staff), 422
    if not services().accounts.directory.set_password(staff.id, form.chosen, stamp=staff.stamp):
        raise error_pages.InvitationOver
    log.info("Staff account %d has chosen a password", staff.id)
    flash("Ihr Passwort ist gespeichert. Melden Sie sich damit an.")
    return go_to(SIGN_IN)


@blueprint.get("/konto/")
def account() -> str:
    """Render the account page."""
    return _page(_form(_staff()))


@blueprint.post("/konto/passwort")
@fresh
def change_password() -> ResponseReturnValue:
    """Change the password, and end all other sessions."""
    staff = _staff()
    form = _form(staff, request.form)
    if not form.validate():
        return _page(form), 422
    if changed := services().accounts.directory.set_password(
        staff.id, form.chosen, stamp=staff.stamp
    ):
        log.info("Staff account %d has a new password", staff.id)
        answer = enter(changed, staff_url(KONTO))
        flash("Ihr Passwort ist geändert. Überall sonst sind Sie abgemeldet.")
        return answer
    return _changed_meanwhile()


@blueprint.post("/konto/app/neu")
@fresh
def new_app() -> ResponseReturnValue:
    """Create a TOTP secret, and redirect to the page that shows it."""
    session[SECRET] = services().accounts.codes.seal(services().accounts.codes.new_secret())
    return go_to("staff.app")


@blueprint.get("/konto/app")
@fresh
def app() -> ResponseReturnValue:
    """Render the TOTP secret."""
    secret = _secret()
    return _app_page(CodeForm(), secret) if secret else go_to(KONTO)


@blueprint.post("/konto/app")
@fresh
def confirm_app() -> ResponseReturnValue:
    """Set up the app if the submitted code is right."""
    secret, form = _secret(), CodeForm(request.form)
    if not secret:
        return go_to(KONTO)
    if not form.validate():
        return _app_page(form, secret), 422
    staff = services().accounts.codes.set_up(_staff(), secret, form.code.data or "", clock.now())
    if staff is None:
        form.code.errors = [WRONG_CODE]
        return _app_page(form, secret), 422
    session.pop(SECRET)
    log.info("Staff account %d asks for codes now", staff.id)
    return _codes_page(staff, is_new=True)


@blueprint.post("/konto/app/entfernen")
@fresh
def remove_app() -> ResponseReturnValue:
    """Remove the app."""
    if not services().accounts.codes.remove(_staff()):
        return _changed_meanwhile()
    log.info("Staff account %d asks for no codes any more", current_user.id)
    flash("Beim Anmelden wird kein Code mehr verlangt.")
    return go_to(KONTO)


@blueprint.post("/konto/codes")
@fresh
def new_codes() -> ResponseReturnValue:
    """Create and render new recovery codes, which are shown only once."""
    return _codes_page(_staff(), is_new=False)


@blueprint.post("/konto/anmeldungen/<row:number>/beenden")
def end_session(number: int) -> ResponseReturnValue:
    """End another session."""
    services().accounts.sessions.end(current_user.id, number)
    flash("Dort sind Sie abgemeldet.")
    return go_to(KONTO)


@blueprint.post("/konto/anmeldungen/beenden")
def end_others() -> ResponseReturnValue:
    """End all other sessions."""
    services().accounts.sessions.end_others(current_user.id, current_user.signed_in.session_id)
    flash("Überall sonst sind Sie abgemeldet.")
    return go_to(KONTO)


def _changed_meanwhile() -> ResponseReturnValue:
    flash("Ihr Konto wurde gerade an anderer Stelle geändert. Prüfen Sie es.", "problem")
    return go_to(KONTO)


def _staff() -> Staff:
    staff: Staff = current_user.signed_in.staff
    return staff


def _invited(token: str) -> Staff:
    staff = services().accounts.invited(token)
    if staff is None:
        raise error_pages.InvitationOver
    return staff


def _form(staff: Staff, sent: object = None) -> PasswordForm:
    return PasswordForm(sent, about=(staff.name, staff.email))


def _invitation_page(form: PasswordForm, staff: Staff) -> str:
    return render_template("staff/invitation.html", form=form, staff=staff, hint=NEW_PASSWORD)


def _page(form: PasswordForm) -> str:
    staff = _staff()
    return render_template(
        "staff/account.html",
        staff=staff,
        form=form,
        hint=NEW_PASSWORD,
        passkeys=services().accounts.passkeys.of(staff.id),
        party=services().accounts.passkeys.party,
        sessions=services().accounts.sessions.of(staff.id),
        here=current_user.signed_in.session_id,
        is_fresh=current_user.signed_in.is_fresh,
    )


def _secret() -> str | None:
    """Return the TOTP secret from the encrypted value in the cookie, or None."""
    return services().accounts.codes.opened(session.get(SECRET))


def _app_page(form: CodeForm, secret: str) -> str:
    address = services().accounts.codes.address(secret, _staff().email)
    drawn = segno.make(address).svg_inline(scale=5, border=4, light="#fff", title="QR-Code")
    spaced = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
    return render_template(
        "staff/app.html",
        form=form,
        picture=Markup(drawn),  # noqa: S704 - drawn by us, of our own secret
        secret=spaced,
        address=address,
    )


def _codes_page(staff: Staff, *, is_new: bool) -> ResponseReturnValue:
    codes = services().accounts.codes.new_recovery_codes(staff)
    if not codes:
        return _changed_meanwhile()
    return render_template("staff/recovery_codes.html", codes=codes, is_new=is_new)
