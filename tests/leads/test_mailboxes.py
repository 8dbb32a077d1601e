from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from website.leads import mailboxes


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("erika@firma.example", "erika@firma.example"),
        (" Max@Firma.DE ", "Max@firma.de"),
        ("müller@müller-gmbh.de", "müller@müller-gmbh.de"),
        ("o'neill@firma.ie", "o'neill@firma.ie"),
        ("max.mustermann+anfrage@sub.firma.co.uk", "max.mustermann+anfrage@sub.firma.co.uk"),
        ("max @ firma.de", "max@firma.de"),
        ("max@firma.de.", "max@firma.de"),
        ("<max@firma.de>", "max@firma.de"),
        ("Max Müller <max@firma.de>", "max@firma.de"),
        ("mailto:max@firma.de", "max@firma.de"),
        ("max@straße.de", "max@straße.de"),
        ("max@firma.museum", "max@firma.museum"),
        ("1@2.de", "1@2.de"),
    ],
)
def test_addresses_are_understood_as_people_type_them(typed: str, meant: str) -> None:
    assert mailboxes.parse(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "max",
        "max@",
        "@firma.de",
        "max@firma",
        "max@fir ma.de",
        "a@b@c.de",
        "max@firma,de",
        "max@-firma.de",
        "max..m@firma.de",
        "\ud800@firma.de\x00@",
        f"{'a' * 300}@firma.de",
    ],
)
def test_what_no_mail_can_reach_is_no_address(typed: str) -> None:
    assert mailboxes.parse(typed) is None


def test_a_domain_with_umlauts_is_written_in_punycode() -> None:
    assert mailboxes.ascii_form("max@müller-gmbh.de") == "max@xn--mller-gmbh-9db.de"
    assert mailboxes.deliverable_form("müller@müller.de") == "müller@xn--mller-kva.de"


def test_an_umlaut_before_the_at_has_no_form_for_a_header() -> None:
    assert mailboxes.ascii_form("müller@firma.de") is None


def test_an_address_that_reads_as_an_encoded_word_has_no_form_for_a_header() -> None:
    assert mailboxes.parse("=?utf-8?q?a=0ABcc?=@firma.de") is not None
    assert mailboxes.ascii_form("=?utf-8?q?a=0ABcc?=@firma.de") is None


def test_our_own_addresses_may_be_on_this_machine() -> None:
    assert mailboxes.deliverable_form("website@localhost") == "website@localhost"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("max@gmial.com", "max@gmail.com"),
        ("max@gmai.com", "max@gmail.com"),
        ("max@gmaill.com", "max@gmail.com"),
        ("max@gmsil.com", "max@gmail.com"),
        ("max@GMIAL.com", "max@gmail.com"),
        ("max@web.dee", "max@web.de"),
        ("max@t-onlne.de", "max@t-online.de"),
        ("max@gmail.com", None),
        ("max@gmx.at", None),
        ("max@firma.de", None),
        ("max@gmx.se", "max@gmx.de"),
        ("max@gmx.xx", None),
        ("max@mail.com", None),
        ("max", None),
        ("", None),
    ],
)
def test_one_slip_from_a_common_domain_is_recognised(typed: str, meant: str | None) -> None:
    assert mailboxes.suggestion(typed) == meant


@pytest.mark.parametrize("domain", mailboxes.COMMON_DOMAINS)
def test_no_common_domain_is_taken_for_another(domain: str) -> None:
    assert mailboxes.suggestion(f"max@{domain}") is None


@given(st.sampled_from(mailboxes.COMMON_DOMAINS), st.data())
def test_a_letter_left_out_never_leads_to_a_wrong_domain(domain: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(domain) - 1))
    assert mailboxes.suggestion(f"max@{domain[:at]}{domain[at + 1 :]}") in {f"max@{domain}", None}
