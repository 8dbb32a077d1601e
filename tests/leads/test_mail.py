from __future__ import annotations

import email
import email.policy
import html.parser
import re
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from support.leads import ANSWERS, NOON, lead_with
from support.questionnaire import QUESTIONNAIRE
from website.content import motif
from website.infra.text import clean, clean_line
from website.leads import mail
from website.leads.models import Channel, Delivery, Lead
from website.mailboxes import Mailbox
from website.questionnaire import NO_CALLBACK

SENDER = Mailbox("website@agentur.example")
HEADERS = [
    "From", "To", "Date", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress",
    "In-Reply-To", "References", "Subject", "Reply-To", "Content-Type", "MIME-Version",
]  # fmt: skip
ELEMENTS = {
    "html", "head", "meta", "title", "body", "div", "h1", "h2", "p", "table", "tr", "th", "td",
    "br", "a", "strong",
}  # fmt: skip
ATTRIBUTES = {
    "style", "lang", "dir", "scope", "colspan", "href", "charset", "name", "content", "role",
    "aria-hidden", "width",
}  # fmt: skip

TEXT = """\
Nummer: B5KM-29QX
Eingegangen: Montag, 23. November 2026, 13:00 Uhr (MEZ)
Seite: /kontakt/

ANLIEGEN
Thema: Key Account Management aufbauen
Situation:
    Zwei Großkunden drohen mit Absprung.
    Uns fehlt jemand, der sich kümmert.

KONTAKT
Unternehmen: Müller & Söhne GmbH
Name: Jörg Weiß
E-Mail: joerg.weiss@firma.example
Telefon: +49 (0) 711/123-456

RAHMEN DES EINSATZES
Gewünschter Start: Sofort
Firmenname: Bitte nennen Sie Kandidaten unseren Firmennamen erst nach Rücksprache

--\x20
Ihre Antwort auf diese E-Mail geht an joerg.weiss@firma.example.
"""


def delivery_to(recipient: str = "vertrieb@agentur.example", *, attempts: int = 1) -> Delivery:
    return Delivery(
        id=1,
        lead_id=1,
        channel=Channel.MAIL,
        recipient=recipient,
        message_id="<B5KM-29QX.0a1b2c3d@agentur.example>",
        attempts=attempts,
    )


def written(sender: Mailbox = SENDER, **answers: Any) -> bytes:
    return mail.compose(
        lead_with(**answers), delivery_to(), sender=sender, questionnaire=QUESTIONNAIRE
    ).as_bytes()


def composed(sender: Mailbox = SENDER, **answers: Any) -> EmailMessage:
    """Compose a mail and read it as a recipient would, from its bytes."""
    return email.message_from_bytes(written(sender, **answers), policy=email.policy.default)


def part_of(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    assert not part.defects
    return part.get_content().replace("\r\n", "\n")


def text_of(message: EmailMessage) -> str:
    return part_of(message, "plain")


class Page(html.parser.HTMLParser):
    """The HTML part as a mail program reads it."""

    def __init__(self, message: EmailMessage) -> None:
        super().__init__()
        self.source = part_of(message, "html")
        self.elements: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.cells: list[str] = []
        """The texts of the second column, with their line breaks."""
        self.bars: list[str] = []
        """The styles of the mark's cells."""
        self.is_mark = False
        self.feed(self.source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.attributes += attrs
        self.is_mark |= ("aria-hidden", "true") in attrs
        if self.is_mark:
            self.bars += [style for name, style in attrs if name == "style" and tag == "td"]
            self.lasttag = ""
        elif tag == "td":
            self.cells.append("")
        elif tag == "br" and self.cells:
            self.cells[-1] += "\n"

    def handle_data(self, data: str) -> None:
        if self.cells and self.lasttag in {"td", "br", "a"}:
            self.cells[-1] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "td":
            self.lasttag = ""
        self.is_mark &= tag != "table"

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def handle_pi(self, data: str) -> None:
        raise AssertionError(data)


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


def test_all_mails_about_a_lead_are_one_thread() -> None:
    message = composed()
    assert message["References"] == "<B5KM-29QX@agentur.example>"
    assert message["In-Reply-To"] == message["References"]


def test_the_html_tells_the_same_as_the_text() -> None:
    message = composed()
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert Page(message).cells == [
        "B5KM-29QX",
        "Montag, 23. November 2026, 13:00 Uhr (MEZ)",
        "/kontakt/",
        "Key Account Management aufbauen",
        "Zwei Großkunden drohen mit Absprung.\nUns fehlt jemand, der sich kümmert.",
        "Müller & Söhne GmbH",
        "Jörg Weiß",
        "joerg.weiss@firma.example",
        "+49 (0) 711/123-456",
        "Sofort",
        "Bitte nennen Sie Kandidaten unseren Firmennamen erst nach Rücksprache",
    ]


def test_the_html_loads_nothing_and_sets_no_colour_that_could_vanish() -> None:
    page = Page(composed())
    links = [value for name, value in page.attributes if name == "href"]
    assert links == ["mailto:joerg.weiss@firma.example", "tel:+49711123456"]
    assert "://" not in page.source
    assert "url(" not in page.source
    assert set(re.findall(r"(?:color|background[a-z-]*):[^;\"]+", page.source)) == {"color:inherit"}
    assert set(re.findall(r"#\w+", page.source)) == {"#888", "#e4573d"}, "grey lines, the red bar"


def test_the_mark_is_that_of_the_pages_in_the_colour_of_the_text() -> None:
    bars = [
        re.findall(r"border-bottom:(\d+)px solid(.*)", style) for style in Page(composed()).bars
    ]
    drawn = [found[0] for found in bars if found]
    assert tuple(int(height) for height, _ in drawn) == motif.LOGO.heights
    assert [colour for _, colour in drawn].index(" #e4573d") == motif.LOGO.red
    assert [colour for _, colour in drawn].count("") == len(drawn) - 1


def test_a_wish_to_be_called_stands_first_with_the_number() -> None:
    message = composed(callback_time="vormittags")
    text = text_of(message)
    assert text.startswith("Rückruf gewünscht: Vormittags\nTelefon: +49 (0) 711/123-456\n\nNummer:")
    assert text.count("Vormittags") == 1
    source = Page(message).source
    assert source.index("Rückruf gewünscht: Vormittags") < source.index("B5KM-29QX</td>")
    assert source.count("Vormittags") == 1
    assert '<a href="tel:+49711123456" style="color:inherit">+49 (0) 711/123-456</a>' in source


def test_a_wish_to_be_called_without_a_number_says_so() -> None:
    message = composed(callback_time="jederzeit", phone="")
    assert text_of(message).startswith(
        "Rückruf gewünscht: Jederzeit\nEine Telefonnummer fehlt.\n\n"
    )
    assert "Eine Telefonnummer fehlt." in Page(message).source


def test_who_wants_no_call_is_not_called() -> None:
    message = composed(callback_time="nein")
    assert "Rückruf gewünscht" not in text_of(message) + Page(message).source
    assert "\nRückruf: Kein Rückruf\n" in text_of(message)


@given(st.text(st.characters(), min_size=1), st.text(st.characters()))
def test_whatever_is_typed_a_wish_to_be_called_takes_two_lines(time: str, phone: str) -> None:
    assume(clean_line(time) and time != NO_CALLBACK)
    message = composed(callback_time=time, phone=phone)
    first, second, blank, number = text_of(message).split("\n")[:4]
    wish = QUESTIONNAIRE.callback({"callback_time": time})
    told = clean_line(wish)
    assert (first, blank, number) == (f"Rückruf gewünscht: {told}", "", "Nummer: B5KM-29QX")
    typed = clean_line(phone)
    assert second == (f"Telefon: {typed}" if typed else "Eine Telefonnummer fehlt.")
    page = Page(message)
    assert set(page.elements) <= ELEMENTS
    assert {name for name, _ in page.attributes} <= ATTRIBUTES


def test_every_part_comes_through_every_server_unchanged() -> None:
    message = composed()
    for part in message.iter_parts():
        assert part["Content-Transfer-Encoding"] == "quoted-printable"
    assert written().isascii()


def test_a_slip_in_the_address_is_pointed_out() -> None:
    told = "Die Adresse könnte ein Tippfehler sein: gemeint ist vielleicht max@gmail.com."
    message = composed(email="max@gmial.com")
    assert f"\nHinweis: {told}\n" in text_of(message)
    assert told in Page(message).source
    assert str(message["Reply-To"]) == "Jörg Weiß <max@gmial.com>", "it may be right all the same"
    assert "Tippfehler" not in text_of(composed())


def test_composing_again_gives_the_same_bytes() -> None:
    first, second = (
        mail.compose(lead_with(), delivery_to(), sender=SENDER, questionnaire=QUESTIONNAIRE)
        for _ in range(2)
    )
    assert first.as_bytes() == second.as_bytes()


def test_the_sender_may_have_a_name_of_its_own() -> None:
    assert str(composed(sender=Mailbox("a@b.example", "Interim Profis"))["From"]) == (
        "Interim Profis <a@b.example>"
    )


def test_an_umlaut_before_the_at_stands_in_the_text_only() -> None:
    message = composed(email="müller@müller-gmbh.de")
    assert message["Reply-To"] is None
    assert "Antworten Sie an müller@müller-gmbh.de: Diese Adresse" in text_of(message)
    assert 'href="mailto:m%C3%BCller@m%C3%BCller-gmbh.de"' in Page(message).source


def test_an_umlaut_before_the_at_is_answered_to_where_the_server_takes_it() -> None:
    lead = lead_with(email="müller@müller-gmbh.de")
    content = mail.compose(
        lead, delivery_to(), sender=SENDER, questionnaire=QUESTIONNAIRE, utf8=True
    ).as_bytes()
    assert "\nReply-To: Jörg Weiß <müller@xn--mller-gmbh-9db.de>\r\n".encode() in content
    message = email.message_from_bytes(content, policy=email.policy.default)
    assert "Ihre Antwort auf diese E-Mail geht an müller@müller-gmbh.de." in text_of(message)


def test_other_mails_stay_in_ascii_wherever_they_go() -> None:
    assert (
        mail.compose(
            lead_with(), delivery_to(), sender=SENDER, questionnaire=QUESTIONNAIRE, utf8=True
        )
        .as_bytes()
        .isascii()
    )


def test_a_server_further_on_that_takes_no_umlaut_costs_the_reply_to_and_not_the_lead() -> None:
    lead = lead_with(email="müller@müller-gmbh.de")
    again = mail.compose(
        lead, delivery_to(attempts=2), sender=SENDER, questionnaire=QUESTIONNAIRE, utf8=True
    )
    assert again["Reply-To"] is None
    assert again.as_bytes().isascii()


def test_an_umlaut_in_the_domain_becomes_punycode_in_the_header() -> None:
    message = composed(email="info@müller-gmbh.de")
    assert message["Reply-To"].addresses[0].addr_spec == "info@xn--mller-gmbh-9db.de"
    assert "E-Mail: info@müller-gmbh.de" in text_of(message)


def test_lines_of_a_visitor_cannot_pass_for_ours() -> None:
    text = text_of(composed(message="Hallo\n\nKONTAKT\nE-Mail: falsch@falsch.example"))
    assert "\n    KONTAKT\n    E-Mail: falsch@falsch.example\n" in text
    assert text.count("\nKONTAKT\n") == 1


def test_lines_that_mail_servers_like_to_change_arrive_unchanged() -> None:
    lines = "From here on\n.\n>From there\n" + "ä" * 1500 + "\nEnde mit Leerzeichen   "
    text = text_of(composed(message=lines))
    assert [line.removeprefix("    ") for line in text.splitlines()][7:12] == [
        *lines.splitlines()[:-1],
        "Ende mit Leerzeichen",
    ]
    content = written(message=lines)
    assert max(map(len, content.splitlines())) <= 78
    assert b"\nFrom " not in content


@pytest.mark.parametrize(
    "hostile",
    [
        "Firma\r\nBcc: x@evil.example",
        "Firma\nX-Evil: 1\n\nText",
        "=?utf-8?q?Firma=0D=0ABcc:_x=40evil.example?=",
        "==??utf-8?q?Firma=0ABcc:_x?=",
        "=?utf-8?b?RmlybWENCkJjYzogeEBldmlsLmV4YW1wbGU=?=",
        "--=_answers\n\nText\n--=_answers--",
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
def test_whatever_is_typed_the_headers_are_ours_and_the_texts_are_texts(
    answers: dict[str, str],
) -> None:
    message = composed(**answers)
    check_headers(message, reply_to_expected="email" not in answers)
    check_texts(message, answers)


@given(st.text(st.sampled_from("<>&\"'=/!-[]{}%s;#x0 \n\r\0\u2028aA"), max_size=300))
def test_no_markup_becomes_markup(text: str) -> None:
    answers = {"message": text, "company": text, "phone": text, "email": text, "fax": text}
    check_texts(composed(**answers), answers)


@given(st.text(st.sampled_from("=?utf-8bqQB_0AD \r\n\t,;:<>@\"'()\\äß€😀xX"), max_size=300))
def test_no_mixture_of_signs_with_a_meaning_becomes_a_header(text: str) -> None:
    message = composed(company=text, name=text)
    check_headers(message, reply_to_expected=True)


@given(st.text(st.sampled_from("aäß.@<>,;: \r\n\0\"'=?utf-8qB_0Dx()\\"), max_size=60))
def test_no_address_becomes_a_header_where_umlauts_are_taken(start: str) -> None:
    lead = lead_with(email=f"{start}@müller.de", name=start, company=start)
    content = mail.compose(
        lead, delivery_to(), sender=SENDER, questionnaire=QUESTIONNAIRE, utf8=True
    ).as_bytes()
    message = email.message_from_bytes(content, policy=email.policy.default)
    assert set(message.keys()) <= set(HEADERS)
    assert len(message.keys()) == len(set(message.keys()))
    if reply_to := message["Reply-To"]:
        assert [address.domain for address in reply_to.addresses] == ["xn--mller-kva.de"]
    check_texts(message, {"email": f"{start}@müller.de", "name": start, "company": start})


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


def check_texts(message: EmailMessage, answers: dict[str, str]) -> None:
    page = Page(message)
    assert set(page.elements) <= ELEMENTS
    assert {name for name, _ in page.attributes} <= ATTRIBUTES
    rows = QUESTIONNAIRE.answered(lead_with(**answers).every_answer)
    told = [clean(question.display(answer)) for question, answer in rows]
    assert page.cells[3:] == told
    text = text_of(message)
    assert not [line for answer in told for line in answer.split("\n") if line not in text]


def test_a_lead_that_cannot_be_shown_is_told_uninterpreted() -> None:
    lead = lead_with(company="\ud800", message={"kein": "Text"})
    message = mail.compose_plainly(lead, delivery_to(), sender=SENDER)
    text = email.message_from_bytes(message.as_bytes(), policy=email.policy.default).get_content()
    assert message["Subject"] == "[B5KM-29QX] Anfrage"
    assert r"'\ud800'" in text
    assert "'joerg.weiss@firma.example'" in text


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("/werkzeuge/x/", "Seite: Das Werkzeug (/werkzeuge/x/)"),
        ("/fremd/", "Seite: /fremd/"),
        ("//evil.example/", "Seite: //evil.example/"),
    ],
)
def test_the_page_that_led_to_a_request_is_told_by_its_title(source: str, told: str) -> None:
    lead = lead_with()
    lead.source = source
    titles = {"/werkzeuge/x/": "Das Werkzeug"}
    content = mail.compose(
        lead, delivery_to(), sender=SENDER, questionnaire=QUESTIONNAIRE, page_titles=titles
    ).as_bytes()
    message = email.message_from_bytes(content, policy=email.policy.default)
    assert told in text_of(message).splitlines()
    assert f'href="{source}' not in part_of(message, "html")


def test_the_mail_leads_to_the_request_in_the_inbox() -> None:
    inbox = "https://www.example.org/posteingang/anfragen/"
    content = mail.compose(
        lead_with(), delivery_to(), sender=SENDER, questionnaire=QUESTIONNAIRE, inbox=inbox
    ).as_bytes()
    message = email.message_from_bytes(content, policy=email.policy.default)
    assert f"Im Posteingang öffnen: {inbox}B5KM-29QX" in text_of(message)
    assert f'href="{inbox}B5KM-29QX"' in part_of(message, "html")
    for kind in ("plain", "html"):
        assert "Markieren Sie die Anfrage dort als beantwortet." in part_of(message, kind)


@pytest.mark.parametrize(("language", "name"), [("en", "Englisch"), ("fr", "Französisch")])
def test_the_staff_hear_which_language_is_wanted_unless_it_is_german(
    language: str, name: str
) -> None:
    def composed(lead: Lead) -> EmailMessage:
        return mail.compose(lead, delivery_to(), sender=SENDER, questionnaire=QUESTIONNAIRE)

    german, foreign = composed(lead_with()), composed(lead_with(language=language))
    for kind in ("plain", "html"):
        before, after = (
            message.get_body((kind,)).get_content().splitlines() for message in (german, foreign)
        )
        added = [line for line in after if line not in before]
        assert name in " ".join(added)
        assert [line for line in before if line not in after] == []
    assert german["Subject"] == foreign["Subject"]
