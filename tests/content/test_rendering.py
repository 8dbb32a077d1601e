"""Markdown becomes safe, German, complete HTML."""

from __future__ import annotations

import pytest
from lxml import html as parser

from support.content import Content
from website.content.models import Insert, Rendered
from website.content.slugs import slugify

NARROW = "\N{NARROW NO-BREAK SPACE}"


def test_tables_scroll_in_a_named_region_that_the_keyboard_reaches(content: Content) -> None:
    html = _render(content, "## Preise\n\n| A | B |\n|---|--:|\n| 1 | 2 |\n").html
    assert '<section aria-label="Tabelle: Preise" class="table" tabindex="0">' in html
    assert '<td data-align="right">2</td>' in html


def test_two_tables_below_one_heading_have_two_names(content: Content) -> None:
    table = "| A |\n|---|\n| 1 |\n\n"
    html = _render(content, f"## Preise\n\n{table}Text.\n\n{table}").html
    assert 'aria-label="Tabelle: Preise"' in html
    assert 'aria-label="Tabelle: Preise (2)"' in html


def test_footnotes_definition_lists_and_abbreviations_work(content: Content) -> None:
    html = _render(
        content,
        "KAM steht hier.[^1]\n\nBegriff\n:   Erklärung\n\n[^1]: Anmerkung\n\n*[KAM]: Langform",
    ).html
    assert '<abbr title="Langform">KAM</abbr>' in html
    assert "<dt>Begriff</dt>" in html
    assert "<dd>Erklärung</dd>" in html
    assert "Anmerkung" in html
    assert 'id="fn:1"' in html


def test_a_box_has_its_own_title_or_that_of_its_kind(content: Content) -> None:
    html = _render(content, "/// merksatz\nEins.\n///\n\n/// checkliste | Vorher\n- Zwei\n///").html
    assert '<div class="box" data-variant="merksatz">\n<p class="box__title">Merksatz</p>' in html
    assert '<p class="box__title">Vorher</p>' in html


def test_an_insert_cuts_the_text(content: Content) -> None:
    parts = _render(content, "Vorher.\n\n/// baustein | themen\n///\n\nNachher.").parts
    assert parts == ("<p>Vorher.</p>\n", Insert("themen"), "<p>Nachher.</p>")


def test_an_image_alone_becomes_a_figure_with_its_title_as_caption(content: Content) -> None:
    content.image("bild.png")
    html = _render(content, '![Zwei Menschen](bild.png "Im Gespräch")').html
    number = '<p class="figure__number">Abbildung\u00a01</p>'
    assert html.startswith(f'<figure class="figure">{number}<picture><source ')
    assert '<img alt="Zwei Menschen" fetchpriority="high" height="20" src="/bilder/bild.' in html
    assert 'width="30"' in html
    assert "</picture><figcaption>Im Gespräch</figcaption></figure>" in html


def test_a_graphic_drawn_for_wide_pages_is_shown_there_and_published(content: Content) -> None:
    graphic = '<svg xmlns="http://www.w3.org/2000/svg" width="{}" height="20"></svg>'
    content.write("artikel/weg.svg", graphic.format(36))
    content.write("artikel/weg-breit.svg", graphic.format(80))
    content.article(text=_with_body("![Der Weg](weg.svg)"))
    library = content.load()
    html = library.rendered(library.items[0]).html
    assert '<source height="20" media="(min-width: 64rem)" srcset="/bilder/weg-breit.' in html
    assert 'type="image/svg+xml" width="80">' in html
    assert {name.partition(".")[0] for name in library.image_names} == {"weg", "weg-breit"}


def test_links_to_own_texts_become_addresses(content: Content) -> None:
    content.article("anderer", text=_with_body("## Fünf Gründe\n"))
    html = _render(content, "[a](anderer.md#fuenf-gruende) [b](../seiten/kontakt.md)").html
    assert 'href="/artikel/anderer/#fuenf-gruende"' in html
    assert 'href="/kontakt/"' in html
    assert content.problems() == []


def test_foreign_terms_are_marked_but_not_in_code(content: Content) -> None:
    html = _render(content, "Ein **Key Account Management** und `Key Account Management`.").html
    assert '<strong><span lang="en">Key Account Management</span></strong>' in html
    assert "<code>Key Account Management</code>" in html


def test_a_term_is_marked_before_and_behind_other_markup(content: Content) -> None:
    term = "Key Account Management"
    html = _render(content, f"{term} *ist* {term}s.").html
    span = f'<span lang="en">{term}</span>'
    assert html.startswith(f"<p>{span} <em>ist</em> ")
    assert f'<span lang="en">{term}s</span>.' in html


def test_a_term_inside_a_longer_word_is_not_marked(content: Content) -> None:
    term = "Key Account Management"
    html = _render(content, f"A{term}, Top-{term}, {term}-Ziele, {term}er, ({term})").html
    assert html.count("<span") == 1
    assert f'(<span lang="en">{term}</span>)' in html


def test_typography_reaches_across_markup_but_never_into_code(content: Content) -> None:
    html = _render(content, '"*Gut*", z. B. `"x" - z. B.`').html
    assert f"„<em>Gut</em>“, z.{NARROW}B." in html
    assert '<code>"x" - z. B.</code>' in html.replace("&quot;", '"')


def test_underscores_alone_make_emphasis(content: Content) -> None:
    html = _render(content, "Ein _wichtiges_ und ein __sehr wichtiges__ Wort.").html
    assert "<em>wichtiges</em>" in html
    assert "<strong>sehr wichtiges</strong>" in html


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<a href='javascript:alert(1)'>x</a>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](data:text/html,x)",
        "![x](javascript:alert(1))",
        '/// merksatz\n    attrs: {onclick: "alert(1)", style: "color:red"}\n\nText\n///',
        "<div>\n\n<script>x</script>\n\n</div>",
        "<!-- <script> -->",
        "`<script>`",
        "[x]: javascript:alert(1)\n\n[x][x]",
        "<javascript:alert(1)>",
        '*[x]: "onmouseover=alert(1)\n\nx',
    ],
)
def test_nothing_an_author_types_becomes_script(content: Content, hostile: str) -> None:
    tree = parser.fragment_fromstring(_render(content, hostile).html or "<p></p>", "div")
    for element in tree.iter():
        assert element.tag not in {"script", "iframe", "object", "style"}
        for name, value in element.attrib.items():
            assert not name.startswith("on")
            assert name != "style"
            assert not value.lower().startswith(("javascript:", "data:"))


def test_headings_are_collected_with_german_anchors(content: Content) -> None:
    headings = _render(content, "## Größe & Maß\n\n### *Zwei*\n").headings
    assert [(h.level, h.anchor, h.text) for h in headings] == [
        (2, "groesse-mass", "Größe & Maß"),
        (3, "zwei", "Zwei"),
    ]


def test_reading_takes_a_minute_for_two_hundred_words(content: Content) -> None:
    assert _render(content, "Wort " * 200).minutes == 1
    assert _render(content, "Wort " * 201).minutes == 2
    assert _render(content, "").minutes == 1


@pytest.mark.parametrize(
    ("text", "slug"),
    [("Wünsche & Ziele", "wuensche-ziele"), ("Straße 5", "strasse-5"), ("!?", "abschnitt")],
)
def test_slugs_are_german(text: str, slug: str) -> None:
    assert slugify(text) == slug


@pytest.mark.slow
@pytest.mark.parametrize("deep", ["> " * 3000 + "Text", "- " * 3000 + "Text"])
def test_a_text_nested_too_deeply_is_told_and_hides_no_other(content: Content, deep: str) -> None:
    content.article("a-tief", _with_body(f"Anfang.\n\n{deep}"))
    content.article("b-danach", _with_body("- Eins\n- [Zwei](nirgends.md)"))
    told = content.problems()
    last = (content.folder / "artikel/a-tief.md").read_text("utf-8").count("\n")
    assert [line for line in told if f"a-tief.md:{last}: " in line and "geschachtelt" in line]
    assert [line for line in told if "b-danach.md" in line and "nirgends.md" in line]


def _render(content: Content, body: str) -> Rendered:
    content.article(text=_with_body(body))
    library = content.load()
    article = library.article("ein-artikel")
    assert article
    return library.rendered(article)


def _with_body(body: str) -> str:
    return (
        "---\ntitle: Ein Titel\ndescription: Eine Beschreibung.\ndate: 2026-11-01\n"
        f"topic: kunden\nstatus: published\n---\n\n{body}\n"
    )
