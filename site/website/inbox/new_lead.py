"""Entering a lead by hand, for instance from a phone call or a fair."""

import secrets

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import DataRequired, Length, ValidationError

from website.inbox.blueprint import actor, blueprint, languages
from website.infra import email_addresses
from website.infra.text import clean, clean_line
from website.leads.intake import HandEntry
from website.leads.models import GERMAN
from website.leads.workflow import LeadEntry
from website.questionnaire import CONTRACTS, MAX_LENGTH
from website.staff.access import Action, go_to, requires
from website.web import params
from website.web.services import services
from website.web.staff_forms import StaffForm

CHANNELS = ("Telefon", "Messe", "E-Mail", "Persönlich", "Empfehlung")
_ABOUT = {"channel", "form_key", "language", "answered"}
"""Fields that are not answers."""
_LONGEST_MESSAGE = CONTRACTS["message"].max_length


def _line(text: str | None) -> str:
    return clean_line(text or "")


def _short(label: str, missing: str = "", kind: str = "text") -> StringField:
    needed = [DataRequired(missing)] if missing else []
    short = Length(max=MAX_LENGTH, message=f"Bitte kürzen Sie auf {MAX_LENGTH} Zeichen")
    return StringField(label, [*needed, short], [_line], render_kw={"type": kind})


class NewLeadForm(StaffForm):
    """A lead entered by hand; company, message, and phone or e-mail are required."""

    form_key = HiddenField(default=secrets.token_urlsafe)
    """Recognises a form that is sent twice."""
    channel = SelectField("Kontaktweg", choices=[SelectChoice(each, each) for each in CHANNELS])
    company = _short("Unternehmen", "Bitte geben Sie das Unternehmen ein")
    name = _short("Name")
    phone = _short("Telefon", kind="tel")
    email = _short("E-Mail-Adresse", kind="email")
    topic = SelectField("Thema")
    language = SelectField("Sprache der Antwort", default=GERMAN)
    message = TextAreaField(
        "Anliegen",
        filters=[lambda text: clean(text or "")],
        validators=[
            DataRequired("Bitte schreiben Sie auf, worum es geht"),
            Length(
                max=_LONGEST_MESSAGE, message=f"Bitte kürzen Sie auf {_LONGEST_MESSAGE} Zeichen"
            ),
        ],
    )

    answered = BooleanField("Schon beantwortet, zum Beispiel im Gespräch")

    @property
    def shown(self) -> list[Field]:
        """The fields with a label above; the language only if there are several."""
        hidden = {"form_key", "answered"} | (set() if len(languages()) > 1 else {"language"})
        return [field for field in self if field.name not in hidden]

    def validate_phone(self, field: StringField) -> None:
        """Require a phone number or an e-mail address."""
        if not field.data and not self.email.data:
            raise ValidationError("Bitte geben Sie Telefon oder E-Mail-Adresse ein")

    def validate_email(self, field: StringField) -> None:
        """Validate the e-mail address, if there is one."""
        if email_addresses.are_several(field.data or ""):
            raise ValidationError(
                "Bitte geben Sie nur eine E-Mail-Adresse ein. Weitere gehören ins Anliegen"
            )
        if field.data and email_addresses.parse(field.data) is None:
            raise ValidationError(
                "Bitte geben Sie eine E-Mail-Adresse im Format name@beispiel.de ein"
            )


def _form() -> NewLeadForm:
    form = NewLeadForm(request.form)
    topics = services().leads.questionnaire().topics
    choices = [SelectChoice(key, label) for key, label in topics]
    form.topic.choices = [SelectChoice("", "ohne Thema"), *choices]
    form.language.choices = [SelectChoice(code, name) for code, name in languages()]
    return form


@blueprint.get("/anfragen/neu")
@requires(Action.CHANGE)
def new_lead() -> str:
    """Render an empty form."""
    return render_template("inbox/new.html", form=_form())


@blueprint.post("/anfragen/neu")
@requires(Action.CHANGE)
def enter_lead() -> ResponseReturnValue:
    """Store the lead, with the current user as its owner."""
    form = _form()
    if not form.validate():
        return render_template("inbox/new.html", form=form), 422
    answers = {name: text for name, text in form.data.items() if text and name not in _ABOUT}
    if email := answers.get("email"):
        answers["email"] = email_addresses.parse(email) or email
    entry = HandEntry(
        owner_id=current_user.id,
        tag=form.channel.data,
        language=form.language.data,
        form_key=params.line(form.form_key.data or ""),
    )
    reference = services().leads.intake.enter(answers, entry, actor=actor())
    if form.answered.data:
        answered = LeadEntry(answered=True, answered_by=current_user.id)
        services().leads.workflow.record(reference, answered, actor=actor())
    flash("Die Anfrage ist erfasst.")
    return go_to("inbox.one", reference=reference)
