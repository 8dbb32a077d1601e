"""Any words become an address that can be read aloud."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from website.content.slugs import shorten, slugify

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Größere Übung", "groessere-uebung"),
        ("STRAẞE und Maße", "strasse-und-masse"),
        ("a\N{COMBINING DIAERESIS}rger", "aerger"),
        ("Łódź, café, Œuvre", "lodz-cafe-oeuvre"),
        ("Москва", "moskva"),
        ("Αθήνα", "athina"),
        ("„Von Kunden trennen“ – prüfen", "von-kunden-trennen-pruefen"),
        ("100 m² & mehr", "100-m2-mehr"),
        ("???", "abschnitt"),
        ("Start 🚀 ins Gespräch 👍🏽", "start-ins-gespraech"),
    ],
)
def test_words_are_spelt_in_latin_letters(text: str, slug: str) -> None:
    assert slugify(text) == slug


@given(st.text(max_size=80))
def test_whatever_was_typed_becomes_a_slug_and_stays_one(text: str) -> None:
    slug = slugify(text)
    assert SLUG.match(slug)
    assert slugify(slug) == slug


@given(st.text(st.sampled_from("äöüßÄÖÜẞaeiouéñ -"), max_size=30))
def test_how_accents_are_stored_makes_no_difference(text: str) -> None:
    assert slugify(unicodedata.normalize("NFD", text)) == slugify(text)


@given(st.text(max_size=200), st.integers(1, 60))
def test_a_short_slug_is_still_one_and_begins_alike(text: str, longest: int) -> None:
    slug = slugify(text)
    short = shorten(slug, longest)
    assert SLUG.match(short)
    assert len(short) <= longest
    assert slug.startswith(short)


def test_a_slug_is_cut_between_words() -> None:
    assert shorten("kunden-richtig-betreuen", 20) == "kunden-richtig"
    assert shorten("kunden-richtig-betreuen", 14) == "kunden-richtig"
    assert shorten("kundenbetreuung", 6) == "kunden"
