"""Who can be made responsible for a request: who may deal with it, and whoever is already."""

from __future__ import annotations

import pytest
from lxml import html

from support import staff
from support.inbox import InboxClient, ask
from website.staff.access import StaffRole
from website.web.services import services

OLGA, FRITZ = "Olga Operator", "Fritz Früher"


def offered(page: html.HtmlElement, selector: str) -> set[str]:
    return {option.text for option in page.cssselect(f"{selector} option")}


@pytest.fixture
def olga(inbox: InboxClient) -> int:
    return staff.account(inbox.app, StaffRole.OPERATOR, name=OLGA).id


def test_only_who_may_deal_with_requests_is_offered(inbox: InboxClient, olga: int) -> None:
    assert olga
    staff.account(inbox.app, name="Niemand Nichts")
    both = staff.account(inbox.app, StaffRole.OPERATOR, StaffRole.SALES, name="Beate Beides")
    gone = staff.account(inbox.app, StaffRole.SALES, name=FRITZ)
    staff.accounts(inbox.app).directory.set_active(gone.id, active=False)
    number = ask(inbox.app)
    names = {"Anna Berg", "Bernd Holm", both.name}
    assert offered(inbox.get(f"/posteingang/anfragen/{number}"), "#zustaendig") - names == {
        "niemand"
    }
    page = inbox.get("/posteingang/anfragen/")
    assert offered(page, "#owner") - names == {"unverändert", "niemand"}
    assert offered(page, "#zustaendig") - names == {"alle", "niemand"}


def test_whoever_is_responsible_already_stays_shown_and_can_be_looked_for(
    inbox: InboxClient, olga: int
) -> None:
    number, other = ask(inbox.app, company="Olgas AG"), ask(inbox.app, company="Andere AG")
    with services(inbox.app).leads.database.writing() as session:
        lead = inbox.lead(number)
        lead.owner_id = olga
        session.merge(lead, load=True)
    page = inbox.get(f"/posteingang/anfragen/{number}")
    assert page.cssselect("#zustaendig option[selected]")[0].text == OLGA
    inbox.save(number, tags="bleibt")
    assert inbox.lead(number).owner_id == olga
    assert OLGA not in offered(inbox.get(f"/posteingang/anfragen/{other}"), "#zustaendig")
    found = inbox.get(f"/posteingang/anfragen/?zustaendig={olga}")
    assert [link.text for link in found.cssselect(".leads__link")] == ["Olgas AG"]
    assert OLGA in offered(found, "#zustaendig")
    assert OLGA not in offered(found, "#owner")
    assert OLGA in offered(inbox.get("/posteingang/export/"), "#zustaendig")


@pytest.mark.parametrize("owner", ["olga", "999", "0", "²", "x"])
def test_nobody_else_can_be_made_responsible_by_hand(
    inbox: InboxClient, olga: int, owner: str
) -> None:
    number = ask(inbox.app)
    chosen = str(olga) if owner == "olga" else owner
    form = inbox.form(number) | {"owner": chosen, "tags": "bleibt"}
    answer = inbox.client.post(f"/posteingang/anfragen/{number}/stand", data=form)
    assert answer.status_code == 422
    several = {"nummer": [number], "owner": chosen, "tag": "x"}
    inbox.client.post("/posteingang/anfragen/auswahl", data=several)
    assert inbox.lead(number).owner_id is None
