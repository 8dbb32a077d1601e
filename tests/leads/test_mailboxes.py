from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from website.infra import email_addresses


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
    assert email_addresses.parse(typed) == meant


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
    assert email_addresses.parse(typed) is None


def test_a_domain_with_umlauts_is_written_in_punycode() -> None:
    assert email_addresses.ascii_form("max@müller-gmbh.de") == "max@xn--mller-gmbh-9db.de"
    assert email_addresses.deliverable_form("müller@müller.de") == "müller@xn--mller-kva.de"


def test_an_umlaut_before_the_at_has_no_form_for_a_header() -> None:
    assert email_addresses.ascii_form("müller@firma.de") is None


def test_an_address_that_reads_as_an_encoded_word_has_no_form_for_a_header() -> None:
    assert email_addresses.parse("=?utf-8?q?a=0ABcc?=@firma.de") is not None
    assert email_addresses.ascii_form("=?utf-8?q?a=0ABcc?=@firma.de") is None


def test_our_own_addresses_may_be_on_this_machine() -> None:
    assert email_addresses.deliverable_form("website@localhost") == "website@localhost"


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
    assert email_addresses.suggestion(typed) == meant


@pytest.mark.parametrize("domain", email_addresses.COMMON_DOMAINS)
def test_no_common_domain_is_taken_for_another(domain: str) -> None:
    assert email_addresses.suggestion(f"max@{domain}") is None


@given(st.sampled_from(email_addresses.COMMON_DOMAINS), st.data())
def test_a_letter_left_out_never_leads_to_a_wrong_domain(domain: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(domain) - 1))
    assert email_addresses.suggestion(f"max@{domain[:at]}{domain[at + 1 :]}") in {
        f"max@{domain}",
        None,
    }


INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u180b\u180e\u200b\u200c\u200d\u200e\u202e\u2060\u2061\u2064\u2066"
    "\u206f\u3164\ufe0e\ufe0f\ufeff\uffa0\ufff9\U0001d173\U000e0001\U000e0041\U000e0100"
)


@pytest.mark.parametrize("sign", INVISIBLE, ids=ascii)
def test_what_nobody_sees_is_no_part_of_an_address(sign: str) -> None:
    for at in range(len("max@muster-firma.de") + 1):
        typed = f"{'max@muster-firma.de'[:at]}{sign}{'max@muster-firma.de'[at:]}"
        assert email_addresses.parse(typed) == "max@muster-firma.de"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        *((f"anna{sign}lena@muster{sign}firma.de", "anna-lena@muster-firma.de")
          for sign in "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63\uff0d"),
        ("o’neill@firma.ie", "o'neill@firma.ie"),
        ("max@firma.de", "max@firma.de"),
        ("max＠firma．de", "max@firma.de"),
        ("ｍａｘ１＠ｆｉｒｍａ．ｄｅ", "max1@firma.de"),
        ("Max ＜max@firma.de＞", "max@firma.de"),
        ("max@firma。de", "max@firma.de"),
        ("max\u00a0@\u202ffirma.de", "max@firma.de"),
        ("mu\u0308ller@firma.de", "müller@firma.de"),
        ("अनुपमा@firma.de", "अनुपमा@firma.de"),
    ],
)  # fmt: skip
def test_typographic_signs_are_read_as_those_on_a_keyboard(typed: str, meant: str) -> None:
    assert email_addresses.parse(typed) == meant


@pytest.mark.parametrize(
    "typed",
    ["m…m@firma.de", "max²@firma.de", "max•m@firma.de", "m①x@firma.de", "ﬁnanz@firma.de",
     "max🙂@firma.de", "„max“@firma.de", "max→m@firma.de", "𝗺𝗮𝘅@firma.de", "max¸m@firma.de",
     "ma\u2024x@firma.de", "a" * 100_000 + "@firma.de"],
)  # fmt: skip
def test_what_only_looks_like_an_address_is_asked_about(typed: str) -> None:
    assert email_addresses.parse(typed) is None


@pytest.mark.parametrize(
    ("typed", "odd"),
    [
        ("max²@firma.de", "²"),
        ("m…m@firma.de", "…"),
        ("max müller@firma.de", ""),
        ("max–m@firma", ""),
        ("max\u00ad@firma.de", ""),
    ],
)
def test_the_sign_that_no_address_has_is_named(typed: str, odd: str) -> None:
    assert email_addresses.odd_sign(typed) == odd


@pytest.mark.parametrize(
    "typed",
    ["", "max@firma.de", "max @ firma.de", "max@firma.de <Max@FIRMA.de>", "a@b.de, a@b.de",
     "max@firma,de", "a@b@c.de", "Müller und Co <a@b.de>", "Vertrieb (@firma) a@b.de", "@, @"],
)  # fmt: skip
def test_one_address_is_not_taken_for_several(typed: str) -> None:
    assert not email_addresses.are_several(typed)


@given(st.text(), st.text())
def test_no_address_holds_a_sign_that_a_keyboard_has_not(local: str, domain: str) -> None:
    """But for letters, which have no other spelling."""
    found = email_addresses.parse(f"{local}@{domain}.de")
    if found is not None:
        assert all(sign.isascii() or sign.isalnum() or unicodedata.category(sign)[0] == "M"
                   for sign in found.rpartition("@")[0])  # fmt: skip
        assert email_addresses.parse(found) == found
