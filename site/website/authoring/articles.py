"""Which article an author means, and what is wrong with it."""

from __future__ import annotations

import difflib
from pathlib import PurePath
from typing import TYPE_CHECKING

from website import checking
from website.content.addresses import Addresses
from website.content.files import FileKind
from website.content.library import load
from website.content.problems import Severity
from website.exceptions import AuthoringError

if TYPE_CHECKING:
    import datetime
    from pathlib import Path

    from website.content.library import Library
    from website.content.models import Article
    from website.content.problems import Problem

ARTICLES = "artikel"
"""The folder of the articles, below that of the content."""


def find(library: Library, name: str) -> Article:
    """Find an article by its file, its address or its slug.

    :raises AuthoringError: if there is none, or if its file cannot be read.
    """
    slug = PurePath(name.strip()).name.removesuffix(".md")
    for article in library.every_article:
        if article.slug == slug:
            return article
    label = f"{library.folder.name}/{ARTICLES}/{slug}.md"
    if problems := [str(problem) for problem in library.problems if problem.path == label]:
        raise AuthoringError("\n".join(problems))
    for file in library.readings.files:
        if file.kind is FileKind.STRAY and _is_meant(slug, file.name):
            raise AuthoringError(f"{library.folder.name}/{file.name}: {file.advice}")
    known = [article.slug for article in library.every_article]
    meant = difflib.get_close_matches(slug, known, n=1)
    hint = f"Meinten Sie „{meant[0]}“?" if meant else f"Es gibt: {', '.join(sorted(known))}."
    raise AuthoringError(f"Den Artikel „{name}“ gibt es nicht. {hint}")


def require_site_data(library: Library) -> None:
    """Refuse to go on where nobody knows what the site consists of.

    :raises AuthoringError: with what is wrong with the site data, and with nothing that follows.
    """
    if not library.site.is_readable:
        raise AuthoringError("\n".join(map(str, library.problems)))


def _is_meant(typed: str, file: str) -> bool:
    """Say whether a file may be the one whose name somebody has typed, with its ending or not."""
    return typed.partition(".")[0] == PurePath(file).name.partition(".")[0]


def refuse_taken(library: Library, slug: str, *, but: Article | None = None) -> None:
    """Refuse a slug whose address is another article's, or leads to one.

    :param but: may have had the address before: it is to get it back.
    :raises AuthoringError: saying which.
    """
    label = f"{library.folder.name}/{ARTICLES}/{slug}.md"
    if (library.folder / ARTICLES / f"{slug}.md").exists():
        raise AuthoringError(
            f"{label} gibt es schon und bleibt, wie es ist. Schreiben Sie dort weiter, "
            "oder nehmen Sie einen anderen Namen."
        )
    address = Addresses().article(slug)
    for article in library.every_article:
        if article is not but and address in article.aliases:
            raise AuthoringError(
                f"{address} ist eine alte Adresse von {article.text.label} und führt dorthin. "
                "Nehmen Sie einen anderen Namen."
            )


def file_of(article: Article) -> str:
    """Name an article's file from the content folder."""
    return f"{ARTICLES}/{article.slug}.md"


def reread(library: Library, folder: Path, today: datetime.date) -> Library:
    """Read another state of the same content, as visitors would get it on a day."""
    return load(
        folder,
        request_topics=library.request_topics,
        today=today,
        root=library.addresses.root,
    )


def blocking(library: Library) -> list[Problem]:
    """List the errors that visitors would meet, but for facts that are still open."""
    return [problem for problem in errors(library) if problem.blocks]


def errors(library: Library) -> list[Problem]:
    """List the errors of all files, but for facts that are still open."""
    return [
        problem
        for problem in checking.check(library)
        if problem.severity is Severity.ERROR and problem not in library.open_facts
    ]
