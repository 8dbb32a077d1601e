"""Somebody who writes texts in the editor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from website.editor.blueprint import editor_state
from website.editorial.models import WorkingCopy
from website.staff.accounts.models import Staff

EDITOR = "/redaktion"
NARROW = {"width": 1000, "height": 900}
"""The size of a window without a frame beside the text."""


@dataclass(frozen=True)
class Writer:
    """A member of staff who writes."""

    app: Flask
    client: FlaskClient
    staff: Staff

    def get(self, path: str = "/") -> html.HtmlElement:
        """Open a page that is there."""
        response = self.client.get(EDITOR + path)
        assert response.status_code == 200, (path, response.status_code)
        return html.document_fromstring(response.text)

    def form(self, name: str, query: str = "") -> MultiDict[str, str]:
        """Return what the form of a text holds, as a browser sends it."""
        return sent(self.get(f"/texte/{name}.md{query}"))

    def send(self, name: str, form: MultiDict[str, str], **changes: str) -> TestResponse:
        """Send the form of a text, with some of its fields changed."""
        typed = MultiDict(form)
        for key, value in changes.items():
            typed.setlist(key.replace("__", "."), [value])
        return self.client.post(f"{EDITOR}/texte/{name}.md", data=typed, follow_redirects=True)

    def save(self, name: str, **changes: str) -> html.HtmlElement:
        """Open a text, change some fields, press a button, and return the page that follows."""
        response = self.send(name, self.form(name), **changes)
        assert response.status_code == 200, response.status_code
        return html.document_fromstring(response.text)

    def copy(self, name: str) -> WorkingCopy | None:
        """Return the working copy of a text."""
        return editor_state(self.app).copies.get(f"{name}.md")

    def data(self, name: str) -> bytes:
        """Return the bytes of a working copy that there is."""
        copy = self.copy(name)
        assert copy is not None
        return copy.data


def sent(page: html.HtmlElement) -> MultiDict[str, str]:
    """Return what the form of a page holds, as a browser sends it."""
    (form,) = page.cssselect("#schreiben")
    areas = {area.name for area in form.cssselect("textarea")}
    found: MultiDict[str, str] = MultiDict()
    for key, value in form.form_values():
        # Browsers drop the first line end of a text field; lxml does not.
        text = (value or "").removeprefix("\n") if key in areas else value or ""
        found.add(key, text.replace("\n", "\r\n"))
    return found


def keep(writer: Writer, address: str, values: MultiDict[str, str]) -> None:
    """Save a form as the page's script does without being asked."""
    answered = writer.client.post(f"{address}/zwischenstand", data=values).get_json()
    values["fassung"] = str(answered["version"])


def told(page: html.HtmlElement) -> str:
    """Return what a page reports of what was done."""
    return " ".join(each.text_content() for each in page.cssselect(".told-done"))


def buttons(page: html.HtmlElement) -> set[str]:
    """Return what the buttons of a text's form send."""
    return {each.get("value") for each in page.cssselect("#schreiben button[name=schritt]")}


def texts(page: html.HtmlElement) -> list[str]:
    """Return the titles of a list of texts."""
    return [each.text_content() for each in page.cssselect(".texts__link")]


def answer(response: TestResponse) -> Any:
    """Return the page of an answer."""
    return html.document_fromstring(response.text)


def confirmed(writer: Writer, path: str, **typed: str) -> TestResponse:
    """Look at what would change, and press the button below it."""
    response = writer.client.post(f"{EDITOR}{path}", data=typed)
    assert response.status_code == 200, response.text
    (form,) = answer(response).cssselect("main form")
    return writer.client.post(form.get("action"), data=dict(form.form_values()))


def asked(app: Flask) -> dict[str, bytes | None]:
    """Return the files that the last publication that was asked for would change."""
    state = editor_state(app)
    [publication, *_] = state.publications.newest(1)
    repository, source = state.repository, publication.source
    return {
        path: repository.read(source, path)
        for change in repository.changes(repository.main, source)
        for path in (change.path, change.former)
        if path
    }
