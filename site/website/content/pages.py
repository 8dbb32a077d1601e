"""What stands above the text of a page, and what becomes of it."""

from collections.abc import Iterator
from dataclasses import dataclass

from website.content.models import Item
from website.content.value_reader import Prose

TOOLS = (
    "kundenkonzentration",
    "trennen-oder-halten",
    "key-account-auswahl",
    "beschwerdemanagement",
    "einsatzkosten",
)
"""What visitors can calculate with, each on the page ``seiten/werkzeuge/<name>.md``."""


@dataclass(frozen=True, kw_only=True)
class Page(Item):
    """A page that is no article: start, profile, service, tool, contact, legal."""

    lead: Prose = ""

    def prose(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """Yield what visitors read of the data above the text, each with its place."""
        yield from super().prose()
        yield ("lead",), self.lead
