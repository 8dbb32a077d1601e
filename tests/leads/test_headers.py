"""Headers: what people write in them is read again sign by sign, by any program."""

from __future__ import annotations

import base64
import email
import email.policy
import itertools
import quopri
import re
from email.header import decode_header, make_header
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import parseaddr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.leads import NOON
from support.questionnaire import QUESTIONNAIRE
from website.infra import mail_message
from website.infra.text import clean_line
from website.leads import mail
from website.leads.models import Channel, Delivery, Lead
from website.mailboxes import Mailbox

NAMES = [
    " ".join(parts)
    for parts in itertools.product(
        ["Gebrüder", "Bäckerei", "Möbelhaus", "Stadtwerke", "Maschinenbau", "Großhandel"],
        ["Müller", "Schäfer", "Größer", "Weiß"],
        ["&", "und"],
        ["Söhne", "Töchter", "Partner"],
        ["GmbH", "Präzisionstechnik GmbH & Co. KG", "Überlandtransporte GmbH", "Österreich AG"],
    )
]
WORDS = re.compile(r"=\?utf-8\?([bq])\?([^?\s]*)\?=", re.IGNORECASE)

texts = st.text(st.sampled_from("aZ9 -&()\"',.;:<>@äöüßÄé–„€Łﷺ🚀李=?_"), max_size=150)


def headers_of(message: EmailMessage) -> dict[str, str]:
    """Take a mail's headers apart as they travel: each in one line, nothing decoded."""
    head = message.as_bytes().partition(b"\r\n\r\n")[0].decode()
    parted = (line.partition(":") for line in head.replace("\r\n ", " ").split("\r\n"))
    return {name: value.strip() for name, _, value in parted}


def strictly_decoded(value: str) -> str:
    """Decode by RFC 2047 alone: what parts two encoded words is no text."""
    joined = re.sub(r"(\?=)\s+(?==\?)", r"\1", value)
    return WORDS.sub(lambda found: _decoded(found[1].lower(), found[2]), joined)


def _decoded(encoding: str, text: str) -> str:
    if encoding == "b":
        return base64.b64decode(text, validate=True).decode()
    return quopri.decodestring(text.encode(), header=True).decode()


def with_subject(text: str) -> EmailMessage:
    message = EmailMessage(policy=mail_message.ASCII)
    message["Subject"] = mail_message.header_text(text, 500)
    return message


def check_lines(message: EmailMessage) -> None:
    content = message.as_bytes()
    for line in content.split(b"\r\n"):
        assert len(line) <= 78, line
    for word in re.findall(rb"=\?[^?]+\?[bq]\?[^?\s]*\?=", content):
        assert len(word) <= 75, word


@pytest.mark.slow
def test_no_company_loses_a_blank_of_its_name() -> None:
    delivery = Delivery(
        channel=Channel.MAIL, recipient="a@agentur.example", message_id="<B5KM.1@agentur.example>"
    )
    for company in NAMES:
        lead = Lead(
            reference="B5KM-29QX", received_at=NOON, company=company, name="Jörg Weiß",
            email="a@firma.example", topic="sonstiges", language="de", answers={"message": "…"},
        )  # fmt: skip
        content = mail.compose(
            lead, delivery, sender=Mailbox("web@agentur.example"), questionnaire=QUESTIONNAIRE
        ).as_bytes()
        told = make_header(decode_header(email.message_from_bytes(content)["Subject"]))
        title = mail_message.header_text(
            f"Anfrage: {company}", mail_message.SUBJECT_LENGTH - len("[B5KM-29QX] ")
        )
        assert str(told) == f"[B5KM-29QX] {title}"


@given(texts)
def test_every_subject_is_read_as_it_was_written(text: str) -> None:
    meant = mail_message.header_text(text, 500)
    message = with_subject(text)
    if not meant.isascii():
        check_lines(message)
    assert strictly_decoded(headers_of(message)["Subject"]) == meant
    read = email.message_from_bytes(message.as_bytes(), policy=email.policy.default)
    assert str(read["Subject"]) == meant


@given(texts.map(clean_line).filter(lambda text: "=?" not in text), st.integers(1, 60))
def test_every_name_beside_an_address_is_read_as_it_was_written(name: str, length: int) -> None:
    address = f"{'a' * length}@firma.example"
    message = EmailMessage(policy=mail_message.ASCII)
    message["Reply-To"] = Address(name, addr_spec=address)
    value = headers_of(message)["Reply-To"]
    if not name.isascii():
        check_lines(message)
        assert strictly_decoded(value.rpartition("<")[0]).strip() == name
    read, found = parseaddr(email.message_from_bytes(message.as_bytes())["Reply-To"])
    assert found == address
    assert str(make_header(decode_header(read.replace("\r\n", "")))) == name


@given(texts.map(clean_line).filter(lambda text: "=?" not in text))
def test_headers_in_utf8_lose_nothing_either(text: str) -> None:
    message = EmailMessage(policy=mail_message.UTF8)
    message["Subject"] = text
    assert headers_of(message)["Subject"] == text
