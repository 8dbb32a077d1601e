"""A new optional question touches the content alone: a folder with one more is enough."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from support import staff
from support.inbox import InboxClient
from support.questionnaire import QUESTIONNAIRE
from support.sqlite import migrated
from support.visitor import Visitor, browser, text, tree
from website import create_app
from website.config import Role, Settings
from website.leads import data_subjects, exporting, mail, webhooks
from website.leads.spam import content as spam
from website.leads.store import Wanted
from website.mailboxes import Mailbox
from website.staff.access import StaffRole
from website.web.services import services

QUESTION = """
[[questions]]
key = "sites"
group = "rahmen"
kind = "text"
label = "Standorte"
hint = "Nur die in Europa."
purpose = "Um Reisen einzuplanen"
"""
ANSWER = "Ulm und Graz"
SENDER = Mailbox("website@agentur.example")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    folder = tmp_path / "content"
    shutil.copytree(Settings().content_dir, folder)
    with (folder / "formular.toml").open("a", encoding="utf-8") as file:
        file.write(QUESTION)
    return Settings(content_dir=folder, instance_dir=migrated(tmp_path / "instance"))


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    app = create_app(settings)
    app.testing = True
    yield app
    services(app).leads.close()


def test_the_pages_ask_it_and_say_why(settings: Settings) -> None:
    client = create_app(settings, role=Role.FREEZE).test_client()
    page = tree(client.get("/kontakt/"))
    (control,) = page.cssselect("form [name=sites]")
    assert text(page.xpath(f"//label[@for='{control.get('id')}']")[0]) == "Standorte (optional)"
    assert "Nur die in Europa." in text(page)
    assert "Um Reisen einzuplanen" in text(tree(client.get("/datenschutz/")))


@pytest.mark.slow
def test_its_answer_is_checked_stored_and_told_to_everybody(app: Flask) -> None:
    leads = services(app).leads
    visitor = Visitor(browser(app), leads)
    refused = visitor.send(sites="x" * 201)
    assert refused.status_code == 422
    assert "Bitte kürzen Sie die Angabe „Standorte“ um 1 auf höchstens 200" in text(tree(refused))

    lead = visitor.lead(visitor.send(sites=f" {ANSWER}  "))
    assert lead.answer("sites") == ANSWER

    questionnaire = leads.questionnaire()
    delivery = lead.deliveries[0]
    message = mail.compose(lead, delivery, sender=SENDER, questionnaire=questionnaire)
    for kind in ("plain", "html"):
        part = message.get_body((kind,))
        assert part is not None
        assert "Standorte" in part.get_content()
        assert ANSWER in part.get_content()
    assert json.loads(webhooks.body(lead))["data"]["answers"]["sites"] == ANSWER

    file = io.BytesIO()
    every = leads.store.every(Wanted())
    exporting.write(exporting.EXCEL_CSV, every, {}, questionnaire, file)
    heading, row = file.getvalue().decode("utf-8-sig").split("\r\n", 1)
    assert "Standorte" in heading
    assert ANSWER in row

    anna = staff.account(app, StaffRole.LEAD_ADMIN, name="Anna Berg")
    inbox = InboxClient(app, staff.signed_in(app, anna), anna.id, anna.name)
    shown = text(inbox.get(f"/posteingang/anfragen/{lead.reference}"))
    assert "Standorte" in shown
    assert ANSWER in shown

    subjects = leads.subjects
    data = subjects.export(lead.email, subjects.find(lead.email), actor="x")
    report = data_subjects.report(data, privacy_page="https://agentur.example/datenschutz/")
    assert "Standorte" in report
    assert ANSWER in report


def test_a_link_in_its_answer_counts_as_one(app: Flask) -> None:
    questionnaire = services(app).leads.questionnaire()
    assert "sites" in questionnaire.free_texts
    found = spam.signals_in({"sites": "https://werbung.example/x"}, questionnaire.free_texts)
    assert "one-link" in {signal.name for signal in found}


@pytest.mark.parametrize(
    "name",
    [
        question.name
        for question in QUESTIONNAIRE.questions
        if not question.choices and question.name not in {"name", "company", "email", "phone"}
    ],
)
def test_a_link_in_any_free_text_counts_as_one(name: str) -> None:
    found = spam.signals_in({name: "https://werbung.example/x"}, QUESTIONNAIRE.free_texts)
    assert "one-link" in {signal.name for signal in found}
