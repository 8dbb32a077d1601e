from __future__ import annotations

import email
import email.policy
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.leads import ANSWERS, NOON
from website.leads import mail
from website.leads.models import Channel, Delivery, Lead

if TYPE_CHECKING:
    from email.message import EmailMessage

SENDER = "website@agentur.example"
HEADERS = [
    "From", "To", "Date", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress",
    "Subject", "Reply-To", "Content-Type", "Content-Transfer-Encoding", "MIME-Version",
]  # fmt: skip

TEXT = """\
Nummer: B5KM-29QX
Eingegangen: Montag, 23. November 2026, 13:00 Uhr (MEZ)
Seite: /kontakt/

IHR ANLIEGEN
Thema: Key-Account-Management aufbauen
Lage:
    Zwei Großkunden drohen mit Absprung.
    Uns fehlt jemand, der sich kümmert.

IHR KONTAKT
Unternehmen: Müller & Söhne GmbH
Name: Jörg Weiß
E-Mail: joerg.weiss@firma.example
Telefon: +49 (0) 711/123-456

RAHMEN DES EINSATZES
Gewünschter Start: Sofort
Vertraulich: Nennen Sie Kandidaten unseren Firmennamen erst, wenn wir zustimmen

--\x20
Ihre Antwort auf diese E-Mail geht an joerg.weiss@firma.example.
"""


def lead_with(**answers: Any) -> Lead:
    given = ANSWERS | answers
    own = {name: given.pop(name) for name in ("topic", "company", "name", "email")}
    return Lead(
        id=1, reference="B5KM-29QX", received_at=NOON, **own, answers=given, source="/kontakt/"
    )


def delivery_to(recipient: str = "vertrieb@agentur.example") -> Delivery:
    return Delivery(
        id=1,
        lead_id=1,
        channel=Channel.MAIL,
        recipient=recipient,
        message_id="<B5KM-29QX.0a1b2c3d@agentur.example>",
    )


def composed(sender: str = SENDER, **answers: Any) -> EmailMessage:
    """Compose a mail and read it as a recipient would, from its bytes."""
    written = mail.compose(lead_with(**answers), delivery_to(), sender=sender).as_bytes()
    return email.message_from_bytes(written, policy=email.policy.default)


def text_of(message: EmailMessage) -> str:
    return message.get_content().replace("\r\n", "\n")


def test_the_mail_tells_everything_in_the_order_of_the_form() -> None:
    assert text_of(composed()) == TEXT


def test_it_comes_from_us_and_is_answered_to_whoever_asked() -> None:
    message = composed()
    assert str(message["From"]) == "Anfragen über die Website <website@agentur.example>"
    assert str(message["To"]) == "vertrieb@agentur.example"
    assert str(message["Reply-To"]) == "Jörg Weiß <joerg.weiss@firma.example>"
    assert message["Subject"] == "[B5KM-29QX] Anfrage: Müller & Söhne GmbH"
    assert message["Message-ID"] == "<B5KM-29QX.0a1b2c3d@agentur.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"].datetime == NOON


def test_composing_again_gives_the_same_bytes() -> None:
    first, second = (mail.compose(lead_with(), delivery_to(), sender=SENDER) for _ in range(2))
    assert first.as_bytes() == second.as_bytes()


def test_the_sender_may_have_a_name_of_its_own() -> None:
    assert str(composed(sender="Interim Profis <a@b.example>")["From"]) == (
        "Interim Profis <a@b.example>"
    )


def test_an_umlaut_before_the_at_stands_in_the_text_only() -> None:
    message = composed(email="müller@müller-gmbh.de")
    assert message["Reply-To"] is None
    assert "Antworten Sie an müller@müller-gmbh.de: Diese Adresse" in message.get_content()


def test_an_umlaut_in_the_domain_becomes_punycode_in_the_header() -> None:
    message = composed(email="info@müller-gmbh.de")
    assert message["Reply-To"].addresses[0].addr_spec == "info@xn--mller-gmbh-9db.de"
    assert "E-Mail: info@müller-gmbh.de" in message.get_content()


def test_lines_of_a_visitor_cannot_pass_for_ours() -> None:
    text = text_of(composed(message="Hallo\n\nIHR KONTAKT\nE-Mail: falsch@falsch.example"))
    assert "\n    IHR KONTAKT\n    E-Mail: falsch@falsch.example\n" in text
    assert text.count("\nIHR KONTAKT\n") == 1


def test_lines_that_mail_servers_like_to_change_arrive_unchanged() -> None:
    lines = "From here on\n.\n>From there\n" + "ä" * 1500 + "\nEnde mit Leerzeichen   "
    text = text_of(composed(message=lines))
    assert [line.removeprefix("    ") for line in text.splitlines()][7:12] == [
        *lines.splitlines()[:-1],
        "Ende mit Leerzeichen",
    ]
    written = mail.compose(lead_with(message=lines), delivery_to(), sender=SENDER).as_bytes()
    assert max(map(len, written.splitlines())) <= 78
    assert b"\nFrom " not in written


@pytest.mark.parametrize(
    "hostile",
    [
        "Firma\r\nBcc: x@evil.example",
        "Firma\nX-Evil: 1\n\nText",
        "=?utf-8?q?Firma=0D=0ABcc:_x=40evil.example?=",
        "==??utf-8?q?Firma=0ABcc:_x?=",
        "=?utf-8?b?RmlybWENCkJjYzogeEBldmlsLmV4YW1wbGU=?=",
        "x" * 5000,
        "Ü" * 5000,
        "a, b <x@evil.example>, c;" * 20,
        "\u202eamriF",
        '"Firma" (GmbH) <x@evil.example>',
        "\ud800",
    ],
)
@pytest.mark.parametrize("field", ["company", "name", "email", "topic"])
def test_nothing_typed_becomes_a_header(field: str, hostile: str) -> None:
    check_headers(composed(**{field: hostile}), reply_to_expected=field != "email")


@given(st.dictionaries(st.sampled_from([*ANSWERS, "fax"]), st.text(st.characters())))
def test_whatever_is_typed_the_headers_are_ours(answers: dict[str, str]) -> None:
    check_headers(composed(**answers), reply_to_expected="email" not in answers)


@given(st.text(st.sampled_from("=?utf-8bqQB_0AD \r\n\t,;:<>@\"'()\\äß€😀xX"), max_size=300))
def test_no_mixture_of_signs_with_a_meaning_becomes_a_header(text: str) -> None:
    message = composed(company=text, name=text)
    check_headers(message, reply_to_expected=True)


def check_headers(message: EmailMessage, *, reply_to_expected: bool) -> None:
    assert set(message.keys()) <= set(HEADERS)
    assert len(message.keys()) == len(set(message.keys()))
    assert not message.defects
    assert [str(a) for a in message["To"].addresses] == ["vertrieb@agentur.example"]
    assert len(message["From"].addresses) == 1
    assert message["Subject"].startswith("[B5KM-29QX] Anfrage")
    assert message["Message-ID"] == "<B5KM-29QX.0a1b2c3d@agentur.example>"
    if reply_to_expected:
        addresses = [address.addr_spec for address in message["Reply-To"].addresses]
        assert addresses == ["joerg.weiss@firma.example"]
    assert text_of(message).startswith("Nummer: B5KM-29QX\n")


def test_a_lead_that_cannot_be_shown_is_told_uninterpreted() -> None:
    lead = lead_with(company="\ud800", message={"kein": "Text"})
    message = mail.compose_plainly(lead, delivery_to(), sender=SENDER)
    text = email.message_from_bytes(message.as_bytes(), policy=email.policy.default).get_content()
    assert message["Subject"] == "[B5KM-29QX] Anfrage"
    assert r"'\ud800'" in text
    assert "'joerg.weiss@firma.example'" in text
