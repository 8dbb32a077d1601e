"""The mail to whoever asked, from the intake to the mail server."""

from __future__ import annotations

import email
import email.policy
import html
import re
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.content import SITE, Content
from support.leads import ANSWERS, HandClock, Sender, Trust, lead_with
from support.mailserver import MailServer
from support.questionnaire import questionnaire
from website import load_library
from website.config import Settings
from website.content import sitedata
from website.exceptions import DeliveryError
from website.infra import mail_message
from website.infra.database import Database
from website.infra.mail_transport import SmtpTransport
from website.leads.channels import ConfirmationChannel
from website.leads.deliveries import Deliveries, DeliveryFilter
from website.leads.intake import Intake
from website.leads.mail import Confirmation, ConfirmationComposer
from website.leads.models import Channel, Delivery, DeliveryState, Lead
from website.leads.outbox import Outbox
from website.leads.services import open_outbox
from website.leads.spam.proof_of_work import Proofs
from website.mailboxes import Mailbox
from website.web.confirmations import confirmations

SENDER = Mailbox("website@agentur.example")
IN_ENGLISH = Confirmation(
    "Your enquiry {reference}", "Hello,\n\nYour number: {reference}", "Interim Pros", "en-GB"
)
SAID = Confirmation(
    "Ihre Anfrage {reference}", "Guten Tag,\n\nIhre Nummer: {reference}", "Interim Profis"
)
COMPOSER = ConfirmationComposer({"de": SAID, "en": IN_ENGLISH}, SENDER, "vertrieb@agentur.example")
HEADERS = {
    "From", "To", "Date", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress", "Subject",
    "Reply-To", "Content-Type", "MIME-Version",
}  # fmt: skip


def owed() -> Delivery:
    return Delivery(
        id=1,
        lead_id=1,
        channel=Channel.CONFIRMATION,
        recipient="",
        message_id="<B5KM-29QX.0a1b2c3d@agentur.example>",
        attempts=1,
    )


def deliver(server: MailServer, lead: Lead) -> None:
    ConfirmationChannel(SmtpTransport(server.url), COMPOSER).deliver(lead, owed())


def delivered(server: MailServer, lead: Lead) -> EmailMessage:
    with server.running():
        deliver(server, lead)
    return server.mails[-1]


def part_of(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    content: str = part.get_content()
    return content.replace("\r\n", "\n")


def paragraphs(message: EmailMessage) -> list[str]:
    source = part_of(message, "html")
    found = re.findall(r"<p [^>]*>(.*?)</p>", source, re.DOTALL)
    return [html.unescape(text.replace("<br>", "\n")) for text in found]


def composed(text: str, name: str = "Interim Profis") -> EmailMessage:
    composer = ConfirmationComposer({"de": Confirmation("Betreff", text, name)}, SENDER)
    content = composer.compose(lead_with(), owed(), to="a@firma.example", utf8=False).as_bytes()
    return email.message_from_bytes(content, policy=email.policy.default)


def test_both_parts_say_the_same_under_the_mark() -> None:
    message = composed("Guten Tag,\n\nIhre Nummer:\n\n    {reference}\n\nMit Gruß\nFirma <& Söhne>")
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    source = part_of(message, "html")
    assert paragraphs(message) == [
        "Guten Tag,",
        "Ihre Nummer:",
        "B5KM-29QX",
        "Mit Gruß\nFirma <& Söhne>",
    ]
    assert source.index("Interim Profis</td>") < source.index("Guten Tag,")
    assert "://" not in source
    assert "url(" not in source
    assert "<img" not in source


@pytest.mark.parametrize(
    ("language", "tag", "subject", "sender"),
    [
        ("de", "de", "Ihre Anfrage B5KM-29QX", "Interim Profis"),
        ("en", "en-GB", "Your enquiry B5KM-29QX", "Interim Pros"),
        ("fr", "de", "Ihre Anfrage B5KM-29QX", "Interim Profis"),  # its edition is gone
    ],
)
def test_it_speaks_the_language_of_the_form(
    mail_server: MailServer, language: str, tag: str, subject: str, sender: str
) -> None:
    message = delivered(mail_server, lead_with(language=language))
    assert message["Subject"] == subject
    assert message["From"].addresses[0].display_name == sender
    source = part_of(message, "html")
    assert set(re.findall(r' lang="([^"]*)"', source)) == {tag}
    assert f"{sender}</td>" in source
    assert "B5KM-29QX" in part_of(message, "plain")


@given(st.text(st.sampled_from("aä<>&\"' \n{}%/=-"), max_size=200))
def test_the_html_says_every_word_of_the_text_and_no_word_is_markup(text: str) -> None:
    message = composed(text, text.replace("\n", " "))
    told = " ".join(paragraphs(message)).split()
    assert told == part_of(message, "plain").split()
    assert set(re.findall(r"<(\w+)", part_of(message, "html"))) <= {
        "html", "head", "meta", "title", "body", "div", "table", "tr", "td", "p", "br",
    }  # fmt: skip


def test_whoever_asked_is_told_the_number_and_nothing_else(mail_server: MailServer) -> None:
    message = delivered(mail_server, lead_with())
    assert message["Subject"] == "Ihre Anfrage B5KM-29QX"
    assert part_of(message, "plain") == "Guten Tag,\n\nIhre Nummer: B5KM-29QX\n"
    assert paragraphs(message) == ["Guten Tag,", "Ihre Nummer: B5KM-29QX"]
    assert str(message["To"]) == "joerg.weiss@firma.example"
    assert mail_server.recipients == ["joerg.weiss@firma.example"]


def test_it_comes_from_us_and_no_machine_answers_it(mail_server: MailServer) -> None:
    message = delivered(mail_server, lead_with())
    assert str(message["From"]) == "Interim Profis <website@agentur.example>"
    assert str(message["Reply-To"]) == "vertrieb@agentur.example"
    assert message["Auto-Submitted"] == "auto-replied"
    assert message["X-Auto-Response-Suppress"] == "All"
    assert mail_server.senders == ["<>"]


@given(st.dictionaries(st.sampled_from(sorted({*ANSWERS, "fax"} - {"email"})), st.text()))
def test_whatever_was_typed_the_mail_is_the_same(answers: dict[str, str]) -> None:
    first, second = (
        COMPOSER.compose(lead, owed(), to="joerg.weiss@firma.example", utf8=False).as_bytes()
        for lead in (lead_with(), lead_with(**answers))
    )
    assert first == second


@given(st.text(st.sampled_from("aä.@<>,;: \r\n\0\"'=?utf-8qB_0Dx[]()\\"), max_size=80))
def test_no_address_becomes_a_header_or_a_second_recipient(email: str) -> None:
    to = mail_message.typed_address(email, utf8=False)
    if to is not None:
        message = COMPOSER.compose(lead_with(email=email), owed(), to=to, utf8=False)
        assert set(message.keys()) == HEADERS
        assert len(message["To"].addresses) == 1
        assert message.as_bytes().count(b"@") == 5


@pytest.mark.parametrize(
    "email", ["", "keine Adresse", "=?utf-8?q?a?=@firma.example", "a@firma.example\r\nBcc: b@c.de"]
)
def test_what_is_no_address_gets_no_mail(mail_server: MailServer, email: str) -> None:
    with mail_server.running(), pytest.raises(DeliveryError) as caught:
        deliver(mail_server, lead_with(email=email))
    assert caught.value.permanent
    assert str(caught.value) == "The asker's address is none for a mail"
    assert mail_server.bodies == []


def test_an_umlaut_before_the_at_needs_a_server_that_takes_it(mail_server: MailServer) -> None:
    lead = lead_with(email="jörg@müller.de")
    with mail_server.running(), pytest.raises(DeliveryError, match="SMTPUTF8") as caught:
        deliver(mail_server, lead)
    assert caught.value.permanent
    assert "jörg" not in str(caught.value)
    with mail_server.running(utf8=True):
        deliver(mail_server, lead)
    assert mail_server.recipients == ["jörg@xn--mller-kva.de"]
    assert "To: jörg@xn--mller-kva.de".encode() in mail_server.bodies[0]


def test_an_umlaut_in_the_domain_needs_nothing(mail_server: MailServer) -> None:
    delivered(mail_server, lead_with(email="info@müller.de"))
    assert mail_server.recipients == ["info@xn--mller-kva.de"]


@pytest.mark.slow
def test_it_is_owed_where_it_is_switched_on_and_delivered_with_the_others(
    intake: Intake,
    database: Database,
    clock: HandClock,
    deliveries: Deliveries,
    mail_server: MailServer,
) -> None:
    send = Sender(replace(intake, confirm=True, proofs=cast("Proofs", Trust())))
    channel = ConfirmationChannel(SmtpTransport(mail_server.url), COMPOSER)
    outbox = Outbox(database, {Channel.CONFIRMATION: channel}, clock)
    send(proof="a")
    send(proof="b")
    with mail_server.running():
        outbox.deliver_due()
    assert len(mail_server.bodies) == 1, "one a day"
    clock.forward(hours=25)
    send(proof="c")
    with mail_server.running():
        outbox.deliver_due()
    assert len(mail_server.bodies) == 2
    sent = deliveries.find(DeliveryFilter(channel=Channel.CONFIRMATION))
    assert {delivery.state for delivery in sent} == {DeliveryState.SENT}
    assert {delivery.recipient for delivery in sent} == {""}, "the address stands in the lead"


@pytest.mark.parametrize(
    ("leads_to", "reply_to"),
    [(("vertrieb@agentur.example", "b@c.de"), "vertrieb@agentur.example"), (None, None)],
)
def test_the_settings_say_who_sends_and_who_reads_answers(
    tmp_path: Path, leads_to: tuple[str, ...] | None, reply_to: str | None
) -> None:
    settings = Settings(
        instance_dir=tmp_path, mail_from=Mailbox("website@agentur.example", "Interim Köln")
    )
    if leads_to:
        settings = replace(settings, leads_to=leads_to)
    outbox = open_outbox(settings, questionnaire, confirmations={"de": SAID})
    outbox.channels[Channel.CONFIRMATION].deliver(lead_with(), owed())
    outbox.database.close()
    [path] = (tmp_path / "mail").glob("*.eml")
    content = path.read_text("utf-8")
    assert "From: Interim Köln <website@agentur.example>\n" in content
    assert (f"\nReply-To: {reply_to}\n" in content) == bool(reply_to)
    assert ("\nReply-To:" in content) == bool(reply_to)


@pytest.mark.parametrize(
    ("table", "line", "message"),
    [
        ('text = "Guten Tag"', 2, "Im Text fehlt {reference}, wo die Nummer der Anfrage"),
        ('text = """\nAn {name}:\n{reference}"""', 2, "„{name}“ setzt die Website nicht ein"),
        ('text = "{reference} {"', 2, "„{“ setzt die Website nicht ein"),
        ('text = "}{reference}"', 2, "„}“ setzt die Website nicht ein"),
        ('text = "{reference}"\nsubject = "{Reference}"', 3, "„{Reference}“ setzt die Website"),
        ("text = 5", 2, "„text“ soll ein Text in geraden Anführungszeichen sein"),
    ],
)
def test_what_marketing_writes_is_checked(
    content: Content, table: str, line: int, message: str
) -> None:
    content.write("website.toml", f"{SITE}[confirmation]\n{table}\n")
    [problem] = content.problems()
    line += SITE.count("\n")
    assert problem.startswith(f"content/website.toml:{line}: {message}")
    assert content.load().site.confirmation == sitedata.ConfirmationWords()


def test_what_marketing_writes_is_taken_with_its_line_ends(content: Content) -> None:
    text = '"""\nGuten Tag,\n\n[contact]\n    {reference}\n"""\nsubject = "Betreff"'
    content.write("website.toml", f"{SITE}[confirmation]\ntext = {text}\nfehler = 1\n")
    said = content.load().site.confirmation
    assert (said.subject, said.text) == ("Betreff", "Guten Tag,\n\n[contact]\n    {reference}")
    [problem] = content.problems()
    line = SITE.count("\n") + 9
    assert problem.startswith(f"content/website.toml:{line}: "), "lines of the text are no tables"


@pytest.mark.parametrize(
    ("language", "subject"),
    [
        ("de", "Ihre Anfrage B5KM-29QX ist angekommen"),
        ("en", "We have received your enquiry B5KM-29QX"),
    ],
)
def test_our_own_text_promises_nothing_and_fits(language: str, subject: str) -> None:
    library = load_library(Settings())
    words = confirmations(library)
    said = words[language]
    assert said.text != sitedata.ConfirmationWords().text
    assert "PLATZHALTER" not in said.text
    message = ConfirmationComposer(words, SENDER).compose(
        lead_with(language=language), owed(), to="a@firma.example", utf8=False
    )
    assert message["Subject"] == subject
    assert "\n    B5KM-29QX\n" in part_of(message, "plain")
    assert "B5KM-29QX" in paragraphs(message), "in a paragraph of its own"
    assert f' lang="{said.language_tag}"' in part_of(message, "html")
    assert message["Reply-To"] is None


def test_every_edition_has_a_text_of_its_own() -> None:
    library = load_library(Settings())
    texts = [words.text for words in confirmations(library).values()]
    assert len(set(texts)) == len(texts) == len(library.editions)


def test_an_edition_that_cannot_be_read_leaves_the_mail_to_the_german_words(
    content: Content,
) -> None:
    content.edition()
    content.write("en/website.toml", "[")
    assert list(confirmations(content.load())) == ["de"]
