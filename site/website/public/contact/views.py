"""Live views of the contact form: submission, confirmation, challenge, thank-you page."""

import datetime
import logging
import re

from flask import Blueprint, Response, abort, jsonify, redirect, render_template, request
from werkzeug import Response as BaseResponse
from werkzeug.datastructures import Headers
from werkzeug.exceptions import Gone

from website.content import typography
from website.exceptions import StorageError, TooManyLeads
from website.infra import clock
from website.leads import rate_limit
from website.leads.intake import Receipt, Submission
from website.public.contact import form_data
from website.public.contact.forms import RequestForm
from website.web import client_ip, csrf
from website.web.csrf import Verdict
from website.web.editions import current_address
from website.web.services import services

log = logging.getLogger(__name__)

CONFIRMING = "confirming"
"""Purpose of the token for confirming a suspected request without a proof of work. It contains the
reference of the stored request, and is good for nothing else."""
VALID = datetime.timedelta(days=1)
"""Time in which a request can be confirmed."""
LONGEST = 100
"""Maximum length of a logged origin, in characters."""
_PROGRAM = re.compile(
    r"\A\s*(\Z|(curl|wget|python|httpx?|aiohttp|okhttp|go-http|java|libwww|perl|php|ruby|guzzle"
    r"|node|axios|scrapy|apache-httpclient|postman))",
    re.IGNORECASE,
)
"""Default user agents of HTTP clients, or none. Text browsers (w3m, Lynx, Links) are welcome."""
_BROWSERS = re.compile(r"\A(https?://[a-z0-9.-]+(:\d+)?|null|not told)\Z")

endpoint_blueprint = Blueprint("contact_endpoint", __name__)
"""The live part of the contact form."""


@endpoint_blueprint.post("/anfrage", strict_slashes=False)
def submit() -> tuple[str, int] | str | BaseResponse:
    """Store a request, then redirect to the thank-you page. On any error, the input is kept."""
    received = form_data.read(request)
    language = services().library.language
    form = RequestForm(services().questionnaire(), received.fields, language)
    verdict = _verdict()
    if not received.is_whole:
        _count("too-large")
        return _form(form, notice="too-large"), 413
    if verdict is Verdict.FOREIGN:
        log.warning("A request came from a foreign page: Origin %s", _origin())
        _count("foreign")
        return _form(form, notice="foreign"), 403
    if not form.validate():
        _count("refused")
        return _form(form), 422
    return _store(form, verdict)


def _store(form: RequestForm, verdict: Verdict) -> tuple[str, int] | str | BaseResponse:
    try:
        receipt = services().leads.intake.take(_submission(form, verdict))
    except TooManyLeads:
        log.warning("A visitor has sent more than %d requests in an hour", rate_limit.TOO_MANY)
        _count("rate-limited")
        return _form(form, notice="rate-limited"), 429
    except StorageError as error:
        log.error("A request could not be stored: %s", error)  # noqa: TRY400 - it says it all
        _count("not-stored")
        return _form(form, notice="not-stored"), 503
    if receipt.is_canary:
        log.info("Canary %s stored", receipt.reference)
        return _to_the_thanks(receipt.reference, current_address().rstrip("/"))
    suspected = ", suspected" if receipt.quarantined else ""
    log.info("Lead %s stored%s", receipt.reference, suspected, extra={"lead": receipt.reference})
    _count("quarantined" if receipt.quarantined else "accepted")
    if receipt.quarantined and not receipt.proven:
        return _confirmation(form, receipt)
    return _to_the_thanks(receipt.reference, current_address().rstrip("/"))


def _submission(form: RequestForm, verdict: Verdict) -> Submission:
    found = oddities(request.headers, verdict)
    return Submission(
        answers=form.answers(),
        source=form.source,
        language=services().library.language.code,
        page_key=form.page_key,
        proof=form.proof,
        visitor=client_ip.sender(request, services().settings.trusted_proxies),
        oddities=(*found, "trap") if form.trapped else found,
    )


def oddities(headers: Headers, verdict: Verdict) -> tuple[str, ...]:
    """Return the names of the spam signals in the headers of a request."""
    is_untold = verdict is Verdict.UNTOLD
    has_no_language = not headers.get("Accept-Language", "").strip()
    found = {
        "untold-origin": is_untold,
        "no-language": has_no_language,
        "silent": is_untold and has_no_language,
        "no-browser": _PROGRAM.match(headers.get("User-Agent", "")),
    }
    return tuple(name for name, is_there in found.items() if is_there)


def _confirmation(form: RequestForm, receipt: Receipt) -> str:
    """Render the page that asks a suspected sender to confirm.

    The request is stored already; confirming only lowers the suspicion.
    """
    return render_template(
        "contact/confirm.html",
        page=services().library.page("bestaetigen"),
        counterpart_of=services().library.page("kontakt").address,
        token=services().leads.keys.sign(CONFIRMING, receipt.reference),
        answers=[
            (asked.heading, asked.display(answer))
            for asked, answer in services().questionnaire().answered(form.answers())
        ],
    )


@endpoint_blueprint.post("/anfrage/bestaetigen")
def confirm() -> BaseResponse:
    """Record a confirmation, and redirect to the thank-you page."""
    if _verdict() is Verdict.FOREIGN:
        abort(403)
    token = request.form.get("token", "")
    reference = services().leads.keys.read_signed(CONFIRMING, token, VALID)
    if reference is None:
        raise Gone
    try:
        services().leads.workflow.confirm(reference)
    except StorageError:
        abort(503)
    return _to_the_thanks(reference, services().library.addresses.at("anfrage"))


@endpoint_blueprint.get("/anfrage/aufgabe")
def challenge() -> BaseResponse:
    """Return a proof-of-work challenge for the page's script."""
    return jsonify(services().leads.intake.proofs.challenge(clock.now()))


@endpoint_blueprint.get("/anfrage/bestaetigen")
@endpoint_blueprint.get("/anfrage", strict_slashes=False)
def nothing_sent() -> BaseResponse:
    """Redirect GET requests for the endpoint to the form."""
    return redirect(services().library.addresses.page("kontakt"), 303)


@endpoint_blueprint.get("/anfrage/<reference:reference>")
def thanks(reference: str) -> str:
    """Render the thank-you page of a stored request, without its content."""
    leads = services().leads
    try:
        found = leads.store.get(reference) or leads.canaries.received(reference)
    except StorageError:
        abort(503)
    if found is None or found.received_at is None:
        abort(404)
    library = services().library
    language = library.language
    return render_template(
        "contact/thanks.html",
        page=library.page("danke"),
        reference=found.reference,
        received=typography.set_text(language.moment(found.received_at), language),
    )


@endpoint_blueprint.after_request
def keep_nothing(response: Response) -> Response:
    """Forbid caching of responses.

    A response with status 429 states when to try again.
    """
    if response.status_code == 429:  # noqa: PLR2004 - the code is the name
        response.headers["Retry-After"] = str(int(rate_limit.LONG.total_seconds()))
    response.headers["Cache-Control"] = "no-store"
    response.vary.update(("Sec-Fetch-Site", "Origin"))
    return response


def _form(form: RequestForm, *, notice: str = "") -> str:
    """Render the form as submitted.

    :param notice: key of the notice that the template shows above the form.
    """
    page = services().library.page("kontakt")
    return render_template(
        "contact/form.html",
        page=page,
        form=form,
        notice=notice,
        topic="",
        counterpart_of=page.address,
    )


def _to_the_thanks(reference: str, endpoint: str) -> BaseResponse:
    return redirect(f"{endpoint}/{reference}", 303)


def _verdict() -> Verdict:
    own = services().settings.own_origins
    return csrf.verdict(request.headers, own)


def _origin() -> str:
    """Return the ``Origin`` header for the log, if it has the form that browsers send."""
    sent = request.headers.get("Origin", "not told")
    return sent if len(sent) <= LONGEST and _BROWSERS.match(sent) else "unreadable"


def _count(outcome: str) -> None:
    services().counters.submission(outcome)
