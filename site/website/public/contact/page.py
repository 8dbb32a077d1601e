"""The form's page: the empty form, which is frozen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, abort, current_app, render_template
from werkzeug.datastructures import MultiDict
from werkzeug.local import LocalProxy

from website.leads.questions import SOURCE, question

if TYPE_CHECKING:
    from website.content.library import Library

page_blueprint = Blueprint("contact_page", __name__)

library: Library = LocalProxy(lambda: current_app.extensions["library"])  # type: ignore[assignment]


@page_blueprint.get("/kontakt/", defaults={"topic": ""})
@page_blueprint.get("/kontakt/<topic>/")
def form(topic: str) -> str:
    """Show the empty form, with the topic chosen already that the page before was about."""
    # Imported where it is needed: it takes long, and most builds make no form.
    from website.public.contact.forms import RequestForm  # noqa: PLC0415

    topics = dict(question("topic").choices)
    if topic and topic not in topics:
        abort(404)
    return render_template(
        "contact/form.html",
        page=library.page("kontakt"),
        form=RequestForm(
            MultiDict({"topic": topic, SOURCE.name: library.addresses.request(topic)})
        ),
        notice=None,
        topic=topics.get(topic, ""),
        address=library.page("kontakt").address,
    )
