"""Requests are answered in the language of the edition that they are for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import website
from support.content import Content
from website.config import Role, Settings

if TYPE_CHECKING:
    from pathlib import Path

    from flask.testing import FlaskClient


@pytest.fixture
def visitor(tmp_path: Path) -> FlaskClient:
    content = Content(tmp_path / "content")
    content.article()
    content.edition()
    settings = Settings(content_dir=content.folder, instance_dir=tmp_path / "instance")
    return website.create_app(settings, role=Role.PREVIEW).test_client()


@pytest.mark.parametrize(
    ("address", "title"),
    [
        ("/en/", "Index in English"),
        ("/en/articles/", "Artikel in English"),
        ("/en/articles/an-article/", "A title"),
        ("/en/topics/customers/", "Customers"),
        ("/en/contact/", "Kontakt in English"),
        ("/en/contact/set-up/", "Kontakt in English"),
        ("/en/legal-notice/", "Impressum in English"),
        ("/en/404.html", "404 in English"),
        ("/artikel/ein-artikel/", "Ein Titel"),
    ],
)
def test_a_page_lies_at_its_edition_s_address(
    visitor: FlaskClient, address: str, title: str
) -> None:
    response = visitor.get(address)
    assert response.status_code == 200
    assert title in response.text


@pytest.mark.parametrize("address", ["/en/artikel/", "/en/nothing/", "/articles/", "/fr/"])
def test_words_of_another_edition_lead_nowhere(visitor: FlaskClient, address: str) -> None:
    assert visitor.get(address).status_code == 404


def test_an_unknown_page_of_an_edition_says_so_in_its_words(visitor: FlaskClient) -> None:
    assert "404 in English" in visitor.get("/en/nothing/").text


@pytest.mark.parametrize("address", ["/en", "/en/articles", "/en/articles/an-article"])
def test_a_missing_slash_is_added(visitor: FlaskClient, address: str) -> None:
    response = visitor.get(address)
    assert response.status_code in {301, 308}
    assert response.location.endswith(f"{address}/")
