"""An inbox with somebody signed in, and requests to look at."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lxml import html

from support.leads import ANSWERS
from website.leads.intake import Submission

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from website.leads import Leads
    from website.leads.models import Lead

_COUNT = itertools.count(1)


def ask(app: Flask, *, suspicious: bool = False, **answers: str) -> str:
    """Store a request as a company sends it, and give its number."""
    leads: Leads = app.extensions["leads"]
    oddities = ("no-browser", "no-language", "untold-origin") if suspicious else ()
    told = ANSWERS | {"goals": f"Ziel {next(_COUNT)}"} | answers
    return leads.intake.take(Submission(answers=told, oddities=oddities)).reference


@dataclass(frozen=True)
class Desk:
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
        """Give what the form of a request holds."""
        page = self.get(f"/posteingang/anfragen/{number}")
        (form,) = page.cssselect("form[action$='/stand']")
        return {name: value or "" for name, value in form.form_values()}

    def save(self, number: str, **changed: str) -> None:
        """Change the work on a request."""
        form = self.form(number) | changed
        response = self.client.post(f"/posteingang/anfragen/{number}/stand", data=form)
        assert response.status_code == 303, response.status_code

    def lead(self, number: str) -> Lead:
        """Give a request as it is now."""
        lead = self.app.extensions["leads"].desk.open(number)
        assert lead is not None
        return lead  # type: ignore[no-any-return]
