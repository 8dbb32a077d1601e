"""The Datenschutz page of the real build tells what the form and the endpoint do."""

from __future__ import annotations

import datetime
import re
from pathlib import Path

import pytest
from lxml import html

from support.content import PAGE, Content
from support.site import ROOT
from website import create_app
from website.config import Role, Settings
from website.content import sitedata
from website.content.addresses import Addresses
from website.leads import intake, rate_limit
from website.leads.spam import proof_of_work


@pytest.fixture
def page(build: Path) -> html.HtmlElement:
    return tree(build / "datenschutz/index.html")


def tree(path: Path) -> html.HtmlElement:
    return html.document_fromstring(path.read_bytes())


def text(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def rows(page: html.HtmlElement, label: str) -> dict[str, str]:
    """Read a table of two columns."""
    (table,) = page.xpath(f"//section[@aria-label='Tabelle: {label}']")
    return {text(row[0]): text(row[1]) for row in table.xpath(".//tbody/tr")}


def test_every_control_of_the_form_is_explained(build: Path, page: html.HtmlElement) -> None:
    names = set()
    for path in (build / "kontakt").rglob("index.html"):
        (form,) = tree(path).xpath("//form[@method='post']")
        names |= set(form.xpath(".//@name"))
    assert {"message", "email", "source", "page_key", "proof"} <= names
    for name in names:
        (row,) = page.xpath(f"//tr[@id='angabe-{name}']")
        assert all(text(cell) for cell in row), name


def test_every_period_is_told_as_it_is_set(page: html.HtmlElement) -> None:
    site, problems, _ = sitedata.read(ROOT / "content", Addresses("/"))
    assert problems == []
    kept = site.privacy.retention
    after = "nach dem letzten Kontakt"
    letters = "(§ 257 HGB, § 147 AO)"
    assert rows(page, "Aufbewahrung") == {
        "Protokolle des Servers": f"{site.privacy.server_log_days} Tage nach dem Aufruf",
        "Hashwert Ihrer IP-Adresse": f"{rate_limit.KEPT.days} Tage nach der Anfrage",
        "Anfragen, die noch niemand bearbeitet": f"{kept.new_months} Monate {after}",
        "Anfragen, die wir bearbeiten": f"{kept.in_progress_months} Monate {after}",
        "Anfragen, zu denen wir einen Einsatz vorbereiten": (
            f"{kept.qualified_months} Monate {after}"
        ),
        "Anfragen, aus denen ein Auftrag wird": (
            f"{kept.won_years} Jahre nach dem Ende des Jahres mit dem letzten Kontakt {letters}"
        ),
        "Anfragen, aus denen nichts wird": f"{kept.lost_months} Monate {after}",
        "Anfragen, die wir für Spam halten": (f"{kept.suspected_spam_days} Tage nach dem Eingang"),
        "Angebote und andere Geschäftsbriefe": f"6 Jahre nach dem Ende des Jahres {letters}",
    }


def test_a_period_of_one_is_told_in_the_singular(content: Content, tmp_path: Path) -> None:
    content.article()
    page = PAGE.format("Datenschutz") + "\n/// baustein | aufbewahrung\n///\n"
    content.write("seiten/datenschutz.md", page)
    data = (content.folder / "website.toml").read_text() + "\n[privacy.retention]\n"
    keys = ("new_months", "won_years", "suspected_spam_days")
    content.write("website.toml", data + "".join(f"{key} = 1\n" for key in keys))
    settings = Settings(content_dir=content.folder, instance_dir=tmp_path / "instance")
    client = create_app(settings, role=Role.FREEZE).test_client()
    told = rows(html.document_fromstring(client.get("/datenschutz/").data), "Aufbewahrung")
    assert told["Anfragen, die noch niemand bearbeitet"] == "1 Monat nach dem letzten Kontakt"
    assert told["Anfragen, aus denen ein Auftrag wird"].startswith("1 Jahr nach dem Ende")
    assert told["Anfragen, die wir für Spam halten"] == "1 Tag nach dem Eingang"


def test_what_the_endpoint_remembers_is_told_with_its_time(page: html.HtmlElement) -> None:
    """Whoever changes one of these has to change the page too."""
    shown = text(page)
    assert datetime.timedelta(minutes=15) == intake.SAME_REQUEST
    assert "einen Hashwert ihrer Angaben 15 Minuten lang" in shown
    assert datetime.timedelta(days=7) == intake.SAME_PAGE
    assert "einen Hashwert aus Angaben und Zufallszahl 7 Tage lang" in shown
    assert datetime.timedelta(hours=24) == intake.SAME_TEXT
    assert "Einen Hashwert der Nachricht speichern wir 24 Stunden lang" in shown
    assert datetime.timedelta(hours=1) == proof_of_work.LIFETIME
    assert "einen Hashwert davon speichern wir eine Stunde lang" in shown
    assert rate_limit.WHOLE_ROUTER == 64
    assert "nur aus den ersten 64 Bit" in shown
    assert (60, datetime.timedelta(hours=1)) == (rate_limit.TOO_MANY, rate_limit.LONG)
    assert "nach 60 Anfragen in einer Stunde" in shown


def rendered(content: Content, folder: Path, path: str) -> str:
    settings = Settings(content_dir=content.folder, instance_dir=folder / "instance")
    client = create_app(settings, role=Role.FREEZE).test_client()
    return text(html.document_fromstring(client.get(path).data).find(".//main"))


def test_the_confirmation_is_told_where_it_is_sent_and_only_there(
    content: Content, tmp_path: Path
) -> None:
    page = PAGE.format("Datenschutz") + "\n/// baustein | eingangsbestaetigung\n///\n"
    content.write("seiten/datenschutz.md", page)
    assert "Eingangsbestätigung" not in rendered(content, tmp_path / "a", "/datenschutz/")
    data = (content.folder / "website.toml").read_text()
    content.write("website.toml", f"{data}confirmation_mail = true\n")
    shown = rendered(content, tmp_path / "b", "/datenschutz/")
    assert datetime.timedelta(hours=24) == intake.ONE_CONFIRMATION
    assert "speichern dafür 24 Stunden lang einen Hashwert der Adresse" in shown


def test_whoever_gets_requests_is_named_where_there_is_somebody(
    content: Content, tmp_path: Path
) -> None:
    page = PAGE.format("Datenschutz") + "\n/// baustein | empfaenger\n///\n"
    content.write("seiten/datenschutz.md", page)
    shown = rendered(content, tmp_path / "a", "/datenschutz/")
    assert "weiteres Programm" not in shown
    assert "Interim Manager" not in shown
    data = (content.folder / "website.toml").read_text()
    data = data.replace('webhook_receiver = "keiner"', 'webhook_receiver = "CRM Test GmbH"')
    content.write("website.toml", data.replace('candidates = "nichts"', 'candidates = "Branche"'))
    shown = rendered(content, tmp_path / "b", "/datenschutz/")
    assert "CRM Test GmbH" in shown
    assert "erfahrenBranche" in shown


def test_the_imprint_leaves_out_what_there_is_not(content: Content, tmp_path: Path) -> None:
    page = PAGE.format("Impressum") + "\n/// baustein | anbieter\n///\n"
    content.write("seiten/impressum.md", page)
    shown = rendered(content, tmp_path / "a", "/impressum/")
    assert "RegisternummerHRB 1" in shown
    assert not any(word in shown for word in ("keine", "Berufshaftpflicht", "Kapital"))
    data = (content.folder / "website.toml").read_text()
    for key, value in (("register", "keines"), ("register_court", "keines"), ("vat_id", "keine")):
        data = re.sub(rf'^{key} = ".*"$', f'{key} = "{value}"', data, flags=re.MULTILINE)
    content.write("website.toml", data.replace('"HRB 1"', '"keine"'))
    assert "Register und Steuern" not in rendered(content, tmp_path / "b", "/impressum/")


def test_the_form_promises_no_more_than_the_privacy_page(build: Path) -> None:
    (sentence,) = tree(build / "kontakt/index.html").find_class("form__privacy")
    shown = text(tree(build / "datenschutz/index.html"))
    assert "in unsere Statistik gehen nur Zahlen ein" in text(sentence)
    assert "In diese Statistik gehen nur Zahlen ein" in shown


def test_nothing_is_decided_by_a_machine_and_the_interest_is_named(page: html.HtmlElement) -> None:
    shown = text(page)
    assert "Wegen dieser Bewertung lehnen wir keine Anfrage ab." in shown
    assert "Eine automatisierte Entscheidung im Sinne des Art. 22 DSGVO findet nicht statt" in shown
    assert shown.count("Art. 6 Abs. 1 Buchst. f DSGVO") >= 3
    assert shown.count("berechtigtes Interesse ist") >= 3
