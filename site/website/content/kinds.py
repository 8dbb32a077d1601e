"""The kinds of content, one row each; whatever differs between them stands in this table.

A new kind needs a row here, a model (see :mod:`website.content.articles`), a page template, and,
where its texts are listed, a list template and the list's own text in ``seiten/``.
"""

from __future__ import annotations

import copyreg
import re
from collections.abc import Callable

from website.content.articles import Article
from website.content.case_studies import CaseStudy
from website.content.models import Item, Kind
from website.content.pages import TOOLS, Page

PAGES = "seiten"
SEARCH = "suche"
"""The page that one searches on; no search engine should lead to it."""

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


def _reduced(kind: Kind[Item]) -> tuple[Callable[[str], Kind[Item]], tuple[str]]:
    return _titled, (kind.title,)


copyreg.pickle(Kind, _reduced)
"""One that is read from the build's cache stays the row that it was."""


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
