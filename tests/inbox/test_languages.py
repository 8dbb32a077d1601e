"""Requests in another language: recognised in lists, found by it, answered in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from flask import Flask
from lxml import html

from support import staff
from support.content import Content
from support.inbox import InboxClient, ask
from support.leads import Trust
from support.sqlite import migrated
from website import create_app
from website.config import Settings
from website.infra.clock import german_day
from website.leads.services import open_outbox
from website.questionnaire import PROOF
from website.staff.access import StaffRole
from website.web.confirmations import confirmations
from website.web.services import services

REPLIES = """
[[vorlagen]]
title = "{title}"
subject = "{subject} {{nummer}}"
absaetze = ["{greeting} {{name}},", "{{thema}}: {{eingang}}", "{{absender}}"]
"""
CATALOGUE = """
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "Ihre Anfrage %(number)s: %(company)s"
msgstr "Your enquiry %(number)s: %(company)s"

msgid "Guten Tag %(name)s,"
msgstr "Dear %(name)s,"

msgid "Guten Tag,"
msgstr "Good morning,"

msgid "Am %(moment)s schrieben Sie:"
msgstr "On %(moment)s you wrote:"

msgid "%(date)s, %(time)s Uhr (%(zone)s)"
msgstr "%(date)s, %(time)s (%(zone)s)"
"""


@pytest.fixture
def app(content: Content, tmp_path: Path) -> Iterator[Flask]:
    content.article()
    content.edition()
    german = {"title": "Absagen", "subject": "Ihre Anfrage", "greeting": "Guten Tag"}
    english = {"title": "Decline", "subject": "Your enquiry", "greeting": "Dear"}
    content.write("antworten.toml", REPLIES.format(**german))
    content.write("en/antworten.toml", REPLIES.format(**english))
    content.write("en/oberflaeche.po", CATALOGUE)
    folder = migrated(tmp_path / "instance")
    app = create_app(Settings(content_dir=content.folder, instance_dir=folder))
    yield app
    services(app).leads.close()


@pytest.fixture
def inbox(app: Flask) -> InboxClient:
    anna = staff.account(app, StaffRole.LEAD_ADMIN, name="Anna Berg")
    return InboxClient(app, staff.signed_in(app, anna), anna.id, anna.name)


def mail(page: html.HtmlElement, label: str) -> tuple[str, str]:
    """Return subject and text of the mail that a link begins."""
    (link,) = page.xpath(f"//a[normalize-space()='{label}']")
    sent = parse_qs(urlsplit(link.get("href")).query)
    return sent["subject"][0], sent["body"][0].replace("\r\n", "\n")


@pytest.mark.slow
def test_lists_mark_it_and_are_filtered_by_it(inbox: InboxClient) -> None:
    numbers = {code: ask(inbox.app, language=code, company=f"{code} AG") for code in ("de", "en")}

    def companies(query: str) -> list[str]:
        page = inbox.get(f"/posteingang/anfragen/?{query}")
        return sorted(link.text for link in page.cssselect(".leads__link"))

    rows = inbox.get("/posteingang/anfragen/").cssselect(".leads__item")
    marks = {row.cssselect(".leads__link")[0].text: row.cssselect(".tag") for row in rows}
    assert marks["de AG"] == []
    (mark,) = marks["en AG"]
    assert (mark.text, mark.get("title")) == ("EN", "Englisch")
    assert companies("sprache=en") == ["en AG"]
    assert companies("sprache=de") == ["de AG"]
    assert companies("sprache=fr") == []
    assert companies("suche=AG") == companies("sprache=") == ["de AG", "en AG"]
    beside = inbox.get(f"/posteingang/anfragen/{numbers['en']}?sprache=en")
    assert [link.text for link in beside.cssselect(".lines__company")] == ["en AG"]
    options = inbox.get("/posteingang/anfragen/").cssselect("#sprache option")
    assert [option.text for option in options][-2:] == ["Deutsch", "Englisch"]


def test_a_request_names_it_and_marks_its_words_as_foreign(inbox: InboxClient) -> None:
    german, english = (ask(inbox.app, language=code, name=code) for code in ("de", "en"))
    page = inbox.get(f"/posteingang/anfragen/{english}")
    assert page.xpath("string(//dt[.='Sprache der Anfrage']/../dd)") == "Englisch"
    assert page.cssselect(".message__text")[0].get("lang") == "en"
    page = inbox.get(f"/posteingang/anfragen/{german}")
    assert not page.xpath("//dt[.='Sprache der Anfrage']")
    assert page.cssselect(".message__text")[0].get("lang") is None


def test_it_is_answered_in_it(inbox: InboxClient) -> None:
    number = ask(inbox.app, language="en", message="We need\nsomebody.", topic="")
    page = inbox.get(f"/posteingang/anfragen/{number}")
    subject, text = mail(page, "E-Mail schreiben")
    assert subject == f"Your enquiry {number}: Müller & Söhne GmbH"
    first, *_, told, one, two = text.split("\n")
    assert (first, one, two) == ("Dear Jörg Weiß,", "> We need", "> somebody.")
    assert told.startswith("On ")
    assert told.endswith(" you wrote:")
    assert "Uhr" not in told
    drafts = page.cssselect(".drafts__item summary")
    assert [draft.text for draft in drafts] == ["Vorlage: Decline"]
    assert page.cssselect(".drafts__text")[0].get("lang") == "en-GB"
    subject, text = mail(page, "In E-Mail übernehmen")
    english = services(inbox.app).editions["en"].library.language
    received = english.date(german_day(inbox.lead(number).received_at))
    assert (subject, text.split("\n")[0]) == (f"Your enquiry {number}", "Dear Jörg Weiß,")
    assert f": {received}" in text
    assert text.endswith("Anna Berg")


@pytest.mark.slow
@pytest.mark.parametrize("language", ["de", "fr"])
def test_german_stands_in_for_a_language_without_an_edition(
    inbox: InboxClient, language: str
) -> None:
    number = ask(inbox.app, language=language)
    page = inbox.get(f"/posteingang/anfragen/{number}")
    subject, text = mail(page, "E-Mail schreiben")
    assert subject.startswith(f"Ihre Anfrage {number}: ")
    assert text.startswith("Guten Tag Jörg Weiß,\n")
    assert " Uhr (M" in text
    assert [draft.text for draft in page.cssselect(".drafts__item summary")] == ["Vorlage: Absagen"]
    assert page.cssselect(".drafts__text")[0].get("lang") is None


@pytest.mark.slow
def test_whoever_has_no_name_is_greeted_without_one(inbox: InboxClient) -> None:
    for language, greeting in {"de": "Guten Tag,", "en": "Good morning,"}.items():
        form = {
            "channel": "Messe", "company": f"{language} AG", "message": "KAM", "topic": "",
            "email": "a@firma.example", "language": language,
        }  # fmt: skip
        inbox.post("/posteingang/anfragen/neu", form)
        (link,) = inbox.get(f"/posteingang/anfragen/?sprache={language}").cssselect(".leads__link")
        number = link.get("href").split("/")[-1].split("?")[0]
        assert inbox.lead(number).language == language
        page = inbox.get(f"/posteingang/anfragen/{number}")
        assert mail(page, "E-Mail schreiben")[1].startswith(f"{greeting}\n")


def test_only_languages_with_a_form_can_be_taken_down(inbox: InboxClient) -> None:
    path = "/posteingang/anfragen/neu"
    options = inbox.get(path).cssselect("#language option")
    assert [(option.get("value"), option.text) for option in options] == [
        ("de", "Deutsch"),
        ("en", "Englisch"),
    ]
    form = {"channel": "Messe", "company": "A", "message": "B", "phone": "1", "topic": ""}
    assert inbox.client.post(path, data=form | {"language": "fr"}).status_code == 422
    assert inbox.client.post(path, data=form).status_code == 303, "German where none is said"


def test_a_page_of_another_edition_is_named_as_where_a_request_came_from(
    inbox: InboxClient,
) -> None:
    address = services(inbox.app).editions["en"].library.articles[0].address
    title = services(inbox.app).german.title_at(address)
    assert address.startswith("/en/")
    assert title == "A title"
    assert services(inbox.app).german.every_title[address] == title
    assert unquote(address) == address


def test_a_form_in_english_makes_an_english_lead_and_is_confirmed_in_english(
    inbox: InboxClient, tmp_path: Path
) -> None:
    shared = services(inbox.app)
    trusting = replace(shared.leads.intake, proofs=Trust(), confirm=True)
    shared.leads = replace(shared.leads, intake=trusting)
    answers = {"company": "Sample Ltd", "name": "Erin", "email": "erin@sample.example"}
    form = {**answers, "topic": "sonstiges", "message": "We need help.", PROOF.name: "done"}
    path = shared.editions["en"].library.addresses.at("anfrage")
    answer = staff.browser(inbox.app).post(path, data=form)
    assert answer.status_code == 303
    number = answer.location.rpartition("/")[2]
    assert inbox.lead(number).language == "en"
    outbox = open_outbox(
        shared.settings, shared.leads.questionnaire, confirmations=confirmations(shared.german)
    )
    outbox.deliver_due()
    outbox.database.close()
    mails = [path.read_text("utf-8") for path in (tmp_path / "instance" / "mail").glob("*.eml")]
    (confirmed,) = [text for text in mails if "To: erin@sample.example" in text]
    (notified,) = [text for text in mails if "To: erin@sample.example" not in text]
    assert '<html lang=3D"en-GB">' in confirmed
    assert "Sprache der Anfrage: Englisch" in notified
