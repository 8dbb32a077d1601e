"""The kinds of content, one row each; whatever differs between them stands in this table.

A new kind needs a row here, a model (see :mod:`website.content.articles`), a page template, and,
where its texts are listed, a list template and the list's own text in ``seiten/``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from website.content.articles import Article
from website.content.case_studies import CaseStudy
from website.content.models import Item
from website.content.pages import TOOLS, Page

TEXT = ".md"
PAGES = "seiten"
SEARCH = "suche"
"""The page that one searches on; no search engine should lead to it."""

ItemT_co = TypeVar("ItemT_co", bound="Item", covariant=True)


@dataclass(frozen=True, eq=False)
class Kind(Generic[ItemT_co]):
    """One kind of content."""

    title: str
    """What its authors call one, in German."""
    plural: str
    unpublished: str
    """What is wrong with a link to one that is not public, for its author."""
    folder: str
    """Where its files lie, from the content folder."""
    model: type[ItemT_co]
    template: str
    """Shows one, as ``item``."""
    address: str = ""
    """Where all of them lie, below the root; empty for the root itself."""
    list_template: str = ""
    """Shows all of them, newest first, a few on each page. The text above them is that of the page
    with the name of their address. Without it, they are not listed."""
    is_dated: bool = False
    """Whether each is written, reviewed and published by itself, and appears on its date."""
    names: frozenset[str] = frozenset()
    """Of the only files that are of this kind; empty for all of the folder."""
    has_subfolders: bool = False
    schema_type: str = ""
    """What schema.org calls it; empty where only its place on the site is described."""
    has_card: bool = False
    """Whether each has a picture of its own for social networks."""
    in_feed: bool = False
    in_sitemap: bool = True
    in_search: bool = True
    skeleton: str = ""
    """The file in ``editorial/skeletons/`` that a new one begins as; empty where there is none."""

    def __reduce__(self) -> tuple[Callable[[str], Kind[Item]], tuple[str]]:
        """Stay one of its kind when read from the build's cache."""
        return _titled, (self.title,)

    def file(self, name: str) -> str:
        """Return the file of a text, named from the content folder."""
        return f"{self.folder}/{name}{TEXT}"

    def name_of(self, file: str) -> str | None:
        """Return the name of the text in a file; nothing where the file is of another kind."""
        return self._name_below(self.folder, file.removesuffix(TEXT))

    def name_at(self, path: str) -> str | None:
        """Return the name of the text at a path below the root, without slashes at its ends."""
        return self._name_below(self.address, path)

    def _name_below(self, folder: str, path: str) -> str | None:
        above = f"{folder}/" if folder else ""
        name = path.removeprefix(above)
        is_taken = name in self.names if self.names else self.has_subfolders or "/" not in name
        return name if path.startswith(above) and is_taken else None


_UNPUBLISHED_PAGE = (
    "meint eine unveröffentlichte Seite. Veröffentlichen Sie sie zugleich, oder nehmen Sie den "
    "Link heraus."
)

ARTICLES = Kind(
    title="Artikel",
    unpublished="meint einen unveröffentlichten Artikel. Veröffentlichen Sie ihn zugleich, oder "
    "nehmen Sie den Link heraus.",
    plural="Artikel",
    folder="artikel",
    model=Article,
    template="pages/article.html",
    address="artikel",
    list_template="pages/articles.html",
    is_dated=True,
    schema_type="Article",
    has_card=True,
    in_feed=True,
    skeleton="article.md",
)
CASE_STUDIES = Kind(
    title="Praxisfall",
    unpublished="meint einen unveröffentlichten Praxisfall. Veröffentlichen Sie ihn zugleich, "
    "oder nehmen Sie den Link heraus.",
    plural="Praxisfälle",
    folder="praxisfaelle",
    model=CaseStudy,
    template="pages/case_study.html",
    address="praxisfaelle",
    is_dated=True,
    schema_type="Article",
    has_card=True,
    skeleton="case_study.md",
)
"""Not listed: while nobody has written one, no visitor sees that there could be any."""
TOOL_PAGES = Kind(
    title="Werkzeug",
    unpublished=_UNPUBLISHED_PAGE,
    plural="Werkzeuge",
    folder=f"{PAGES}/werkzeuge",
    model=Page,
    template="pages/tool.html",
    address="werkzeuge",
    names=frozenset(TOOLS),
)
SEARCH_PAGE = Kind(
    title="Suche",
    unpublished=_UNPUBLISHED_PAGE,
    plural="Seiten",
    folder=PAGES,
    model=Page,
    template="pages/search.html",
    names=frozenset({SEARCH}),
    in_sitemap=False,
    in_search=False,
)
OTHER_PAGES = Kind(
    title="Seite",
    unpublished=_UNPUBLISHED_PAGE,
    plural="Seiten",
    folder=PAGES,
    model=Page,
    template="pages/page.html",
    has_subfolders=True,
    skeleton="page.md",
)

KINDS: tuple[Kind[Item], ...] = (ARTICLES, CASE_STUDIES, TOOL_PAGES, SEARCH_PAGE, OTHER_PAGES)
"""All of them. The first that takes a file has it."""

PAGE_KINDS = (SEARCH_PAGE, OTHER_PAGES)
"""Those of what lies in ``seiten/`` and has no folder of its own there."""


_EDITION = re.compile(r"(?P<code>[a-z]{2,3})/(?P<file>.+)", re.DOTALL)
"""The folder of an edition; those of kinds have longer names."""


def _titled(title: str) -> Kind[Item]:
    return next(kind for kind in KINDS if kind.title == title)


def of_file(file: str) -> tuple[Kind[Item], str] | None:
    """Return the kind and the name of a text; nothing where nobody looks for texts there.

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
        if (name := kind.name_at(path)) is not None:
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
