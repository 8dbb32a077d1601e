"""An article's way to its readers and back: one line of its file, after the checks."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Iterator

from website.authoring import articles, file_transactions
from website.content import published
from website.content.addresses import Addresses
from website.content.library import Library
from website.content.models import Item, PublicationStatus
from website.content.problems import Problem
from website.editorial import front_matter_edits
from website.editorial.moving import Changes
from website.exceptions import ContentError

_NEEDED = {
    "reviewed_by": "Tragen Sie dort ein, wer den Text fachlich geprüft hat.",
    "ai": "Tragen Sie dort ein, ob der Text mit KI entstanden ist: none (ohne), assisted "
    "(teilweise) oder generated (ganz).",
}
"""What only publishing asks for, and what an author without it is told."""


def publish(
    library: Library, names: Collection[str], today: datetime.date
) -> list[tuple[Item, bool, list[Problem]]]:
    """Publish articles, if nothing is wrong with their files; all of them or none.

    Readers see an article on its date; without one, that is today. One that was published before
    gets today's date as that of its update.

    :param names: several where articles link to each other.
    :returns: each article, whether it was published before, and the facts that a release lacks.
    :raises ContentError: with everything that is wrong with the files.
    :raises AuthoringError: if an article cannot be found or changed.
    """
    found = [articles.find(library, name) for name in names]
    changes: Changes = dict(_published(library, found, today))
    with file_transactions.tried(changes, library.folder) as copy:
        day = max(today, *(article.date or today for article in found))
        after = articles.reread(library, copy, day)
        _refuse(after, found)
    file_transactions.apply(changes, library.folder)
    return [
        (
            articles.find(after, article.text.file),
            article.status is PublicationStatus.PUBLISHED,
            [fact for fact in after.open_facts if fact.path == article.text.label],
        )
        for article in found
    ]


def lacks(article: Item) -> bool:
    """Return whether an article still lacks what only publishing asks for."""
    return not (article.description and all(getattr(article, key) for key in _NEEDED))


def unpublish(
    library: Library, name: str, today: datetime.date
) -> tuple[Item, bool, list[Problem]]:
    """Turn an article into a draft again. Its address stays listed if a release contained it.

    :returns: the article, whether it was public, and what is wrong now with files that link to it.
    :raises AuthoringError: if it cannot be found or changed.
    """
    article = articles.find(library, name)
    if article.status is not PublicationStatus.PUBLISHED:
        return article, False, []
    file = article.text.file
    data = (library.folder / file).read_bytes()
    draft = front_matter_edits.set_value(data, "status", PublicationStatus.DRAFT)
    before = articles.blocking(articles.reread(library, library.folder, today))
    file_transactions.apply({file: draft}, library.folder)
    after = articles.blocking(articles.reread(library, library.folder, today))
    return article, True, [problem for problem in after if problem not in before]


def _published(
    library: Library, found: Iterable[Item], today: datetime.date
) -> Iterator[tuple[str, bytes]]:
    """Yield the files of the articles as they are when published."""
    known = published.read(library.folder)
    for article in found:
        if article.status is PublicationStatus.PUBLISHED:
            continue
        file = article.text.file
        data = (library.folder / file).read_bytes()
        if front_matter_edits.is_empty(data, "date"):
            data = front_matter_edits.set_value(data, "date", today.isoformat())
        elif (
            Addresses().item(article.kind, article.name) in known
            and article.date
            and article.date < today
        ):
            data = front_matter_edits.set_value(data, "updated", today.isoformat())
        yield file, front_matter_edits.set_value(data, "status", PublicationStatus.PUBLISHED)


def _refuse(after: Library, found: Collection[Item]) -> None:
    labels = {article.text.label for article in found}
    problems = [problem for problem in articles.blocking(after) if problem.path in labels]
    problems += [
        Problem(article.text.label, 1, f"Die Angabe „{key}“ fehlt. {advice}")
        for article in found
        for key, advice in _NEEDED.items()
        if not getattr(article, key)
    ]
    if problems:
        raise ContentError(sorted(problems))
