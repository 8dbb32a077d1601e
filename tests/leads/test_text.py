from __future__ import annotations

import sys
import unicodedata
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from website.infra.text import MOST_MARKS, clean, clean_line, folded, normalised
from website.leads import search

ANYTHING = st.text(st.characters()) | st.text(  # lone surrogates included
    st.sampled_from("a\u0344\u0345\u0316\u0f73\uff9e\u00ad\U000e0041🏴\r\n "), max_size=200
)
FORMS: tuple[Literal["NFC", "NFKC", "NFD", "NFKD"], ...] = ("NFC", "NFKC", "NFD", "NFKD")
HALF_WIDTH = str.maketrans("\uff9e\uff9f", "\u3099\u309a")


@given(ANYTHING)
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert clean_line(clean_line(text)) == clean_line(text)


@given(ANYTHING)
def test_what_is_clean_can_be_stored_and_sent(text: str) -> None:
    cleaned = clean(text)
    cleaned.encode()
    assert unicodedata.is_normalized("NFC", cleaned)
    assert all(sign in "\n\t" or unicodedata.category(sign) != "Cc" for sign in cleaned)
    assert cleaned == cleaned.strip()


@given(ANYTHING)
def test_a_clean_line_is_one_line(text: str) -> None:
    assert len(clean_line(text).splitlines()) <= 1


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("eins\r\nzwei\rdrei\u2028vier", "eins\nzwei\ndrei\nvier"),
        ("Mu\u0308ller", "Müller"),
        ("a\x00b\x07c\ud800d", "abcd"),
        ("Rechnung\u202egpj.exe", "Rechnunggpj.exe"),
        ("\ufeff  Firma \n", "Firma"),
        ("👩\u200d🔧 Café – „gut“\t10 €", "👩\u200d🔧 Café – „gut“\t10 €"),
        ("", ""),
    ],
)
def test_only_what_harms_goes(typed: str, kept: str) -> None:
    assert clean(typed) == kept


def test_a_line_keeps_its_words_apart() -> None:
    assert clean_line(" Müller\r\n &\tSöhne\u00a0 GmbH ") == "Müller & Söhne GmbH"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Muster\u00adfirma", "Musterfirma"),
        ("Fir\u034fma\u2062 \u180eGmbH\u206a", "Firma GmbH"),
        ("\u3164", ""),
        ("\u115f\u1160\uffa0\u2800", "\u2800"),
        ("Angebot\U000e0049\U000e0067\U000e006e", "Angebot"),
        ("❤\ufe0f", "❤\ufe0f"),
        ("🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
         "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("葛\U000e0100城", "葛\U000e0100城"),
    ],
)  # fmt: skip
def test_what_shows_nothing_goes_and_what_shapes_its_neighbours_stays(
    typed: str, kept: str
) -> None:
    assert clean(typed) == kept


def test_to_compare_nothing_invisible_counts() -> None:
    assert folded("Ver\u00adtrieb\u200d\ufe0f \u200cGmbH") == folded("vertrieb gmbh")
    assert search.terms("Muster\u200cfirma\u00ad") == search.terms("Musterfirma")


MARKS = [sign for sign in map(chr, range(0x20000)) if not "\ud800" <= sign <= "\udfff"
         and unicodedata.combining(unicodedata.normalize("NFKD", sign)[0])]  # fmt: skip


def longest_row(text: str) -> int:
    rows = "".join("x" if unicodedata.combining(sign) else " " for sign in text).split()
    return max(map(len, rows), default=0)


def test_of_marks_in_a_row_only_so_many_are_kept_whatever_they_are() -> None:
    for form in FORMS:
        for mark in MARKS:
            kept = normalised(form, f"a{mark * 100}b")
            assert longest_row(kept) <= MOST_MARKS, ascii(mark)


def test_no_sign_beyond_them_is_a_mark() -> None:
    assert not any(map(unicodedata.combining, map(chr, range(0x20000, sys.maxunicode + 1))))


@given(st.sampled_from(FORMS), st.text(st.sampled_from([*"aé\u1100\u1161 ", *MARKS]), max_size=200))
def test_up_to_so_many_nothing_is_changed_but_the_form(
    form: Literal["NFC", "NFKC", "NFD", "NFKD"], text: str
) -> None:
    found = normalised(form, text)
    assert longest_row(found) <= MOST_MARKS
    assert normalised(form, found) == found
    assert unicodedata.is_normalized(form, found)
    whole = unicodedata.normalize(form, text)
    if longest_row(text.translate(HALF_WIDTH)) <= MOST_MARKS and longest_row(whole) <= MOST_MARKS:
        assert found == whole
