"""The index finds what comparing every article with every other would find."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from website.content.kinds import ARTICLES, Article
from website.content.models import PublicationStatus, TextContent
from website.content.related import RelatedArticles

KINDS = st.lists(
    st.tuples(
        st.sampled_from(["", "kunden", "preise"]),
        st.lists(st.sampled_from(["a", "b", "c", "d"]), max_size=5),
    ),
    max_size=12,
)


@given(KINDS)
def test_the_nearest_are_those_of_the_plain_definition(kinds: list[tuple[str, list[str]]]) -> None:
    articles = [_article(number, topic, tags) for number, (topic, tags) in enumerate(kinds)]
    index = RelatedArticles(articles)
    for position, article in enumerate(articles):
        found = [articles[other] for other in index.nearest(article, position)]
        assert found == _plainly_nearest(article, articles)


def test_an_article_outside_the_list_has_near_ones_too() -> None:
    articles = [_article(0, "kunden", []), _article(1, "preise", ["a"])]
    stranger = _article(2, "kunden", ["a"])
    assert list(RelatedArticles(articles).nearest(stranger, None)) == [1, 0]


def _plainly_nearest(article: Article, articles: list[Article]) -> list[Article]:
    """By common tags, then by the same topic, then in the list's order."""

    def nearness(other: Article) -> tuple[int, bool]:
        return len(set(article.tags) & set(other.tags)), article.topic == other.topic

    others = [other for other in articles if other is not article]
    return sorted(others, key=nearness, reverse=True)


def _article(number: int, topic: str, tags: list[str]) -> Article:
    text = TextContent(Path(), f"{number}.md", "", 1)
    return Article(
        kind=ARTICLES,
        name=f"a{number}",
        address=f"/artikel/a{number}/",
        title="Titel",
        description="Text.",
        topic=topic,
        status=PublicationStatus.PUBLISHED,
        text=text,
        tags=tuple(tags),
    )
