"""Which articles stand nearest to one, without comparing each with all others."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from website.content.models import Article

Positions = int
"""A set of positions in the list of articles: bit 5 stands for the sixth article. Python joins and
intersects such numbers some thousand bits at a time."""


class RelatedArticles:
    """An index of a list of articles, by tag and by topic.

    Remembers what it has found, and what an earlier one has, as long as nothing that counts here
    has changed of any article.
    """

    def __init__(self, articles: Sequence[Article], before: RelatedArticles | None = None) -> None:
        self.kinds = [(article.topic, article.tags) for article in articles]
        """What counts here of each article."""
        self.found: dict[tuple[int, int], tuple[int, ...]] = {}
        """What :meth:`first` has given, by position and count."""
        if before is not None and before.kinds == self.kinds:
            self.found = before.found

    def first(self, article: Article, position: int | None, count: int) -> tuple[int, ...]:
        """List as many positions as are wanted of what :meth:`nearest` gives."""
        if position is None:
            return tuple(islice(self.nearest(article, None), count))
        found = self.found.get((position, count))
        if found is None:
            found = tuple(islice(self.nearest(article, position), count))
            self.found[position, count] = found
        return found

    def nearest(self, article: Article, position: int | None) -> Iterator[int]:
        """List the others' positions, nearest first: by common tags, then topic, then position.

        :param position: of the article itself, where it is in the list.
        """
        itself = 0 if position is None else 1 << position
        left = self._index.everywhere ^ itself
        in_topic = self._index.in_topic.get(article.topic, 0)
        for sharing in reversed(self._by_common_tags(article)):
            yield from _each(left & sharing & in_topic)
            yield from _each(left & sharing & ~in_topic)
            left &= ~sharing

    def _by_common_tags(self, article: Article) -> list[Positions]:
        """Give those that share no tag at least, one at least, two at least, and so on."""
        tags = set(article.tags)
        sharing = [self._index.everywhere] + [0] * len(tags)
        for tag in tags:
            for number in range(len(tags), 0, -1):
                sharing[number] |= sharing[number - 1] & self._index.tagged.get(tag, 0)
        return sharing

    @cached_property
    def _index(self) -> _Index:
        tagged: defaultdict[str, Positions] = defaultdict(int)
        in_topic: defaultdict[str, Positions] = defaultdict(int)
        for position, (topic, tags) in enumerate(self.kinds):
            in_topic[topic] |= 1 << position
            for tag in tags:
                tagged[tag] |= 1 << position
        return _Index((1 << len(self.kinds)) - 1, tagged, in_topic)

    def __getstate__(self) -> dict[str, Any]:
        """Leave the index: most builds find nothing new."""
        return {"kinds": self.kinds, "found": self.found}


class _Index(NamedTuple):
    everywhere: Positions
    tagged: Mapping[str, Positions]
    in_topic: Mapping[str, Positions]


def _each(positions: Positions) -> Iterator[int]:
    while positions:
        lowest = positions & -positions
        yield lowest.bit_length() - 1
        positions ^= lowest
