"""A request in another language: asked, refused, taken and thanked for in that language."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html

import website
from support.content import Content
from support.sqlite import migrated
from support.visitor import BROWSER
from website.config import Role, Settings
from website.web.services import services

ANSWERS = {
    "topic": "kam-aufbauen",
    "message": "We are looking for an interim key account manager in Munich.",
    "company": "Example Ltd",
    "name": "Alex Example",
    "email": "alex@example.com",
}


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    content = Content(tmp_path / "content")
    content.edition()
    settings = Settings(content_dir=content.folder, instance_dir=migrated(tmp_path / "instance"))
    return website.create_app(settings, role=Role.SERVICE)


@pytest.fixture
def visitor(app: Flask) -> FlaskClient:
    return app.test_client()


def test_an_incomplete_request_is_refused_in_its_language(visitor: FlaskClient) -> None:
    response = visitor.post("/en/enquiry", data={"topic": "kam-aufbauen"}, headers=BROWSER)
    assert response.status_code == 422
    page = html.document_fromstring(response.text)
    assert page.get("lang") == "en-GB"
    (form,) = page.cssselect("form.form")
    assert form.get("action") == "/en/enquiry"
    assert "What is it about?" in form.text_content()
    others = page.xpath("//footer//a[@hreflang]/@href")
    assert others == ["/kontakt/"]


def test_a_request_is_taken_and_thanked_for_in_its_language(
    app: Flask, visitor: FlaskClient
) -> None:
    response = visitor.post("/en/enquiry", data=ANSWERS, headers=BROWSER)
    assert response.status_code == 303
    assert response.location.startswith("/en/enquiry/")
    thanks = visitor.get(response.location)
    assert "Danke in English" in thanks.text
    assert '<html lang="en-GB">' in thanks.text
    lead = services(app).leads.store.get(response.location.rpartition("/")[2])
    assert lead is not None
    assert (lead.language, lead.topic) == ("en", "kam-aufbauen")


def test_a_german_request_stays_german(app: Flask, visitor: FlaskClient) -> None:
    response = visitor.post("/anfrage", data=ANSWERS, headers=BROWSER)
    assert response.location.startswith("/anfrage/")
    lead = services(app).leads.store.get(response.location.rpartition("/")[2])
    assert lead is not None
    assert lead.language == "de"


def test_the_address_bar_leads_to_the_form_of_the_edition(visitor: FlaskClient) -> None:
    assert visitor.get("/en/enquiry").location == "/en/contact/"
    assert visitor.get("/anfrage").location == "/kontakt/"


def test_the_form_tells_its_script_which_pages_are_its_own(visitor: FlaskClient) -> None:
    page = html.document_fromstring(
        visitor.post("/en/enquiry", data={"name": ""}, headers=BROWSER).text
    )
    (form,) = page.cssselect("form.form")
    assert (form.get("data-root"), form.get("data-own")) == ("/", "/en/contact/ /en/enquiry/")
    assert form.get("data-challenge") == "/en/enquiry/aufgabe"


@pytest.mark.parametrize("address", ["/en/anfrage", "/enquiry"])
def test_words_of_another_language_take_no_request(visitor: FlaskClient, address: str) -> None:
    assert visitor.post(address, data=ANSWERS, headers=BROWSER).status_code in {404, 405}


def test_a_table_of_addresses_that_cannot_be_read_costs_no_request(
    tmp_path: Path, app: Flask
) -> None:
    settings = services(app).settings
    (tmp_path / "content/en/website.toml").write_text("[addresses\n")
    visitor = website.create_app(settings, role=Role.SERVICE).test_client()
    answer = visitor.post("/en/enquiry", data={"name": "Alex Example"}, headers=BROWSER)
    assert answer.status_code == 422
    assert "Alex Example" in answer.text
    answer = visitor.post("/en/enquiry", data=ANSWERS, headers=BROWSER)
    # Where web servers still lead to the endpoint, and where the form's script expects it.
    assert answer.status_code == 303
    assert answer.location.startswith("/en/enquiry/")
    assert visitor.get(answer.location).status_code == 200
