"""The form's page, the endpoint it posts to, and the thanks."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, abort, current_app, redirect, render_template, request
from werkzeug.datastructures import MultiDict
from werkzeug.local import LocalProxy

from website.contact import body, origin
from website.contact.forms import RequestForm
from website.contact.origin import Verdict
from website.exceptions import StorageError
from website.leads.clock import in_german
from website.leads.questions import question

if TYPE_CHECKING:
    from flask import Response
    from werkzeug import Response as BaseResponse

    from website.content.library import Library
    from website.leads import LeadStore

log = logging.getLogger(__name__)

page_blueprint = Blueprint("contact_page", __name__)
"""The empty form, which is frozen."""

endpoint_blueprint = Blueprint("contact_endpoint", __name__)
"""What is live."""

library: Library = LocalProxy(lambda: current_app.extensions["library"])  # type: ignore[assignment]


@dataclass(frozen=True)
class Notice:
    """What is said above a form that was not taken, though nothing in it is wrong."""

    title: str
    text: str


FOREIGN = Notice(
    "Ihre Anfrage ist noch nicht gesendet",
    "Sie kam von einer fremden Website. Ihre Angaben stehen unten im Formular: Prüfen Sie sie und "
    "senden Sie sie von hier noch einmal ab. Oder erreichen Sie uns direkt.",
)
NOT_STORED = Notice(
    "Ihre Anfrage ist noch nicht gespeichert",
    "Wir können sie gerade nicht annehmen. Ihre Angaben stehen unten im Formular: Senden Sie sie "
    "in einigen Minuten noch einmal ab. Oder erreichen Sie uns direkt.",
)


@page_blueprint.get("/kontakt/", defaults={"topic": ""})
@page_blueprint.get("/kontakt/<topic>/")
def form(topic: str) -> str:
    """Show the empty form, with the topic chosen already that the page before was about."""
    topics = dict(question("topic").choices)
    if topic and topic not in topics:
        abort(404)
    return render_template(
        "contact/form.html",
        page=library.page("kontakt"),
        form=RequestForm(MultiDict({"topic": topic})),
        notice=None,
        topic=topics.get(topic, ""),
        address=library.page("kontakt").address,
        source=library.addresses.request(topic),
    )


@endpoint_blueprint.post("/anfrage", strict_slashes=False)
def submit() -> tuple[str, int] | BaseResponse:
    """Store a request, and only then thank for it. Whatever goes wrong, the input is kept."""
    sent = RequestForm(body.read(request))
    if _verdict() is Verdict.FOREIGN:
        log.warning("A request came from a foreign page: Origin %.100r", _header("Origin"))
        return _form(sent, notice=FOREIGN), 403
    if not sent.validate():
        return _form(sent), 422
    try:
        receipt = _leads().add(sent.answers(), source=sent.source)
    except StorageError as error:
        log.error("A request could not be stored: %s", error)  # noqa: TRY400 - it says it all
        return _form(sent, notice=NOT_STORED), 503
    log.info("Lead %s stored", receipt.reference)
    return redirect(library.addresses.at_root(f"/anfrage/{receipt.reference}"), 303)


@endpoint_blueprint.get("/anfrage", strict_slashes=False)
def nothing_sent() -> BaseResponse:
    """Lead whoever comes by the address bar to the form."""
    return redirect(library.addresses.page("kontakt"), 303)


@endpoint_blueprint.get("/anfrage/<reference>")
def thanks(reference: str) -> str:
    """Thank for a request that is on disk; shows no word of it."""
    try:
        lead = _leads().get(reference) or abort(404)
    except StorageError:
        abort(503)
    return render_template(
        "contact/thanks.html",
        page=library.page("danke"),
        reference=lead.reference,
        received=in_german(lead.received_at),
    )


@endpoint_blueprint.after_request
def keep_nothing(response: Response) -> Response:
    """Let no cache keep an answer, nor take one visitor's for another's."""
    response.headers["Cache-Control"] = "no-store"
    response.vary.update(("Sec-Fetch-Site", "Origin"))
    return response


def _form(form: RequestForm, *, notice: Notice | None = None) -> str:
    page = library.page("kontakt")
    return render_template(
        "contact/form.html",
        page=page,
        form=form,
        notice=notice,
        topic="",
        source=form.source or page.address,
    )


def _verdict() -> Verdict:
    own = current_app.extensions["settings"].own_origins
    return origin.judge(_header("Sec-Fetch-Site"), _header("Origin"), own)


def _header(name: str) -> str | None:
    return request.headers.get(name)


def _leads() -> LeadStore:
    store: LeadStore = current_app.extensions["leads"]
    return store
