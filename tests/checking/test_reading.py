"""Texts are cut into passages, sentences and words, each with its line, whatever is in the file."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support import sound
from support.content import Content
from support.site import ROOT
from website import checking, create_app
from website.checking import readability
from website.checking.check_context import TextContext
from website.checking.readability import Light, measure
from website.checking.sentences import cut
from website.config import Role, Settings
from website.content.addresses import Addresses
from website.content.library import Library
from website.content.models import TextContent
from website.content.outline import CODE, Passage, PassageKind
from website.content.problems import Severity
from website.content.rendering import Renderer
from website.web.services import services


def cut_up(body: str) -> list[tuple[str, str, int]]:
    text = TextContent(Path(), "x.md", body, 10)
    outline = Renderer(Addresses(), {}).outline(text)
    return [(p.kind.value, p.text, p.line) for p in outline.passages]


def sentences(text: str, language: str = "de") -> list[str]:
    return [sentence.text for sentence in cut(Passage(PassageKind.PARAGRAPH, text, 1), language)]


def test_marks_are_taken_out_and_lines_stay() -> None:
    assert cut_up(
        "Ein **fetter** [Link](x.md) mit `Code`.\nZweite Zeile[^1].\n\n"
        "## Eine *Überschrift*\n\n- Punkt _eins_\n- Punkt\n  zwei\n\n1. Erstens\n\n"
        '![Ein Bild](a.png "Untertitel")\n\n| A | B |\n|---|---|\n| c | d |\n\n'
        "/// checkliste | Ein Titel\nInnen\n///\n\n```\nCode\n```\n\n> Zitat\n\n"
        "[^1]: Eine Fußnote\n\n    und ihr zweiter Absatz\n\nEnde\n\n    Code\n"
    ) == [
        ("paragraph", f"Ein fetter Link mit {CODE}.\nZweite Zeile.", 10),
        ("heading", "Eine Überschrift", 13),
        ("item", "Punkt eins", 15),
        ("item", "Punkt\nzwei", 16),
        ("item", "Erstens", 19),
        ("caption", "Ein Bild", 21),
        ("caption", "Untertitel", 21),
        ("cell", "A", 23),
        ("cell", "B", 23),
        ("cell", "c", 25),
        ("cell", "d", 25),
        ("title", "Ein Titel", 27),
        ("paragraph", "Innen", 28),
        ("paragraph", "Zitat", 35),
        ("paragraph", "Eine Fußnote", 37),
        ("paragraph", "und ihr zweiter Absatz", 39),
        ("paragraph", "Ende", 41),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Eins. Zwei! Drei?", ["Eins.", "Zwei!", "Drei?"]),
        ("Das gilt z. B. am 5. Mai bzw. nach § 5 Abs. 1 DDG. Ende.", 2),
        ("Dr. Meyer ruft um 9.10 Uhr an. Frau Kern auch.", 2),
        ("Er sagte: „Das geht.“ Dann ging er.", 3),
        ("Drei Dinge: Zeit, Geld, Ruhe.", 2),
        ("Drei Dinge: erstens Zeit.", 1),
        ("Er zögert … und geht.", 1),
        ("Erste Zeile\nzweite Zeile.", 1),
        ("", 0),
        ("— 5 —", 0),
    ],
)
def test_full_stops_do_not_always_end_a_sentence(text: str, expected: int | list[str]) -> None:
    found = sentences(text)
    assert (found if isinstance(expected, list) else len(found)) == expected


def test_measures_agree_with_the_formulas() -> None:
    (sentence,) = cut(Passage(PassageKind.PARAGRAPH, "Der Kunde ruft das Unternehmen an.", 1), "de")
    measured = measure([sentence], "de")
    assert (measured.words, measured.sentences) == (6, 1)
    counts = readability.count([sentence], "de")
    # Ten syllables in six words; one word of three syllables and more, and of seven letters.
    assert readability.AMSTAD.value(counts) == pytest.approx(180 - 6 - 58.5 * 10 / 6)
    assert readability.LIX.value(counts) == pytest.approx(6 + 100 / 6)
    assert readability.WIENER.value(counts) == pytest.approx(
        0.1935 * 100 / 6 + 0.1672 * 6 + 0.1297 * 100 / 6 - 0.0327 * 400 / 6 - 0.875
    )
    assert measure([], "de").light is Light.GREEN


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("See section 14 etc. of the Act. Then act.", 2),
        ("Dr. Weber called on 5 May. Nobody knew why.", 2),
        ("They rose to 14. Then they fell.", 2),
        ("We ask, e.g. by phone. She said: “It works.” Then she left.", 4),
        ("Mr. Kern owes no. 5 of the list.", 1),
    ],
)
def test_english_sentences_end_where_english_ones_do(text: str, expected: int) -> None:
    assert len(sentences(text, "en")) == expected


def test_the_english_measure_agrees_with_the_formula() -> None:
    text = "The customer calls the company."
    (sentence,) = cut(Passage(PassageKind.PARAGRAPH, text, 1), "en")
    counts = readability.count([sentence], "en")
    # Nine syllables in five words.
    assert readability.FLESCH.value(counts) == pytest.approx(206.835 - 1.015 * 5 - 84.6 * 9 / 5)


@pytest.mark.parametrize(
    ("sentence", "light"),
    [
        ("We listen and then solve the problem.", "green"),
        ("Most customers of the company expect a regular visit in summer.", "yellow"),
        ("Organisational considerations necessitate comprehensive qualification.", "red"),
    ],
)
def test_one_light_tells_how_hard_an_english_text_is(sentence: str, light: str) -> None:
    passage = Passage(PassageKind.PARAGRAPH, f"{sentence} " * 12, 1)
    assert measure(list(cut(passage, "en")), "en").light == light


def test_a_text_in_a_language_without_formula_counts_as_easy() -> None:
    found = list(cut(Passage(PassageKind.PARAGRAPH, "Un mot. " * 80, 1), "fr"))
    measured = measure(found, "fr")
    assert (measured.words, measured.sentences, measured.light) == (160, 80, Light.GREEN)


@pytest.mark.parametrize(
    ("sentence", "light"),
    [
        ("Wir hören zu und lösen dann das Problem.", "green"),
        (
            "Die Abteilung prüft die Anforderungen der wichtigsten Kunden an das Unternehmen.",
            "yellow",
        ),
        (
            "Die Gewährleistung von Qualifizierungsmaßnahmen ermöglicht Effizienzsteigerungen.",
            "red",
        ),
    ],
)
def test_one_light_tells_how_hard_a_text_is(content: Content, sentence: str, light: str) -> None:
    sound.make_sound(content)
    sound.article(content, f"{sentence} " * 12)
    library = content.load()
    measured = TextContext(library, library.articles[0]).readability
    assert measured.light == light
    assert measured.light.label


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("start", ["", "\N{ZERO WIDTH NO-BREAK SPACE}"])
def test_line_ends_and_byte_order_marks_change_no_line(
    whole: Content, ending: str, start: str
) -> None:
    text = f"{start}{sound.HEAD}Gut.\n\nGut,\n\tdas ist eigentlich\ngut !\n"
    whole.write("artikel/ein-artikel.md", text.replace("\n", ending))
    found = [(p.line, p.rule) for p in checking.check(whole.load(), whole.folder)]
    assert found == [(17, "filler"), (18, "space-before-mark")]


def test_checking_twice_finds_the_same(whole: Content) -> None:
    sound.article(whole, "Das ist eigentlich gut !\n\n## X\n\nEin Kudne – “Ja“.")
    first = checking.check(whole.load(), whole.folder)
    assert len(first) > 3
    library = whole.load()
    assert checking.check(library, whole.folder) == first
    assert checking.check(library, whole.folder) == first
    assert list(first) == sorted(first)


def test_one_text_is_told_the_same_alone_and_among_all(whole: Content) -> None:
    path = sound.article(whole, "Das ist eigentlich gut !", date="gestern")
    sound.page(whole, "index", "fÃ¼r Sie")
    library = whole.load()
    label = f"content/artikel/{path.name}"
    together = [p for p in checking.check(library, whole.folder) if p.path == label]
    assert list(checking.check_item(library, library.items[0])) == together


SIGNS = st.sampled_from(
    [
        *"#*_-`>|[]()!/~\\:.,;?\"'„“ \t\n\r",
        "\r\n",
        "Kunde",
        "ist",
        "5 %",
        "///",
        "|---|",
        "```",
        "![a](b.png)",
        "[x](y.md)",
        "\u200b",
        "ü",
        "ü",
        "\ufeff",
        "𝒳",
        "\u2028",
        "\x0c",
        "\x1f",
    ]
)


@given(st.lists(SIGNS, max_size=60).map("".join))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_text_whatever_breaks_the_checking(whole: Content, body: str) -> None:
    path = sound.article(whole, body)
    library = whole.load()
    count = path.read_bytes().decode().replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1
    for item in library.articles:
        assert TextContext(library, item).readability.words >= 0
        for problem in checking.check_item(library, item):
            assert 1 <= problem.line <= count
            assert "\n" not in problem.message


@given(st.binary(max_size=200))
@settings(
    max_examples=3 * settings.default.max_examples // 10,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_no_file_whatever_breaks_the_checking(whole: Content, data: bytes) -> None:
    for name in ("artikel/x.md", "woerter.txt", "bildrechte.txt", "adressen.txt", "artikel/a.svg"):
        whole.write(name, data)
    checking.check(whole.load(), whole.folder)


@pytest.fixture(scope="module")
def real() -> Library:
    return services(create_app(Settings(), role=Role.FREEZE)).library


def test_the_real_content_lacks_nothing_but_facts_that_nobody_has_told(real: Library) -> None:
    problems = checking.check(real, ROOT)
    errors = [problem for problem in problems if problem.severity is Severity.ERROR]
    open_facts = [fact for edition in real.every_edition for fact in edition.open_facts]
    assert errors == sorted(open_facts)
    warnings = [(p.path, p.rule) for p in problems if p.severity is Severity.WARNING]
    # The owner's own words, which stay as he wrote them.
    assert warnings == [("content/seiten/ueber-uns.md", "hard-to-read")]


def test_the_real_articles_are_readable(real: Library) -> None:
    for article in real.articles:
        assert TextContext(real, article).readability.light is not Light.RED, article.name
