"""A request that is taken: what is stored, and the thanks."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.endpoint import post, serving
from support.questionnaire import questionnaire
from support.threads import together
from support.visitor import FORM, Visitor, text, tree
from website.config import Settings
from website.infra import email_addresses
from website.leads.services import open_leads


def test_a_request_is_stored_before_it_is_thanked_for(visitor: Visitor) -> None:
    lead = visitor.lead(visitor.send(topic="kam-aufbauen", start="sofort", confidential="ja"))
    assert lead.every_answer == {
        "topic": "kam-aufbauen",
        "company": "Müller & Söhne GmbH",
        "name": "Jörg Weiß",
        "email": "joerg.weiss@firma.example",
        "message": "Zwei Großkunden drohen mit Absprung.",
        "start": "sofort",
        "confidential": "ja",
    }
    assert lead.source == "/kontakt/"
    assert [delivery.recipient for delivery in lead.deliveries] == ["anfragen@localhost"]


def test_the_thanks_tell_the_number_and_nothing_of_the_request(visitor: Visitor) -> None:
    sent = visitor.send()
    number = visitor.lead(sent).reference
    assert sent.headers["Location"] == f"/anfrage/{number}"
    response = visitor.client.get(sent.headers["Location"])
    assert response.status_code == 200
    page = tree(response)
    assert text(page.find(".//h1")) == "Ihre Anfrage ist eingegangen"
    assert number in text(page.find(".//main"))
    assert "\N{NARROW NO-BREAK SPACE}Uhr (M" in response.text
    assert page.xpath("//meta[@name='robots']/@content") == ["noindex"]
    for answer in ("Müller", "Jörg", "firma.example", "Absprung"):
        assert answer not in response.get_data(as_text=True)


def test_loading_the_thanks_again_stores_nothing_more(visitor: Visitor) -> None:
    location = visitor.send().headers["Location"]
    for _ in range(3):
        assert visitor.client.get(location).status_code == 200
    assert len(visitor.store.newest()) == 1


def test_a_number_is_found_however_it_is_typed(visitor: Visitor) -> None:
    number = visitor.lead(visitor.send()).reference
    assert visitor.client.get(f"/anfrage/{number.lower().replace('-', '')}").status_code == 200


@pytest.mark.parametrize("number", ["BBBB-BBBB", "x", "..", "%00", "%ff", "a" * 5000])
def test_a_number_nobody_got_is_not_found(visitor: Visitor, number: str) -> None:
    response = visitor.client.get(f"/anfrage/{number}")
    assert response.status_code == 404
    assert tree(response).get("lang") == "de"


@pytest.mark.parametrize("address", ["/anfrage", "/anfrage/"])
def test_the_endpoints_bare_address_leads_to_the_form(visitor: Visitor, address: str) -> None:
    response = visitor.client.get(address)
    assert (response.status_code, response.headers["Location"]) == (303, "/kontakt/")


def test_a_form_may_also_come_as_multipart(visitor: Visitor) -> None:
    response = visitor.client.post("/anfrage", data=FORM, content_type="multipart/form-data")
    assert visitor.lead(response).company == "Müller & Söhne GmbH"


@pytest.mark.parametrize(
    ("source", "kept"),
    [
        ("/artikel/ein-artikel/", "/artikel/ein-artikel/"),
        ("", None),
        ("https://evil.example/", None),
        ("/" + "x" * 300, None),
        ("/a\r\nBcc: x", "/a Bcc: x"),
        ("//evil.example/x", None),
        ("/\\evil.example/x", None),
        ("\\\\evil.example/x", None),
        ("/\u200b/evil.example/x", None),
        (" \x00//evil.example/x", None),
        ("javascript:alert(1)//", None),
    ],
)
def test_the_page_it_came_from_is_a_path_of_ours(
    visitor: Visitor, source: str, kept: str | None
) -> None:
    assert visitor.lead(visitor.send(source=source)).source == kept


@pytest.mark.parametrize(
    ("name", "typed", "kept"),
    [
        ("phone", "+49 (0) 711/123-456", "+49 (0) 711/123-456"),
        ("phone", "Durchwahl 12", "Durchwahl 12"),
        ("phone", "0711 / 12 34 56 - 0", "0711 / 12 34 56 - 0"),
        ("phone", "＋49 711 123456", "＋49 711 123456"),
        ("phone", "nur vormittags, 0171-1234567", "nur vormittags, 0171-1234567"),
        ("phone", "110", "110"),
        ("email", " Max@Firma.DE ", "Max@firma.de"),
        ("email", "müller@müller-gmbh.de", "müller@müller-gmbh.de"),
        ("email", "Erika Muster <erika@firma.de>", "erika@firma.de"),
        ("email", "mailto:erika@firma.de", "erika@firma.de"),
        ("email", "e.muster+interim@vertrieb.firma.de", "e.muster+interim@vertrieb.firma.de"),
        ("email", "info@straße-und-söhne.de", "info@straße-und-söhne.de"),
        ("email", "a@b.co", "a@b.co"),
        ("name", "O'Neill-Çelik", "O'Neill-Çelik"),
        (
            "name",
            "Dr.-Ing. Max Freiherr von und zu Muster",
            "Dr.-Ing. Max Freiherr von und zu Muster",
        ),
        ("name", "Jo", "Jo"),
        ("name", "李小龍", "李小龍"),
        ("name", "Łukasz Żółć", "Łukasz Żółć"),
        ("name", "Mu\u0308ller", "Müller"),
        ("name", "  Erika\u00a0Muster\t", "Erika Muster"),
        ("name", "Frau Müller (Sekretariat)", "Frau Müller (Sekretariat)"),
        ("company", "Müller & Söhne GmbH & Co. KG", "Müller & Söhne GmbH & Co. KG"),
        ("company", "„Die Gute Tat“ gGmbH", "„Die Gute Tat“ gGmbH"),
        ("company", "3M", "3M"),
        ("company", "<Firma> AG", "<Firma> AG"),
        ("company", "=1+1 GmbH", "=1+1 GmbH"),
        ("company", "Straßen- und Tiefbau (i. G.)", "Straßen- und Tiefbau (i. G.)"),
        ("message", "ja", "ja"),
        ("message", "Zeile 1\r\n\r\nZeile 3", "Zeile 1\n\nZeile 3"),
        (
            "message",
            "– Kündigung\n– Preise > 10 %\n\tÄrger 😡",
            "– Kündigung\n– Preise > 10 %\n\tÄrger 😡",
        ),
        ("message", "Wir " * 1249 + "auch", "Wir " * 1249 + "auch"),
        ("message", "ä\r\n" * 2500, ("ä\n" * 2500).strip()),
        ("message", "100% sicher & <b>fett</b>", "100% sicher & <b>fett</b>"),
        ("key_accounts", "etwa 10 bis 15", "etwa 10 bis 15"),
        (
            "location",
            "Großraum Stuttgart, teils Österreich",
            "Großraum Stuttgart, teils Österreich",
        ),
        ("callback", "werktags 9–11 Uhr", "werktags 9–11 Uhr"),
        ("phone", "0 79 61 / 8 80-0", "0 79 61 / 8 80-0"),
        ("phone", "0049 711 123456", "0049 711 123456"),
        ("phone", "+43 664 / 12 34 567", "+43 664 / 12 34 567"),
        ("phone", "+41 (0)44 123 45 67", "+41 (0)44 123 45 67"),
        ("phone", "(0711) 12 34 56 App. 7", "(0711) 12 34 56 App. 7"),
        ("phone", "Tel.: 0171.1234567 (mobil)", "Tel.: 0171.1234567 (mobil)"),
        ("phone", "steht in der Signatur", "steht in der Signatur"),
        ("email", "MAX.MUSTERMANN@FIRMA.DE", "MAX.MUSTERMANN@firma.de"),
        ("email", "max@firma.gmbh", "max@firma.gmbh"),
        ("email", "m_muster-99@sub.firma.co.at", "m_muster-99@sub.firma.co.at"),
        ("email", "max@firma.de,", "max@firma.de"),
        ("email", "max @ firma.de", "max@firma.de"),
        ("email", "o'brien@firma.ie", "o'brien@firma.ie"),
        ("email", "max@gmial.com", "max@gmial.com"),
        ("name", "M. Müller-Lüdenscheidt, i. A.", "M. Müller-Lüdenscheidt, i. A."),
        ("name", "Nguyễn Thị Minh Khai", "Nguyễn Thị Minh Khai"),
        ("name", "Öztürk", "Öztürk"),
        ("name", "ß", "ß"),
        ("name", "erika muster", "erika muster"),
        ("name", "Muster, Erika (Mag.a)", "Muster, Erika (Mag.a)"),
        ("company", "A", "A"),
        ("company", "1. FC Beispiel e. V.", "1. FC Beispiel e. V."),
        ("company", "Müller + Meier OHG / Werk 2", "Müller + Meier OHG / Werk 2"),
        ("company", "@home Services", "@home Services"),
        (
            "company",
            "C.H. Beispiel'sche Verlagsbuchhandlung",
            "C.H. Beispiel'sche Verlagsbuchhandlung",
        ),
        ("company", "noch in Gründung", "noch in Gründung"),
        ("message", "RÜCKRUF ERBETEN!!!", "RÜCKRUF ERBETEN!!!"),
        ("message", "moeglichst schnell bitte, gruesse", "moeglichst schnell bitte, gruesse"),
        (
            "message",
            "Stelle: https://firma.example/jobs/kam",
            "Stelle: https://firma.example/jobs/kam",
        ),
        ("message", "1.) Preise\n2.) Termine\n3.) „Wer?“", "1.) Preise\n2.) Termine\n3.) „Wer?“"),
        ("message", "2–3 Tage/Woche, ca. 1.200 €/Tag", "2–3 Tage/Woche, ca. 1.200 €/Tag"),
        ("goals", "↓ Reklamationen, ↑ Marge", "↓ Reklamationen, ↑ Marge"),
        ("role", "Leiter(in) Vertrieb (m/w/d)", "Leiter(in) Vertrieb (m/w/d)"),
        (
            "industry",
            "Maschinen- & Anlagenbau, auch Öl/Gas",
            "Maschinen- & Anlagenbau, auch Öl/Gas",
        ),
        (
            "languages",
            "Deutsch, Englisch (B2), etwas Türkçe",
            "Deutsch, Englisch (B2), etwas Türkçe",
        ),
    ],
)
def test_what_people_really_type_is_taken(
    visitor: Visitor, name: str, typed: str, kept: str
) -> None:
    lead = visitor.lead(visitor.send(**{name: typed}))
    assert lead.every_answer[name] == kept


@pytest.mark.slow
def test_a_thanked_request_survives_the_death_of_the_process(tmp_path: Path) -> None:
    numbers = []
    for count in ("Zwei", "Drei"):
        with serving(tmp_path / "instance") as url:
            answer = post(url, FORM | {"message": f"{count} Großkunden drohen mit Absprung."})
        numbers.append(answer.reference)
    opened = open_leads(Settings(instance_dir=tmp_path / "instance"), questionnaire)
    assert opened.store.references() == numbers[::-1]
    assert opened.deliveries.backlog().pending == 2
    opened.close()


@pytest.mark.slow
def test_the_same_request_twenty_times_at_once_is_one(visitor: Visitor) -> None:
    """As impatient people click, or browsers try again; a changed word makes another request."""
    sent = together(20, lambda _: visitor.send())
    assert len({visitor.lead(response).reference for response in sent}) == 1
    assert len(visitor.store.references()) == 1
    changed = together(20, lambda _: visitor.send(message="Drei Großkunden drohen mit Absprung."))
    assert len({visitor.lead(response).reference for response in (*sent, *changed)}) == 2
    assert len(visitor.store.references()) == 2
    assert visitor.leads.deliveries.backlog().pending == 2


def test_twenty_requests_at_once_are_twenty(visitor: Visitor) -> None:
    sent = together(
        20, lambda number: visitor.send(message=f"{number} Großkunden drohen abzuspringen.")
    )
    assert {response.status_code for response in sent} == {303}
    assert len(visitor.store.references()) == 20


@pytest.mark.parametrize(
    ("typed", "answered"),
    [
        ("max@muster\u00adfirma.de", "max@musterfirma.de"),
        ("max\u2011m@firma.de", "max-m@firma.de"),
        ("max—m@firma.de", "max-m@firma.de"),
        ("max\u2212m＠firma．de", "max-m@firma.de"),
        ("o’neill@firma\U000e0041.de", "o'neill@firma.de"),
    ],
)
def test_an_address_with_a_typographic_sign_can_be_answered(
    visitor: Visitor, typed: str, answered: str
) -> None:
    lead = visitor.lead(visitor.send(email=typed))
    assert lead.email == answered
    assert email_addresses.ascii_form(lead.email) == answered
