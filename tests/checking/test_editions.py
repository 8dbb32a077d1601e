"""Which rules hold in which language, and whether the editions agree."""

from __future__ import annotations

import tomllib
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support import sound
from support.content import Content
from website import checking
from website.content.library import Library
from website.content.problems import Problem
from website.editor.edited_site import EditedSite

IN_ENGLISH = [
    (
        "link-label",
        "More [here](../seiten/kontakt.md).",
        "More on [contact](../seiten/kontakt.md).",
    ),
    ("unbalanced-quotes", "She said “Yes.", 'She said “yes” and "no".'),
    ("foreign-quotes", "She said „yes“.", "She said “yes” and ‘no’."),
    ("space-before-mark", "That is good !", "That is good!"),
    ("no-space-after-mark", "That is good,very good.", "That is good, e.g. €1,200 (firm.com)."),
    ("double-space", "Two  spaces", "Two spaces"),
    ("hyphen-for-dash", "That is good- very good.", "Pre- and post-war, good - very good."),
    ("hyphen-for-dash", "That is good--very good.", "A well-known firm"),
    ("long-dash", "That — is good.", "That – is good."),
    ("repeated-mark", "That is good!!", "That is good! And so on ..."),
    ("decimal-comma", "That is 3,5% more.", "That is 3.5% of €1,400 and 12,000 people."),
    ("decimal-comma", "It costs €3,50.", "It costs €3,500 or €1,234,567."),
    ("bare-thousands", "It costs €12000.", "It costs €12,000 in 70173 Stuttgart."),
    ("bare-thousands", "It costs €12.000.", "It costs €12.50."),
    ("sign-after-number", "It costs 500 €.", "It costs €500, or 500 euros."),
    ("sign-after-number", "It costs € 500.", "It costs €500."),
    ("long-sentence", "We " + "write today " * 13 + ".", "We listen."),
    (
        "hard-to-read",
        "Organisational considerations necessitate comprehensive qualification. " * 12,
        "We listen and then solve the problem. " * 12,
    ),
    (
        "rather-hard-to-read",
        "Most customers of the company expect a regular visit in summer. " * 12,
        "We listen and then solve the problem. " * 12,
    ),
    ("stock-phrase", "We call in order to help.", "We call to help."),
    (
        "much-passive",
        "The problem is solved by the team. " * 15,
        "The team solves the problem. " * 15,
    ),
    ("filler", "That is basically good.", "That is good."),
    ("word-twice", "That is is good.", "All that that firm had had was good."),
    ("misspelt", "We organize the centre.", "We organise the centre, at any size or prize."),
    ("misspelt", "It occured twice.", "It occurred twice."),
    ("misspelt", "What behavior!", "What behaviour!"),
    ("unknown-word", "A cutsomer calls.", "A customer’s well-known colleagues wouldn’t call."),
    ("superlative", "We are the market leader.", "We lead talks."),
    ("superlative", "We are the best agency.", "We are an agency with the best intentions."),
    (
        "number-without-source",
        "Now 68% of customers switch.",
        "An example: A has 68% of customers. The discount is 8%.",
    ),
    ("nameless-authority", "Studies show that it is so.", "We show that it is so."),
    ("obsolete-law", "Use the ODR platform.", "Use a platform."),
    ("copied-along", "As an AI language model I cannot.", "A model of AI."),
]


def found(content: Content, rule: str) -> list[Problem]:
    library = content.load()
    item = library.item_in("en/artikel/ein-artikel.md")
    assert item
    return [p for p in checking.check_item(library, item) if p.rule == rule]


@pytest.fixture
def bilingual(whole: Content) -> Content:
    """Content in two languages in which nothing is wrong."""
    sound.make_edition(whole)
    return whole


def test_nothing_is_wrong_with_sound_content_in_two_languages(
    bilingual: Content, tmp_path: Path
) -> None:
    assert checking.check(bilingual.load(), tmp_path) == ()


@pytest.mark.parametrize(("rule", "bad", "good"), IN_ENGLISH)
def test_a_mistake_in_an_english_text_is_found_on_its_line_and_only_it(
    bilingual: Content, rule: str, bad: str, good: str
) -> None:
    sound.edition_article(bilingual, f"Text.\n\n{bad}")
    (problem, *_) = found(bilingual, rule)
    assert problem.path == "content/en/artikel/ein-artikel.md"
    measured = {"hard-to-read", "rather-hard-to-read"}
    assert problem.line == sound.FIRST_LINE + (0 if rule in measured else 2)
    sound.edition_article(bilingual, f"Text.\n\n{good}")
    assert found(bilingual, rule) == []


@pytest.mark.parametrize(
    "body",
    ["It costs 500 € und 3.5 %, eigentlich.", "Ein Kudne, daß es Ihren wird. Frag dich."],
)
def test_german_rules_leave_english_texts_alone(bilingual: Content, body: str) -> None:
    sound.edition_article(bilingual, body)
    rules = {row.rule for row in checking.check(bilingual.load(), bilingual.folder)}
    assert not rules & {"decimal-point", "sign-before-number", "many-nouns", "familiar-address"}
    assert "filler" not in rules


def test_the_lists_of_an_edition_are_its_own(bilingual: Content) -> None:
    bilingual.write("woerter.txt", "Cutsomer\n")
    sound.edition_article(bilingual, "A cutsomer calls.")
    (problem,) = found(bilingual, "unknown-word")
    assert "content/en/woerter.txt" in problem.message
    assert "Meinten Sie „customer“?" in problem.message
    bilingual.write("en/woerter.txt", "cutsomer\n")
    assert found(bilingual, "unknown-word") == []


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ("Articles 15 to 20 GDPR", "right-missing"),
        ("Article 28 GDPR", "privacy-incomplete"),
        ("Article 6(1)(c) GDPR", "privacy-incomplete"),
        ("section 25(2) TDDDG", "privacy-incomplete"),
        ("a cookie", "privacy-incomplete"),
        ("statistics", "privacy-incomplete"),
        ("social network", "privacy-incomplete"),
        ("right to object", "objection-section"),
        ("/// baustein | empfaenger\n///", "insert-missing"),
    ],
)
def test_the_english_privacy_page_says_what_the_law_wants(
    bilingual: Content, words: str, rule: str
) -> None:
    body = sound.ENGLISH_PAGES["datenschutz"]
    sound.edition_page(bilingual, "datenschutz", body.replace(words, "nothing"))
    problems = sound.found(bilingual, rule)
    assert {(p.path, p.blocks) for p in problems} == {("content/en/seiten/datenschutz.md", True)}


def test_the_english_legal_pages_say_what_is_and_not_what_may_be(bilingual: Content) -> None:
    body = sound.ENGLISH_PAGES["impressum"]
    sound.edition_page(bilingual, "impressum", f"{body}\n\nWe pass on data where applicable.")
    (problem,) = sound.found(bilingual, "hedge")
    assert problem.path == "content/en/seiten/impressum.md"


def test_the_footer_of_each_edition_leads_to_its_legal_pages(bilingual: Content) -> None:
    file = bilingual.folder / "en/website.toml"
    file.write_text(file.read_text().replace('to = "/legal-notice/"', 'to = "/contact/"'))
    (problem,) = sound.found(bilingual, "legal-navigation")
    assert problem.path == "content/en/website.toml"
    assert 'to = "/legal-notice/"' in problem.message


@pytest.mark.slow
def test_a_legal_page_in_one_language_alone_is_an_error(bilingual: Content) -> None:
    text = "/// baustein | barrierefreiheit\n///"
    sound.edition_page(bilingual, "barrierefreiheit", text)
    (problem,) = sound.found(bilingual, "legal-page-missing")
    assert (problem.path, problem.blocks) == ("content/seiten/barrierefreiheit.md", True)
    (bilingual.folder / "en/seiten/barrierefreiheit.md").unlink()
    sound.page(bilingual, "barrierefreiheit", text)
    (problem,) = sound.found(bilingual, "legal-page-missing")
    assert (problem.path, problem.blocks) == ("content/en/seiten/barrierefreiheit.md", True)
    assert "content/seiten/barrierefreiheit.md" in problem.message
    (bilingual.folder / "en/seiten/impressum.md").unlink()
    problems = checking.check(bilingual.load(), bilingual.folder)
    assert "content/en/seiten/impressum.md" in {p.path for p in problems if p.blocks}


def test_an_address_of_no_german_page_has_no_effect_and_is_told(bilingual: Content) -> None:
    file = bilingual.folder / "en/website.toml"
    text = file.read_text()
    file.write_text(
        text.replace(
            'artikel = "articles"', '"artikel/kein-artikel" = "articles/none"\nartikel = "articles"'
        )
    )
    (problem,) = sound.found(bilingual, "address-of-nothing")
    line = text[: text.index('artikel = "articles"')].count("\n") + 1
    assert (problem.path, problem.line, problem.blocks) == ("content/en/website.toml", line, False)
    assert "„artikel/kein-artikel“" in problem.message


def test_two_pages_of_an_edition_cannot_have_one_address(bilingual: Content) -> None:
    sound.edition_page(bilingual, "articles/an-article", "Text.")
    assert {p.path for p in sound.found(bilingual, "address-taken")} == {
        "content/en/artikel/ein-artikel.md", "content/en/seiten/articles/an-article.md",
    }  # fmt: skip


def test_no_german_page_can_take_the_start_of_an_edition(bilingual: Content) -> None:
    sound.page(bilingual, "en", "Text.")
    assert [p.path for p in sound.found(bilingual, "address-taken")] == ["content/seiten/en.md"]


def test_an_old_address_of_an_edition_answers_for_what_it_published(bilingual: Content) -> None:
    bilingual.write("adressen.txt", "/en/articles/old/\n")
    assert len(sound.found(bilingual, "vanished-address")) == 1
    path = sound.edition_article(bilingual)
    path.write_text(path.read_text().replace("---\n", "---\naliases: [/articles/old/]\n", 1))
    assert sound.found(bilingual, "vanished-address") == []
    assert sound.found(bilingual, "alias-taken") == []


def test_a_translation_older_than_its_original_is_told_with_both_days(bilingual: Content) -> None:
    assert sound.found(bilingual, "stale-translation") == []
    bilingual.article(text=f"{sound.HEAD}Text.\n", updated="2026-11-20")
    (problem,) = sound.found(bilingual, "stale-translation")
    assert (problem.path, problem.line) == ("content/en/artikel/ein-artikel.md", 4)
    assert not problem.blocks
    assert "vom 2026-11-20" in problem.message
    assert "vom 2026-11-01" in problem.message
    library = bilingual.load()
    german, english = (library.item_in(f"{folder}artikel/ein-artikel.md") for folder in ("", "en/"))
    assert german
    assert english
    assert library.counterparts(english) == {"de": german}
    assert library.counterparts(german) == {"en": english}
    assert library.editions["en"].counterparts(german) == {"en": english}
    assert (library.newer_original(english), library.newer_original(german)) == (german, None)
    page = library.item_in("seiten/kontakt.md")
    assert page
    (bilingual.folder / "en/seiten/404.md").rename(bilingual.folder / "en/seiten/more.md")
    alone = bilingual.load().item_in("en/seiten/more.md")
    assert alone
    assert bilingual.load().counterparts(alone) == {"de": None}
    assert bilingual.load().newer_original(alone) is None


def test_what_is_wrong_in_an_edition_stops_the_publication_of_it(bilingual: Content) -> None:
    sound.edition_article(bilingual, "Under § 5 TMG.")
    library = bilingual.load()
    changed = checking.errors(library, ["en/artikel/ein-artikel.md"], bilingual.folder)
    assert [p.path for p in changed] == ["content/en/artikel/ein-artikel.md"]
    assert checking.errors(library, ["artikel/ein-artikel.md"], bilingual.folder) == ()
    (broken,) = checking.errors(
        library.with_text("en/website.toml", b"x"), ["en/website.toml"], bilingual.folder
    )
    assert broken.path == "content/en/website.toml"


def test_the_values_of_an_edition_are_checked_by_themselves(bilingual: Content) -> None:
    file = bilingual.folder / "en/website.toml"
    data = f'{file.read_text()}\n[confirmation]\ntext = "Get a discount: {{reference}}"\n'
    library = bilingual.load().with_text("en/website.toml", data.encode())
    (problem,) = checking.check_data(library, "en/website.toml", bilingual.folder)
    assert (problem.path, problem.rule) == ("content/en/website.toml", "confirmation")


def test_what_is_typed_in_the_editor_is_checked_by_the_rules_of_its_language(
    bilingual: Content,
) -> None:
    def read(_before: Library | None) -> Library:
        return bilingual.load(with_unpublished=True)

    site = EditedSite(bilingual.folder, read, make_pages=mock.Mock(), editions=mock.Mock())
    head = sound.ENGLISH_HEAD
    text = site.with_text("en/artikel/ein-artikel.md", f"{head}A cutsomer pays 500 €.".encode())
    report = site.report(text)
    assert [p.rule for p in report.problems] == ["sign-after-number", "unknown-word"]
    hard = "Organisational considerations necessitate comprehensive qualification. " * 12
    text = site.with_text("en/artikel/ein-artikel.md", f"{head}{hard}".encode())
    assert site.report(text).readability.light == "red"
    unreadable = site.with_text("en/artikel/ein-artikel.md", b"---\ntitle: [\n---\n")
    assert {p.path for p in site.report(unreadable).problems} == {
        "content/en/artikel/ein-artikel.md"
    }


def test_what_the_owner_still_owes_is_known_of_every_edition(bilingual: Content) -> None:
    sound.edition_article(bilingual, reviewed_by='"PLATZHALTER: Prüfung"')
    library = bilingual.load()
    (fact,) = library.every_open_fact
    assert fact.path == "content/en/artikel/ein-artikel.md"
    assert fact in checking.check(library, bilingual.folder)


def test_a_text_is_public_in_its_own_edition(bilingual: Content) -> None:
    sound.edition_article(bilingual, status="draft")
    library = bilingual.load()
    english = library.item_in("en/artikel/ein-artikel.md")
    german = library.item_in("artikel/ein-artikel.md")
    assert english
    assert german
    assert [library.is_public(item) for item in (german, english)] == [True, False]


SIGNS = [
    *"#*_-`>|[]()!/~\\:.,;?\"'“”‘’ \t\n", "A customer", "e.g.", "is", "5%", "€500", "5 €", "///",
    "```", "[x](y.md)", "\u200b", "fu\u0308r", "section 14", "studies show", "100% of customers",
]  # fmt: skip


@given(st.lists(st.sampled_from(SIGNS), max_size=60).map("".join))
@settings(
    max_examples=3 * settings.default.max_examples // 5,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_no_english_text_whatever_breaks_the_checking(bilingual: Content, body: str) -> None:
    path = sound.edition_article(bilingual, body)
    library = bilingual.load()
    item = library.item_in("en/artikel/ein-artikel.md")
    assert item
    count = path.read_text().count("\n") + 1
    for problem in checking.check_item(library, item):
        assert 1 <= problem.line <= count
        assert "\n" not in problem.message


def test_a_third_language_needs_no_rules_of_its_own(whole: Content, tmp_path: Path) -> None:
    sound.make_edition(whole, "fr", "français")
    assert checking.check(whole.load(), tmp_path) == ()
    whole.write("fr/artikel/ein-artikel.md", f"{sound.ENGLISH_HEAD}« Oui » — 3,5 % !\n\n## Fin\n")
    (problem,) = checking.check(whole.load(), tmp_path)
    assert (problem.path, problem.rule) == ("content/fr/artikel/ein-artikel.md", "empty-section")


def test_each_rule_has_one_table() -> None:
    files = Path(checking.__file__).parent.glob("*.toml")
    names = [name for file in files for name in tomllib.loads(file.read_text("utf-8"))]
    assert sorted(names) == sorted(r.name for r in (*checking.TEXT_RULES, *checking.SITE_RULES))


@pytest.mark.parametrize("rule", [*checking.TEXT_RULES, *checking.SITE_RULES], ids=lambda r: r.name)
def test_every_rule_has_words_and_patterns_for_each_language_it_holds_in(
    rule: checking.Rule,
) -> None:
    languages = rule.row.get("languages", ())
    assert set(languages) <= {"de", "en"}
    for each in (rule.row.get("pattern"), rule.row.get("message")):
        if isinstance(each, dict) and set(each) & {"de", "en"}:
            assert set(each) == set(languages)
    assert "where" not in rule.row or "pattern" in rule.row
