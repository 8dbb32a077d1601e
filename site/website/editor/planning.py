"""The planning page: open tasks, and a calendar of publications and reviews."""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from flask import render_template

from website.content.models import PublicationStatus
from website.editor.blueprint import WORDS, blueprint, editor_state
from website.editor.text_list import TextRow, all_rows
from website.editorial.models import WorkingCopy
from website.editorial.workflow import ASKED, CopyState
from website.infra import clock
from website.infra.clock import DAYS, GERMANY
from website.infra.german import month_in_words
from website.staff.access import names

AHEAD = datetime.timedelta(days=366)
"""How far the calendar looks ahead."""
LATE = datetime.timedelta(minutes=5)
"""Delay after which a scheduled publication is overdue."""
MOST_OVERDUE = 50
TOO_LATE = "Dieser Text sollte schon live sein. Fragen Sie Ihre Technik, ob die Website läuft."

_CHIEF = "Chefredaktion"


@dataclass(frozen=True)
class Task:
    """A text, and who has to act on it."""

    row: TextRow
    state: str
    who: str
    since: datetime.datetime


@dataclass(frozen=True)
class CalendarEntry:
    """A calendar entry of a text."""

    row: TextRow
    day: datetime.date
    label: str
    state: str
    """State that determines the color of the label."""
    time: str = ""
    warning: str = ""
    """Why it would fail at present."""

    @property
    def weekday(self) -> str:
        """Abbreviated day of the week: „Mo“."""
        return DAYS[self.day.weekday()][:2]


@blueprint.get("/planung/")
def planning() -> str:
    """Show the open tasks and the calendar."""
    rows, today = all_rows(), clock.today()
    entries = sorted(_entries(rows), key=lambda entry: (entry.day, entry.time, entry.row.title))
    overdue = [entry for entry in entries if _is_overdue(entry, today)]
    coming = [
        entry for entry in entries if not _is_overdue(entry, today) and entry.day <= today + AHEAD
    ]
    return render_template(
        "editor/planning.html",
        tasks=_tasks(rows),
        overdue=overdue[:MOST_OVERDUE],
        overdue_count=len(overdue),
        months=[
            (month_in_words(first), list(found))
            for first, found in groupby(coming, key=lambda entry: entry.day.replace(day=1))
        ],
    )


def _tasks(rows: Iterable[TextRow]) -> list[Task]:
    known, order = names(), list(WORDS["next"])
    found = []
    for row in rows:
        state = row.states[0] if row.states else ""
        if row.copy is None or state not in order:
            continue
        is_of_authors = state in {"klaeren", "entwurf"}
        authors = " oder ".join(known.get(number, "Unbekannt") for number in row.copy.authors)
        who = authors if is_of_authors else _CHIEF
        found.append(Task(row, state, who, _since(row.copy)))
    return sorted(found, key=lambda task: (order.index(task.state), task.since))


def _since(copy: WorkingCopy) -> datetime.datetime:
    """Return the time of the last step of a copy."""
    steps = {CopyState.REVIEW: copy.submitted_at, CopyState.APPROVED: copy.approved_at}
    return steps.get(copy.state) or copy.saved_at


def _entries(rows: Iterable[TextRow]) -> Iterator[CalendarEntry]:
    today = clock.today()
    for row in rows:
        if row.copy is not None and row.copy.due_at is not None:
            yield _scheduled(row, row.copy, row.copy.due_at)
        item = row.item
        if item is None or item.status is not PublicationStatus.PUBLISHED:
            continue
        if item.date and item.date > today:
            yield CalendarEntry(row, item.date, "geht live", "geplant")
        if item.review_by:
            is_due = item.review_is_due(today)
            yield CalendarEntry(row, item.review_by, "wieder prüfen", "veraltet" if is_due else "")


def _scheduled(row: TextRow, copy: WorkingCopy, due: datetime.datetime) -> CalendarEntry:
    local = due.astimezone(GERMANY)
    number = copy.publication
    warning = editor_state().publications.get(number).error if number else ""
    if not warning and due + LATE < clock.now():
        warning = TOO_LATE
    label = "geht live" if copy.state in ASKED else "frühere Fassung geht live"
    return CalendarEntry(row, local.date(), label, "geplant", f"{local:%H:%M}", warning)


def _is_overdue(entry: CalendarEntry, today: datetime.date) -> bool:
    return entry.day < today or bool(entry.warning)
