"""Phone numbers can be dialled and found, however they were typed."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.leads import ANSWERS, Sender
from website.infra import phones
from website.leads import search
from website.leads.store import LeadStore, Wanted

MOBILE = "tel:+491711234567"


@pytest.mark.parametrize(
    ("typed", "link"),
    [
        ("+49 (0) 711 123-456", "tel:+49711123456"),
        ("0711 / 123 456", "tel:+49711123456"),
        ("0171 1234567 (ab 17 Uhr)", MOBILE),
        ("ab 10:30 unter 0171/1234567", MOBILE),
        ("ab 17:00 0171 1234567", MOBILE),
        ("ab 17.30 0171 1234567", MOBILE),
        ("9:00-12:00 0171 1234567", MOBILE),
        ("0171 1234567 / 030 7654321", MOBILE),
        ("+49 30 12345-67/68", "tel:+49301234567"),
        ("030/12345-670/-680", "tel:+493012345670"),
        ("0171-123/4567", MOBILE),
        ("0171 1234567; 030 7654321", MOBILE),
        ("030 12345-67 oder 0171 7654321", "tel:+49301234567"),
        ("Mobil +49 171 1234567", MOBILE),
        ("Mobil: 0171/1234567", MOBILE),
        ("tel:+49171-1234567", MOBILE),
        ("＋49 171 1234567", MOBILE),
        ("0171\u20111234567", MOBILE),
        ("0171\u00a01234567", MOBILE),
        ("0171\ufe631234567", MOBILE),
        ("0171 \u2212 1234567", MOBILE),
        ("０１７１ １２３４５６７", MOBILE),
        ("(0171) 1234567", MOBILE),
        ("0049 171 1234567", MOBILE),
        ("+49 ( 0 ) 30 12345", "tel:+493012345"),
        ("+49 30 12345, Durchwahl 12", "tel:+493012345"),
        ("+43 1 234 5678-0 DW 15", "tel:+43123456780"),
        ("+1 212 555 0100", "tel:+12125550100"),
    ],
)
def test_the_first_number_is_dialled(typed: str, link: str) -> None:
    assert phones.link(typed) == link


@pytest.mark.parametrize(
    "typed", ["", "17", "ab 17 Uhr", "siehe Signatur", "1234567", "49 171 1234567", "0", "+"]
)
def test_what_leads_nowhere_is_no_link(typed: str) -> None:
    assert phones.link(typed) == ""


@given(st.text(st.sampled_from("0123456789+()/-. x;ext=\u2011٣²a"), max_size=200) | st.text())
def test_any_text_is_no_link_or_a_number_of_fifteen_digits_at_most(text: str) -> None:
    assert re.fullmatch(r"(tel:\+[1-9][0-9]{1,17})?", phones.link(text))


@pytest.mark.parametrize("piece", ["0", "+", "1 ", "(1", "+1-", "1/", "0171 1234567 ", "(0)", ".1"])
def test_a_long_text_takes_no_longer(piece: str) -> None:
    began = time.process_time()
    phones.link(piece * 50_000)
    phones.parted(piece * 50_000)
    assert time.process_time() - began < 0.5


@pytest.mark.parametrize("stored", ["0171 1234567", "+49 (0) 171-1234567", "Mobil 0171/12 34 567"])
@pytest.mark.parametrize(
    "typed",
    ["01711234567", "+491711234567", "0171 1234567", "0171/123 45 67", "0049171", "+49 171 123",
     "0171 12", "０１７１\u22121234567", "Müller 01711234567", "(0171) 1234567"],
)  # fmt: skip
def test_a_lead_is_found_by_its_phone_number(
    send: Sender, store: LeadStore, stored: str, typed: str
) -> None:
    number = send(ANSWERS | {"phone": stored}).reference
    send(ANSWERS | {"company": "Andere KG", "phone": "0172 7654321", "goals": "x"})
    found = store.page(Wanted(text=typed))
    assert [lead.reference for lead in found.leads] == [number]


@pytest.mark.parametrize("typed", ["01711234568", "+431711234567", "Meier 01711234567"])
def test_another_number_is_not_found(send: Sender, store: LeadStore, typed: str) -> None:
    send(ANSWERS | {"phone": "0171 1234567"})
    assert store.page(Wanted(text=typed)).total == 0


def test_a_postal_code_is_a_word_like_others(send: Sender, store: LeadStore) -> None:
    send(ANSWERS | {"location": "01067 Dresden"})
    assert store.page(Wanted(text="01067")).total == 1
    assert store.page(Wanted(text="01067 Dresden")).total == 1


@given(st.text(st.sampled_from("01+-/() ab'\"*:&|\\")))
def test_a_query_is_parted_without_losing_a_word(query: str) -> None:
    phone, typed, rest = phones.parted(query)
    assert not phone or phone.isdigit()
    parts = {*search.terms(typed), *search.terms(rest)}
    assert "".join(sorted(parts)) or not search.terms(query)
