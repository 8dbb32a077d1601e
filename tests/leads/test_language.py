"""A lead carries the language of its form everywhere, and nothing but the answer depends on it."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from support.leads import ANSWERS, KEYS, HandClock, RecordingChannel, Sender
from support.questionnaire import QUESTIONNAIRE, questionnaire
from website.infra.database import Database
from website.leads import exporting, labels, webhooks
from website.leads.canaries import Canaries
from website.leads.data_subjects import DataSubjects
from website.leads.erasure_log import ErasureLog
from website.leads.intake import HandEntry, Intake, Submission
from website.leads.models import Channel, Lead
from website.leads.outbox import Outbox
from website.leads.store import LeadStore, Wanted

LANGUAGES = ("de", "en", "fr", "pl")
languages = st.sampled_from(LANGUAGES)
on_one_database = settings(
    max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)


def stored(store: LeadStore, number: str) -> Lead:
    lead = store.get(number)
    assert lead is not None
    return lead


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_kept_and_named_wherever_a_lead_is(
    language: str, send: Sender, store: LeadStore, database: Database, tmp_path: Path
) -> None:
    number = send(language=language).reference
    lead = stored(store, number)
    assert lead.language == language
    assert json.loads(webhooks.body(lead))["data"]["language"] == language
    subjects = DataSubjects(database, tmp_path, ErasureLog(tmp_path, KEYS), questionnaire)
    (request,) = subjects.export(lead.email, subjects.find(lead.email), actor="x")["requests"]
    assert request["language"] == language


def test_exports_name_it_for_people_and_keep_its_letters_for_programs(
    send: Sender, store: LeadStore
) -> None:
    for language in LANGUAGES:
        send(language=language)
    found = {}
    for kind in (exporting.EXCEL_CSV, exporting.RAW_CSV):
        target = io.BytesIO()
        exporting.write(kind, store.every(Wanted()), {}, QUESTIONNAIRE, target)
        found[kind.name] = target.getvalue().decode("utf-8-sig")
    for language in LANGUAGES:
        assert f";{labels.language(language)};" in found["csv-excel"]
        assert f",{language}," in found["csv-roh"]


@on_one_database
@given(first=languages, second=languages)
def test_the_same_words_are_the_same_request_in_whatever_form(
    first: str, second: str, intake: Intake, database: Database
) -> None:
    numbers = {
        intake.take(Submission(answers=ANSWERS, page_key="k", language=language)).reference
        for language in (first, second)
    }
    assert len(numbers) == 1
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Lead)) == 1


@on_one_database
@given(
    language=languages,
    message=st.sampled_from(["", "We need an interim manager.", "Wir suchen jemanden."]),
)
def test_no_language_is_held_against_anybody(
    language: str, message: str, send: Sender, store: LeadStore
) -> None:
    german, other = (
        stored(store, send(ANSWERS | {"message": message}, language=each).reference)
        for each in ("de", language)
    )
    without_repetition = [reason for reason in other.spam_reasons if reason[0] != "repeated"]
    assert [each for each in german.spam_reasons if each[0] != "repeated"] == without_repetition


@pytest.mark.parametrize("language", LANGUAGES)
def test_requests_are_filtered_by_it(language: str, send: Sender, store: LeadStore) -> None:
    numbers = {each: send(language=each).reference for each in LANGUAGES}
    found = store.page(Wanted(language=language)).leads
    assert [lead.reference for lead in found] == [numbers[language]]
    assert store.page(Wanted(language="xx")).total == 0
    assert store.page(Wanted(text="müller", language=language)).total == 1
    assert store.page(Wanted(text="müller")).total == len(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_whoever_takes_a_request_down_chooses_it(
    language: str, intake: Intake, store: LeadStore
) -> None:
    entry = HandEntry(owner_id=3, tag="Messe", language=language)
    number = intake.enter({"company": "Müller AG", "message": "Sucht"}, entry, actor="staff 3")
    assert stored(store, number).language == language


def test_a_canary_carries_it_to_its_deliveries(
    intake: Intake, database: Database, clock: HandClock, tmp_path: Path
) -> None:
    seen: list[str] = []
    canaries = Canaries(database, KEYS, tmp_path, clock)
    _, proof = canaries.announce()
    assert intake.take(Submission(answers=ANSWERS, proof=proof, language="en")).is_canary
    channel = RecordingChannel(first=lambda lead: seen.append(lead.language))
    assert Outbox(database, {Channel.MAIL: channel}, clock=clock).dry_run_due() == 1
    assert set(seen) == {"en"}


def test_a_language_that_nobody_knows_is_named_by_its_letters() -> None:
    assert labels.language("en") == "Englisch"
    assert labels.language("xx") == "xx"
    assert labels.language("") == ""
