"""What visitors may see, in which order, and what belongs together."""

from __future__ import annotations

import datetime

from support.content import PAGE, Content


def test_articles_come_newest_first_and_by_name_within_a_day(content: Content) -> None:
    content.article("b", date="2026-11-02")
    content.article("a", date="2026-11-02")
    content.article("c", date="2026-11-03")
    assert [article.name for article in content.load().articles] == ["c", "a", "b"]


def test_drafts_reviews_and_future_articles_are_for_authors_only(content: Content) -> None:
    content.article("oeffentlich")
    content.article("entwurf", status="draft")
    content.article("pruefung", status="review")
    content.article("morgen", date="2026-11-24")
    content.article("ohne-status")
    content.without("ohne-status", "status")
    assert [article.name for article in content.load().articles] == ["oeffentlich"]
    assert len(content.load(with_unpublished=True).articles) == 5


def test_an_article_becomes_public_on_its_day(content: Content) -> None:
    content.article(date="2026-11-24")
    assert content.load(today=datetime.date(2026, 11, 23)).articles == ()
    assert len(content.load(today=datetime.date(2026, 11, 24)).articles) == 1


def test_related_articles_share_tags_before_they_share_a_topic(content: Content) -> None:
    text = (content.folder / "website.toml").read_text()
    topic = '[[topics]]\nslug = "andere"\ntitle = "A"\ndescription = "B"\n\n[foreign_terms]'
    content.write("website.toml", text.replace("[foreign_terms]", topic))
    content.article("mitte", tags="[x, y]")
    content.article("zwei-worte", tags="[x, y]", topic="andere")
    content.article("ein-wort", tags="[x]", topic="andere")
    content.article("thema")
    content.article("nichts", topic="andere")
    library = content.load()
    middle = library.article("mitte")
    assert middle
    slugs = [article.name for article in library.related(middle)]
    assert slugs == ["zwei-worte", "ein-wort", "thema"]


def test_neighbours_follow_the_dates(content: Content) -> None:
    for day in (1, 2, 3):
        content.article(f"tag-{day}", date=f"2026-11-0{day}")
    library = content.load()
    middle = library.article("tag-2")
    assert middle
    older, newer = library.neighbours(middle)
    assert (older and older.name, newer and newer.name) == ("tag-1", "tag-3")


def test_a_long_list_is_cut_into_pages_and_an_empty_one_has_one(content: Content) -> None:
    for number in range(5):
        content.article(f"a{number}")
    library = content.load()
    pages = library.list_pages(library.articles)
    assert [len(page.items) for page in pages] == [2, 2, 1]
    assert [page.count for page in library.list_pages(())] == [1]


def test_an_image_is_named_after_its_content(content: Content) -> None:
    content.image("bild.png", color="red")
    content.article(
        text="---\ntitle: A\ndescription: B\ndate: 2026-11-01\ntopic: kunden\n"
        "status: published\n---\n![Bild](bild.png)\n"
    )
    first = set(content.load().image_names)
    content.image("bild.png", color="blue")
    second = set(content.load().image_names)
    assert len(first) == len(second) == 3
    assert not first & second


def test_an_image_outside_the_content_is_not_published(content: Content) -> None:
    (content.folder.parent / "geheim.png").write_bytes(b"x")
    content.article(
        text="---\ntitle: A\ndescription: B\ndate: 2026-11-01\ntopic: kunden\n"
        "status: published\n---\n![Bild](../../geheim.png)\n"
    )
    assert "liegt nicht neben der Datei" in content.problems()[0]


def test_an_article_and_its_tools_lead_to_each_other(content: Content) -> None:
    content.article("eins", tools="[trennen-oder-halten, kundenkonzentration]")
    content.article("zwei", tools="[kundenkonzentration]")
    content.article("drei")
    for name in ("kundenkonzentration", "trennen-oder-halten"):
        content.write(f"seiten/werkzeuge/{name}.md", PAGE.format(name))
    library = content.load()
    assert library.problems == ()
    assert [page.name for page in library.tools] == ["kundenkonzentration", "trennen-oder-halten"]
    articles = {article.name: article for article in library.articles}
    shown = [page.name for page in library.tools_for(articles["eins"])]
    assert shown == ["trennen-oder-halten", "kundenkonzentration"]
    assert library.tools_for(articles["drei"]) == ()
    about = [library.articles_about(page) for page in library.tools]
    assert about == [(articles["eins"], articles["zwei"]), (articles["eins"],)]


def test_a_tool_that_is_not_there_is_told(content: Content) -> None:
    content.article("eins", tools="[taschenrechner]")
    [problem] = content.problems()
    assert "Das Werkzeug „taschenrechner“ gibt es nicht. Möglich sind: kundenkonz" in problem
