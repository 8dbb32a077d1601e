"""What stands above the text of an article, and what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from website.content import blocks
from website.content.models import GivenData, Item, PublicationStatus


@dataclass(frozen=True, kw_only=True)
class Article(Item):
    """A piece of guidance."""

    tools: tuple[str, ...] = ()
    """Names of the tools that help with its subject."""
    has_checklist: bool = False
    """Whether its checklists have a page of their own, for printing."""

    @classmethod
    def read(cls, given: GivenData) -> Self:
        """Return the article that an author has described."""
        return cls(
            **given.common(),
            topic=given.topic(),
            tools=given.tools(),
            has_checklist=blocks.has_checklist(given.text.body),
        )

    @property
    def can_be_shown(self) -> bool:
        """Whether its page holds what nobody can do without."""
        is_sorted = bool(self.topic) or self.status is not PublicationStatus.PUBLISHED
        return super().can_be_shown and is_sorted
