"""What stands above the text of a case study, and what becomes of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from website.content.models import Item

if TYPE_CHECKING:
    from website.content.text_reader import FrontMatter


@dataclass(frozen=True, kw_only=True)
class CaseStudy(Item):
    """What an assignment was about and what became of it, as its client allows it to be told."""

    industry: str = ""
    role: str = ""
    duration: str = ""

    @classmethod
    def read(cls, given: FrontMatter) -> Self:
        """Return the case study that an author has described."""
        fields = given.fields
        return cls(
            **given.common(),
            industry=fields.prose("industry", required=True),
            role=fields.prose("role", required=True),
            duration=fields.prose("duration"),
        )

    def prose(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """Yield what visitors read of the data above the text, each with its place."""
        yield from super().prose()
        yield ("industry",), self.industry
        yield ("role",), self.role
        yield ("duration",), self.duration
