"""Views for signing in with a passkey, and for adding and removing passkeys.

The challenge is kept in the session cookie; the browser answers within minutes, in a form.
"""

import json
import time
from typing import Any

from flask import abort, flash, jsonify, request, session
from flask.typing import ResponseReturnValue
from flask_login import current_user
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

from website.exceptions import PasskeyRefused, TooManyAttempts
from website.staff.access import for_anybody, go_to
from website.staff.accounts.passkeys import VALID, new_challenge
from website.staff.views.account import KONTO, fresh
from website.staff.views.blueprint import address, blueprint, enter, log, sign_in_again, wanted
from website.staff.views.forms import PasskeyForm
from website.staff.views.sign_in import TOO_MANY
from website.web.services import services

CHALLENGE = "challenge"
NOT_KNOWN = (
    "Dieser Passkey öffnet hier kein Konto. Melden Sie sich mit Ihrem Passwort an und legen Sie in "
    "Ihrem Konto einen neuen an."
)
NOT_ADDED = "Der Passkey wurde nicht gespeichert. Versuchen Sie es noch einmal."


@blueprint.post("/anmelden/passkey/frage")
@for_anybody
def ask_passkey() -> ResponseReturnValue:
    """Return the options for a sign-in by passkey."""
    if services().accounts.passkeys.party is None:
        abort(404)
    return jsonify(services().accounts.passkeys.ask(_challenge()))


@blueprint.post("/anmelden/passkey")
@for_anybody
def check_passkey() -> ResponseReturnValue:
    """Verify a passkey, and sign in."""
    form = PasskeyForm(request.form)
    challenge, going_to = _challenged(), wanted()
    try:
        attempt = services().accounts.attempts.count(address())
        staff = services().accounts.passkeys.prove(_credential(form), challenge)
    except TooManyAttempts:
        return sign_in_again(f"{TOO_MANY}.", going_to)
    except PasskeyRefused:
        log.info("A passkey was refused")
        return sign_in_again(NOT_KNOWN, going_to)
    services().accounts.attempts.take_back(attempt)
    return enter(staff, going_to)


@blueprint.post("/konto/passkeys/frage")
@fresh
def offer_passkey() -> ResponseReturnValue:
    """Return the options for a new passkey."""
    if services().accounts.passkeys.party is None:
        abort(404)
    return jsonify(services().accounts.passkeys.offer(current_user.signed_in.staff, _challenge()))


@blueprint.post("/konto/passkeys")
@fresh
def add_passkey() -> ResponseReturnValue:
    """Store a new passkey."""
    form = PasskeyForm(request.form)
    staff = current_user.signed_in.staff
    try:
        services().accounts.passkeys.add(
            staff, form.name.data or "", _credential(form), _challenged()
        )
    except PasskeyRefused:
        flash(NOT_ADDED, "problem")
        return go_to(KONTO)
    log.info("Staff account %d has a new passkey", staff.id)
    flash("Der Passkey ist gespeichert. Damit können Sie sich von jetzt an anmelden.")
    return go_to(KONTO)


@blueprint.post("/konto/passkeys/<row:number>/entfernen")
@fresh
def remove_passkey(number: int) -> ResponseReturnValue:
    """Remove a passkey."""
    if not services().accounts.passkeys.remove(current_user.id, number):
        abort(404)
    flash("Der Passkey öffnet Ihr Konto nicht mehr. Löschen Sie ihn auch auf Ihrem Gerät.")
    return go_to(KONTO)


def _challenge() -> bytes:
    challenge = new_challenge()
    session[CHALLENGE] = [bytes_to_base64url(challenge), int(time.time())]
    return challenge


def _challenged() -> bytes:
    """Return the challenge of the session, once; a new one if there is none or it expired."""
    kept = session.pop(CHALLENGE, None)
    if not kept or time.time() - kept[1] > VALID.total_seconds():
        return new_challenge()
    return base64url_to_bytes(kept[0])


def _credential(form: PasskeyForm) -> dict[str, Any]:
    """Return the browser's answer.

    :raises PasskeyRefused: if it is malformed.
    """
    if not form.validate():
        raise PasskeyRefused
    try:
        credential = json.loads(form.answer.data or "")
    except (ValueError, RecursionError):
        raise PasskeyRefused from None
    if not isinstance(credential, dict):
        raise PasskeyRefused
    return credential
