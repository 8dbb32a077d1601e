"""A company that fills in the form, with a browser that has no JavaScript."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lxml import html

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from website.leads import LeadStore
    from website.leads.models import Lead

FORM = {
    "message": "Zwei Großkunden drohen mit Absprung.",
    "company": "Müller & Söhne GmbH",
    "name": "Jörg Weiß",
    "email": "joerg.weiss@firma.example",
    "source": "/kontakt/",
}


@dataclass(frozen=True)
class Visitor:
    """Sends the form and looks at the answers."""

    client: FlaskClient
    store: LeadStore

    def send(self, *, headers: Mapping[str, str] | None = None, **changes: str) -> TestResponse:
        """Send the form, filled in but for ``changes``."""
        return self.client.post("/anfrage", data=FORM | changes, headers=headers)

    def lead(self, response: TestResponse) -> Lead:
        """Find the lead that an answer thanks for."""
        assert response.status_code == 303, response.get_data(as_text=True)
        lead = self.store.get(response.headers["Location"].rpartition("/")[2])
        assert lead is not None
        return lead


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
