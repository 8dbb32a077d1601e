"""View of the contact page: the empty form, which is frozen."""

from flask import Blueprint, abort, render_template
from werkzeug.datastructures import MultiDict

from website.public.contact.forms import RequestForm
from website.questionnaire import SOURCE
from website.web.services import services

page_blueprint = Blueprint("contact_page", __name__)


@page_blueprint.get("/kontakt/", defaults={"topic": ""})
@page_blueprint.get("/kontakt/<topic>/")
def form(topic: str) -> str:
    """Render the empty form with the topic of the linking page preselected."""
    library = services().library
    topics = dict(library.questionnaire.topics)
    if topic and topic not in topics:
        abort(404)
    return render_template(
        "contact/form.html",
        page=library.page("kontakt"),
        form=RequestForm(
            library.questionnaire,
            MultiDict({"topic": topic, SOURCE.name: library.addresses.request(topic)}),
            library.language,
        ),
        notice="",
        topic=topics.get(topic, ""),
        address=library.page("kontakt").address,
        counterpart_of=library.addresses.request(topic),
    )
