"""A company that fills in the form, with a browser that has no JavaScript."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from werkzeug.test import TestResponse

from website.leads.models import Lead
from website.leads.services import Leads
from website.leads.store import LeadStore

FORM = {
    "message": "Zwei Großkunden drohen mit Absprung.",
    "company": "Müller & Söhne GmbH",
    "name": "Jörg Weiß",
    "email": "joerg.weiss@firma.example",
    "source": "/kontakt/",
}

BROWSER = {"User-Agent": "Mozilla/5.0", "Accept-Language": "de-DE,de"}
"""What every browser tells."""


@dataclass(frozen=True)
class Visitor:
    """Sends the form and looks at the answers."""

    client: FlaskClient
    leads: Leads

    def __post_init__(self) -> None:
        _tell_as_browsers_do(self.client)

    @property
    def store(self) -> LeadStore:
        """Look at what was stored."""
        return self.leads.store

    def send(self, *, headers: Mapping[str, str] | None = None, **changes: str) -> TestResponse:
        """Send the form, filled in but for ``changes``."""
        return self.client.post("/anfrage", data=FORM | changes, headers=headers)

    def lead(self, response: TestResponse) -> Lead:
        """Find the lead that an answer thanks for."""
        assert response.status_code == 303, text(tree(response).find(".//main"))
        lead = self.store.get(response.headers["Location"].rpartition("/")[2])
        assert lead is not None
        return lead


def browser(app: Flask) -> FlaskClient:
    """Return a client that tells of itself what browsers tell."""
    client = app.test_client()
    _tell_as_browsers_do(client)
    return client


def _tell_as_browsers_do(client: FlaskClient) -> None:
    for name, value in BROWSER.items():
        client.environ_base[f"HTTP_{name.upper().replace('-', '_')}"] = value


def tree(response: TestResponse) -> html.HtmlElement:
    """Parse a page."""
    return html.document_fromstring(response.get_data())


def text(element: html.HtmlElement) -> str:
    """Read an element aloud."""
    return " ".join(element.text_content().split())


def filled_in(page: html.HtmlElement) -> dict[str, str]:
    """Read what stands in the form's fields."""
    values = dict(page.forms[0].form_values())
    return {name: value for name, value in values.items() if value}
