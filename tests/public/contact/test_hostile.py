"""What no browser sends. Nothing of it may break the endpoint, and nothing is lost silently."""

from __future__ import annotations

from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support.postgres import ON_SQLITE
from support.questionnaire import QUESTIONNAIRE
from support.visitor import FORM, Visitor, text, tree

URLENCODED = "application/x-www-form-urlencoded"
NAMES = [asked.name for asked in QUESTIONNAIRE.questions]


def test_five_megabytes_get_a_german_page(visitor: Visitor) -> None:
    response = visitor.client.post(
        "/anfrage", data="message=" + "x" * 5_000_000, content_type=URLENCODED
    )
    assert response.status_code == 413
    page = tree(response)
    assert page.get("lang") == "de"
    assert "zu groß" in text(page.find_class("notice")[0])


def test_ten_thousand_fields_get_a_german_page(visitor: Visitor) -> None:
    body = "&".join(f"feld{number}=x" for number in range(10_000))
    response = visitor.client.post("/anfrage", data=body, content_type=URLENCODED)
    assert response.status_code == 413
    assert tree(response).get("lang") == "de"


def test_a_thousand_parts_get_a_german_page(visitor: Visitor) -> None:
    part = '--x\r\nContent-Disposition: form-data; name="feld"\r\n\r\nx\r\n'
    response = visitor.client.post(
        "/anfrage", data=part * 1000 + "--x--", content_type="multipart/form-data; boundary=x"
    )
    assert response.status_code == 413
    assert tree(response).get("lang") == "de"


@ON_SQLITE
@pytest.mark.parametrize(
    "content_type", ["application/json", "text/plain", "", None, "x", "multipart/mixed"]
)
def test_what_is_no_form_gets_a_german_page(visitor: Visitor, content_type: str | None) -> None:
    response = visitor.client.post("/anfrage", data=b'{"a": 1}', content_type=content_type)
    assert response.status_code == 415
    assert tree(response).get("lang") == "de"


@ON_SQLITE
@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_methods_get_a_german_page(visitor: Visitor, method: str) -> None:
    response = visitor.client.open("/anfrage", method=method)
    assert response.status_code == 405
    assert {"GET", "POST"} <= response.allow
    assert tree(response).get("lang") == "de"


def test_a_broken_byte_costs_nothing_but_itself(visitor: Visitor) -> None:
    body = urlencode(FORM | {"company": ""}).encode() + b"&goals=\xff"
    body = body.replace(b"company=", b"company=M%FCller+GmbH")
    response = visitor.client.post("/anfrage", data=body, content_type=URLENCODED)
    lead = visitor.lead(response)
    assert (lead.company, lead.answers["goals"]) == ("Müller GmbH", "ÿ")


@pytest.mark.parametrize(
    "sent", ["%00", "%ED%A0%80", "%EF%BF%BF", "%E2%80%AE", "%0D%0ABcc:x", "%C2%85"]
)
def test_signs_that_only_harm_do_not_get_in(visitor: Visitor, sent: str) -> None:
    body = urlencode(FORM | {"company": "Firma"}).replace("Firma", f"Fir{sent}ma")
    lead = visitor.lead(visitor.client.post("/anfrage", data=body, content_type=URLENCODED))
    assert lead.company.startswith("Fir")
    assert lead.company.isprintable()


def test_fields_that_are_not_asked_for_are_ignored(visitor: Visitor) -> None:
    more = {"to": "x@evil.example", "cc": "x@evil.example", "_next": "https://evil.example"}
    response = visitor.send(**more, _replyto="x@evil.example", status="won", reference="B")
    lead = visitor.lead(response)
    assert response.headers["Location"] == f"/anfrage/{lead.reference}"
    assert [delivery.recipient for delivery in lead.deliveries] == ["anfragen@localhost"]
    assert not set(lead.every_answer) - set(NAMES)


def test_markup_is_shown_as_text(visitor: Visitor) -> None:
    evil = "\"'><script>alert(1)</script></textarea><img src=x onerror=alert(1)>"
    response = visitor.send(
        email="", **{name: evil for name in NAMES if name != "email"}, source=f"/{evil}"
    )
    assert response.status_code == 422
    page = tree(response)
    assert page.xpath("//main//script | //main//img") == []
    assert page.get_element_by_id("feld-message").value == evil


def test_of_a_field_sent_twice_the_first_counts(visitor: Visitor) -> None:
    body = urlencode([*FORM.items(), ("email", "zweite@firma.example")])
    lead = visitor.lead(visitor.client.post("/anfrage", data=body, content_type=URLENCODED))
    assert lead.email == FORM["email"]


@ON_SQLITE
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"--x",
        b"--x\r\n\r\n--x--",
        b'--x\r\nContent-Disposition: form-data; name="message"\r\n\r\nHallo',
        b'--x\r\nContent-Disposition: form-data; name="\xff"; filename="a"\r\n\r\n\xff\r\n--x--',
        b"\x00" * 100,
    ],
)
@pytest.mark.parametrize("kind", ["multipart/form-data; boundary=x", "multipart/form-data"])
def test_broken_multipart_is_an_empty_form_at_worst(
    visitor: Visitor, body: bytes, kind: str
) -> None:
    assert visitor.client.post("/anfrage", data=body, content_type=kind).status_code in {413, 422}


QUIET = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@ON_SQLITE
@QUIET
@given(st.binary(max_size=300))
def test_no_bytes_break_the_endpoint(visitor: Visitor, body: bytes) -> None:
    response = visitor.client.post("/anfrage", data=body, content_type=URLENCODED)
    assert response.status_code == 422


@ON_SQLITE
@QUIET
@given(st.dictionaries(st.sampled_from([*NAMES, "source"]), st.text(), max_size=6))
def test_no_answers_break_the_endpoint(visitor: Visitor, answers: dict[str, str]) -> None:
    response = visitor.send(**answers)
    assert response.status_code in {200, 303, 422, 429}  # also suspected, or too many
    if response.status_code == 303:
        assert visitor.client.get(response.headers["Location"]).status_code == 200


@ON_SQLITE
@QUIET
@given(st.text(min_size=1, max_size=40))
def test_no_address_breaks_the_thanks(visitor: Visitor, number: str) -> None:
    response = visitor.client.get(f"/anfrage/{quote(number, safe='')}")
    assert response.status_code in {303, 308, 404}
