"""An article's way to its readers and back: one line of its file, after the checks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from website.authoring import articles, lines
from website.authoring.changes import Changes
from website.content import published
from website.content.addresses import Addresses
from website.content.models import Status
from website.exceptions import AuthoringError, ContentError

if TYPE_CHECKING:
    import datetime

    from website.content.library import Library
    from website.content.models import Article
    from website.content.problems import Problem


@dataclass(frozen=True)
class Published:
    """What became of an article that was published."""

    article: Article
    open_facts: tuple[Problem, ...]
    """What is still missing in its file before a release."""
    was_already: bool


@dataclass(frozen=True)
class Withdrawn:
    """What became of an article that is no longer published."""

    article: Article
    problems: tuple[Problem, ...]
    """What is wrong with other files now: they link to it."""
    was_already: bool


def publish(library: Library, name: str, today: datetime.date) -> Published:
    """Publish an article, if nothing is wrong with its file.

    Readers see it on its date; without one, that is today. One that was published before gets
    today's date as that of its update. Notes the addresses of all that is public now: what was
    published for a later day may have become so meanwhile.

    :raises ContentError: with everything that is wrong with its file.
    :raises AuthoringError: if it cannot be found or changed.
    """
    article = articles.find(library, name)
    changes = _publishing(library, article, today)
    with changes.tried(library.folder) as copy:
        day = max(today, article.date or today)
        after = articles.reread(library, copy, day)
        _refuse(after, article)
        published.add(copy, map(_address, articles.reread(library, copy, today).articles))
        changes = changes.with_file_of(copy, published.NAME)
    changes.apply(library.folder)
    label = article.text.label
    return Published(
        articles.find(after, article.slug),
        tuple(fact for fact in after.open_facts if fact.path == label),
        was_already=article.status is Status.PUBLISHED,
    )


def unpublish(library: Library, name: str, today: datetime.date) -> Withdrawn:
    """Make a draft of an article again. Its address stays listed: it was promised.

    :raises AuthoringError: if it cannot be found or changed.
    """
    article = articles.find(library, name)
    if article.status is not Status.PUBLISHED:
        return Withdrawn(article, (), was_already=True)
    file = articles.file_of(article)
    data = (library.folder / file).read_bytes()
    changes = Changes({file: lines.set_value(data, "status", Status.DRAFT)})
    before = articles.blocking(articles.reread(library, library.folder, today))
    changes.apply(library.folder)
    after = articles.blocking(articles.reread(library, library.folder, today))
    worse = tuple(problem for problem in after if problem not in before)
    return Withdrawn(article, worse, was_already=False)


def _publishing(library: Library, article: Article, today: datetime.date) -> Changes:
    file = articles.file_of(article)
    data = (library.folder / file).read_bytes()
    if article.status is Status.PUBLISHED:
        return Changes()
    was_public = _address(article) in published.read(library.folder)
    if article.date is None:
        data = lines.set_value(data, "date", today.isoformat())
    elif was_public and article.date < today:
        data = lines.set_value(data, "updated", today.isoformat())
    return Changes({file: lines.set_value(data, "status", Status.PUBLISHED)})


def _refuse(after: Library, article: Article) -> None:
    label = article.text.label
    found = [problem for problem in articles.blocking(after) if problem.path == label]
    if found:
        raise ContentError(found)
    if not article.reviewed_by:
        raise AuthoringError(
            f"{label}: Die Angabe „reviewed_by“ fehlt. Tragen Sie dort ein, wer den Text fachlich "
            "geprüft hat."
        )


def _address(article: Article) -> str:
    """Give an article's address as the list of published ones has it: below the root ``/``."""
    return Addresses().article(article.slug)
