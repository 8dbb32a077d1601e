"""A request that is taken: what is stored, and the thanks."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

from support.visitor import FORM, text, tree
from website import leads
from website.config import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from support.visitor import Visitor


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
    assert " Uhr (M" in text(page.find(".//main"))
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
        ("message", "x" * 5000, "x" * 5000),
        ("message", "ä\r\n" * 2500, ("ä\n" * 2500).strip()),
        ("message", "100% sicher & <b>fett</b>", "100% sicher & <b>fett</b>"),
        ("key_accounts", "etwa 10 bis 15", "etwa 10 bis 15"),
        (
            "location",
            "Großraum Stuttgart, teils Österreich",
            "Großraum Stuttgart, teils Österreich",
        ),
        ("callback", "werktags 9–11 Uhr", "werktags 9–11 Uhr"),
    ],
)
def test_what_people_really_type_is_taken(
    visitor: Visitor, name: str, typed: str, kept: str
) -> None:
    lead = visitor.lead(visitor.send(**{name: typed}))
    assert lead.every_answer[name] == kept


SERVE_ONE = """
import os, sys
from werkzeug.serving import make_server
from website import create_app
server = make_server("127.0.0.1", 0, create_app(), threaded=True)
print(server.port, flush=True)
server.serve_forever()
"""


def test_a_thanked_request_survives_the_death_of_the_process(tmp_path: Path) -> None:
    environ = os.environ | {"WEBSITE_INSTANCE_DIR": str(tmp_path / "instance")}
    numbers = []
    for _ in range(2):
        process = subprocess.Popen(
            [sys.executable, "-c", SERVE_ONE],
            env=environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert process.stdout is not None
        with process.stdout as told:
            numbers.append(_post_and_kill(process, int(told.readline())))
    store = leads.open_store(Settings(instance_dir=tmp_path / "instance"))
    assert [store.get(number) is not None for number in numbers] == [True] * 2
    assert store.backlog().pending == 2
    store.close()


def _post_and_kill(process: subprocess.Popen[str], port: int) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", "/anfrage", urlencode(FORM), headers)
    response = connection.getresponse()
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    connection.close()
    assert response.status == 303
    return str(response.headers["Location"]).rpartition("/")[2]
