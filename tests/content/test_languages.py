"""Languages of editions: catalogues, and what is wrong with them; dates and numbers."""

from __future__ import annotations

import copy
import datetime
from pathlib import Path

import pytest

from website.content import languages
from website.content.languages import GERMAN, Language, Translations, read_catalogue, script_key

HEADER = 'msgid ""\nmsgstr ""\n"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
BRITISH = Language("en-GB", "English")
DAY = datetime.date(2026, 11, 3)


def read(folder: Path, text: str) -> tuple[Translations, list[tuple[int, str]]]:
    (folder / languages.NAME).write_text(HEADER + text)
    problems: list[tuple[int, str]] = []
    found = read_catalogue(folder, lambda line, message: problems.append((line, message)))
    return found, problems


def test_german_needs_no_catalogue() -> None:
    assert GERMAN.gettext("Anfrage stellen") == "Anfrage stellen"
    assert GERMAN.pgettext("Verfasser", "Von") == "Von"
    assert [GERMAN.ngettext("Tag", "Tage", count) for count in (1, 2)] == ["Tag", "Tage"]


def test_words_are_those_of_the_catalogue_and_otherwise_german(tmp_path: Path) -> None:
    entries = (
        'msgid "Suche"\nmsgstr "Search"\n\n'
        'msgid "zehn Prozent"\nmsgstr "10%%"\n\n'
        'msgctxt "Verfasser"\nmsgid "Von"\nmsgstr "By"\n\n'
        'msgid "%(num)s Tag"\nmsgid_plural "%(num)s Tage"\n'
        'msgstr[0] "%(num)s day"\nmsgstr[1] "%(num)s days"\n'
    )
    translations, problems = read(tmp_path, entries)
    english = Language("en-GB", "English", translations)
    assert problems == []
    assert english.gettext("Suche") == "Search"
    assert english.pgettext("Verfasser", "Von") == "By"
    assert english.ngettext("%(num)s Tag", "%(num)s Tage", 2) == "%(num)s days"
    assert english.gettext("Neues") == "Neues"
    assert copy.deepcopy(english) == english


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ('msgid "Suche"\nmsgstr ""\n', "Die Übersetzung fehlt: „Suche“"),
        (
            'msgid "Tag"\nmsgid_plural "Tage"\nmsgstr[0] "day"\nmsgstr[1] ""\n',
            "Die Übersetzung fehlt: „Tag“",
        ),
        ('#, fuzzy\nmsgid "Suche"\nmsgstr "Find"\n', "Die Übersetzung ist zu prüfen: „Suche“"),
        ('msgid "%(n)s Kunden"\nmsgstr "customers"\n', "dieselben Platzhalter"),
        ('msgid "%(n)s Kunden"\nmsgstr "%(m)s customers"\n', "dieselben Platzhalter"),
        ('msgid "10 %%"\nmsgstr "10%"\n', "%% statt %"),
        ('msgid "10 %%"\nmsgstr "10% of"\n', "%% statt %"),
        ('msgid "<b>a</b>"\nmsgstr "<i>a</i>"\n', "dieselben Platzhalter und HTML-Elemente"),
        ('msgid "Suche"\nmsgstr "<script>"\n', "dieselben Platzhalter und HTML-Elemente"),
        ('msgid "Suche"\nmsgstr "a\\" onload=\\"b"\n', "andere Zeichen"),
        ('msgid "Suche"\nmsgstr "search & find"\n', "andere Zeichen"),
        ('msgid "Suche"\nmsgst "Search"\n', "Das versteht gettext nicht: msgst"),
        ('msgid "Suche"\nmsgstr Search\n', "gettext nicht: msgstr Search. Hinter msgid"),
    ],
)
def test_what_is_wrong_with_a_translation_is_reported(
    tmp_path: Path, entry: str, message: str
) -> None:
    found, problems = read(tmp_path, entry)
    assert len(problems) == 1
    assert message in problems[0][1]
    assert problems[0][0] in {5, 6}
    assert found.digest == ""


def test_a_catalogue_that_nobody_can_read_is_reported(tmp_path: Path) -> None:
    problems: list[tuple[int, str]] = []
    read_catalogue(tmp_path, lambda line, message: problems.append((line, message)))
    (tmp_path / languages.NAME).write_bytes(b'msgid "a"\nmsgstr "\xff"\n')
    read_catalogue(tmp_path, lambda line, message: problems.append((line, message)))
    assert [line for line, _ in problems] == [1, 2]
    assert "fehlen" in problems[0][1]
    assert "UTF-8" in problems[1][1]


def test_an_unchanged_catalogue_is_not_read_again(tmp_path: Path) -> None:
    before, _ = read(tmp_path, 'msgid "Suche"\nmsgstr "Search"\n')
    assert read_catalogue(tmp_path, pytest.fail, before) is before


def test_a_script_gets_the_words_that_it_asks_for(tmp_path: Path) -> None:
    entries = (
        '#: static/js/a.js static/js/b.js\nmsgid "Suche"\nmsgstr "Search"\n\n'
        '#: static/js/b.js\nmsgid "Tag"\nmsgid_plural "Tage"\n'
        'msgstr[0] "day"\nmsgstr[1] "days"\n\n'
        '#: templates/base.html\nmsgid "Anfrage"\nmsgstr "Enquiry"\n'
    )
    english = Language("en-GB", "English", read(tmp_path, entries)[0])
    search, day = map(script_key, ("Suche", "Tag"))
    assert english.script_words(["js/a.js"]) == {search: ("Search",)}
    assert english.script_words(["js/a.js", "js/b.js", "js/c.js"]) == {
        search: ("Search",),
        day: ("day", "days"),
    }


@pytest.mark.parametrize(
    ("tag", "written"),
    [
        ("de", "3.\N{NO-BREAK SPACE}November 2026"),
        ("en-GB", "3\N{NO-BREAK SPACE}November 2026"),
        ("en-US", "November\N{NO-BREAK SPACE}3, 2026"),
        ("fr", "3\N{NO-BREAK SPACE}novembre 2026"),
    ],
)
def test_dates_are_written_as_in_the_language(tag: str, written: str) -> None:
    assert Language(tag, "").date(DAY) == written


def test_moments_name_the_zone() -> None:
    moment = datetime.datetime(2026, 11, 3, 20, 43, tzinfo=datetime.UTC)
    assert GERMAN.moment(moment) == "Dienstag, 3. November 2026, 21:43 Uhr (MEZ)"
    assert BRITISH.moment(moment).startswith("Tuesday")
    assert BRITISH.moment(moment).endswith("21:43 Uhr (CET)")


def test_numbers_and_tags() -> None:
    assert [language.number(12345) for language in (GERMAN, BRITISH)] == ["12.345", "12,345"]
    assert [language.code for language in (GERMAN, BRITISH)] == ["de", "en"]
    assert [language.locale for language in (GERMAN, BRITISH)] == ["de_DE", "en_GB"]


@pytest.mark.parametrize(
    "header",
    [
        "Content-Type: text/plain; charset=KLINGON",
        "PO-Revision-Date: gestern",
        "Plural-Forms: nplurals=2; plural=(import os);",
        "Plural-Forms: nplurals=2; plural=1/(n-n);",
    ],
)
def test_a_broken_header_is_told_of(tmp_path: Path, header: str) -> None:
    entry = 'msgid "Tag"\nmsgid_plural "Tage"\nmsgstr[0] "day"\nmsgstr[1] "days"\n'
    text = f'msgid ""\nmsgstr ""\n"{header}\\n"\n\n{entry}'
    (tmp_path / languages.NAME).write_text(text)
    problems: list[str] = []
    translations = read_catalogue(tmp_path, lambda _, message: problems.append(message))
    assert len(problems) == 1
    assert "versteht gettext nicht" in problems[0]
    assert Language("en-GB", "English", translations).gettext("Suche") == "Suche"


def test_a_language_in_a_country_that_nobody_knows_has_its_own_dates() -> None:
    assert "November" in Language("en-QQ", "English").date(DAY)
