"""Following an invitation: choosing the password that opens the account."""

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue

from website.staff import error_pages
from website.staff.access import SIGN_IN, for_anybody, go_to
from website.staff.accounts.models import Staff
from website.staff.views.blueprint import blueprint, log
from website.staff.views.forms import NEW_PASSWORD, PasswordForm
from website.web.services import services


@blueprint.get("/einladung/<token>")
@for_anybody
def invitation(token: str) -> ResponseReturnValue:
    """Render the form for a first password."""
    staff = _invited(token)
    return _page(_form(staff), staff)


@blueprint.post("/einladung/<token>")
@for_anybody
def accept(token: str) -> ResponseReturnValue:
    """Store the password, which uses up the invitation."""
    staff = _invited(token)
    form = _form(staff, request.form)
    if not form.validate():
        return _page(form, staff), 422
    if not services().accounts.directory.set_password(staff.id, form.chosen, stamp=staff.stamp):
        raise error_pages.InvitationOver
    log.info("Staff account %d has chosen a password", staff.id)
    flash("Ihr Passwort ist gespeichert. Melden Sie sich damit an.")
    return go_to(SIGN_IN)


def _invited(token: str) -> Staff:
    staff = services().accounts.invited(token)
    if staff is None:
        raise error_pages.InvitationOver
    return staff


def _form(staff: Staff, sent: object = None) -> PasswordForm:
    return PasswordForm(sent, about=(staff.name, staff.email))


def _page(form: PasswordForm, staff: Staff) -> str:
    return render_template("staff/invitation.html", form=form, staff=staff, hint=NEW_PASSWORD)
