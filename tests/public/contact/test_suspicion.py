"""What a visitor sees who is suspected, or sends too much: never a puzzle, nothing lost."""

from __future__ import annotations

import datetime
import json
import re

import altcha
import pytest
from lxml.html import HtmlElement
from werkzeug.test import TestResponse

from support.leads import solved
from support.visitor import FORM, Visitor, filled_in, text, tree
from website.infra import clock
from website.leads import rate_limit
from website.leads.models import DeliveryState

SPAM = {
    "message": "We offer backlinks and guest posts. First page of Google guaranteed!",
    "extra": "x",
}


def confirm(visitor: Visitor, page: HtmlElement) -> TestResponse:
    """Press the only button."""
    form = page.forms[0]
    return visitor.client.post(form.action, data=dict(form.form_values()))


def test_who_is_suspected_and_proves_nothing_sees_one_page_more(visitor: Visitor) -> None:
    response = visitor.send(extra="gefüllt", headers={"User-Agent": "curl/8"})
    assert response.status_code == 200
    page = tree(response)
    assert text(page.find(".//h1")) == "Noch ein Klick: Bestätigen Sie Ihre Anfrage"
    assert page.xpath("//meta[@name='robots']/@content") == ["noindex"]
    told = {
        text(row.find("dt")): text(row.find("dd")) for row in page.find_class("sent-answers__row")
    }
    assert told["Unternehmen"] == FORM["company"]
    assert told["Situation"] == FORM["message"]
    assert [text(button) for button in page.xpath("//form//button")] == ["Anfrage bestätigen"]
    assert page.xpath("//form//input[not(@type='hidden')]") == []
    assert len(visitor.store.newest(quarantined=True)) == 1, "it is stored before"

    thanks = confirm(visitor, page)
    lead = visitor.lead(thanks)
    assert not lead.quarantined
    assert {delivery.state for delivery in lead.deliveries} == {DeliveryState.PENDING}
    assert visitor.client.get(thanks.headers["Location"]).status_code == 200


def test_confirming_twice_or_sending_again_makes_no_second_lead(visitor: Visitor) -> None:
    page = tree(visitor.send(**SPAM))
    again = tree(visitor.send(**SPAM))
    assert confirm(visitor, page).headers["Location"] == confirm(visitor, again).headers["Location"]
    assert len(visitor.store.newest()) == 1


def test_who_does_not_confirm_stays_in_quarantine(visitor: Visitor) -> None:
    assert visitor.send(**SPAM).status_code == 200
    lead = visitor.store.newest()[0]
    assert lead.quarantined
    assert "trap" in dict(lead.spam_reasons)


def test_plain_spam_is_thanked_for_and_stays_in_quarantine(visitor: Visitor) -> None:
    hopeless = SPAM | {"goals": "[url=http://x.example]casino bonus[/url] buy followers crypto"}
    thanks = confirm(visitor, tree(visitor.send(**hopeless)))
    assert visitor.lead(thanks).quarantined


def test_a_token_of_somebody_else_confirms_nothing(visitor: Visitor) -> None:
    visitor.send(**SPAM)
    number = visitor.store.newest()[0].reference
    for token in ("", number, "x.y.z", "\x00"):
        response = visitor.client.post("/anfrage/bestaetigen", data={"token": token})
        assert response.status_code == 410
        assert "geht nicht verloren" in text(tree(response).find(".//main"))
    assert visitor.store.newest()[0].quarantined


def test_a_foreign_page_cannot_confirm(visitor: Visitor) -> None:
    form = tree(visitor.send(**SPAM)).forms[0]
    response = visitor.client.post(
        form.action, data=dict(form.form_values()), headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert response.status_code == 403
    assert visitor.store.newest()[0].quarantined


def test_the_address_of_the_second_step_leads_to_the_form(visitor: Visitor) -> None:
    response = visitor.client.get("/anfrage/bestaetigen")
    assert (response.status_code, response.headers["Location"]) == (303, "/kontakt/")


@pytest.mark.slow
def test_who_has_sent_too_much_keeps_the_input_and_is_told_another_way(visitor: Visitor) -> None:
    for number in range(rate_limit.TOO_MANY):
        visitor.send(message=f"Anfrage {number}", headers={"X-Forwarded-For": "203.0.113.7"})
    response = visitor.send(topic="schulung")
    assert response.status_code == 429
    assert response.headers["Retry-After"] == "3600"
    page = tree(response)
    assert filled_in(page) == FORM | {"topic": "schulung"}
    assert page.findtext(".//title").startswith("Ihre Anfrage ist noch nicht gesendet: ")
    assert "Telefon" in text(page.xpath("//main/*")[0])
    assert len(visitor.store.newest(100)) == rate_limit.TOO_MANY


def test_a_challenge_is_made_afresh_for_whoever_asks(visitor: Visitor) -> None:
    first, second = (visitor.client.get("/anfrage/aufgabe") for _ in range(2))
    assert first.mimetype == "application/json"
    assert first.headers["Cache-Control"] == "no-store"
    assert first.get_data() != second.get_data()
    altcha.Challenge.from_dict(json.loads(first.get_data()))


def test_a_form_that_is_shown_again_keeps_its_key_and_wants_a_new_proof(visitor: Visitor) -> None:
    page = tree(visitor.send(email="", page_key="4d6f", proof="e30="))
    kept = filled_in(page)
    assert kept["page_key"] == "4d6f"
    assert "proof" not in kept
    assert "extra" not in kept


def test_too_large_a_request_keeps_what_could_be_read(visitor: Visitor) -> None:
    response = visitor.send(goals="x" * 300_000)
    assert response.status_code == 413
    page = tree(response)
    kept = filled_in(page)
    assert {name: kept[name] for name in FORM if name != "source"} == {
        name: told for name, told in FORM.items() if name != "source"
    }
    assert re.fullmatch("x{200000,}", kept["goals"])
    assert page.findtext(".//title").startswith("Ihre Anfrage ist zu groß: ")


def test_nobody_is_asked_to_confirm_whose_browser_has_worked(visitor: Visitor) -> None:
    proof = solved(visitor.leads.intake.proofs, clock.now() - datetime.timedelta(seconds=20))
    response = visitor.send(**SPAM, proof=proof)
    assert visitor.lead(response).quarantined, "thanked for at once, looked at later"
