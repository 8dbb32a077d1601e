"""The list from which a request was opened, and the request that comes next in it."""

from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from website.inbox import forms
from website.leads.store import ResultPage
from website.staff.access import staff_url
from website.web import params
from website.web.services import services

_UNANSWERED = MultiDict({"faellig": "unanswered", "sortierung": "oldest"})
"""The list of a request that was opened without one: what waits, the longest waiting first."""


def views(account: int) -> list[tuple[str, str]]:
    """Return the lists that are worked through: label, and filters as they stand in an address.

    :param account: of the person signed in.
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
    """A page of a list, and the way on from one of its requests."""

    page: ResultPage
    query: str
    """The filters and page of the list, as they stand in its address."""
    next_address: str
    """Empty after the last request."""

    @property
    def list_address(self) -> str:
        """The address of the list."""
        return f"{staff_url('inbox.requests')}{'?' if self.query else ''}{self.query}"


def of(args: MultiDict[str, str], reference: str) -> Queue:
    """Return the list that the filters of an address describe, and what follows a request there.

    What is not, or no longer, in the list is followed by the list's first request.
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
    """Return the address of a request that keeps the list from which it was opened.

    :param number: the page of the list, if not that of the arguments.
    """
    number = number or params.page(args.get("seite", ""))
    query = forms.query(args, seite=number if number > 1 else "")
    page = staff_url("inbox.one", reference=reference)
    return f"{page}?{query}" if query else page
