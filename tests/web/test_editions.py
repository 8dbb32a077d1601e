"""Requests are answered in the language of the edition that they are for."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

import website
from support.content import Content
from support.sqlite import migrated
from website.config import Role, Settings


@pytest.fixture(scope="module")
def visitor(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    folder = tmp_path_factory.mktemp("editions")
    content = Content(folder / "content")
    content.article()
    content.article("nur-deutsch")
    content.edition()
    settings = Settings(content_dir=content.folder, instance_dir=folder / "instance")
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


def alternates(html: str) -> dict[str, str]:
    return dict(
        re.findall(r'<link rel="alternate" hreflang="([^"]+)" href="[^"]*?:\d+([^"]+)"', html)
    )


@pytest.mark.parametrize(
    ("german", "english"),
    [
        ("/", "/en/"),
        ("/artikel/", "/en/articles/"),
        ("/artikel/ein-artikel/", "/en/articles/an-article/"),
        ("/themen/kunden/", "/en/topics/customers/"),
        ("/impressum/", "/en/legal-notice/"),
    ],
)
def test_a_page_names_itself_in_every_language(
    visitor: FlaskClient, german: str, english: str
) -> None:
    expected = {"de": german, "en": english, "x-default": german}
    assert alternates(visitor.get(german).text) == expected
    assert alternates(visitor.get(english).text) == expected


def test_a_page_in_one_language_names_no_other(visitor: FlaskClient) -> None:
    assert alternates(visitor.get("/artikel/nur-deutsch/").text) == {}


def switches(html: str) -> set[tuple[str, str]]:
    return set(re.findall(r'<a class="\w+" href="([^"]+)"[^>]* hreflang="([\w-]+)"', html))


@pytest.mark.parametrize(
    ("address", "other", "language"),
    [
        ("/artikel/ein-artikel/", "/en/articles/an-article/", "en-GB"),
        ("/artikel/nur-deutsch/", "/en/articles/", "en-GB"),
        ("/kontakt/sonstiges/", "/en/contact/sonstiges/", "en-GB"),
        ("/404.html", "/en/", "en-GB"),
        ("/en/404.html", "/", "de"),
        ("/en/articles/an-article/", "/artikel/ein-artikel/", "de"),
    ],
)
def test_header_and_footer_lead_to_the_other_language(
    visitor: FlaskClient, address: str, other: str, language: str
) -> None:
    html = visitor.get(address).text
    header, _, rest = html.partition("</header>")
    assert switches(header) == {(other, language)}
    assert switches(rest.rpartition("<footer")[2]) == {(other, language)}


def test_the_footer_says_where_a_page_is_missing_in_a_language(visitor: FlaskClient) -> None:
    missing = "Diese Seite gibt es nicht auf Deutsch."
    assert missing in visitor.get("/artikel/nur-deutsch/").text
    assert missing not in visitor.get("/artikel/ein-artikel/").text


def test_the_sitemap_names_each_page_in_every_language(visitor: FlaskClient) -> None:
    text = visitor.get("/sitemap.xml").text
    (entry,) = re.findall(r"<url><loc>[^<]*/en/articles/an-article/</loc>.*?</url>", text)
    assert re.findall(r'hreflang="([^"]+)" href="[^"]*?:\d+([^"]+)"', entry) == [
        ("de", "/artikel/ein-artikel/"),
        ("en", "/en/articles/an-article/"),
    ]
    (alone,) = re.findall(r"<url><loc>[^<]*/artikel/nur-deutsch/</loc>.*?</url>", text)
    assert "hreflang" not in alone


def test_the_agency_is_the_same_in_every_language(visitor: FlaskClient) -> None:
    german, english = (
        re.findall(r'"@id":"([^"]+)","name":"[^"]+","slogan"', visitor.get(start).text)
        for start in ("/", "/en/")
    )
    assert german == english
    assert len(german) == 1


def test_no_language_is_chosen_for_a_visitor(visitor: FlaskClient) -> None:
    response = visitor.get("/", headers={"Accept-Language": "en-GB,en;q=0.9"})
    assert response.status_code == 200
    assert '<html lang="de">' in response.text
    assert "Set-Cookie" not in response.headers


@pytest.fixture
def service(tmp_path: Path) -> Flask:
    content = Content(tmp_path / "content")
    content.article()
    content.edition()
    settings = Settings(content_dir=content.folder, instance_dir=migrated(tmp_path / "instance"))
    return website.create_app(settings, role=Role.SERVICE)


@pytest.mark.slow
def test_no_edition_leads_to_what_is_the_same_for_all(service: Flask) -> None:
    visitor = service.test_client()
    rules = {rule.rule.split("<")[0] for rule in service.url_map.iter_rules()}
    others = sorted(rule for rule in rules if not rule.startswith("/anfrage"))
    assert "/posteingang/" in others
    for rule in others:
        for method in ("GET", "POST", "OPTIONS"):
            assert visitor.open(f"/en{rule}", method=method).status_code == 404, rule


def test_without_its_pages_an_edition_answers_with_the_german_ones(tmp_path: Path) -> None:
    content = Content(tmp_path / "content")
    content.edition()
    shutil.rmtree(content.folder / "en/seiten")
    settings = Settings(content_dir=content.folder, instance_dir=migrated(tmp_path / "instance"))
    visitor = website.create_app(settings, role=Role.SERVICE).test_client()
    assert visitor.get("/en/nothing/").status_code == 404
    answer = visitor.post("/en/enquiry", data={"name": "Erika Muster"})
    assert answer.status_code == 422
    assert "Erika Muster" in answer.text
