"""What a stranger sends costs little, whatever it holds and whatever comes of it.

The time is the process's own, not the clock's, and far above what it takes: what grows with the
square of a text's length takes many times as long.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from support.hostile import UNITS, URLENCODED, flood
from support.postgres import ON_SQLITE
from support.questionnaire import QUESTIONNAIRE
from support.visitor import FORM, Visitor
from website.infra import email_addresses
from website.infra.text import clean_line, folded
from website.leads import search
from website.public.contact.form_data import MAX_BYTES
from website.questionnaire import TECHNICAL, QuestionKind
from website.staff.accounts import passwords

SECONDS = 1.0
"""Of the processor; nothing below takes a tenth of that."""

FIELDS = ["message", "email", *(field.name for field in TECHNICAL)]


def seconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


@ON_SQLITE
@pytest.mark.parametrize("name", FIELDS)
def test_the_largest_body_that_is_read_costs_little(visitor: Visitor, name: str) -> None:
    for unit in UNITS:
        body = flood(name, unit)
        took = seconds(
            lambda body=body: visitor.client.post("/anfrage", data=body, content_type=URLENCODED)
        )
        assert took < SECONDS, (name, unit)


@ON_SQLITE
def test_the_longest_answers_that_are_taken_cost_little(visitor: Visitor) -> None:
    """Everything that is done with a lead: read, folded, scored, looked up, stored, found again."""
    taken = 0
    for number, unit in enumerate(UNITS):
        sent = FORM | {
            asked.name: (unit * asked.max_length)[: asked.max_length]
            for asked in QUESTIONNAIRE.questions
            if asked.kind in {QuestionKind.TEXT, QuestionKind.LONG_TEXT, QuestionKind.PHONE}
        }
        sent |= {"name": f"{number} {sent['name']}"[:200], "company": f"Firma {number}"}
        sent["message"] = f"we offer guest post {sent['message']}"[:5000]  # each rule looks at it
        if "\ud800" in unit:
            continue
        began = time.process_time()
        response = visitor.client.post(
            "/anfrage", data=sent, environ_base={"REMOTE_ADDR": f"203.0.113.{number}"}
        )
        assert time.process_time() - began < SECONDS, unit
        taken += response.status_code in {200, 303}
    assert taken == len(UNITS) - 1
    assert len(visitor.store.newest(200)) == taken


@pytest.mark.parametrize(
    "work",
    [clean_line, folded, search.terms, email_addresses.parse, passwords.normal],
    ids=lambda work: f"{work.__module__}.{work.__name__}",
)
def test_no_reading_of_a_text_takes_longer_than_it_is_long(work: Callable[[str], object]) -> None:
    for unit in UNITS:
        text = (unit * MAX_BYTES)[: MAX_BYTES // 2]
        assert seconds(lambda text=text: work(text)) < SECONDS, unit


@ON_SQLITE
def test_a_token_of_any_length_costs_little(visitor: Visitor) -> None:
    for unit in UNITS:
        body = flood("token", unit)
        took = seconds(
            lambda body=body: visitor.client.post(
                "/anfrage/bestaetigen", data=body, content_type=URLENCODED
            )
        )
        assert took < SECONDS, unit
