"""Another address for an article, without a reader or a link that gets lost."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from website.authoring import articles, file_transactions
from website.content import files
from website.content.files import FileKind
from website.content.kinds import edition_and_file
from website.content.library import Library
from website.content.models import Item
from website.content.problems import Problem
from website.editorial import moving
from website.editorial.moving import Place
from website.exceptions import ContentError


def rename(
    library: Library, old: str, new: str, today: datetime.date
) -> tuple[Item, list[str], bool]:
    """Move an article to a new slug, and every link to it along.

    :returns: the article, the other files whose links were mended, and whether its old address
        leads to the new one; nobody needs that of a draft.
    :raises AuthoringError: if the new slug is none, or taken; nothing was changed.
    :raises ContentError: if more would be wrong afterwards than before; nothing was changed.
    """
    article = articles.find(library, old)
    place = Place(article.kind, article.name)
    target = Place(article.kind, new.strip().removesuffix(".md"))
    moving.refuse(library, article, target)
    leads_on = moving.was_public(library, article)
    texts = {
        file.name: (library.folder / file.name).read_bytes()
        for file in files.survey_all(library.folder)
        if file.kind is FileKind.TEXT or edition_and_file(file.name)[1] == moving.SITE_DATA
    }
    moved = moving.renamed(place, target, texts, leads_on=leads_on)
    texts |= {name: data for name, data in moved.items() if data is not None}
    moved |= moving.renamed_in_editions(library, place, target, texts)
    day = max(today, article.date or today)
    before = articles.reread(library, library.folder, day)
    with file_transactions.tried(moved, library.folder) as copy:
        after = articles.reread(library, copy, day)
        if worse := tuple(_worse(before, after, place, target)):
            raise ContentError(worse)
    file_transactions.apply(moved, library.folder)
    kept = [name for name, data in moved.items() if data is not None]
    mended = sorted(name for name in kept if not name.endswith(target.file))
    renamed = articles.find(articles.reread(library, library.folder, today), target.file)
    return renamed, mended, leads_on


def _worse(before: Library, after: Library, place: Place, target: Place) -> Iterator[Problem]:
    """Return the new problems. Those of the article and its translations have moved with it."""
    moved = {
        edition.label(place.file): edition.label(target.file) for edition in before.every_edition
    }
    known = {
        (moved.get(problem.path, problem.path), problem.message)
        for problem in articles.errors(before)
    }
    for problem in articles.errors(after):
        if (problem.path, problem.message) not in known:
            yield problem
