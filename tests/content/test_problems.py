"""Every mistake of an author is told with file, line and remedy, all of them at once."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support.content import Content
from website.content import library_problems


def test_good_content_has_no_problems(content: Content) -> None:
    content.article()
    assert content.problems() == []


REMEDY = re.compile(r"\bSie\b|\bfehlt\b|Möglich sind|\?$")
"""What to do, what to add, or what was meant."""


@pytest.mark.parametrize(
    ("changes", "line", "message"),
    [
        ({"titel": "x"}, 2, "Die Angabe „titel“ ist unbekannt. Meinten Sie „title“?"),
        ({"date": "23.11.2026"}, 4, "„date: 23.11.2026“ ist kein Datum."),
        ({"date": "2026-02-30"}, 4, "„date: 2026-02-30“ ist kein Datum."),
        ({"title": ""}, 2, "Die Angabe „title“ fehlt."),
        ({"topic": "kuchen"}, 5, "„topic: kuchen“ ist nicht vorgesehen. Möglich sind: „kunden“."),
        ({"status": "publishd"}, 6, "Möglich sind: „draft“, „review“, „published“."),
        ({"updated": "2026-10-01"}, 2, "„updated“ liegt vor „date“. Nehmen Sie einen späteren Tag"),
        ({"image": "fehlt.png"}, 2, "Das Bild „fehlt.png“ liegt nicht neben der Datei."),
        ({"tags": "Kunden"}, 2, "„tags“ soll eine Liste sein"),
        ({"aliases": "[alt]"}, 2, "Die alte Adresse „alt“ soll mit / beginnen."),
        ({"sources": "[{text: A, url: ftp://x}]"}, 2, "„url“ soll mit https:// beginnen"),
        ({"sources": "[{txt: A}]"}, 2, "Die Angabe „text“ fehlt."),
        ({"cta": "{topic: kuchen, text: Los}"}, 2, "„topic: kuchen“ ist nicht vorgesehen."),
        ({"aliases": f"[/{'ü' * 101}/]"}, 2, "ist länger als 200 Zeichen."),
        ({"cover": "{bars: [3, 2]}"}, 2, "„bars“ soll 5 bis 16 Zahlen ab 0"),
        ({"cover": "{bars: [3, 2, 1, 0, '1.000,5']}"}, 2, "ohne Tausenderpunkt"),
        ({"cover": "{bars: [0, 0, 0, 0, 0]}"}, 2, "eine davon über 0"),
        ({"cover": "{bars: [5, 4, 3, 2, 1], red: 6}"}, 2, "1 bis 5"),
        ({"cover": "{bars: [5, 4, 3, 2, 1], rot: 1}"}, 2, "Die Angabe „rot“ ist unbekannt"),
        ({"date": "24.11.2026"}, 4, "zum Beispiel 2026-11-24."),
        ({"date": "„2026-11-24“"}, 4, "ohne die typografischen Anführungszeichen"),
        ({"status": "“draft”"}, 6, "ohne die typografischen Anführungszeichen"),
        ({"date": "1026-11-24"}, 4, "Prüfen Sie das Jahr"),
        ({"sources": "[{text: A, url: 'http://[::1'}]"}, 2, "„url“ soll mit https:// beginnen"),
        ({"title": '"A\\x08B"'}, 2, "Steuerzeichen (U+0008)"),
        ({"Ein Satz. Noch": "x"}, 2, "Gehört die Zeile zum Text, fehlt davor die Zeile „---“."),
        ({"title": "A: B"}, 2, "Der Wert enthält einen Doppelpunkt."),
        ({"title": "[offen"}, 2, "Die eckige Klammer wird nicht geschlossen."),
        ({"title": "x" * 129}, 2, "„title“ ist um 10 Zeichen länger als die erlaubten 119."),
    ],
    ids=lambda value: next(iter(value.items()), "") if isinstance(value, dict) else None,
)
def test_a_mistake_in_front_matter_is_told_with_its_line(
    content: Content, changes: dict[str, str], line: int, message: str
) -> None:
    content.article(**changes)
    found = [text for text in content.problems() if message in text]
    assert found, content.problems()
    assert found[0].startswith(f"content/artikel/ein-artikel.md:{line}: ")


@pytest.mark.parametrize(
    ("key", "value", "other"),
    [
        ("title", "[a, b]", ""),
        ("title", "{a: b}", ""),
        ("description", "[Neu]", ""),
        ("tags", "Preise, Kunden", ""),
        ("tags", "{a: b}", ""),
        ("summary", "Ein Punkt", ""),
        ("summary", '["Ein Punkt", Preise: hoch]', '["Ein Punkt", {}]'),
        ("sources", "Ein Buch", ""),
        ("sources", "[Ein Buch, ein anderes]", None),
        ("date", "24.11.2026", "2026-11-24"),
        ("date", "„2026-11-24“", "2026-11-23"),
        ("updated", "1. 12. 2026", "2026-12-01"),
    ],
)  # fmt: skip
def test_what_a_message_shows_is_right_when_typed(
    content: Content, key: str, value: str, other: str | None
) -> None:
    """What is shown is a line, or stands in the gap of one."""
    content.article(**{"date": "2026-11-01", key: value})
    own = [text for text in content.problems() if f":{_line(content, key)}: " in text]
    assert len(own) == 1 or other is None, own
    shown = re.search(rf"{key}: [\[\"].*$|\"Preise: hoch\"|\d{{4}}-\d\d-\d\d(?=\.$)", own[0])
    if other is None:
        assert "braucht benannte Angaben" in own[0]
        return
    assert shown, own
    assert not other or "{}" in other or shown[0] == other
    typed = shown[0] if shown[0].startswith(key) else (other or "{}").replace("{}", shown[0])
    content.article(**{"date": "2026-11-01", key: typed.removeprefix(f"{key}: ")})
    assert content.problems() == []


def _line(content: Content, key: str) -> int:
    rows = (content.folder / "artikel/ein-artikel.md").read_text().split("\n")
    return next(number for number, row in enumerate(rows, 1) if row.startswith(f"{key}:"))


@pytest.mark.parametrize(
    ("body", "line", "message"),
    [
        ("[x](fehlt.md)", 9, "meint eine Datei, die es nicht gibt: artikel/fehlt.md"),
        ("Text.\n\n[x](../seiten/fehlt.md)", 11, "seiten/fehlt.md"),
        ("[x](#nirgends)", 9, "meint eine Überschrift, die es dort nicht gibt"),
        ("[x](www.beispiel.de)", 9, "Beginnen Sie Adressen im Netz mit https://"),
        ("[x](javascript:alert(1))", 9, "führt nirgendwohin"),
        ("[x](https:/beispiel.de)", 9, "führt nirgendwohin"),
        ("[x](#)", 9, "führt nirgendwohin"),
        ("Text\n[x](https://beispiel.de/ „Titel“)", 10, "steht ein Leerzeichen"),
        ("[x](https://beispiel.de/ 'Titel)", 9, "steht ein Leerzeichen"),
        ("[x](https://beispiel.de/\nseite)", 9, "steht ein Leerzeichen"),
        ("Text. [](https://beispiel.de/)", 9, "ist ein Link ohne Text"),
        ("Text.\n\n##\n\nText.", 11, "Überschrift ist leer"),
        ("Text.\n\n### ![schmückend](fehlt.png)", 11, "Überschrift ist leer"),
        ("[x](/gibt-es-nicht/)", 9, "/gibt-es-nicht/ gibt es nicht"),
        (
            "![Ein Bild](fehlt.png)",
            9,
            "„fehlt.png“ liegt nicht neben der Datei.",
        ),
        ("![](fehlt.png)", 9, "fehlt der Text in [ ]"),
        ("[![schmückend](fehlt.png)](https://example.org/)", 9, "ist ein Link ohne Text"),
        ("# Titel", 9, "macht einen zweiten Titel"),
        ("Text.\n\n/// merksatz\nOhne Ende", 11, "Der Kasten „merksatz“ endet nicht."),
        ("/// merkstatz\nText\n///", 9, "Den Kasten „merkstatz“ gibt es nicht."),
        ("/// baustein | xy\n///", 9, "Den Baustein „xy“ gibt es nicht."),
        ("///", 9, "der nirgends beginnt"),
        ("/// merksatz: Titel\nText\n///", 9, "Hier beginnt kein Kasten"),
        (
            "1. a\n\n    /// merkstatz\n    Text\n    ///",
            11,
            "Den Kasten „merkstatz“ gibt es nicht.",
        ),
        ("> /// merksatz\n> Ohne Ende", 9, "Der Kasten „merksatz“ endet nicht."),
        ("/// baustein | themen\n\nText\n///", 11, "„baustein“ steht nichts"),
        ("Ein Satz.\n\n" * 10000, 18189, "mehr als 100.000 Zeichen"),
        ("Text.\n\n" + "- a\n" * 5000, 11, "Hier stehen 5.000 Zeilen ohne leere Zeile"),
        ("/// merksatz\n//// baustein | themen\n////\n///", 10, "darf in keinem Kasten stehen"),
    ],
)
def test_a_mistake_in_the_text_is_told_with_its_line(
    content: Content, body: str, line: int, message: str
) -> None:
    content.article(text=_article(body))
    found = [text for text in content.problems() if message in text]
    assert found, content.problems()
    assert found[0].startswith(f"content/artikel/ein-artikel.md:{line}: ")
    assert REMEDY.search(found[0]), found[0]


@pytest.mark.parametrize(
    "body",
    [
        "<post@beispiel.de> und [x](mailto:post@beispiel.de?subject=Guten Tag)",
        "[x](tel:+49 711 123456)",
        "- /// merksatz\n  Text\n  ///",
        "> /// merksatz\n> Text\n> ///",
        "## ![Zwei Stühle](b.png)",
        "/// baustein | themen\n\n///",
    ],
)
def test_of_what_is_right_nothing_is_told(content: Content, body: str) -> None:
    content.image("b.png")
    content.article(text=_article(body))
    assert content.problems() == []


def test_a_link_names_what_was_probably_meant(content: Content) -> None:
    content.article("anderer", text=_article("## Größe zählt\n\nText."))
    content.article(
        text=_article("[a](andere.md) [b](/kontat/) [c](anderer.md#groesse) [d](anderer.md#xyz)")
    )
    told = " ".join(content.problems())
    assert "Meinten Sie artikel/anderer.md?" in told
    assert "Meinten Sie „/kontakt/“?" in told
    assert "Meinten Sie „#groesse-zaehlt“?" in told
    assert "Nehmen Sie eine von diesen: #groesse-zaehlt." in told


def test_the_second_of_two_equal_broken_links_has_its_own_line(content: Content) -> None:
    content.article(text=_article("[x](fehlt.md)\n\n[y](fehlt.md)"))
    assert [text.split(":")[1] for text in content.problems()] == ["9", "11"]


def test_all_problems_of_all_files_come_at_once_and_sorted(content: Content) -> None:
    content.article("a", date="gestern", titel="x")
    content.article("b", topic="kuchen")
    content.write("seiten/kontakt.md", "ohne Angaben")
    places = [text.split(": ")[0] for text in content.problems()]
    assert places == [
        "content/artikel/a.md:2",
        "content/artikel/a.md:5",
        "content/artikel/b.md:5",
        "content/seiten/kontakt.md:1",
    ]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("Kein Anfang", 1, "Die erste Zeile soll „---“ sein."),
        ("---\ntitle: x\n", 1, "Es fehlt die zweite Zeile „---“"),
        ("---\n- nur\n- Liste\n---\n", 2, "Zeilen der Form „name: Wert“"),
        ("---\nnur Worte\n---\n", 2, "„name: Wert“ bestehen. Diese Zeile hat nicht die Form"),
        ("---\ntitle: x\n\tdate: y\n---\n", 3, "Tabulator"),
        ("---\ntitle: x\ntitle: y\n---\n", 3, "steht zweimal da"),
        (b"---\ntitle: x\ndescription: M\xfcller\n---\n", 3, "nicht in UTF-8"),
    ],
)
def test_a_file_that_cannot_be_read_says_where(
    content: Content, text: str | bytes, line: int, message: str
) -> None:
    content.write("artikel/kaputt.md", text)
    found = [problem for problem in content.problems() if message in problem]
    assert found, content.problems()
    assert found[0].startswith(f"content/artikel/kaputt.md:{line}: ")


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("start", ["", "\N{ZERO WIDTH NO-BREAK SPACE}"])
def test_line_ends_and_byte_order_marks_change_neither_lines_nor_text(
    content: Content, ending: str, start: str
) -> None:
    text = start + _article("Text.\n\n[x](fehlt.md)").replace("\n", ending)
    content.article(text=text)
    assert [problem.split(": ")[0] for problem in content.problems()] == [
        "content/artikel/ein-artikel.md:11"
    ]


def test_a_missing_page_is_told(content: Content) -> None:
    (content.folder / "seiten/kontakt.md").unlink()
    message = "Diese Seite fehlt; die Website braucht sie. Legen Sie die Datei an."
    assert f"content/seiten/kontakt.md:1: {message}" in content.problems()


def test_problems_of_site_data_have_their_line(content: Content) -> None:
    text = (content.folder / "website.toml").read_text()
    content.write("website.toml", text.replace('phone = "+49 711 123456"', 'fone = "1"', 1))
    assert [problem.split(": ", 1)[0] for problem in content.problems()] == [
        "content/website.toml:18",
        "content/website.toml:20",
    ]


def test_a_placeholder_is_an_open_fact_and_no_problem(content: Content) -> None:
    content.article(reviewed_by='"PLATZHALTER: fachliche Prüfung"', ai="none")
    text = (content.folder / "website.toml").read_text()
    content.write("website.toml", text.replace('"DE123456789"', '"PLATZHALTER: USt-IdNr."'))
    library = content.load()
    assert library_problems.every(library) == ()
    assert [str(fact) for fact in library.open_facts] == [
        "content/website.toml:35: Es fehlt noch: USt-IdNr.",
        "content/artikel/ein-artikel.md:8: Es fehlt noch: fachliche Prüfung.",
    ]


def test_a_published_article_that_does_not_say_where_it_comes_from_lacks_facts(
    content: Content,
) -> None:
    content.article("entwurf", status="draft", reviewed_by="")
    content.article("geprueft", ai="assisted")
    content.article("ungeprueft", reviewed_by="", ai="none")
    content.article("verschwiegen")
    library = content.load()
    assert library_problems.every(library) == ()
    assert [str(fact) for fact in library.open_facts] == [
        (
            "content/artikel/ungeprueft.md:8: Es fehlt noch: „reviewed_by“, "
            "wer den Text fachlich geprüft hat."
        ),
        (
            "content/artikel/verschwiegen.md:1: Es fehlt noch: „ai“, "
            "ob der Text mit KI entstanden ist („none“, „assisted“ oder „generated“)."
        ),
    ]


def test_what_a_new_file_asks_its_author_to_replace_is_a_problem(content: Content) -> None:
    content.article(text=_article("Text.\n\nPLATZHALTER: Lage\n\n## PLATZHALTER: Ziel"))
    assert content.problems() == [
        (
            "content/artikel/ein-artikel.md:11: Hier steht noch „PLATZHALTER“ "
            "(im Text an 2 Stellen). Ersetzen Sie die Zeile durch Ihren Text, oder löschen Sie sie."
        )
    ]


def test_problems_of_a_draft_stop_nobody(content: Content) -> None:
    content.article("fertig")
    content.article("entwurf", status="draft", date="gestern")
    problems = library_problems.every(content.load())
    assert [problem.blocks for problem in problems] == [False]


def test_a_status_that_cannot_be_read_does_stop(content: Content) -> None:
    content.article(status="publishd")
    assert [problem.blocks for problem in library_problems.every(content.load())] == [True]


def test_a_link_to_a_draft_is_a_problem_until_it_is_published(content: Content) -> None:
    content.article("a", text=_article("[x](b.md)"))
    content.article("b", status="draft")
    assert "meint einen unveröffentlichten Artikel" in content.problems()[0]
    content.article("b", status="published")
    assert content.problems() == []


@given(st.binary(max_size=300))
@settings(
    max_examples=settings.default.max_examples * 3 // 2,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_no_file_whatever_breaks_the_reading(content: Content, data: bytes) -> None:
    content.write("artikel/zufall.md", data)
    library_problems.every(content.load())


@given(st.text(max_size=300))
@settings(
    max_examples=settings.default.max_examples * 3 // 2,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_no_text_whatever_breaks_the_rendering(content: Content, body: str) -> None:
    content.article("zufall", text=_article(body.encode("utf-8", "ignore").decode()))
    library = content.load()
    library_problems.every(library)
    html = library.rendered(library.articles[0]).html
    assert "<script" not in html


def _article(body: str) -> str:
    return (
        "---\ntitle: Ein Titel\ndescription: Eine Beschreibung.\ndate: 2026-11-01\n"
        f"topic: kunden\nstatus: published\n---\n\n{body}\n"
    )
