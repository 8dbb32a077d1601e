"""Leads are found by words, however these are written, on both databases."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from support.leads import ANSWERS
from support.postgres import ON_SQLITE
from website.leads import search
from website.leads.worklist import Wanted

if TYPE_CHECKING:
    from support.leads import Sender
    from website.infra.database import Database
    from website.leads.workflow import Workflow
    from website.leads.worklist import Worklist


@pytest.mark.parametrize(
    "typed",
    [
        "Müller", "mueller", "MULLER", "müll", "söhne müller", "joerg weiss", "Weiß",
        "joerg.weiss@firma.example", "firma.example", "absprung", "Key-Account", "711/123",
        "gross", "Großkunden", "Grosskunden", "sofort",
    ],
)  # fmt: skip
def test_a_lead_is_found_by_words_and_their_beginnings(
    send: Sender, worklist: Worklist, typed: str
) -> None:
    number = send().reference
    send({**ANSWERS, "company": "Andere KG", "name": "A. B.", "email": "x@y.example",
          "message": "Bitte melden", "phone": "", "topic": "", "start": ""})  # fmt: skip
    found = worklist.page(Wanted(text=typed))
    assert [lead.reference for lead in found.leads] == [number]


@pytest.mark.parametrize("typed", ["Meier", "Müller Meier", "ller"])
def test_a_lead_that_lacks_one_of_the_words_is_not_found(
    send: Sender, worklist: Worklist, typed: str
) -> None:
    send()
    assert worklist.page(Wanted(text=typed)).total == 0


def test_a_lead_is_found_by_its_number_by_notes_and_by_tags(
    send: Sender, workflow: Workflow, worklist: Worklist
) -> None:
    number = send().reference
    workflow.note(number, "Rückruf über Frau Łukasz", actor="staff 1")
    for typed in (number, number.lower()[:4], "lukasz", "rueckruf"):
        assert worklist.page(Wanted(text=typed)).total == 1, typed


@pytest.mark.parametrize(
    "typed",
    ['"', "*", "AND", "a OR b", "NEAR(x)", "x:y", "' & !", "\\", "(((", "-", "a" * 5000, "'" * 99],
)
def test_whatever_is_typed_is_words_and_no_command(
    send: Sender, worklist: Worklist, typed: str
) -> None:
    send()
    assert worklist.page(Wanted(text=typed)).total in {0, 1}


@given(st.text())
def test_folding_twice_is_folding_once(typed: str) -> None:
    once = search.terms(typed)
    assert search.terms(" ".join(once)) == once


@given(st.lists(st.text()))
def test_every_word_is_short_enough_for_the_index(texts: list[str]) -> None:
    for word in search.words(texts).split():
        assert 0 < len(word) <= search.LONGEST_WORD
        assert word.isalnum() or not word.isascii()


def test_a_word_of_any_length_keeps_no_lead_from_being_stored(
    send: Sender, worklist: Worklist
) -> None:
    send({**ANSWERS, "message": "ß" * 4000, "company": "ﷺ" * 190})
    assert worklist.page(Wanted()).total == 1


@pytest.mark.parametrize(
    ("email", "domain"),
    [
        ("a@Firma.DE", "firma.de"),
        ("a@gmail.com", ""),
        ("a@web.de", ""),
        ("", ""),
    ],
)
def test_a_domain_stands_for_a_company_unless_anybody_may_have_a_mailbox_there(
    email: str, domain: str
) -> None:
    assert search.domain(email) == domain


@ON_SQLITE
def test_the_index_agrees_with_the_leads(
    send: Sender, workflow: Workflow, database: Database
) -> None:
    numbers = [send().reference for _ in range(3)]
    workflow.note(numbers[0], "Notiz", actor="staff 1")
    with database.writing() as session:
        session.execute(text("DELETE FROM deliveries"))
        session.execute(text("DELETE FROM leads WHERE reference = :it"), {"it": numbers[1]})
        # Raises if the index and the column differ (FTS5, „The 'integrity-check' command“).
        session.execute(
            text("INSERT INTO lead_words(lead_words, rank) VALUES('integrity-check', 1)")
        )
