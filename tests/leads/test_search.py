"""Leads are found by words, however these are written, on both databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from support.leads import ANSWERS, HandClock, Sender, intake_of
from support.postgres import ON_POSTGRESQL, ON_SQLITE
from website.infra.database import Database
from website.infra.text import is_one_slip_apart
from website.leads import retention, search, search_vocabulary
from website.leads.models import LeadStatus, SearchWord
from website.leads.store import LeadStore, Wanted
from website.leads.workflow import LeadEntry, LeadWork, Workflow


@dataclass(frozen=True)
class Sought:
    """A lead that is looked for, and where; tests only read there."""

    store: LeadStore
    number: str

    @classmethod
    def among(cls, database: Database, answers: dict[str, str], *others: dict[str, str]) -> Sought:
        """Store a lead, and others that must not be taken for it."""
        send = Sender(intake_of(database, HandClock()))
        number = send(answers).reference
        for other in others:
            send(other)
        return cls(LeadStore(database), number)

    def found(self, typed: str) -> list[str]:
        return [lead.reference for lead in self.store.page(Wanted(text=typed)).leads]


@pytest.fixture(scope="module")
def sought(new_database: Callable[[], Database]) -> Sought:
    other = {"company": "Andere KG", "name": "A. B.", "email": "x@y.example",
             "message": "Bitte melden", "phone": "", "topic": "", "start": ""}  # fmt: skip
    return Sought.among(new_database(), ANSWERS, ANSWERS | other)


@pytest.fixture(scope="module")
def sought_alone(new_database: Callable[[], Database]) -> Sought:
    return Sought.among(new_database(), ANSWERS)


@pytest.fixture(scope="module")
def sought_by_parts(new_database: Callable[[], Database]) -> Sought:
    rest = {"topic": "", "start": "", "message": "Bitte melden", "name": "Erika Schmidt"}
    answers = {**ANSWERS, **rest, "company": "Müller Maschinenbau GmbH München"}
    answers |= {"email": "e.schmidt@maschinenbau-steinweg.example", "phone": "0711 1234567"}
    other = {"name": "A. B.", "company": "Andere KG", "email": "x@y.example", "phone": ""}
    return Sought.among(new_database(), answers, answers | other)


@pytest.mark.parametrize(
    "typed",
    [
        "Müller", "mueller", "MULLER", "müll", "söhne müller", "joerg weiss", "Weiß",
        "joerg.weiss@firma.example", "firma.example", "absprung", "Key-Account", "711/123",
        "gross", "Großkunden", "Grosskunden", "sofort",
    ],
)  # fmt: skip
def test_a_lead_is_found_by_words_and_their_beginnings(sought: Sought, typed: str) -> None:
    assert sought.found(typed) == [sought.number]


@pytest.mark.parametrize("typed", ["Meier", "Müller Meier", "Mülheim"])
def test_a_lead_that_lacks_one_of_the_words_is_not_found(sought_alone: Sought, typed: str) -> None:
    assert sought_alone.store.page(Wanted(text=typed)).total == 0


def test_a_number_is_found_however_it_is_typed(sought: Sought) -> None:
    plain = sought.number.replace("-", "")
    mistaken = plain.translate(str.maketrans("52", "SZ"))
    for typed in (sought.number, plain, plain.lower(), f" {plain[:4]} {plain[4:]} ", mistaken):
        assert sought.found(typed) == [sought.number], typed


def test_a_lead_is_found_by_its_number_by_notes_and_by_tags(
    send: Sender, workflow: Workflow, store: LeadStore
) -> None:
    number = send().reference
    workflow.record(number, LeadEntry(note="Rückruf über Frau Łukasz"), actor="staff 1")
    for typed in (number, number.lower()[:4], "lukasz", "rueckruf"):
        assert store.page(Wanted(text=typed)).total == 1, typed


def slips(word: str) -> Iterator[str]:
    """Yield a word with one letter dropped, swapped with the next, or added, at every place."""
    for at in range(len(word)):
        yield word[:at] + word[at + 1 :]
        yield word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :]
        yield word[:at] + "x" + word[at:]


@pytest.mark.parametrize("word", ["Großkunden", "Müller", "Söhne", "Absprung", "kümmert", "Joerg"])
def test_a_word_with_any_slip_finds_its_lead(sought_alone: Sought, word: str) -> None:
    for typed in slips(word.replace("ß", "ss")):
        assert sought_alone.found(typed) == [sought_alone.number], typed


def test_a_word_that_looks_like_a_reference_is_found_as_a_word(
    send: Sender, workflow: Workflow, store: LeadStore
) -> None:
    number = send().reference
    work = LeadWork(status=LeadStatus.NEW, tags=("Krtzbrgh",))
    workflow.record(number, LeadEntry(work=work, version=1), actor="staff 1")
    for typed in ("krtzbrgh", *slips("krtzbrgh"), number.replace("-", "").lower(), number):
        assert [lead.reference for lead in store.page(Wanted(text=typed)).leads] == [number], typed


@ON_SQLITE
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    max_examples=3 * settings.default.max_examples // 5,
)
@given(
    st.text("abcdefghijklmnopqrstuvwxyzäöü", min_size=5, max_size=12).filter(
        lambda word: (
            len(search.terms(word)[0]) >= search_vocabulary.SHORTEST and "ee" not in word[1:]
        )  # no word has three vowels of which two are e
    ),
    st.data(),
)
def test_any_word_with_a_slip_finds_its_lead(
    send: Sender, workflow: Workflow, store: LeadStore, word: str, data: st.DataObject
) -> None:
    newest = store.page(Wanted()).leads
    number = newest[0].reference if newest else send().reference
    version = store.page(Wanted()).leads[0].version
    work = LeadWork(status=LeadStatus.NEW, tags=(word,))
    workflow.record(number, LeadEntry(work=work, version=version), actor="staff 1")
    typed = data.draw(st.sampled_from([word, *slips(word)]))
    assert store.page(Wanted(text=typed)).total == 1, (word, typed)


@given(st.text("abc", max_size=6), st.text("abc", max_size=6))
def test_one_slip_is_one_of_the_four(one: str, other: str) -> None:
    edits = {
        *slips(one),
        *(one[:at] + sign + one[at:] for at in range(len(one) + 1) for sign in "abc"),
    }
    edits |= {one[:at] + sign + one[at + 1 :] for at in range(len(one)) for sign in "abc"}
    assert is_one_slip_apart(one, other) is (other in edits - {one})


@pytest.mark.parametrize(
    "typed",
    [
        "Mueler", "Schmitd", "ünchen", "chinenba", "stein-weg", "1234567", "123 45 67",
        "+49 711 1234567",
        "0711/1234567", "(0711) 123-4567", "hmidt@mas", "gmbh maschinenbau",
    ],
)  # fmt: skip
def test_parts_numbers_and_slips_find_a_lead_but_behind_exact_hits(
    sought_by_parts: Sought, typed: str
) -> None:
    assert sought_by_parts.found(typed) == [sought_by_parts.number]


def test_what_was_typed_stands_before_what_resembles_it(
    send: Sender, store: LeadStore, clock: HandClock
) -> None:
    exact = send({**ANSWERS, "company": "Schmitt KG"}).reference
    clock.forward(hours=1)
    similar = send({**ANSWERS, "company": "Schmidt KG"}).reference
    for typed, first, second in (("schmitt", exact, similar), ("schmidt", similar, exact)):
        page = store.page(Wanted(text=typed))
        assert [lead.reference for lead in page.leads] == [first, second]
        assert (page.exact, page.first_similar, page.total) == (1, 1, 2)
        assert [lead.reference for lead in store.every(Wanted(text=typed))] == [first, second]
        assert store.page(Wanted(text=typed), number=2, size=1).first_similar == 0


def vocabulary_of(database: Database) -> dict[str, int]:
    with database.reading() as session:
        return {row.word: row.lead_id for row in session.scalars(select(SearchWord))}


def test_a_word_goes_with_the_last_lead_that_holds_it(
    send: Sender, workflow: Workflow, database: Database, tmp_path: Path
) -> None:
    numbers = [send({**ANSWERS, "company": name}).reference for name in ("Alphawerk", "Betawerk")]
    before = vocabulary_of(database)
    assert {"alphawerk", "betawerk", "muller"} <= {*before, "muller"}
    workflow.record(
        numbers[1],
        LeadEntry(work=LeadWork(status=LeadStatus.NEW, tags=("Gammawerk",)), version=1),
        actor="x",
    )
    assert "gammawerk" in vocabulary_of(database)
    workflow.record(
        numbers[1], LeadEntry(work=LeadWork(status=LeadStatus.NEW), version=2), actor="x"
    )
    assert vocabulary_of(database).keys() == before.keys()
    for number, kept, gone in ((numbers[0], "betawerk", "alphawerk"), (numbers[1], "", "betawerk")):
        with database.writing() as session:
            retention.delete_leads(session, [number], tmp_path)
        after = vocabulary_of(database)
        assert gone not in after
        assert not kept or {kept, "absprung"} <= after.keys()
    assert vocabulary_of(database) == {}


@ON_POSTGRESQL
def test_a_word_stays_that_comes_again_while_its_lead_is_deleted(
    send: Sender, store: LeadStore, database: Database, tmp_path: Path
) -> None:
    first = send({**ANSWERS, "company": "Alphawerk"}).reference
    with ThreadPoolExecutor(1) as other:
        with database.writing() as session:
            retention.delete_leads(session, [first], tmp_path)
            coming = other.submit(send, {**ANSWERS, "company": "Alphawerk"})
            with pytest.raises(TimeoutError):
                coming.result(0.5)
        second = coming.result(5).reference
    assert [lead.reference for lead in store.page(Wanted(text="alphawrek")).leads] == [second]


@pytest.mark.parametrize(
    "typed",
    ['"', "*", "AND", "a OR b", "NEAR(x)", "x:y", "' & !", "\\", "(((", "-", "a" * 5000, "'" * 99],
)
def test_whatever_is_typed_is_words_and_no_command(sought_alone: Sought, typed: str) -> None:
    assert sought_alone.store.page(Wanted(text=typed)).total in {0, 1}


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
    send: Sender, store: LeadStore
) -> None:
    send({**ANSWERS, "message": "ß" * 4000, "company": "ﷺ" * 190})
    assert store.page(Wanted()).total == 1


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
    workflow.record(numbers[0], LeadEntry(note="Notiz"), actor="staff 1")
    with database.writing() as session:
        session.execute(text("DELETE FROM deliveries"))
        session.execute(text("DELETE FROM leads WHERE reference = :it"), {"it": numbers[1]})
        # Raises if the index and the column differ (FTS5, „The 'integrity-check' command“).
        session.execute(
            text("INSERT INTO lead_words(lead_words, rank) VALUES('integrity-check', 1)")
        )
