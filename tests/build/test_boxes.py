"""Boxes that are more than their text: questions for machines, checklists for paper."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from lxml import html

from support.builds import Checkout, contents
from support.content import ARTICLE, Content

QUESTIONS = """
/// fragen
### Wer hilft & wann?

Ein **Mensch**, siehe [hier](../seiten/kontakt.md).

### Und was kostet es?

Erstens.

- Zweitens
///
"""
CHECKLIST = """
/// checkliste | Vor dem Gespräch
- Alles liegt bereit.
///

Danach.
"""


def built(content: Content, tmp_path: Path) -> Path:
    Checkout.copied(tmp_path / "checkout", content.folder).build(tmp_path / "build")
    return tmp_path / "build"


def data(page: Path) -> list[dict[str, object]]:
    found = html.parse(page).xpath("//script[@type='application/ld+json']/text()")
    return [json.loads(each) for each in found]


def test_questions_are_read_and_described(content: Content, tmp_path: Path) -> None:
    content.article("fragen", text=ARTICLE + QUESTIONS)
    page = built(content, tmp_path) / "artikel/fragen/index.html"
    assert html.parse(page).xpath("//div[@class='questions']/h3/text()") == [
        "Wer hilft & wann?",
        "Und was kostet es?",
    ]
    [faq] = [each for each in data(page) if each["@type"] == "FAQPage"]
    first, second = faq["mainEntity"]  # type: ignore[misc]
    assert first["name"] == "Wer hilft & wann?"
    assert "<strong>Mensch</strong>" in first["acceptedAnswer"]["text"]
    assert 'href="http' in first["acceptedAnswer"]["text"]
    assert "<li>Zweitens</li>" in second["acceptedAnswer"]["text"]


def test_a_checklist_has_a_page_for_paper_that_search_engines_leave_alone(
    content: Content, tmp_path: Path
) -> None:
    content.article("mit", text=ARTICLE + CHECKLIST)
    content.article("ohne")
    build = built(content, tmp_path)
    address = "/artikel/mit/checkliste/"
    box = html.parse(build / "artikel/mit/index.html").xpath("//div[@class='box']")[0]
    assert box.xpath(".//a/@href") == [address]
    page = html.parse(build / "artikel/mit/checkliste/index.html")
    assert page.xpath("//meta[@name='robots']/@content") == ["noindex"]
    shown = page.xpath("//main")[0].text_content()
    assert "Alles liegt bereit." in shown
    assert "Danach." not in shown
    assert not page.xpath("//div[@class='box']//a")
    assert not (build / "artikel/ohne/checkliste").exists()
    assert address not in (build / "sitemap.xml").read_text()


@pytest.mark.parametrize(("before", "is_box"), [("> ", True), ("    ", True), ("```\n", False)])
def test_a_checklist_within_something_has_its_page_too(
    content: Content, tmp_path: Path, before: str, is_box: bool
) -> None:
    rows = CHECKLIST.partition("Danach")[0].strip()
    if is_box:
        rows = "\n".join(f"{before}{row}" for row in rows.split("\n"))
    else:
        rows = f"{before}{rows}\n```"
    content.article("mit", text=f"{ARTICLE}\n- Punkt\n\n{rows}\n")
    build = built(content, tmp_path)
    links = html.parse(build / "artikel/mit/index.html").xpath("//div[@class='box']//a/@href")
    assert links == ["/artikel/mit/checkliste/"] * is_box
    assert (build / "artikel/mit/checkliste/index.html").exists() == is_box


def test_a_checklist_comes_and_goes_with_its_box(content: Content, tmp_path: Path) -> None:
    checkout = Checkout.copied(tmp_path / "checkout", content.folder)
    file = content.article("mit", text=ARTICLE + CHECKLIST)
    before = file.read_text()
    checkout.build(tmp_path / "build")
    page = tmp_path / "build/artikel/mit/checkliste/index.html"
    file.write_text(before.replace("liegt bereit", "liegt vor"))
    checkout.build(tmp_path / "build")
    assert "Alles liegt vor." in page.read_text()
    file.write_text(before.replace("/// checkliste", "/// wichtig"))
    checkout.build(tmp_path / "build")
    assert not page.exists()
    checkout.build(tmp_path / "clean", clean=True)
    assert contents(tmp_path / "build") == contents(tmp_path / "clean")


def test_articles_can_be_passed_on_by_plain_links(content: Content, tmp_path: Path) -> None:
    content.article("weiter", title="Fragen & Antworten")
    page = html.parse(built(content, tmp_path) / "artikel/weiter/index.html")
    mail, linkedin = page.xpath("//p[@class='share']/a/@href")
    assert mail.startswith("mailto:?subject=Fragen%20%26%20Antworten&body=http")
    assert linkedin.startswith("https://www.linkedin.com/sharing/share-offsite/?url=http")
    assert linkedin.endswith("/artikel/weiter/")
