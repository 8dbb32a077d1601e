"""What stands above the text of a case study, and what becomes of it."""

from collections.abc import Iterator
from dataclasses import dataclass

from website.content.models import Item
from website.content.value_reader import Prose, RequiredProse


@dataclass(frozen=True, kw_only=True)
class CaseStudy(Item):
    """What an assignment was about and what became of it, as its client allows it to be told."""

    industry: RequiredProse = ""
    role: RequiredProse = ""
    duration: Prose = ""

    def prose(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """Yield what visitors read of the data above the text, each with its place."""
        yield from super().prose()
        yield ("industry",), self.industry
        yield ("role",), self.role
        yield ("duration",), self.duration
