"""The guide as a page of the editor: whole, with its pictures, its links lead somewhere."""

from __future__ import annotations

from support import guide
from support.editor import Writer


def test_the_navigation_leads_to_the_guide_with_all_its_headings(erik: Writer) -> None:
    (link,) = (a for a in erik.get().cssselect("nav a") if a.text_content() == "Hilfe")
    page = erik.get(link.get("href").removeprefix("/redaktion"))
    headings = [each.text_content() for each in page.cssselect("main h2")]
    assert page.cssselect("h1")[0].text_content() == "Leitfaden für die Redaktion"
    assert headings[:2] == ["Vom Einladungslink zur ersten Seite", "Anmelden"]
    assert "Fehlermeldungen und was sie bedeuten" in headings
    assert "Anhang" not in page.cssselect("main")[0].text_content()


def test_every_link_and_picture_of_the_guide_is_there(erik: Writer) -> None:
    page = erik.get("/hilfe/").cssselect("main")[0]
    known = {each.get("id") for each in page.cssselect("[id]")}
    within = [a.get("href") or "" for a in page.cssselect("a")]
    assert [href for href in within if href.startswith("#") and href[1:] not in known] == []
    assert [href for href in within if not href.startswith(("#", "https://", "http://"))] == []
    pictures = [each.get("src") for each in page.cssselect("img")]
    before_the_appendix = guide.pictures()[: len(pictures)]
    assert [source.rpartition("/")[2] for source in pictures] == [
        f"{name}.webp" for name in before_the_appendix
    ]
    for source in pictures:
        with erik.client.get(source) as response:
            assert response.status_code == 200, source
    assert erik.client.get("/redaktion/hilfe/bilder/../redaktion.md").status_code == 404
