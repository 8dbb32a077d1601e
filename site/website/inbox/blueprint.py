"""The inbox's blueprint, its navigation, and helpers shared by its views."""

from flask import abort, request
from flask.blueprints import BlueprintSetupState
from flask_login import current_user

from website.config import INBOX
from website.inbox import chart_scales, words
from website.infra import german
from website.infra.text import clean_line
from website.leads import labels
from website.leads.models import Lead
from website.staff import access
from website.web import params
from website.web.services import services

EXCERPT = 240
"""Characters of a message in a row of a list; CSS truncates them to the available space."""

blueprint = access.StaffBlueprint("inbox", INBOX)


def home() -> str:
    """Return the address of the first page that the current user may open."""
    first = next(access.sections("inbox"), None)
    return first.address if first else access.staff_url("inbox.today")


@blueprint.record_once
def _register_globals(state: BlueprintSetupState) -> None:
    """Register template globals for all pages for staff."""
    state.app.jinja_env.globals.update(
        staff_sections=access.sections,
        inbox_home=home,
        inbox_asset_url=services(state.app).inbox_assets.url,
        may=access.may,
        staff_url=access.staff_url,
        Action=access.Action,
        words=words,
        chart_scales=chart_scales,
        labels=labels,
        german=german,
    )


@blueprint.app_template_filter()
def topic(lead: Lead) -> str:
    """Return the label of a lead's topic."""
    return services().leads.questionnaire().question("topic").display(lead.topic) or "ohne Thema"


@blueprint.app_template_filter()
def foreign_language(lead: Lead) -> str:
    """Return the name of a lead's language; empty for German."""
    return labels.foreign_language(lead.language)


def languages() -> list[tuple[str, str]]:
    """Return codes and names of the languages with a form, German first."""
    return [(code, labels.language(code)) for code in services().editions]


@blueprint.app_template_filter()
def excerpt(lead: Lead) -> str:
    """Return the beginning of a lead's message on one line."""
    return clean_line(lead.answer("message")[:EXCERPT])


def actor() -> str:
    """Return the current user as an actor of the audit trail."""
    return f"staff {current_user.id}"


def lead_or_404(reference: str) -> Lead:
    """Return a lead with its related rows, or abort with 404."""
    lead = services().leads.workflow.open(reference)
    if lead is None:
        abort(404)
    return lead


def page_number() -> int:
    """Return the requested page number; 1 if it is invalid."""
    return params.page(request.args.get("seite", ""))


def chosen_leads() -> list[str]:
    """Return the references of the leads that were selected in a list."""
    return params.references(request.form.getlist("nummer"))
