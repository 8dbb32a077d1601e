"""Each rule for the site as a whole: what it finds and where, and what it lets pass."""

from __future__ import annotations

import datetime
import unicodedata
from pathlib import Path

import pytest
from PIL import Image

from support import sound
from support.content import Content, camera
from support.site import ROOT
from website import checking
from website.content import published

PROVIDER = [
    ("provider", 'postal_code = "70173"', 'postal_code = "7017"', "fünf Ziffern"),
    ("provider", 'street = "Hauptstraße 1"', 'street = "Postfach 12"', "Postfach"),
    (
        "provider",
        'register_number = "HRB 1"',
        'register_number = "keine"',
        "Registernummer Pflicht",
    ),
    ("provider", 'register_number = "HRB 1"', 'register_number = "HRA 1"', "HRB statt HRA"),
    ("provider", 'register_court = "Stuttgart"', 'register_court = "keines"', "Registergericht"),
    ("provider", 'register_court = "Stuttgart"', 'register_court = "keins"', "Registergericht"),
    ("provider", 'vat_id = "DE123456789"', 'vat_id = "DE12345678"', "neun Ziffern"),
    ("provider", 'vat_id = "DE123456789"', 'vat_id = "DE123456789-00001"', "business_id"),
    (
        "provider",
        'vat_id = "DE123456789"',
        'business_id = "DE123456789"\nvat_id = "keine"',
        "fünf Ziffern: DE123456789-00001",
    ),
    ("provider", 'permit = "keine"', 'capital = "25.000 Euro"\npermit = "keine"', "zusammen"),
    ("provider", 'permit = "keine"', 'permit = "Erlaubnis nach § 1 AÜG"', "Bundesagentur"),
    ("provider", 'name = "Erika Muster"\nrole', 'name = "E. Muster"\nrole', "Vornamen aus"),
    ("provider", 'editor = "Erika Muster"', 'editor = "Muster GmbH"', "Mensch mit Vor"),
    ("provider", '1, 70173 Stuttgart"', '1, Stuttgart"', "Postleitzahl (§ 18"),
    ("reachable", 'email = "kontakt@interim-profis.test"', 'email = "kontakt"', "keine E-Mail"),
    (
        "reachable",
        'email = "kontakt@interim-profis.test"',
        'email = "a@interim-profis.test; b@interim-profis.test"',
        "keine E-Mail",
    ),
    (
        "reachable",
        'email = "kontakt@interim-profis.test"',
        'email = "Kontakt <kontakt@interim-profis.test>"',
        "keine E-Mail",
    ),
    ("reachable", 'phone = "+49 711 123456"', 'phone = "folgt"', "keine Telefonnummer"),
    ("dummy", 'street = "Hauptstraße 1"', 'street = "Musterstraße 1"', "erfunden"),
    (
        "dummy",
        'liability_insurance = "keine"',
        'liability_insurance = "12/345/67890"',
        "Steuernummer",
    ),
    ("legal-navigation", 'label = "Datenschutz"', 'label = "Privacy"', "fehlt „Datenschutz“"),
    (
        "obsolete-law-in-template",
        'permit = "keine"',
        'permit = "keine nach TMG"',
        "gilt nicht mehr",
    ),
]

STILL_RIGHT = [
    ('postal_code = "70173"', 'postal_code = "PLATZHALTER: Postleitzahl (kein Postfach)"'),
    ('vat_id = "DE123456789"', 'vat_id = "DE 123 456 789"'),
    ('vat_id = "DE123456789"', 'vat_id = "keine"\nbusiness_id = "DE123456789-00001"'),
    (
        'permit = "keine"',
        'permit = "keine"\ncapital = "25.000 Euro"\noutstanding_contributions = "keine"',
    ),
    ('permit = "keine"', 'permit = "Erlaubnis nach § 1 AÜG, Bundesagentur für Arbeit"'),
    ('register_number = "HRB 1"', 'register_number = "HRB 12345 B"'),
    ('editor = "Erika Muster"', 'editor = "Dr. Erika Muster"'),
]

SOURCES = [
    ("foreign-host", "templates/a.html", '<script src="https://cdn.firma.de/x.js"></script>'),
    ("foreign-host", "templates/a.html", '<link rel="stylesheet" href="//fonts.firma.de/x">'),
    ("foreign-host", "static/a.css", "body { background: url(https://firma.de/x.png) }"),
    ("foreign-host", "static/a.js", 'fetch("https://firma.de/")'),
    ("foreign-host", "content/artikel/a.svg", '<image href="https://firma.de/x.png"/>'),
    ("script-in-image", "content/artikel/a.svg", "<script>alert(1)</script>"),
    ("storage", "static/a.js", 'localStorage.setItem("a", "b")'),
    ("storage", "templates/a.html", '<meta http-equiv="Set-Cookie" content="a=b">'),
    ("ticked-box", "templates/a.html", '<input type="checkbox" name="x" checked>'),
    ("obsolete-law-in-template", "templates/a.html", "<p>§ 5 TMG</p>"),
]

HARMLESS = [
    ("templates/a.html", '<a href="https://firma.de/">Firma</a><script src="/x.js"></script>'),
    ("templates/a.html", '{# <script src="https://cdn.firma.de/x.js"></script> #}'),
    ("templates/a.html", '<input type="checkbox" {% if x %}checked{% endif %}>'),
    ("templates/a.html", '<link rel="canonical" href="https://firma.de/">'),
    ("static/a.css", "/* url(https://firma.de/x.png) */ a { background: url(x.png) }"),
    ("static/a.js", '// localStorage is not used\nfetch("/anfrage")'),
    ("static/authoring/js/a.js", 'sessionStorage.setItem("a", "b")'),
    ("content/artikel/a.svg", '<svg xmlns="http://www.w3.org/2000/svg"/>'),
]

ELSEWHERE = {
    "invisible-in-list",
    "address-taken", "alias-taken", "vanished-address", "unreadable-list", "no-address",
    "same-title", "same-description",
    "unused-image", "unlinked-article", "insert-missing", "right-missing", "stale", "soon-stale",
    "stale-page", "soon-stale-page", "legal-page-missing", "address-of-nothing",
    "confirmation", "metadata", "privacy-incomplete", "objection-section", "accessibility",
}  # fmt: skip


def replace(content: Content, old: str, new: str) -> int:
    """Change the site data, and tell the line of what was changed."""
    file = content.folder / "website.toml"
    before, there, after = file.read_text().rpartition(old)
    assert there
    file.write_text(before + new + after)
    return before.count("\n") + 1


def test_nothing_is_wrong_with_sound_content(whole: Content, tmp_path: Path) -> None:
    assert checking.check(whole.load(), tmp_path) == ()


def test_nothing_is_wrong_with_the_templates_and_files_of_the_real_site(whole: Content) -> None:
    assert checking.check(whole.load(), ROOT) == ()


@pytest.mark.parametrize(("rule", "old", "new", "message"), PROVIDER)
def test_provider_data_must_be_complete_and_plausible(
    whole: Content, rule: str, old: str, new: str, message: str
) -> None:
    line = replace(whole, old, new)
    problems = sound.found(whole, rule)
    assert [message in p.message for p in problems] == [True], problems
    assert problems[0].blocks
    if rule != "legal-navigation":
        assert abs(problems[0].line - line) <= ("name =" in old)


@pytest.mark.parametrize(("old", "new"), STILL_RIGHT)
def test_provider_data_may_be_written_in_several_ways(whole: Content, old: str, new: str) -> None:
    replace(whole, old, new)
    assert [p for p in checking.check(whole.load(), whole.folder) if p.rule] == []


def test_somebody_must_represent_a_company(whole: Content) -> None:
    replace(
        whole, '[[provider.representatives]]\nname = "Erika Muster"\nrole = "Geschäftsführerin"', ""
    )
    assert ["vertritt" in p.message for p in sound.found(whole, "provider")] == [True]
    replace(whole, 'legal_form = "GmbH"', 'legal_form = "Einzelunternehmen"')
    replace(whole, "Interim Profis Test GmbH", "Interim Profis Erika Muster")
    assert sound.found(whole, "provider") == []


@pytest.mark.parametrize(("rule", "path", "text"), SOURCES)
def test_templates_and_files_keep_what_the_privacy_page_promises(
    whole: Content, rule: str, path: str, text: str
) -> None:
    root = whole.folder.parent
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(f"<!-- x -->\n{text}\n")
    (problem,) = sound.found(whole, rule, root)
    assert (problem.path, problem.line, problem.blocks) == (path, 2, True)


@pytest.mark.parametrize(("path", "text"), HARMLESS)
def test_links_remarks_and_own_files_are_harmless(whole: Content, path: str, text: str) -> None:
    root = whole.folder.parent
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text)
    assert [p for p in checking.check(whole.load(), root) if p.rule != "unused-image"] == []


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.webp", "a.avif", "A.JPG"])
def test_an_image_of_the_design_says_nothing_but_its_pixels(whole: Content, name: str) -> None:
    root = whole.folder.parent
    (root / "static/img").mkdir(parents=True)
    file = root / "static/img" / name
    Image.new("RGB", (8, 8)).save(file)
    assert sound.found(whole, "metadata", root) == []
    Image.new("RGB", (8, 8)).save(file, exif=camera())
    (problem,) = sound.found(whole, "metadata", root)
    assert (problem.path, problem.blocks) == (f"static/img/{name}", True)
    assert "(EXIF)" in problem.message


@pytest.mark.parametrize("name", ["brief.pdf", "foto.xyz", "artikel/notiz.pdf"])
def test_what_is_neither_text_nor_image_is_said_to_be_left_out(whole: Content, name: str) -> None:
    whole.write(name, b"%PDF")
    (problem,) = sound.found(whole, "unused-image")
    assert (problem.path, problem.blocks) == (f"content/{name}", False)
    assert "wird nicht veröffentlicht" in problem.message


def test_an_image_is_used_whichever_way_its_umlauts_are_written(whole: Content) -> None:
    whole.image(unicodedata.normalize("NFD", "büro.png"))
    whole.write("bildrechte.txt", "artikel/büro.png: Erika Muster, eigenes Bild\n")
    sound.article(whole, f"![Ein Büro]({unicodedata.normalize('NFC', 'büro.png')})")
    assert sound.found(whole, "unused-image") == []
    assert sound.found(whole, "image-rights") == []


def test_two_files_cannot_have_one_address(whole: Content) -> None:
    sound.page(whole, "artikel/ein-artikel", "Text.")
    found = sound.found(whole, "address-taken")
    assert [p.path for p in found] == [
        "content/artikel/ein-artikel.md",
        "content/seiten/artikel/ein-artikel.md",
    ]


def test_an_old_address_answers_for_one_article_only(whole: Content) -> None:
    sound.article(whole, aliases="[/alt/]")
    assert sound.found(whole, "alias-taken") == []
    sound.article(whole, slug="b", aliases="[/alt, /impressum/]")
    found = {(p.path, p.line) for p in sound.found(whole, "alias-taken")}
    assert found == {("content/artikel/ein-artikel.md", 2), ("content/artikel/b.md", 2)}
    assert len(sound.found(whole, "alias-taken")) == 3


def test_an_address_that_was_published_must_stay_or_be_an_alias(whole: Content) -> None:
    published.add(whole.folder, [*whole.load().promised, "/artikel/alt/"])
    (problem,) = sound.found(whole, "vanished-address")
    assert (problem.path, problem.line) == ("content/adressen.txt", 3)
    assert problem.blocks
    sound.article(whole, aliases="[/artikel/alt/]", status="draft")
    vanished = {p.message.split()[0] for p in sound.found(whole, "vanished-address")}
    assert vanished == {"/artikel/alt/", "/artikel/ein-artikel/"}
    sound.article(whole, aliases="[/artikel/alt/]")
    assert sound.found(whole, "vanished-address") == []


def test_the_advice_on_a_vanished_address_is_right_when_typed(whole: Content) -> None:
    published.add(whole.folder, ["/artikel/alt/"])
    (problem,) = sound.found(whole, "vanished-address")
    typed = problem.message.partition("tritt: ")[2]
    article = whole.folder / "artikel/ein-artikel.md"
    article.write_text(article.read_text().replace("---\n", f"---\n{typed}\n", 1))
    assert checking.check(whole.load(), whole.folder) == ()


def test_the_list_of_addresses_is_sorted_and_only_grows(whole: Content) -> None:
    assert published.read(whole.folder) == ()
    published.add(whole.folder, ["/b/", "/a/"])
    published.add(whole.folder, ["/a/", "/c/"])
    assert (whole.folder / "adressen.txt").read_text() == "/a/\n/b/\n/c/\n"
    assert published.read(whole.folder) == ("/a/", "/b/", "/c/")


def test_the_list_of_addresses_is_the_same_below_a_path(whole: Content) -> None:
    from website.content import loading  # noqa: PLC0415

    below = loading.load(whole.folder, today=datetime.date(2026, 11, 24), root="/unter/")
    at_root = loading.load(whole.folder, today=datetime.date(2026, 11, 24))
    assert below.promised == at_root.promised
    assert f"/kontakt/{below.request_topics[0]}/" in below.promised


def test_no_two_texts_say_the_same_in_search_results(whole: Content) -> None:
    sound.article(whole, slug="zweiter")
    for rule, line in (("same-title", 2), ("same-description", 3)):
        (problem,) = sound.found(whole, rule)
        assert problem.line == line
        assert "content/artikel/" in problem.message


def test_an_image_that_no_text_shows_is_left_over(whole: Content) -> None:
    whole.image("kopf.png")
    whole.image("mitte.png")
    whole.image("rest.png")
    sound.article(whole, "![Ein Stuhl](mitte.png)", image="kopf.png", image_alt="Ein Tisch")
    assert [p.path for p in sound.found(whole, "unused-image")] == ["content/artikel/rest.png"]


def test_an_article_wants_to_be_found(whole: Content) -> None:
    sound.article(whole, "Mehr: [B](b.md), [C](c.md)", slug="a")
    sound.article(whole, "Mehr: [A](a.md)", slug="b")
    sound.article(whole, "Mehr: [A](a.md)", slug="c")
    assert [p.path for p in sound.found(whole, "unlinked-article")] == [
        "content/artikel/ein-artikel.md"
    ]


@pytest.mark.parametrize(
    "insert",
    ["verantwortlicher", "formularfelder", "eingangsbestaetigung", "aufbewahrung", "empfaenger"],
)
def test_the_privacy_page_tells_what_the_form_asks_and_how_long_it_is_kept(
    whole: Content, insert: str
) -> None:
    sound.page(
        whole, "datenschutz", sound.PAGES["datenschutz"].replace(f"| {insert}\n", "| themen\n")
    )
    (problem,) = sound.found(whole, "insert-missing")
    assert (problem.path, problem.blocks) == ("content/seiten/datenschutz.md", True)
    assert insert in problem.message


def test_the_privacy_page_names_every_right(whole: Content) -> None:
    body = sound.PAGES["datenschutz"].replace("Art. 21 DSGVO", "der DSGVO")
    sound.page(whole, "datenschutz", body)
    assert ["Widerspruch" in p.message for p in sound.found(whole, "right-missing")] == [True]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("Art. 28 DSGVO", "in Ihrem Auftrag"),
        ("Art. 6 Abs. 1 Buchst. c DSGVO", "Geschäftsbriefe"),
        ("§ 25 Abs. 2 TDDDG", "kein Banner"),
        ("ein Cookie", "der Posteingang"),
        ("eine Statistik", "Statistik"),
        ("einem sozialen Netzwerk", "Weitergeben"),
    ],
)
def test_the_privacy_page_names_what_this_software_does(
    whole: Content, words: str, message: str
) -> None:
    sound.page(whole, "datenschutz", sound.PAGES["datenschutz"].replace(words, "nichts"))
    (problem,) = sound.found(whole, "privacy-incomplete")
    assert (problem.path, problem.line) == ("content/seiten/datenschutz.md", 6)
    assert message in problem.message
    assert problem.blocks


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("Ihr Recht auf Widerspruch", "Ihre Rechte", 29),
        ("aus Art. 21", "aus Art. 17 und Art. 21", 29),
        ("## Ihr Recht auf Widerspruch\n\n", "", 6),
    ],
)
def test_the_right_to_object_has_a_section_of_its_own(
    whole: Content, old: str, new: str, line: int
) -> None:
    sound.page(whole, "datenschutz", sound.PAGES["datenschutz"].replace(old, new))
    (problem,) = sound.found(whole, "objection-section")
    assert (problem.path, problem.line) == ("content/seiten/datenschutz.md", line)
    assert problem.blocks


def test_the_accessibility_statement_names_its_test(whole: Content) -> None:
    file = whole.folder / "website.toml"
    bare = file.read_text()
    sound.page(whole, "barrierefreiheit", "/// baustein | barrierefreiheit\n///")
    missing = {p.message.partition(":")[0] for p in sound.found(whole, "accessibility")}
    keys = ("scope", "tested_on", "method", "result", "gaps")
    assert missing == {f"In [accessibility] fehlt „{key}“" for key in keys}
    told = 'scope = "Alles."\nmethod = "axe"\nresult = "Kein Verstoß."\ngaps = ["Screenreader"]\n'
    file.write_text(f"{bare}\n[accessibility]\ntested_on = 2025-10-01\n{told}")
    assert sound.found(whole, "accessibility") == []
    (stale,) = sound.found(whole, "stale")
    assert (stale.path, stale.line) == ("content/website.toml", bare.count("\n") + 3)
    sound.page(whole, "barrierefreiheit", "Alles ist gut.")
    assert len(sound.found(whole, "insert-missing")) == 1


@pytest.mark.parametrize(
    ("day", "rules"),
    [("2026-01-10", {"soon-stale"}), ("2025-11-01", {"stale"}), ("2026-06-01", set())],
)
def test_legal_pages_must_be_looked_at_once_a_year(
    whole: Content, day: str, rules: set[str]
) -> None:
    sound.page(whole, "impressum", sound.PAGES["impressum"], updated=day)
    line = replace(whole, "as_of = 2026-11-23", f"as_of = {day}")
    for rule in ("stale", "soon-stale"):
        found = [*sound.found(whole, f"{rule}-page"), *sound.found(whole, rule)]
        places = [(p.path, p.line) for p in found]
        expected = [("content/seiten/impressum.md", 4), ("content/website.toml", line)]
        assert places == (expected if rule in rules else [])


@pytest.mark.parametrize(
    ("text", "is_told"),
    [
        ("Nummer {reference}. Abonnieren Sie den Newsletter!", True),
        ("Nummer {reference}. Mehr: https://firma.de/angebot/", True),
        ("Nummer {reference}. https://firma.de/ und https://firma.de/impressum/", False),
    ],
)
def test_the_confirmation_is_no_advertisement(whole: Content, text: str, *, is_told: bool) -> None:
    file = whole.folder / "website.toml"
    file.write_text(f'{file.read_text()}\n[confirmation]\ntext = "{text}"\n')
    assert bool(sound.found(whole, "confirmation")) is is_told


@pytest.mark.parametrize("name", ["adressen.txt", "woerter.txt", "bildrechte.txt"])
def test_an_invisible_sign_in_a_list_is_told_with_its_line(whole: Content, name: str) -> None:
    whole.write(name, "# Liste\n/kontakt/\u200b\x0b\n")
    (problem,) = sound.found(whole, "invisible-in-list")
    assert (problem.path, problem.line) == (f"content/{name}", 2)
    assert "U+200B" in problem.message
    assert "U+000B" in problem.message
    whole.write(name, "# Liste\n")
    assert sound.found(whole, "invisible-in-list") == []


def test_every_rule_for_the_site_has_its_fixtures() -> None:
    tested = {case[0] for case in (*PROVIDER, *SOURCES)} | ELSEWHERE
    assert tested == {rule.name for rule in checking.SITE_RULES}
