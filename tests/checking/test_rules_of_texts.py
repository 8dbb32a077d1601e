"""Each rule for one text: what it finds, on which line, and what it lets pass."""

from __future__ import annotations

import hashlib
import re
import string
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support import sound
from support.content import Content
from website import checking
from website.content.problems import Severity

MANY = 50_000
"""Characters of a very long text."""

LONG = "Wir " + "schreiben heute " * 13
IN_BODY = [
    (
        "skipped-level",
        "## Eins\n\nText.\n\n#### Zwei\n\nText.",
        5,
        "## Eins\n\nText.\n\n### Zwei\n\nText.",
    ),
    ("deep-heading", "## A\n\nX.\n\n### B\n\nX.\n\n#### C\n\nX.", 9, "## A\n\nX.\n\n### B\n\nX."),
    ("empty-section", "## Eins\n\n## Zwei\n\nText.", 1, "## Eins\n\n### Zwei\n\nText."),
    ("empty-section", "Text.\n\n## Ende", 3, "## Eins\n\n/// baustein | themen\n///"),
    ("same-heading", "## Ziel\n\nX.\n\n## Ziel\n\nX.", 5, "## Ziel\n\nX.\n\n## Weg\n\nX."),
    ("heading-full-stop", "## Das Ziel.\n\nText.", 1, "## Was ist das Ziel?\n\nText."),
    (
        "long-section",
        "## Ziel\n\n" + "Wir hören zu. " * 120,
        1,
        "## Ziel\n\n" + "Wir hören zu. " * 20,
    ),
    ("long-paragraph", "Text.\n\n" + "Wir hören zu. " * 8, 3, "Wir hören zu. " * 5),
    (
        "link-label",
        "Text [hier](../seiten/kontakt.md).",
        1,
        "Text [Kontakt](../seiten/kontakt.md).",
    ),
    ("alt-says-nothing", "![foto.jpg](foto.jpg)", 1, "![Zwei Menschen am Tisch](foto.jpg)"),
    (
        "alt-says-nothing",
        "Text.\n\n![Bild von Menschen](foto.jpg)",
        3,
        "![Bildung zahlt sich aus](x.jpg)",
    ),
    ("alt-too-long", f"![{'lang ' * 90}](foto.jpg)", 1, "![kurz](foto.jpg)"),
    ("image-rights", "![Zwei Menschen](foto.jpg)", 1, "Kein Bild."),
    ("image-consent", "![Porträt von Erika Muster](foto.jpg)", 1, "![Zwei Stühle](foto.jpg)"),
    ("broken-letters", "Text.\n\nfÃ¼r Sie", 3, "für Sie"),
    ("invisible-sign", "Kun\u200bden", 1, "Kunden"),
    ("two-part-umlaut", "fu\u0308r Sie", 1, "für Sie"),
    ("unbalanced-quotes", "Text.\n\nEr sagte „Ja.", 3, 'Er sagte „Ja“ und "Nein".'),
    ("foreign-quotes", "Er sagte ”Ja”.", 1, "Er sagte „Ja“."),
    ("foreign-quotes", "Er sagte “Ja“.", 1, 'Er sagte "Ja".'),
    ("foreign-quotes", "Er sagte ,,Ja“.", 1, "Das ist, ja, gut."),
    ("accent-for-apostrophe", "Wie geht´s?", 1, "Wie geht's?"),
    ("space-before-mark", "Das ist gut !", 1, "Das ist gut!"),
    (
        "no-space-after-mark",
        "Das ist gut,sehr gut.",
        1,
        "Das ist gut, sehr gut, z.B. 1.200 € (firma.de).",
    ),
    ("double-space", "Zwei  Leerzeichen", 1, "Zwei Leerzeichen  \nam Ende"),
    (
        "hyphen-for-dash",
        "Das ist gut- sehr gut.",
        1,
        "Das ist gut - sehr gut. Vertriebs- und Kundenziele",
    ),
    ("hyphen-for-dash", "Das ist gut--sehr gut.", 1, "Die Beziehungen und -ziele, A-Kunden"),
    ("long-dash", "Das — ist gut.", 1, "Das – ist gut."),
    ("repeated-mark", "Das ist gut,, und das.", 1, "Er sagte ,,Ja“."),
    ("repeated-mark", "Das ist gut!!", 1, "Das ist gut! Und so weiter ..."),
    ("decimal-point", "Das sind 3.5 % mehr.", 1, "Das sind 3,5 % von 1.200 €, Version 3.5."),
    ("bare-thousands", "Das kostet 12000 €.", 1, "Das kostet 12.000 € in 70173 Stuttgart."),
    ("sign-before-number", "Das kostet € 500.", 1, "Das kostet 500 €."),
    ("long-sentence", f"Text.\n\n{LONG}.", 3, "Wir hören zu."),
    ("too-long-sentence", f"{LONG * 2}.", 1, "Wir hören zu. " * 12),
    (
        "hard-to-read",
        "Die Gewährleistung unternehmensübergreifender Qualifizierungsmaßnahmen ermöglicht "
        "Effizienzsteigerungspotenziale. " * 12,
        1,
        "Wir hören zu und lösen dann das Problem. " * 12,
    ),
    (
        "rather-hard-to-read",
        "Die Abteilung prüft regelmäßig die Anforderungen der wichtigsten Kunden "
        "an das Unternehmen. " * 12,
        1,
        "Wir hören zu und lösen dann das Problem. " * 12,
    ),
    (
        "many-nouns",
        "Die Entscheidung zur Umsetzung der Planung braucht Genehmigung.",
        1,
        "Wir planen, entscheiden und setzen um. Die Planung steht.",
    ),
    ("stock-phrase", "Wir müssen das in Erwägung ziehen.", 1, "Wir erwägen das."),
    (
        "much-passive",
        "Das Problem wird vom Team gelöst. " * 15,
        1,
        "Das Team löst das Problem. " * 15,
    ),
    ("filler", "Das ist eigentlich gut.", 1, "Das ist gut."),
    ("familiar-address", "Frag deinen Kunden.", 1, "Fragen Sie Ihren Kunden, dann hört er zu."),
    ("word-twice", "Das ist ist gut.", 1, "Das, was die die Kunden fragt, ist, ist gut."),
    ("misspelt", "Text.\n\nEr sagte, daß es stimmt.", 3, "Er sagte, dass es stimmt."),
    (
        "unknown-word",
        "Text.\n\nEin Kudne ruft an.",
        3,
        "Die Beschwerdeannahme ist Kundensache, inkl. 5-köpfigem Team.",
    ),
    ("superlative", "Wir sind Marktführer.", 1, "Wir führen Gespräche."),
    (
        "number-without-source",
        "Jetzt wechseln 68 % der Kunden.",
        1,
        "Ein Beispiel: A hat 68 % der Kunden. Der Rabatt ist 8 %.",
    ),
    ("nameless-authority", "Studien zeigen, dass es stimmt.", 1, "Wir zeigen, dass es stimmt."),
    ("obsolete-law", "Text.\n\nAngaben nach § 5 TMG", 3, "Angaben nach § 5 DDG"),
]

ABOVE = [
    ("cut-by-search", {"title": "Beschwerden " * 6}, 2),
    ("cut-by-search", {"description": "Beschwerden " * 14}, 3),
    ("short-description", {"description": "Zu kurz."}, 3),
    ("description-is-title", {"description": "Beschwerden gut annehmen."}, 3),
    ("summary-length", {"summary": "[Nur ein Punkt.]"}, 9),
    ("no-editor", {"responsible": "Redaktion"}, 2),
    ("no-author", {"author": '""'}, 2),
    ("review-due", {"review_by": "2026-11-22"}, 2),
    ("old-article", {"date": "2024-01-01"}, 4),
    ("source-without-year", {"sources": "[{text: Ein Buch}]"}, 2),
]

ELSEWHERE = {
    "no-summary", "ai-unsaid", "own-number", "disclaimer", "hedge", "unreviewed",
    "decimal-comma", "sign-after-number", "stale-translation",
}  # fmt: skip


def lines(content: Content, rule: str) -> list[int]:
    library = content.load()
    (item,) = library.articles
    return [p.line for p in checking.check_item(library, item) if p.rule == rule]


@pytest.mark.parametrize(("rule", "bad", "line", "good"), IN_BODY)
def test_a_mistake_in_the_text_is_found_on_its_line_and_only_it(
    whole: Content, rule: str, bad: str, line: int, good: str
) -> None:
    sound.article(whole, bad)
    assert lines(whole, rule)[:1] == [sound.FIRST_LINE + line - 1]
    sound.article(whole, good)
    assert lines(whole, rule) == []


@pytest.mark.parametrize(("rule", "changes", "line"), ABOVE)
def test_a_mistake_above_the_text_is_found_on_its_line_and_only_it(
    whole: Content, rule: str, changes: dict[str, str], line: int
) -> None:
    assert lines(whole, rule) == []
    if "summary" in changes:
        text = sound.HEAD.replace("  - Lösen Sie danach das Problem.\n", "") + "Text.\n"
        whole.article(text=text)
    else:
        sound.article(whole, **changes)
    assert lines(whole, rule) == [line]


def test_an_article_without_key_points_is_told(whole: Content) -> None:
    start = sound.HEAD.index("summary:")
    end = sound.HEAD.index("status:")
    whole.article(text=sound.HEAD[:start] + sound.HEAD[end:] + "Text.\n")
    assert lines(whole, "no-summary") == [2]


def test_a_number_about_the_agency_needs_a_source(whole: Content) -> None:
    sound.page(whole, "ueber-uns", "Wir haben über 98 % zufriedene Kunden.")
    (problem,) = sound.found(whole, "own-number")
    assert (problem.path, problem.line, problem.blocks) == ("content/seiten/ueber-uns.md", 6, True)
    page = whole.folder / "seiten/ueber-uns.md"
    page.write_text(
        page.read_text().replace("updated:", 'sources: [{text: Umfrage, year: "2026"}]\nupdated:')
    )
    assert sound.found(whole, "own-number") == []
    sound.page(whole, "ueber-uns", "Wir sind 5 Menschen.")
    assert sound.found(whole, "own-number") == []


@pytest.mark.parametrize(
    "row", ["Bestätigung: Ist sie eingeschaltet, schreiben wir.", "Wir geben Daten ggf. weiter."]
)
def test_the_legal_pages_say_what_is_and_not_what_may_be(whole: Content, row: str) -> None:
    sound.page(whole, "datenschutz", f"{sound.PAGES['datenschutz']}\n\n{row}")
    (problem,) = sound.found(whole, "hedge")
    assert problem.path == "content/seiten/datenschutz.md"
    assert problem.blocks
    sound.page(whole, "datenschutz", sound.PAGES["datenschutz"])
    sound.article(whole, row)
    assert sound.found(whole, "hedge") == []


@pytest.mark.slow
def test_a_page_with_sources_needs_a_reviewer_and_says_how_it_was_made(whole: Content) -> None:
    file = sound.page(whole, "leitfaden", "Text.")
    head = file.read_text()
    assert sound.found(whole, "unreviewed") == sound.found(whole, "ai-unsaid") == []
    source = 'sources: [{text: "Ein Buch", year: "2024"}]\n'
    file.write_text(head.replace("updated:", f"{source}updated:"))
    assert [p.path for p in sound.found(whole, "unreviewed")] == ["content/seiten/leitfaden.md"]
    assert [p.path for p in sound.found(whole, "ai-unsaid")] == ["content/seiten/leitfaden.md"]
    file.write_text(head.replace("updated:", f"{source}reviewed_by: E. M.\nai: none\nupdated:"))
    assert sound.found(whole, "unreviewed") == sound.found(whole, "ai-unsaid") == []
    file.write_text(head.replace("updated:", "ai: generated\nupdated:"))
    assert [p.line for p in sound.found(whole, "unreviewed")] == [1]


def test_a_disclaimer_is_of_no_use(whole: Content) -> None:
    assert sound.found(whole, "disclaimer") == []
    sound.page(whole, "impressum", f"{sound.PAGES['impressum']}\n\n## Haftung für Links")
    assert [p.line for p in sound.found(whole, "disclaimer")] == [9]


def test_every_rule_for_texts_has_its_fixtures() -> None:
    tested = {case[0] for case in (*IN_BODY, *ABOVE)} | ELSEWHERE
    elsewhere = {rule.name for rule in checking.TEXT_RULES if rule.subject in {"links", "markup"}}
    assert tested == {rule.name for rule in checking.TEXT_RULES} - elsewhere


@pytest.mark.slow
def test_a_long_title_or_description_stops_nobody(whole: Content) -> None:
    sound.article(whole, title="x" * 71, description="y" * 161)
    library = whole.load()
    found = [p for p in checking.check(library, whole.folder) if p.rule == "cut-by-search"]
    assert [(p.line, p.blocks) for p in found] == [(2, False), (3, False)]
    assert "Suchergebnisse schneiden nach etwa 70 ab" in found[0].message
    sound.article(whole, title="x" * 120)
    assert [p.line for p in whole.load().problems] == [2]


def test_every_invisible_sign_of_a_line_is_named(whole: Content) -> None:
    sound.article(
        whole, "Kun\u200bden und Bri\u00adefe\x0bgut\n\n\x00Text\ue200", title="Be\u200bschwerden"
    )
    found = sound.found(whole, "invisible-sign")
    first = sound.FIRST_LINE
    assert [(p.line, re.findall("U.[0-9A-F]{4}", p.message)) for p in found] == [
        (2, ["U+200B"]),
        (first, ["U+200B", "U+00AD", "U+000B"]),
        (first + 2, ["U+0000", "U+E200"]),
    ]
    assert "U+000B nach „Briefe“" in found[1].message


def test_every_taken_apart_umlaut_of_a_line_is_named(whole: Content) -> None:
    sound.article(whole, "fu\u0308r Gera\u0308te")
    (problem,) = sound.found(whole, "two-part-umlaut")
    assert "„für, Geräte“" in problem.message


def test_rights_of_an_image_stand_in_a_list(whole: Content) -> None:
    whole.image("foto.png")
    sound.article(whole, "![Porträt einer Frau](foto.png)")
    whole.write("bildrechte.txt", "# Bilder\nartikel/foto.png: Jo Kamm, frei\n")
    assert lines(whole, "image-rights") == []
    assert lines(whole, "image-consent") == [sound.FIRST_LINE]
    whole.write("bildrechte.txt", "artikel/foto.png: Jo Kamm, Einwilligung: 2026-11-01\n")
    assert lines(whole, "image-consent") == []


def test_the_word_list_holds_what_is_right_all_the_same(whole: Content) -> None:
    sound.article(whole, "Die Schlonzerei hat Schlonzereien.")
    assert lines(whole, "unknown-word") == [sound.FIRST_LINE] * 2
    whole.write("woerter.txt", "Schlonzerei\n")
    assert lines(whole, "unknown-word") == []


def test_an_unknown_word_is_told_with_what_was_probably_meant(whole: Content) -> None:
    sound.article(whole, "Die Beschwrde")
    library = whole.load()
    found = [str(p) for p in checking.check_item(library, library.articles[0])]
    assert any("„Beschwrde“" in text and "Meinten Sie „Beschwerde“?" in text for text in found)


@pytest.mark.parametrize(
    "pasted",
    [
        "Tischtennis" * 16 + "xq",
        "Haus" * 3000,
        "x" * 30_000,
        "1" * 30_000,
        "." * 30_000,
        "A. " * 30_000,
        " ".join(hashlib.sha512(bytes([n])).hexdigest()[:40] for n in range(100)),
        "@".join(["ab.cd"] * 6000),
        "\u200b" * 20_000,
        "Ein\u200b " * 5000,
        "a\u0308 " * 10_000,
        "-/" * 20_000,
        "wird Nr. 1 " * 4500,
        f"Wort{' ' * 45_000}Wort",
        f"Wort{chr(9) * 45_000}Wort",
        f"Wort {'>' * 45_000} Wort",
        f"| a | b |\n|-{' ' * 45_000}x",
        "【" * 45_000,
        "[^" * 22_500,
        f"wird {'ge' * 20_000}",
        "# " * 20_000,
        "#\n" * 10_000,
        "-\n" * 10_000,
        "a\n===\n" * 5000,
        "*[a]: b\n" * 5000,
    ],
    ids=lambda pasted: pasted[:12],
)
def test_what_is_no_text_at_all_is_told_within_seconds(whole: Content, pasted: str) -> None:
    sound.article(whole, "Ein Satz, mit dem die Wörterbücher gelesen werden.")
    library = whole.load()
    checking.check_item(library, library.articles[0])
    sound.article(whole, pasted)
    library = whole.load()
    began = time.process_time()
    found = [p for item in library.articles for p in checking.check_item(library, item)]
    assert time.process_time() - began < 3
    assert [problem.message for problem in found if len(problem.message) > 400] == []


PIECES = (
    *string.punctuation, *"a1 \n\t–•„ä\u00a0\u200b\u0308", "Wort ", "Ein Satz. ", "2026 ", "§ 5 ",
    "z.B. ", "-/", "[a]", "[^a]", "](b)", "![a](b.png)", "*[a]: b\n", "[^a]: b\n", "[a]: b\n",
    "/// tipp\n", "///\n", "/// baustein | themen\n", "| a | b |\n", "|---|---|\n", "- ", "1. ",
    "> ", "    ", "## a\n", "a\n===\n", "---\n", "```\n", "`` ", "~~", "**", "<a>", "&amp;",
    "http://a.b", "a@b.de", "{#a}", ": a\n", "\n\n",
)  # fmt: skip
"""What Markdown, typography and checks look for."""


@pytest.mark.slow
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=4).map("".join))
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_text_of_any_pieces_keeps_a_processor_busy(whole: Content, piece: str) -> None:
    file = "artikel/ein-artikel.md"
    library = whole.load()
    text = f"{sound.HEAD}{piece * (MANY // len(piece))}"
    began = time.process_time()
    changed = library.with_text(file, text.encode())
    if item := changed.item_in(file):
        checking.check_item(changed, item)
    assert time.process_time() - began < 6


def test_problems_of_drafts_stop_nobody(whole: Content) -> None:
    sound.article(whole, "fÃ¼r Sie", slug="entwurf", status="draft")
    (problem,) = sound.found(whole, "broken-letters")
    assert problem.severity is Severity.ERROR
    assert not problem.blocks


def test_code_and_addresses_are_not_read(whole: Content) -> None:
    sound.article(
        whole,
        "Mit `qwxz,qwxz` und <https://qwxz.example/Qwxz> und https://qwxz.example/a,b.\n\n"
        "```\nqwxz  qwxz !!\n```\n",
    )
    library = whole.load()
    assert checking.check_item(library, library.articles[0]) == ()
