from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from website.leads.text import clean, clean_line

ANYTHING = st.text(st.characters())  # lone surrogates included


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
