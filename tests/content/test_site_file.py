"""``website.toml``: what is wrong with it is told on its line, alone, and with what to type."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support.content import SITE, Content
from support.site import ROOT
from website import checking
from website.content import library_problems, toml_files
from website.exceptions import UnreadableFile

NAME = 'name = "Interim Profis"'

TYPED = {
    "German quotes": ("name = „Interim Profis“", "Interim Profis"),
    "English quotes": ("name = “Interim Profis”", "Interim Profis"),
    "guillemets": ("name = »Interim Profis«", "Interim Profis"),
    "single typographic quotes": ("name = ‚Interim Profis‘", "Interim Profis"),
    "straight opening, German closing": ('name = "Interim Profis“', "Interim Profis"),
    "German opening, straight closing": ('name = „Interim Profis"', "Interim Profis"),
    "closing quote missing": ('name = "Interim Profis', "Interim Profis"),
    "opening quote missing": ('name = Interim Profis"', "Interim Profis"),
    "both quotes missing": ("name = Interim Profis", "Interim Profis"),
    "closing single quote missing": ("name = 'Interim Profis", "Interim Profis"),
    "apostrophe in single quotes": ("name = 'Kunden's Profis'", "Kunden's Profis"),
    "quotes within quotes": ('name = "Die "Profis" hier"', 'Die "Profis" hier'),
    "more behind the quotes": ('name = "Interim" Profis', '"Interim" Profis'),
    "colon": ('name: "Interim Profis"', "Interim Profis"),
    "colon, typographic quotes": ("name: „Interim Profis“", "Interim Profis"),
    "no sign": ('name "Interim Profis"', "Interim Profis"),
    "number with a leading zero": ("name = 01234", "01234"),
    "word": ("name = ja", "ja"),
    "no value": ("name =", ""),
    "note in place of the value": ("name = # folgt", ""),
}


@pytest.mark.parametrize(("row", "meant"), TYPED.values(), ids=TYPED)
def test_a_text_that_cannot_be_read_is_told_with_the_line_to_type(row: str, meant: str) -> None:
    text = f"# Was gilt.\n{row}\nmotto = \"x\"\n\n[contact]\nphone = '+49'\n"
    with pytest.raises(UnreadableFile) as found:
        toml_files.parsed(text)
    assert found.value.line == 2
    typed = re.search(r"name = .*", str(found.value))
    assert typed
    assert toml_files.parsed(text.replace(row, typed[0]))["name"] == meant


OTHERS = [
    (NAME, 'name\u00a0= "x"', 0, "geschütztes oder unsichtbares Leerzeichen"),
    (NAME, 'name =\u202f"x"', 0, "geschütztes oder unsichtbares Leerzeichen"),
    (NAME, '\u200bname = "x"', 0, "geschütztes oder unsichtbares Leerzeichen"),
    (NAME, 'name = "C:\\Umsatz"', 0, "Schreiben Sie ihn doppelt"),
    (NAME, 'name = "a"\nname = "b"', 1, "Die Angabe „name“ steht zweimal da"),
    (NAME, "=======", 0, "Konflikt von git"),
    (NAME, f"<<<<<<< HEAD\n{NAME}\n=======\nname = \"x\"\n>>>>>>> anna", 0, "git hat beide"),
    (NAME, "Ein Satz.", 0, "nicht zu verstehen"),
    (NAME, 'Größe = "x"', 0, "nicht zu verstehen"),
    ("as_of = 2026-11-23", "as_of = 23.11.2026", 0, "as_of = 2026-11-23"),
    ("as_of = 2026-11-23", "as_of = 31.11.2026", 0, "as_of = 2026-11-23"),
    ("as_of = 2026-11-23", "as_of = 1. 2. 2026", 0, "as_of = 2026-02-01"),
    ("[provider]", "[provider", 0, "gleich viele Klammern: [provider]"),
    ("[provider]", "provider]", 0, "gleich viele Klammern: [provider]"),
    ("[[topics]]", "[[topics]", 0, "gleich viele Klammern: [[topics]]"),
    ("[[topics]]", "[topics]", 0, "doppelte Klammern: [[topics]]"),
    ("[privacy]", "[provider]", 0, "[provider] steht zweimal da, zuerst in Zeile"),
    ("[privacy]", "[contact]", 0, "[contact] steht zweimal da, zuerst in Zeile"),
    ("en = [", "en =", 0, "Hier fehlt der Wert: en = ["),
    ('"Customer Lifetime Value",\n]', '"Customer Lifetime Value",', -6, "wird nicht geschlossen"),
    ('"Key Account Manager",', '"Key Account Manager"', 0, "fehlt ein Komma"),
    ('"Key Account Manager",', "„Key Account Manager“,", 0, 'zeichen: "Key Account Manager"'),
    ('Interim Profis\n"""', "Interim Profis\n", -14, "Der Text, der hier beginnt, endet nicht"),
    ('text = """\nGuten', 'text = "\nGuten', 0, "wird nicht geschlossen"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "below", "message"), OTHERS)
def test_the_line_of_the_real_file_that_is_wrong_is_told(
    content: Content, old: str, new: str, below: int, message: str
) -> None:
    text = (ROOT / "content/website.toml").read_text()
    assert old in text
    content.write("website.toml", text.replace(old, new, 1))
    (problem,) = library_problems.every(content.load())
    line = text[: text.index(old)].count("\n") + 1 + below
    assert (problem.path, problem.line) == ("content/website.toml", line), problem.message
    assert message in problem.message
    assert problem.blocks


BROKEN = {
    "missing quote": SITE.replace(NAME, 'name = "Interim Profis').encode(),
    "typographic quotes": SITE.replace(NAME, "name = „Interim Profis“").encode(),
    "table twice": f"{SITE}\n[contact]\n".encode(),
    "UTF-16": SITE.encode("utf-16"),
    "UTF-16 without a mark": SITE.encode("utf-16-le"),
    "Latin-1": SITE.encode("latin-1"),
    "too many brackets": f"{SITE}\n[extra]\na = {'[' * 3000}".encode(),
    "too many points": f"{SITE}\n[extra]\n{'a.' * 2000}b = 1\n".encode(),
    "conflict": f"{SITE}\n<<<<<<< HEAD\n=======\n>>>>>>> anna\n".encode(),
}


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN)
def test_a_site_file_that_cannot_be_read_is_told_alone(content: Content, data: bytes) -> None:
    content.article("a", date="gestern")
    content.write("adressen.txt", "/artikel/weg/\n")
    content.write("website.toml", data)
    library = content.load()
    (problem,) = library_problems.every(library)
    assert problem.path == "content/website.toml"
    assert checking.check(library) == (problem,)
    assert library_problems.every(content.load(with_unpublished=True)) == (problem,)


@pytest.mark.parametrize(
    ("behind", "is_told"), [(" #1 im Markt", True), (" # eine Notiz", False), ("  #", False)]
)
def test_words_behind_a_value_that_nobody_reads_are_told(
    content: Content, behind: str, is_told: bool
) -> None:
    name = 'name = "Interim Profis"'
    file = content.folder / "website.toml"
    file.write_text(file.read_text().replace(name, f"{name}{behind}", 1))
    typed = 'Anführungszeichen: name = "Interim Profis #1 im Markt"'
    told = [text for text in content.problems() if text.endswith(typed)]
    assert [text.split(":")[1] for text in told] == (["1"] if is_told else [])
    assert len(content.problems()) == is_told


@pytest.mark.parametrize(
    ("file", "typed", "shown"),
    [
        ("website.toml", 'motto = "Schnell <b>und</b> fair"', "<b>"),
        ("website.toml", 'motto = "**Schnell** und fair"', "**"),
        ("website.toml", 'motto = "Schnell&nbsp;und fair"', "&nbsp;"),
        ("formular.toml", 'label = "Siehe [hier](/kontakt/)"', "]("),
        ("website.toml", 'motto = "5 * 3 < 20 & [fair] (schnell)"', ""),
    ],
)
def test_markup_that_readers_would_see_is_told(
    content: Content, file: str, typed: str, shown: str
) -> None:
    key = typed.partition(" ")[0]
    path = content.folder / file
    rows = path.read_text().split("\n")
    at = next(at for at, row in enumerate(rows) if row.startswith(f"{key} ="))
    rows[at] = typed
    path.write_text("\n".join(rows))
    told = [text for text in content.problems() if "HTML und Markdown" in text]
    assert [text.split("„")[0] for text in told] == [f"content/{file}:{at + 1}: "] * bool(shown)
    assert all(f"„{shown}“" in text for text in told)


def test_a_byte_order_mark_is_no_problem(content: Content) -> None:
    content.article()
    content.write("website.toml", SITE.encode("utf-8-sig"))
    for name in ("adressen.txt", "woerter.txt", "bildrechte.txt"):
        content.write(name, "\ufeff")
    assert content.problems() == []
    assert content.load().site.name == "Interim Profis"


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_line_ends_of_other_systems_are_no_problem(content: Content, end: str) -> None:
    content.article()
    content.write("website.toml", SITE.replace("\n", end))
    assert content.problems() == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (NAME, "name = 1", 'name = "…"'),
        (NAME, "name = true", 'name = "…"'),
        (NAME, 'name = ["x"]', 'name = "…"'),
        (NAME, 'name = "x\\u0000y"', "Steuerzeichen (U+0000)"),
        ("[[navigation]]", "[navigation]", "„navigation“ soll eine Liste sein: [[navigation]]"),
        ("en = [", "de-x = 1\nen = [", 'de-x = ["…", "…"]'),
        ("en = [", '"e n" = []\nen = [', "kein Kürzel einer Sprache"),
        ("articles_per_page = 2", "articles_per_page = 0", "ganze Zahl von 1 bis 1000"),
        ("articles_per_page = 2", "articles_per_page = 9" + "9" * 30, "ganze Zahl von 1 bis 1000"),
        ("articles_per_page = 2", "articles_per_page = true", "ganze Zahl von 1 bis 1000"),
        ("articles_per_page = 2", "articles_per_page = 2.5", "ganze Zahl von 1 bis 1000"),
        ("as_of = 2026-11-23", "as_of = 2026-11-23T10:00:00Z", "ist kein Datum"),
        ("as_of = 2026-11-23", "as_of = 10:00:00", "ist kein Datum"),
        ("as_of = 2026-11-23", 'as_of = "23.11.2026"', "zum Beispiel 2026-11-23"),
        ("as_of = 2026-11-23", "as_of = 0001-01-01", "Prüfen Sie das Jahr"),
        ('slug = "kunden"', 'slug = "Preise & Margen"', 'Möglich wäre: slug = "preise-margen"'),
        ('slug = "kunden"', 'slug = "Über/uns"', 'Möglich wäre: slug = "ueber-uns"'),
        ('slug = "kunden"', 'slug = "kunden "', ""),
    ],
)
def test_what_is_typed_in_another_kind_is_told_on_its_line(
    content: Content, old: str, new: str, message: str
) -> None:
    content.write("website.toml", SITE.replace(old, new, 1))
    problems = library_problems.every(content.load())
    line = SITE[: SITE.index(old)].count("\n") + 1
    if message:
        assert any(message in p.message and p.line == line for p in problems), problems
    assert all(" " not in topic.address for topic in content.load().site.topics)


def test_two_topics_with_one_slug_are_told(content: Content) -> None:
    again = '[[topics]]\nslug = "kunden"\ntitle = "Zwei"\ndescription = "Zwei."\n'
    content.write("website.toml", SITE.replace("[foreign_terms]", f"{again}\n[foreign_terms]"))
    assert ["steht zweimal da" in problem for problem in content.problems()] == [True]


def test_a_table_of_another_kind_is_told_once(content: Content) -> None:
    text = SITE.replace("articles_per_page = 2", 'articles_per_page = 2\nprivacy = "x"')
    content.write("website.toml", text.partition("[privacy]")[0])
    ((message,)) = content.problems()
    assert "„privacy“ soll ein Abschnitt mit eigenen Angaben sein" in message


def test_a_menu_entry_that_leads_nowhere_is_told_on_its_line(content: Content) -> None:
    text = SITE.replace('to = "/kontakt/"', 'to = "/gibt-es-nicht/"')
    content.write("website.toml", text)
    ((message,)) = content.problems()
    line = text[: text.index('to = "/gibt')].count("\n") + 1
    assert message.startswith(f"content/website.toml:{line}: ")


PIECES = st.sampled_from(
    ["name", " = ", "=", '"', '"""', "'", "„", "“", "[", "]", "[[", "]]", "\n", "#", ",", "x", "1",
     "2026-11-23", ".", ":", "\\", "{", "}", "\u00a0", "true", "topics", "provider"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=25).map("".join))
def test_whatever_is_typed_is_read_or_told_on_a_line_of_the_file(text: str) -> None:
    assert _line_told(text) <= text.count("\n") + 1


def _line_told(text: str) -> int:
    try:
        toml_files.parsed(text)
    except UnreadableFile as error:
        return error.line
    return 1


@given(st.binary(max_size=200))
@settings(
    max_examples=settings.default.max_examples // 2,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_no_bytes_whatever_break_the_reading(content: Content, data: bytes) -> None:
    content.write("website.toml", data)
    checking.check(content.load())
