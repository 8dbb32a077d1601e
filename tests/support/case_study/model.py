"""What stands above the text of a case study."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from website.content.models import Item
from website.content.text_reader import FrontMatter


@dataclass(frozen=True, kw_only=True)
class CaseStudy(Item):
    """What became of one customer's problem."""

    industry: str = ""

    @classmethod
    def read(cls, given: FrontMatter) -> Self:
        """Return the case study that an author has described."""
        industry = given.fields.prose("industry", required=True)
        return cls(**given.common(), industry=industry)
