"""An edition in another language: its own words and addresses over the German facts."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.content import ARTICLE, PAGE, Content
from website.content import library_problems
from website.content.addresses import Addresses
from website.content.library import Library
from website.content.problems import Severity

WORDS = {
    "artikel": "articles",
    "artikel/ein-artikel": "articles/an-article",
    "themen": "topics",
    "seite": "page",
    "checkliste": "checklist",
    "kontakt": "contact",
    "anfrage": "enquiry",
}
ENGLISH = Addresses("/en/", "/", WORDS)
PARTS = st.sampled_from([*WORDS, "page", "articles", "x", "ein-artikel", "2", "14", "an-article"])


@pytest.fixture
def content(tmp_path: Path) -> Content:
    content = Content(tmp_path / "content")
    content.article()
    content.edition()
    return content


def english(content: Content) -> Library:
    library = content.load()
    assert [
        str(problem) for each in library.every_edition for problem in library_problems.every(each)
    ] == []
    return library.editions["en"]


def problems(content: Content) -> list[str]:
    return [str(problem) for problem in library_problems.every(content.load().editions["en"])]


@pytest.mark.parametrize(
    ("german", "address"),
    [
        ("", "/en/"),
        ("kontakt/", "/en/contact/"),
        ("artikel/seite/2/", "/en/articles/page/2/"),
        ("artikel/ein-artikel/", "/en/articles/an-article/"),
        ("artikel/ein-artikel/checkliste/", "/en/articles/an-article/checklist/"),
        ("artikel/noch-einer/", "/en/articles/noch-einer/"),
        ("anfrage/KAM-1", "/en/enquiry/KAM-1"),
        ("feed.xml", "/en/feed.xml"),
    ],
)
def test_the_longest_row_gives_an_address_its_words(german: str, address: str) -> None:
    assert ENGLISH.at(german) == address
    assert ENGLISH.german_path(address) == f"/{german}"


@given(st.lists(PARTS, max_size=5).map("/".join), st.sampled_from(["", "/"]))
def test_no_two_german_paths_have_the_same_address(path: str, end: str) -> None:
    address = f"/en/{path}{end}"
    german = ENGLISH.german_path(address)
    assert german is None or ENGLISH.at(german) == address


def test_a_path_of_thousands_of_parts_costs_no_more_than_a_long_one() -> None:
    begun = time.process_time()
    assert ENGLISH.german_path(f"/en/articles/{'a/' * 16_000}") == f"/artikel/{'a/' * 16_000}"
    assert time.process_time() - begun < 0.05


def test_german_words_are_no_address_of_another_edition() -> None:
    assert ENGLISH.german_path("/en/artikel/") is None


def test_an_edition_has_words_of_its_own_and_the_german_facts(content: Content) -> None:
    site = english(content).site
    assert site.language.tag == "en-GB"
    assert site.motto == "Swift, fair and efficient."
    assert site.provider.country == "Germany"
    assert site.provider.street == "Hauptstraße 1"
    assert site.privacy.officer == "nicht bestellt"
    assert [topic.address for topic in site.topics] == ["/en/topics/customers/"]


def test_the_form_asks_the_same_in_its_words(content: Content) -> None:
    library = english(content)
    german = library.editions["de"].questionnaire
    assert library.questionnaire.keys == german.keys
    assert library.questionnaire.topics[0] == ("kam-aufbauen", "Set up key account management")
    assert library.addresses.request("kam-aufbauen") == "/en/contact/set-up/"


def test_its_texts_lie_at_its_addresses(content: Content) -> None:
    library = english(content)
    article = library.item_at("/en/articles/an-article/")
    assert article is not None
    assert article.title == "A title"
    assert article.text.label == "content/en/artikel/ein-artikel.md"


def test_a_page_leads_to_the_same_in_other_languages_or_to_the_nearest(content: Content) -> None:
    content.article("nur-deutsch")
    content.image("x.png")
    german = content.load()

    def of(address: str) -> tuple[str, bool]:
        (other,) = german.alternates(address)
        return other.address, other.is_same

    assert of("/") == ("/en/", True)
    assert of("/artikel/ein-artikel/") == ("/en/articles/an-article/", True)
    assert of("/artikel/nur-deutsch/") == ("/en/articles/", False)
    assert of("/kontakt/kam-aufbauen/") == ("/en/contact/set-up/", True)
    assert of("/themen/kunden/") == ("/en/topics/customers/", True)
    (back,) = german.editions["en"].alternates("/en/articles/an-article/")
    assert (back.address, back.is_same, back.language) == ("/artikel/ein-artikel/", True, "de")


def test_a_missing_translation_of_a_fact_is_said(content: Content) -> None:
    file = content.folder / "en/website.toml"
    file.write_text(file.read_text().replace('country = "Germany"', ""))
    (problem,) = problems(content)
    assert "content/en/website.toml" in problem
    assert "country" in problem


def test_a_missing_word_of_the_form_is_said_with_its_line(content: Content) -> None:
    file = content.folder / "en/formular.toml"
    file.write_text(file.read_text().replace('label = "What is it about?"\n', ""))
    assert problems(content) == ["content/en/formular.toml:4: Die Angabe „label“ fehlt."]


def test_a_word_for_a_question_that_nobody_asks_is_said(content: Content) -> None:
    file = content.folder / "en/formular.toml"
    file.write_text(f'{file.read_text()}\n[questions.shoe_size]\nlabel = "Shoe size"\n')
    (problem,) = problems(content)
    assert "shoe_size" in problem


def test_a_missing_page_of_an_edition_is_said(content: Content) -> None:
    (content.folder / "en/seiten/impressum.md").unlink()
    (problem,) = problems(content)
    assert problem.startswith("content/en/seiten/impressum.md:1: Diese Seite fehlt")


def test_two_paths_with_the_same_words_are_refused(content: Content) -> None:
    file = content.folder / "en/website.toml"
    file.write_text(file.read_text().replace('"tools"', '"articles"'))
    (problem,) = problems(content)
    assert "steht schon bei" in problem


def changed(content: Content, file: str, old: str, new: str) -> list[str]:
    """Return the problems once a file of the edition says something else."""
    path = content.folder / "en" / file
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))
    return problems(content)


@pytest.mark.parametrize("path", ["ueber-uns", "articles/page/2", "articles/noch-einer"])
def test_two_pages_at_one_address_are_refused(content: Content, path: str) -> None:
    content.write("en/seiten/ueber-uns.md", PAGE.format("About"))
    content.write("en/artikel/noch-einer.md", ARTICLE)
    (problem,) = changed(content, "website.toml", '"legal-notice"', f'"{path}"')
    assert f"Unter /en/{path}/ läge beides" in problem


@pytest.mark.parametrize(
    "row",
    ['"anfrage/bestaetigen" = "confirm"', '"werkzeuge/x" = "calculators/x"'],
)
def test_what_web_servers_have_rules_for_stays_together(content: Content, row: str) -> None:
    found = changed(content, "website.toml", '"anfrage/bestaetigen" = "enquiry/confirm"', row)
    assert any("braucht auch hier einen Weg darunter" in each for each in found)


def test_an_empty_word_is_said_once(content: Content) -> None:
    found = changed(content, "website.toml", 'suche = "search"', 'suche = ""')
    assert found == ["content/en/website.toml:33: Die Angabe „suche“ fehlt."]


def test_a_german_page_within_an_edition_is_refused(content: Content) -> None:
    content.write("seiten/en.md", PAGE.format("En"))
    (problem,) = map(str, library_problems.every(content.load()))
    assert problem.startswith("content/seiten/en.md:1: Die Seite läge unter /en/")


def test_german_is_no_edition_of_its_own(content: Content) -> None:
    content.edition("de-AT", "Österreichisch")
    library = content.load()
    assert library.item_at("/artikel/ein-artikel/") is not None
    assert str(library_problems.every(library)[-1]).startswith(
        "content/de/website.toml:1: Die deutschen Texte"
    )


@pytest.mark.parametrize("folder", ["EN", "en-gb", "eng", "en"])
def test_a_folder_that_looks_like_an_edition_stops_a_release(content: Content, folder: str) -> None:
    if folder == "en":
        (content.folder / "en/website.toml").unlink()
    else:
        (content.folder / "en").rename(content.folder / folder)
    [problem] = [each for each in library_problems.every(content.load()) if each.blocks]
    assert problem.path == f"content/{folder}/website.toml"


def test_an_unknown_language_is_refused(content: Content) -> None:
    content.edition("zz", "Zz")
    [problem] = library_problems.every(content.load().editions["zz"])
    assert "ist unbekannt" in str(problem)
    assert problem.line == 1


def test_what_is_wrong_with_german_facts_is_said_once(content: Content) -> None:
    file = content.folder / "website.toml"
    file.write_text(file.read_text().replace("as_of = 2026-11-23", 'as_of = "gestern"'))
    library = content.load()
    found = [problem for each in library.every_edition for problem in library_problems.every(each)]
    assert [problem.path for problem in found] == ["content/website.toml"]


def test_a_text_of_an_edition_is_read_from_memory_as_others_are(content: Content) -> None:
    library = content.load().with_text(
        "en/artikel/ein-artikel.md", b"---\ntitle: Another title\n---\n\nText.\n"
    )
    item = library.item_in("en/artikel/ein-artikel.md")
    assert item is not None
    assert item.title == "Another title"
    assert library.edition_of(item).item_in("artikel/ein-artikel.md") is item
    german = library.item_in("artikel/ein-artikel.md")
    assert german is not None
    assert german.title == "Ein Titel"


def test_a_text_leads_to_a_page_of_another_edition_from_the_root_of_all(content: Content) -> None:
    file = content.folder / "en/artikel/ein-artikel.md"
    links = "[Dort](/artikel/ein-artikel/) [Hier](/en/contact/) [Form](../seiten/kontakt.md)"
    file.write_text(f"{file.read_text()}\n{links} [Nichts](/articles/)\n")
    library = content.load().editions["en"]
    item = library.item_at("/en/articles/an-article/")
    assert item is not None
    html = library.rendered(item).html
    assert 'href="/artikel/ein-artikel/"' in html
    assert html.count('href="/en/contact/"') == 2
    assert ["/articles/ gibt es nicht" in problem for problem in problems(content)] == [True]


def test_a_folder_without_site_data_is_no_edition(content: Content) -> None:
    (content.folder / "en/website.toml").unlink()
    library = content.load()
    assert list(library.editions) == ["de"]
    assert any("content/en/" in str(problem) for problem in library_problems.every(library))


OPTIONAL = """
[[questions]]
key = "branche"
group = "alles"
kind = "auswahl"
label = "Branche"
purpose = "Um zu vermitteln"

[questions.choices]
bau = "Bau"
handel = "Handel"
"""
ITS_WORDS = """
[questions.branche]
label = "Industry"
purpose = "To find somebody"

[questions.branche.choices]
bau = "Construction"
"""


def test_a_new_question_is_asked_in_a_language_once_it_is_said_in_it(content: Content) -> None:
    form, words = content.folder / "formular.toml", content.folder / "en/formular.toml"
    form.write_text(form.read_text() + OPTIONAL)
    library = content.load().editions["en"]
    assert "branche" not in {each.name for each in library.questionnaire.questions}
    [found] = [each for each in library_problems.every(library) if "branche" in each.message]
    assert (found.severity, found.path) == (Severity.WARNING, "content/en/formular.toml")
    words.write_text(words.read_text() + ITS_WORDS)
    library = content.load().editions["en"]
    assert library.questionnaire.question("branche").choices == (("bau", "Construction"),)
    [found] = [each for each in library_problems.every(library) if "handel" in each.message]
    assert found.severity is Severity.WARNING


def test_what_is_no_longer_asked_may_keep_its_words(content: Content) -> None:
    form, words = content.folder / "formular.toml", content.folder / "en/formular.toml"
    words.write_text(words.read_text() + ITS_WORDS + 'handel = "Trade"\n')
    retired = OPTIONAL.replace('handel = "H', '[questions.removed_choices]\nhandel = "H')
    form.write_text(form.read_text() + retired)
    assert problems(content) == []
    form.write_text(form.read_text().replace('key = "branche"', 'key = "branche"\nremoved = true'))
    assert problems(content) == []
