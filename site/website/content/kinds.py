"""The kinds of content: their models, and the table of all other differences, ``kinds.toml``.

A new kind needs a row there and a model here, a page template, and, where its texts are listed, a
list template and the list's own text in ``seiten/``.
"""

import copyreg
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Self

from website.content import blocks
from website.content.blocks import TOOLS
from website.content.models import GivenData, Item, ItemT_co, Kind, PublicationStatus
from website.content.value_reader import Prose, RequiredProse
from website.infra import toml_tables

PAGES = "seiten"
SEARCH = "suche"
"""The page that one searches on; no search engine should lead to it."""


@dataclass(frozen=True, kw_only=True)
class Article(Item):
    """An article that gives guidance on a topic."""

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
        """Whether all that its page needs is there."""
        is_sorted = bool(self.topic) or self.status is not PublicationStatus.PUBLISHED
        return super().can_be_shown and is_sorted


@dataclass(frozen=True, kw_only=True)
class CaseStudy(Item):
    """A case study of an assignment, as far as its client allows it to be published."""

    industry: RequiredProse = ""
    role: RequiredProse = ""
    duration: Prose = ""

    def prose(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """Yield what visitors read of the data above the text, each with its place."""
        yield from super().prose()
        yield ("industry",), self.industry
        yield ("role",), self.role
        yield ("duration",), self.duration


@dataclass(frozen=True, kw_only=True)
class Page(Item):
    """A page that is no article: start, profile, service, tool, contact, legal."""

    lead: Prose = ""

    def prose(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """Yield what visitors read of the data above the text, each with its place."""
        yield from super().prose()
        yield ("lead",), self.lead


_ROWS = toml_tables.beside(__file__, "kinds.toml")


def _kind(key: str, model: type[ItemT_co], names: Collection[str] = ()) -> Kind[ItemT_co]:
    return Kind(model=model, names=names, **_ROWS[key])


ARTICLES = _kind("articles", Article)
CASE_STUDIES = _kind("case_studies", CaseStudy)
TOOL_PAGES = _kind("tool_pages", Page, TOOLS)
SEARCH_PAGE = _kind("search_page", Page, (SEARCH,))
OTHER_PAGES = _kind("other_pages", Page)

KINDS: tuple[Kind[Item], ...] = (ARTICLES, CASE_STUDIES, TOOL_PAGES, SEARCH_PAGE, OTHER_PAGES)
"""All of them. The first that takes a file has it."""

PAGE_KINDS = (SEARCH_PAGE, OTHER_PAGES)
"""Those of what lies in ``seiten/`` and has no folder of its own there."""

_EDITION = re.compile(r"(?P<code>[a-z]{2,3})/(?P<file>.+)", re.DOTALL)
"""The folder of an edition; those of kinds have longer names."""


def _titled(title: str) -> Kind[Item]:
    return next(kind for kind in KINDS if kind.title == title)


copyreg.pickle(Kind, lambda kind: (_titled, (kind.title,)))
"""One that is read from the build's cache stays the row that it was."""


def of_file(file: str) -> tuple[Kind[Item], str] | None:
    """Return the kind and the name of a text; None where no texts are read from there.

    :param file: named from the content folder.
    """
    for kind in KINDS:
        if (name := kind.name_of(file)) is not None:
            return kind, name
    return None


def of_content_file(file: str) -> tuple[Kind[Item], str] | None:
    """Return the kind and the name of a text of any edition, its file named from all content."""
    return of_file(edition_and_file(file)[1])


def edition_and_file(file: str) -> tuple[str, str]:
    """Return the language of the edition that a file lies in, and its name from that edition.

    :param file: named from all content. The language of the German edition is empty.
    """
    found = _EDITION.match(file)
    return (found["code"], found["file"]) if found else ("", file)


def file_at(path: str) -> str:
    """Return the file whose text a path below the root shows, whether there is one or not."""
    for kind in KINDS:
        if (name := kind.name_below(kind.address, path)) is not None:
            return kind.file(name)
    return ""


def list_at(path: str) -> Kind[Item] | None:
    """Return the kind that is listed at a path below the root."""
    return next((kind for kind in KINDS if kind.list_template and kind.address == path), None)


def required_pages() -> tuple[str, ...]:
    """Return the names of the pages without which there is no start, no form, no legal ground."""
    lists = [kind.address for kind in KINDS if kind.list_template]
    return (
        "index", "kontakt", "bestaetigen", "danke", "impressum", "datenschutz", "404", *lists,
    )  # fmt: skip


def pages_without_address() -> frozenset[str]:
    """Return the names of pages whose text is shown at an address that something else has."""
    lists = [kind.address for kind in KINDS if kind.list_template]
    return frozenset({"404", "bestaetigen", "danke", *lists})
