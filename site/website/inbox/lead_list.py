"""The start page, the list of leads, changes to several, the next lead of a list."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.datastructures import MultiDict

from website.inbox import forms
from website.inbox.blueprint import actor, blueprint, chosen_leads, languages, page_number
from website.infra import clock, toml_tables
from website.infra.text import counted
from website.leads import office_hours
from website.leads.labels import LOST_REASON, STATUS
from website.leads.models import LeadStatus
from website.leads.store import OPEN, ResultPage
from website.leads.workflow import LONGEST_TAG, MOST_TAGS, LeadChange
from website.staff import access
from website.staff.access import Action, names, requires
from website.web import params
from website.web.services import services

_LISTS = toml_tables.beside(__file__, "lists.toml")
_DEFAULT = MultiDict(parse_qsl(next(iter(_LISTS["views"].values()))))
"""Filters of the list to which a lead belongs that was not opened from one."""


@blueprint.get("/")
@requires(Action.READ)
def today() -> str:
    """Render the start page: new, due and other open leads, with key figures."""
    hours = services().settings.answer_within_hours
    return render_template(
        "inbox/today.html",
        today=services().leads.store.today(),
        glance=services().leads.statistics.at_a_glance(answer_within=hours),
        late=late(),
        names=names(),
        now=clock.now(),
        this_day=clock.today(),
    )


@blueprint.get("/anfragen/")
@requires(Action.READ)
def requests() -> str:
    """Render a page of the filtered list, with the input of a change to several that failed."""
    page = services().leads.store.page(forms.wanted_of(request.args), number=page_number())
    known = names()
    if problem := forms.day_problem(request.args):
        flash(problem, "problem")
    return render_template(
        "inbox/requests.html",
        page=page,
        args=request.args,
        filters=forms.filters_in(request.args),
        query=lambda **changed: params.query(request.args, forms.FILTERS, **changed),
        choices=choices(known),
        views=views(current_user.id),
        names=known,
        late=late(),
        now=clock.now(),
        sent=request.form,
        chosen=chosen_leads(),
    )


@blueprint.post("/anfragen/auswahl")
@requires(Action.CHANGE)
def change_several() -> ResponseReturnValue:
    """Change the selected leads."""
    chosen = chosen_leads()
    change = forms.change_of(request.form)
    if problem := _problem(chosen, change) or _change(chosen, change):
        flash(problem, "problem")
        return requests(), 422
    kept = params.query(request.args, forms.FILTERS, seite=request.args.get("seite", ""))
    return redirect(f"{access.staff_url('inbox.requests')}?{kept}", 303)


def _problem(chosen: list[str], change: LeadChange) -> str:
    """Return the reason for which several leads cannot be changed, or nothing."""
    day = request.form.get("follow_up_on", "").strip()
    if not chosen:
        return "Bitte wählen Sie zuerst Anfragen aus."
    if day and not change.follow_up_on:
        return f"Wiedervorlage: {forms.WHEN_NO_DATE}."
    if bool(request.form.get("lost_reason")) != (change.status is LeadStatus.LOST):
        return "Zum Status „verloren“ gehört ein Absagegrund. Bitte wählen Sie beides oder keines."
    if change.owner_id and change.owner_id not in dict(owners()):
        return "Dieses Konto kann keine Anfragen übernehmen. Bitte wählen Sie ein anderes."
    if any(len(tag.strip()) > LONGEST_TAG for tag in change.tag.split(",")):
        return f"Bitte kürzen Sie das Schlagwort auf höchstens {LONGEST_TAG} Zeichen."
    return "" if change != LeadChange() else "Bitte wählen Sie, was geändert werden soll."


def _change(chosen: list[str], change: LeadChange) -> str:
    """Change several leads; return the reason if that is impossible."""
    try:
        count, full = services().leads.workflow.change(chosen, change, actor=actor())
    except LookupError:
        return "Eine der Anfragen gibt es nicht mehr. Es wurde nichts geändert."
    flash(f"{counted(count, 'Anfrage ist', 'Anfragen sind')} geändert.")
    if full:
        without = counted(len(full), "Anfrage hat", "Anfragen haben")
        reason = f"weil es sonst mehr als {MOST_TAGS} wären: {', '.join(full)}."
        flash(f"{without} kein Schlagwort dazubekommen, {reason}", "problem")
    return ""


def late() -> datetime.datetime:
    """Return the latest arrival of leads whose answer is overdue."""
    return office_hours.before(clock.now(), services().settings.answer_within_hours)


def owners() -> list[tuple[int, str]]:
    """Return the accounts that may own a lead."""
    return access.owners(services().accounts.directory.active())


def _as_text(accounts: Iterable[tuple[int, str]]) -> list[tuple[str, str]]:
    return [(str(number), name) for number, name in accounts]


def choices(known: Mapping[int, str]) -> dict[str, list[tuple[str, str]]]:
    """Return the choices of filters and changes, by the name of their field.

    :param known: names of all accounts.
    """
    store, present = services().leads.store, owners()
    every = forms.with_former(present, known, store.owners())
    return {
        "stand": [("offen", "alle offenen"), *STATUS.items()],
        "status": list(STATUS.items()),
        "absagegrund": list(LOST_REASON.items()),
        "zustaendig": [(forms.NOBODY, "niemand"), *_as_text(every)],
        "owner": [(forms.NOBODY, "niemand"), *_as_text(present)],
        "faellig": list(_LISTS["due"].items()),
        "thema": list(services().leads.questionnaire().topics),
        "sprache": languages(),
        "schlagwort": [(tag, tag) for tag in store.tags()],
        "seite-von": [
            (source, services().german.title_at(source) or source) for source in store.sources()
        ],
        "sortierung": list(_LISTS["order"].items()),
    }


def views(account: int) -> list[tuple[str, str, int | None]]:
    """Return the predefined lists: label, query string, and number of leads if these are work.

    :param account: id of the current user.
    """
    queries = [text.format(account=account) for text in _LISTS["views"].values()]
    wanted = [forms.wanted_of(MultiDict(parse_qsl(query))) for query in queries]
    work = [one for one in wanted if one.due or one.statuses == OPEN]
    counts = dict(zip(work, services().leads.store.counts(work), strict=True))
    return list(zip(_LISTS["views"], queries, map(counts.get, wanted), strict=True))


@dataclass(frozen=True)
class Queue:
    """A page of a list, and the lead that follows the current one."""

    page: ResultPage
    query: str
    """Query string of the list."""
    next_address: str
    """Empty after the last lead."""

    @property
    def list_address(self) -> str:
        """The address of the list."""
        return f"{access.staff_url('inbox.requests')}{'?' if self.query else ''}{self.query}"


def queue_of(args: MultiDict[str, str], reference: str) -> Queue:
    """Return the list that query parameters describe, with the lead that follows another one.

    A lead that is not in the list is followed by the first one.
    """
    filters = args if any(args.get(name) for name in forms.FILTERS) else _DEFAULT
    wanted, number = forms.wanted_of(filters), params.page(args.get("seite", ""))
    page = services().leads.store.page(wanted, number=number)
    shown = [lead.reference for lead in page.leads]
    following = shown[shown.index(reference) + 1 :] if reference in shown else shown
    number = page.number
    if not following and number < page.count:
        number += 1
        leads = services().leads.store.page(wanted, number=number).leads
        following = [lead.reference for lead in leads]
    return Queue(
        page,
        params.query(filters, forms.FILTERS, seite=page.number if page.number > 1 else ""),
        lead_address(args, following[0], number) if following else "",
    )


def lead_address(args: MultiDict[str, str], reference: str, number: int | None = None) -> str:
    """Return the address of a lead, with the list from which it was opened.

    :param number: the page of the list, if it differs from that in ``args``.
    """
    number = number or params.page(args.get("seite", ""))
    query = params.query(args, forms.FILTERS, seite=number if number > 1 else "")
    page = access.staff_url("inbox.one", reference=reference)
    return f"{page}?{query}" if query else page
