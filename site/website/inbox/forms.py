"""Forms of the inbox: editing a lead, notes, filters, changing several leads."""

from __future__ import annotations

import dataclasses
import datetime
import json
from collections.abc import Iterable, Mapping

from werkzeug.datastructures import MultiDict
from wtforms import DateField, HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import DataRequired, Length, Optional, ValidationError

from website.infra.text import clean
from website.leads.labels import LOST_REASON, STATUS
from website.leads.models import Lead, LeadStatus, LostReason
from website.leads.office_hours import is_working_day
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
from website.web.staff_forms import StaffForm

NOBODY = "niemand"
WHEN_NO_DATE = "Bitte geben Sie ein Datum an, zum Beispiel 24.11.2026"
_NOTE_TOO_LONG = f"Bitte kürzen Sie die Notiz auf {LONGEST_NOTE} Zeichen"
CLOSING = {"gewonnen": LeadStatus.WON, "verloren": LeadStatus.LOST}
"""The status that each closing button sets."""
_STATUSES = [SelectChoice(*choice) for choice in STATUS.items()]
_REASONS = [SelectChoice(*choice) for choice in LOST_REASON.items()]


class DayField(DateField):
    """A date field that accepts ISO and German dates."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Parse the date; errors are German."""
        text = "".join(valuelist).strip()
        self.data = params.day(text)
        if text and not self.data:
            raise ValueError(WHEN_NO_DATE)


class WorkForm(StaffForm):
    """Status, owner, follow-up and tags, with their values as shown."""

    status = SelectField("Status", choices=_STATUSES)
    lost_reason = SelectField("Absagegrund", choices=[SelectChoice("", "–"), *_REASONS])
    owner = SelectField("Zuständig")
    follow_up_on = DayField("Wiedervorlage", [Optional()])
    tags = StringField("Schlagwörter, mit Komma getrennt")
    version = IntegerField()
    seen = HiddenField()
    """The fields as shown, as JSON, so that untouched fields overwrite nothing."""

    def with_owners(
        self, owners: Iterable[tuple[int, str]], names: Mapping[int, str], present: int | None
    ) -> WorkForm:
        """Set the selectable owners; the present one is always included."""
        offered = with_former(owners, names, [] if present is None else [present])
        shown = [SelectChoice(str(number), name) for number, name in offered]
        self.owner.choices = [SelectChoice("", "niemand"), *shown]
        return self

    def validate_lost_reason(self, field: SelectField) -> None:
        """Require a reason for lost leads, and refuse a newly chosen one for open ones."""
        if self.status.data == LeadStatus.LOST and not field.data:
            raise ValidationError("Bitte wählen Sie einen Absagegrund")
        seen = self.seen_work()
        is_new = seen and field.data not in {"", seen.lost_reason}
        if is_new and self.status.data in OPEN:
            raise ValidationError("Ein Absagegrund gehört zum Status „verloren“")

    def validate_tags(self, field: StringField) -> None:
        """Refuse more or longer tags than are stored."""
        tags = {tag.strip().casefold() for tag in (field.data or "").split(",")} - {""}
        if len(tags) > MOST_TAGS or any(len(tag) > LONGEST_TAG for tag in tags):
            raise ValidationError(
                f"Geben Sie höchstens {MOST_TAGS} Schlagwörter mit je {LONGEST_TAG} Zeichen ein"
            )

    def work(self) -> LeadWork:
        """Return the submitted fields; the form must be valid."""
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
        """Return the fields as shown, or None if they are invalid."""
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


def with_former(
    owners: Iterable[tuple[int, str]], names: Mapping[int, str], also: Iterable[int]
) -> list[tuple[int, str]]:
    """Return the accounts that may own a lead, then others that own one.

    :param names: of all accounts.
    :param also: ids of accounts that own a lead.
    """
    offered = dict(owners)
    for number in also:
        offered.setdefault(number, names.get(number, f"Konto {number}"))
    return list(offered.items())


FOLLOW_UPS = {"morgen": ("morgen", 1), "3-tage": ("in 3 Tagen", 3), "1-woche": ("in 1 Woche", 7)}
"""Label and number of days of each follow-up button, by its name."""


def follow_up_day(step: str, today: datetime.date) -> datetime.date:
    """Return the day of a follow-up button, or the next working day."""
    day = today + datetime.timedelta(days=FOLLOW_UPS[step][1])
    while not is_working_day(day):
        day += datetime.timedelta(days=1)
    return day


def pressed(
    sent: MultiDict[str, str], step: str, *, account: int, today: datetime.date
) -> MultiDict[str, str]:
    """Return submitted data with the field set that a button stands for."""
    form = sent.copy()
    if step == "uebernehmen":
        form["owner"] = str(account)
    elif step in FOLLOW_UPS:
        form["follow_up_on"] = follow_up_day(step, today).isoformat()
    elif step == "erledigt":
        form["follow_up_on"] = ""
    elif step in CLOSING:
        form["status"] = CLOSING[step].value
    return form


def work_form(lead: Lead, work: LeadWork | None = None) -> WorkForm:
    """Return the form with the stored fields.

    :param work: other fields to show instead.
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


class NoteForm(StaffForm):
    """A note; only its own button requires one."""

    text = TextAreaField(
        "Neue Notiz",
        # As it is stored: browsers send each line end as two characters.
        filters=[lambda text: clean(text or "")],
        validators=[Length(max=LONGEST_NOTE, message=_NOTE_TOO_LONG)],
    )

    def is_valid(self, *, needed: bool) -> bool:
        """Validate the note.

        :param needed: whether it is required.
        """
        something = DataRequired("Bitte schreiben Sie etwas in die Notiz")
        return self.validate(extra_validators={"text": [something]} if needed else None)


def change_of(sent: MultiDict[str, str]) -> LeadChange:
    """Parse a change to several leads."""
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
    """Parse filters from query parameters, ignoring invalid ones."""
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


def filters_in(args: Mapping[str, str]) -> dict[str, str]:
    """Return the filters that are in use, as given."""
    return {name: args[name] for name in FILTERS if args.get(name)}


def day_problem(args: Mapping[str, str]) -> str:
    """Return what is wrong with the days of a filter, which would be ignored; or nothing."""
    typed = [args.get(name, "").strip() for name in ("von", "bis")]
    return "" if all(map(params.day, filter(None, typed))) else f"Eingegangen: {WHEN_NO_DATE}."
