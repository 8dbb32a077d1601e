"""The preview: drafts too, what is saved is seen, what is broken says so."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

import pytest

from support.site import ROOT
from website import create_app
from website.authoring import preview
from website.config import Role, Settings

if TYPE_CHECKING:
    from pathlib import Path

    from flask.testing import FlaskClient

    from support.content import Content


@dataclasses.dataclass
class Preview:
    """A preview of a content folder, and what it told the terminal."""

    client: FlaskClient
    told: list[str]

    def text(self, path: str) -> str:
        return self.client.get(path).text


@pytest.fixture
def shown(content: Content, tmp_path: Path) -> Preview:
    content.article("fertig", title="Fertiger Artikel")
    settings = Settings(content_dir=content.folder, instance_dir=tmp_path / "instance")
    app = create_app(settings, role=Role.PREVIEW)
    told: list[str] = []
    preview.keep_fresh(app, (content.folder,), app.extensions["refresh"], told.append)
    return Preview(app.test_client(), told)


def test_drafts_are_shown(shown: Preview, content: Content) -> None:
    content.article("entwurf", status="draft", title="Ein Entwurf")
    assert "Ein Entwurf" in shown.text("/artikel/entwurf/")
    assert "Ein Entwurf" in shown.text("/artikel/")


def test_what_is_saved_is_seen_at_the_next_look(shown: Preview, content: Content) -> None:
    assert "Fertiger Artikel" in shown.text("/artikel/fertig/")
    content.article("fertig", title="Besserer Artikel")
    assert "Besserer Artikel" in shown.text("/artikel/fertig/")
    assert "Besserer Artikel" in shown.text("/artikel/")


def test_a_broken_file_says_why_in_place_of_its_page_and_hides_no_other(
    shown: Preview, content: Content
) -> None:
    content.write("artikel/kaputt.md", "---\ntitle: A: B\n---\n")
    answer = shown.client.get("/artikel/kaputt/")
    assert answer.status_code == 404
    assert "content/artikel/kaputt.md:2" in answer.text
    assert "Der Wert enthält einen Doppelpunkt." in answer.text
    assert "Fertiger Artikel" in shown.text("/artikel/fertig/")
    assert [text.split(": ")[0] for text in shown.told] == ["content/artikel/kaputt.md:2"]


def test_a_broken_site_file_says_so_on_every_page_until_it_is_mended(
    shown: Preview, content: Content
) -> None:
    good = (content.folder / "seiten/danke.md").read_text()
    content.write("seiten/danke.md", "kaputt")
    assert "content/seiten/danke.md:1" in shown.text("/")
    content.write("seiten/danke.md", good)
    assert "content/seiten/danke.md" not in shown.text("/")


def test_every_component_is_on_one_page(shown: Preview) -> None:
    answer = shown.client.get("/_komponenten/")
    assert answer.status_code == 200
    sheets = {path.stem for path in (ROOT / "static/css/components").glob("*.css")}
    blocks = set(re.findall(r'class="([a-z-]+)[" ]', answer.text))
    assert sheets <= blocks


def test_the_form_works_in_the_preview(shown: Preview) -> None:
    assert 'action="/anfrage"' in shown.text("/kontakt/")
    sent = shown.client.post(
        "/anfrage", data={"message": ""}, headers={"Sec-Fetch-Site": "same-origin"}
    )
    assert sent.status_code == 422
