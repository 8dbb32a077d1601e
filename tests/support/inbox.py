"""An inbox with somebody signed in, and requests to look at."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from playwright.sync_api import Page, expect

from support.leads import ANSWERS
from website.leads.intake import Submission
from website.leads.models import Lead
from website.web.services import services

_COUNT = itertools.count(1)


def ask(app: Flask, *, suspicious: bool = False, language: str = "de", **answers: str) -> str:
    """Store a request as a company sends it, and give its number."""
    leads = services(app).leads
    oddities = ("no-browser", "no-language", "untold-origin") if suspicious else ()
    told = ANSWERS | {"goals": f"Ziel {next(_COUNT)}"} | answers
    sent = Submission(answers=told, oddities=oddities, language=language)
    return leads.intake.take(sent).reference


@dataclass(frozen=True)
class InboxClient:
    """A member of staff at work."""

    app: Flask
    client: FlaskClient
    account: int
    name: str

    def get(self, path: str) -> html.HtmlElement:
        """Open a page that is there."""
        response = self.client.get(path)
        assert response.status_code == 200, (path, response.status_code)
        return html.document_fromstring(response.text)

    def post(self, path: str, form: dict[str, Any]) -> html.HtmlElement:
        """Send a form, and go where it leads."""
        response = self.client.post(path, data=form, follow_redirects=True)
        assert response.status_code == 200, (path, response.status_code)
        return html.document_fromstring(response.text)

    def form(self, number: str) -> dict[str, str]:
        """Return what the form of a request holds."""
        page = self.get(f"/posteingang/anfragen/{number}")
        (form,) = page.cssselect("form[action$='/stand']")
        return {name: value or "" for name, value in form.form_values()}

    def save(self, number: str, **changed: str) -> None:
        """Change the work on a request."""
        form = self.form(number) | changed
        response = self.client.post(f"/posteingang/anfragen/{number}/stand", data=form)
        assert response.status_code == 303, response.status_code

    def lead(self, number: str) -> Lead:
        """Return a request as it is now."""
        lead = services(self.app).leads.workflow.open(number)
        assert lead is not None
        return lead  # type: ignore[no-any-return]


def take_up_and_win(page: Page, company: str, *, owner: str, follow_up: str) -> None:
    """Go from a list to a request, deal with it until it is won, and export all of them."""
    page.get_by_role("link", name=company).click()
    page.get_by_label("Zuständig").select_option(owner)
    page.get_by_label("Wiedervorlage").fill(follow_up)
    page.get_by_label("Schlagwörter").fill("Messe, Stuttgart")
    page.get_by_role("button", name="Speichern", exact=True).click()
    expect(page.get_by_role("status")).to_have_text("Gespeichert.")
    page.get_by_label("Neue Notiz").fill("Ruft morgen an")
    page.get_by_role("button", name="Notiz speichern").click()
    page.get_by_role("button", name="Als beantwortet markieren").click()
    page.get_by_label("Status").select_option("gewonnen")
    page.get_by_role("button", name="Speichern", exact=True).click()
    expect(page.locator(".history")).to_contain_text(
        "Anna Berg hat den Status auf „gewonnen“ gesetzt"
    )
    page.get_by_role("link", name="Export").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Datei herunterladen").click()
    assert download.value.suggested_filename.endswith(".xlsx")
