"""Working through a list: the list from which a lead was opened, and the next lead in it."""

from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from website.inbox import forms
from website.leads.store import ResultPage
from website.staff.access import staff_url
from website.web import params
from website.web.services import services

_UNANSWERED = MultiDict({"faellig": "unanswered", "sortierung": "oldest"})
"""The default list: unanswered leads, the oldest first."""


def views(account: int) -> list[tuple[str, str]]:
    """Return the predefined lists: label and query string.

    :param account: id of the current user.
    """
    return [
        ("Unbeantwortet", forms.query(_UNANSWERED)),
        ("Meine offenen", f"stand=offen&zustaendig={account}"),
        ("Nicht zugewiesen", f"stand=offen&zustaendig={forms.NOBODY}"),
        ("Wiedervorlage", "faellig=follow-up&sortierung=follow-up"),
        ("Alle offenen", "stand=offen"),
        ("Gewonnen", "stand=won"),
        ("Verloren", "stand=lost"),
        ("Alle", ""),
    ]


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
        return f"{staff_url('inbox.requests')}{'?' if self.query else ''}{self.query}"


def of(args: MultiDict[str, str], reference: str) -> Queue:
    """Return the list that query parameters describe, with the lead that follows another one.

    A lead that is not in the list is followed by the first one.
    """
    filters = args if any(args.get(name) for name in forms.FILTERS) else _UNANSWERED
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
        forms.query(filters, seite=page.number if page.number > 1 else ""),
        address(args, following[0], number) if following else "",
    )


def address(args: MultiDict[str, str], reference: str, number: int | None = None) -> str:
    """Return the address of a lead, with the list from which it was opened.

    :param number: the page of the list, if it differs from that in ``args``.
    """
    number = number or params.page(args.get("seite", ""))
    query = forms.query(args, seite=number if number > 1 else "")
    page = staff_url("inbox.one", reference=reference)
    return f"{page}?{query}" if query else page
