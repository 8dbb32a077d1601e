"""What the staff fill in: the work on a request, notes, filters, a choice of several."""

from __future__ import annotations

import dataclasses
import datetime
import json
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict
from wtforms import (
    DateField,
    Form,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import DataRequired, Length, Optional, ValidationError

from website.infra.text import clean
from website.leads.labels import LOST_REASON, STATUS
from website.leads.models import Lead, LeadStatus, LostReason
from website.leads.store import OPEN, DueFilter, Order, Wanted
from website.leads.workflow import (
    LONGEST_NOTE,
    LONGEST_TAG,
    MOST_TAGS,
    LeadChange,
    LeadWork,
    tags_in,
)
from website.web import params

NOBODY = "niemand"
LONGEST_TAGS = MOST_TAGS * (LONGEST_TAG + len(", "))
"""Characters of as many tags as there may be."""
WHEN_NO_DATE = "Bitte geben Sie ein Datum an, zum Beispiel 24.11.2026"
_NOTE_TOO_LONG = f"Bitte kürzen Sie die Notiz auf {LONGEST_NOTE} Zeichen"
FRIDAY = 4
CLOSING = {"gewonnen": LeadStatus.WON, "verloren": LeadStatus.LOST}
"""The status that each closing button sets."""
_STATUSES = [SelectChoice(*choice) for choice in STATUS.items()]
_REASONS = [SelectChoice(*choice) for choice in LOST_REASON.items()]


class DayField(DateField):
    """A day as browsers send it, or as Germans write it."""

    def __init__(self, label: str, **bound: Any) -> None:  # noqa: ANN401 - WTForms'
        formats = ["%Y-%m-%d", "%d.%m.%Y"]
        super().__init__(label, validators=[Optional()], format=formats, **bound)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read it, or say in German how it is written."""
        try:
            super().process_formdata([text.strip() for text in valuelist])
        except ValueError as error:
            raise ValueError(WHEN_NO_DATE) from error
        if self.data and self.data.year not in params.YEARS:
            self.data = None
            raise ValueError(WHEN_NO_DATE)


class WorkForm(Form):
    """Status, owner, follow-up, tags; and what of the request was seen."""

    status = SelectField("Status", choices=_STATUSES)
    lost_reason = SelectField("Absagegrund", choices=[SelectChoice("", "–"), *_REASONS])
    owner = SelectField("Zuständig")
    follow_up_on = DayField("Wiedervorlage")
    tags = StringField("Schlagwörter, mit Komma getrennt", validators=[Length(max=LONGEST_TAGS)])
    version = IntegerField()
    seen = HiddenField()
    """The work as it was shown, so that what nobody touched overwrites nothing."""

    def with_owners(
        self, owners: Iterable[tuple[int, str]], names: Mapping[int, str], present: int | None
    ) -> WorkForm:
        """Offer the accounts that may take care of a request, and its present owner in any case."""
        offered = dict(owners)
        if present is not None:
            offered.setdefault(present, names.get(present, f"Konto {present}"))
        shown = [SelectChoice(str(number), name) for number, name in offered.items()]
        self.owner.choices = [SelectChoice("", "niemand"), *shown]
        return self

    def validate_lost_reason(self, field: SelectField) -> None:
        """Ask for a reason where a request has come to nothing."""
        if self.status.data == LeadStatus.LOST and not field.data:
            raise ValidationError("Bitte wählen Sie einen Absagegrund")

    def work(self) -> LeadWork:
        """Return what was filled in; the form must be valid."""
        status = LeadStatus(self.status.data)
        reason = self.lost_reason.data if status is LeadStatus.LOST else ""
        return LeadWork(
            status=status,
            lost_reason=LostReason(reason) if reason else None,
            owner_id=params.number(self.owner.data or ""),
            follow_up_on=self.follow_up_on.data,
            tags=tags_in((self.tags.data or "").split(",")),
        )

    def seen_work(self) -> LeadWork | None:
        """Return the work as it was shown, or nothing if that cannot be read."""
        try:
            sent = json.loads(self.seen.data or "")
            reason, day = sent["lost_reason"], sent["follow_up_on"]
            return LeadWork(
                status=LeadStatus(sent["status"]),
                lost_reason=LostReason(reason) if reason else None,
                owner_id=sent["owner_id"],
                follow_up_on=datetime.date.fromisoformat(day) if day else None,
                tags=tuple(sent["tags"]),
            )
        except (ValueError, KeyError, TypeError, RecursionError):
            return None


FOLLOW_UPS = {"morgen": ("morgen", 1), "3-tage": ("in 3 Tagen", 3), "1-woche": ("in 1 Woche", 7)}
"""Label and days of each follow-up that takes one click, by the name of its button."""


def follow_up_day(step: str, today: datetime.date) -> datetime.date:
    """Return the day that a button means; a Saturday or Sunday becomes the Monday after."""
    day = today + datetime.timedelta(days=FOLLOW_UPS[step][1])
    return day + datetime.timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > FRIDAY else 0)


def pressed(
    sent: MultiDict[str, str], step: str, *, account: int, today: datetime.date
) -> MultiDict[str, str]:
    """Return a request's form with the field filled in that a button stands for."""
    form = sent.copy()
    if step == "uebernehmen":
        form["owner"] = str(account)
    elif step in FOLLOW_UPS:
        form["follow_up_on"] = follow_up_day(step, today).isoformat()
    elif step in CLOSING:
        form["status"] = CLOSING[step].value
    return form


def work_form(lead: Lead, work: LeadWork | None = None) -> WorkForm:
    """Return the form with what is written down now.

    :param work: what somebody has filled in instead.
    """
    stored = LeadWork.of(lead)
    work = work or stored
    return WorkForm(
        data={
            "status": work.status.value,
            "lost_reason": work.lost_reason.value if work.lost_reason else "",
            "owner": str(work.owner_id or ""),
            "follow_up_on": work.follow_up_on,
            "tags": ", ".join(work.tags),
            "version": lead.version,
            "seen": json.dumps(dataclasses.asdict(stored), default=str),
        }
    )


class NoteForm(Form):
    """A note; only the button for it needs one."""

    text = TextAreaField(
        "Neue Notiz",
        # As it is stored: browsers send each line end as two characters.
        filters=[lambda text: clean(text or "")],
        validators=[Length(max=LONGEST_NOTE, message=_NOTE_TOO_LONG)],
    )

    def is_valid(self, *, needed: bool) -> bool:
        """Check it.

        :param needed: whether there must be one.
        """
        something = DataRequired("Bitte schreiben Sie etwas in die Notiz")
        return self.validate(extra_validators={"text": [something]} if needed else None)


def change_of(sent: MultiDict[str, str]) -> LeadChange:
    """Read what is to be done to several requests."""
    status = params.member(LeadStatus, sent.get("status", ""))
    reason = params.member(LostReason, sent.get("lost_reason", ""))
    owner = sent.get("owner", "")
    return LeadChange(
        status=status,
        lost_reason=reason if status is LeadStatus.LOST else None,
        owner_id=params.number(owner),
        no_owner=owner == NOBODY,
        follow_up_on=params.day(sent.get("follow_up_on", "")),
        tag=params.line(sent.get("tag", "")),
    )


def wanted_of(args: MultiDict[str, str]) -> Wanted:
    """Read filters from an address; what cannot be read does not matter."""
    owner = args.get("zustaendig", "")
    statuses = [params.member(LeadStatus, text) for text in args.getlist("stand")]
    if args.get("stand") == "offen":
        statuses = list(OPEN)
    return Wanted(
        text=params.line(args.get("suche", "")),
        statuses=tuple(status for status in statuses if status),
        lost_reason=params.member(LostReason, args.get("grund", "")),
        owner_id=params.number(owner),
        no_owner=owner == NOBODY,
        due=params.member(DueFilter, args.get("faellig", "")),
        topic=params.line(args.get("thema", "")),
        source=params.line(args.get("seite-von", "")),
        tag=params.line(args.get("schlagwort", "")),
        language=params.line(args.get("sprache", "")),
        since=params.day(args.get("von", "")),
        until=params.day(args.get("bis", "")),
        order=params.member(Order, args.get("sortierung", "")) or Order.NEWEST,
    )


FILTERS = (
    "suche", "stand", "grund", "zustaendig", "faellig", "thema", "seite-von", "schlagwort",
    "sprache", "von", "bis", "sortierung",
)  # fmt: skip


def query(args: MultiDict[str, str], **changed: str | int) -> str:
    """Write the filters of an address anew, some of them changed; empty ones go."""
    kept: dict[str, str | int] = {name: args.get(name, "") for name in FILTERS}
    kept |= changed
    return urlencode({name: text for name, text in kept.items() if text})
