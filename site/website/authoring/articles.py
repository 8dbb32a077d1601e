"""Commands on dated texts: find, publish, unpublish and rename."""

import datetime
import difflib
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path, PurePath

from website import checking
from website.authoring import file_transactions
from website.content import files, kinds, published
from website.content.addresses import Addresses
from website.content.files import FileKind
from website.content.kinds import edition_and_file
from website.content.library import Library
from website.content.loading import load
from website.content.models import Item, PublicationStatus
from website.content.problems import Problem, Severity
from website.editorial import front_matter_edits, moving
from website.editorial.moving import Changes, Place
from website.exceptions import AuthoringError, ContentError


def find(library: Library, name: str) -> Item:
    """Return a dated text by its file, its address or its name.

    :raises AuthoringError: if there is none, or if its file cannot be read.
    """
    path = PurePath(name.strip())
    slug = path.name.removesuffix(".md")
    if code := next((part for part in path.parts if part in [*library.editions][1:]), ""):
        raise AuthoringError(
            f"„{name}“ gehört zur Ausgabe „{code}“, und dieser Befehl ändert nur deutsche Texte. "
            "Öffnen Sie den Text in der Redaktion, oder ändern Sie „status“ in der Datei."
        )
    dated = [item for item in library.items if item.kind.is_dated]
    found = [item for item in dated if item.name == slug]
    for item in sorted(found, key=lambda item: not _leads_to(path, item)):
        return item
    for kind in kinds.KINDS:
        label = library.label(kind.file(slug))
        if problems := [str(problem) for problem in library.problems if problem.path == label]:
            raise AuthoringError("\n".join(problems))
    for file in library.file_cache.files:
        if file.advice and _is_meant(slug, file.name):
            raise AuthoringError(f"{library.label(file.name)}: {file.advice}")
    known = [item.name for item in dated]
    meant = difflib.get_close_matches(slug, known, n=1)
    hint = f"Meinten Sie „{meant[0]}“?" if meant else f"Es gibt: {', '.join(sorted(known))}."
    raise AuthoringError(f"Den Artikel „{name}“ gibt es nicht. {hint}")


def _leads_to(path: PurePath, item: Item) -> bool:
    """Return whether a path names the folder of a text, too, or that of its address."""
    return path.parent.name in {PurePath(item.kind.folder).name, PurePath(item.kind.address).name}


def require_site_data(library: Library) -> None:
    """Raise an error if site data or questionnaire cannot be read.

    :raises AuthoringError: with the problems of the site data alone.
    """
    if not library.is_readable:
        raise AuthoringError("\n".join(map(str, library.problems)))


def _is_meant(typed: str, file: str) -> bool:
    """Return whether a file matches the name that was typed, with or without its suffix."""
    return typed.partition(".")[0] == PurePath(file).name.partition(".")[0]


def reread(library: Library, folder: Path, today: datetime.date) -> Library:
    """Load another state of the same content as it is public on a day."""
    return load(folder, today=today, root=library.addresses.root)


def blocking(library: Library) -> list[Problem]:
    """Return the errors that block a release, without placeholders."""
    return [problem for problem in errors(library) if problem.blocks]


def errors(library: Library) -> list[Problem]:
    """Return the errors of all files, without placeholders."""
    return [
        problem
        for problem in checking.check(library)
        if problem.severity is Severity.ERROR and problem not in library.every_open_fact
    ]


_NEEDED = {
    "reviewed_by": "Tragen Sie dort ein, wer den Text fachlich geprüft hat.",
    "ai": "Tragen Sie dort ein, ob der Text mit KI entstanden ist: none (ohne), assisted "
    "(teilweise) oder generated (ganz).",
}
"""Fields that only publishing requires, with the advice where one is missing."""


def publish(
    library: Library, names: Collection[str], today: datetime.date
) -> list[tuple[Item, bool, list[Problem]]]:
    """Publish articles if their files have no errors; all of them or none.

    An article appears on its date, by default today. One that was published before gets today as
    the date of its update.

    :param names: several where articles link to each other.
    :returns: each article, whether it was published before, and its missing facts.
    :raises ContentError: with all problems of the files.
    :raises AuthoringError: if an article cannot be found or changed.
    """
    found = [find(library, name) for name in names]
    changes: Changes = dict(_published(library, found, today))
    with file_transactions.tried(changes, library.folder) as copy:
        day = max(today, *(article.date or today for article in found))
        after = reread(library, copy, day)
        _refuse(after, found)
    file_transactions.apply(changes, library.folder)
    return [
        (
            find(after, article.text.file),
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
    """Make an article a draft again. Its address stays listed if a release contained it.

    :returns: the article, whether it was public, and the new problems of files that link to it.
    :raises AuthoringError: if it cannot be found or changed.
    """
    article = find(library, name)
    if article.status is not PublicationStatus.PUBLISHED:
        return article, False, []
    file = article.text.file
    data = (library.folder / file).read_bytes()
    draft = front_matter_edits.set_value(data, "status", PublicationStatus.DRAFT)
    before = blocking(reread(library, library.folder, today))
    file_transactions.apply({file: draft}, library.folder)
    after = blocking(reread(library, library.folder, today))
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
    problems = [problem for problem in blocking(after) if problem.path in labels]
    problems += [
        Problem(article.text.label, 1, f"Die Angabe „{key}“ fehlt. {advice}")
        for article in found
        for key, advice in _NEEDED.items()
        if not getattr(article, key)
    ]
    if problems:
        raise ContentError(sorted(problems))


def rename(
    library: Library, old: str, new: str, today: datetime.date
) -> tuple[Item, list[str], bool]:
    """Rename an article to a new slug, and update every link to it.

    :returns: the article, the other files whose links were updated, and whether its old address
        redirects to the new one, which that of a draft does not.
    :raises AuthoringError: if the new slug is invalid or taken; nothing was changed.
    :raises ContentError: if it would cause new problems; nothing was changed.
    """
    article = find(library, old)
    place = Place(article.kind, article.name)
    target = Place(article.kind, new.strip().removesuffix(".md"))
    moving.refuse(library, article, target)
    leads_on = moving.was_public(library, article.address, article.status)
    texts = {
        file.name: (library.folder / file.name).read_bytes()
        for file in files.survey_all(library.folder)
        if file.kind is FileKind.TEXT or edition_and_file(file.name)[1] == moving.SITE_DATA
    }
    moved = moving.renamed(place, target, texts, leads_on=leads_on)
    texts |= {name: data for name, data in moved.items() if data is not None}
    moved |= moving.renamed_in_editions(library, place, target, texts)
    day = max(today, article.date or today)
    before = reread(library, library.folder, day)
    with file_transactions.tried(moved, library.folder) as copy:
        after = reread(library, copy, day)
        if worse := tuple(_worse(before, after, place, target)):
            raise ContentError(worse)
    file_transactions.apply(moved, library.folder)
    kept = [name for name, data in moved.items() if data is not None]
    mended = sorted(name for name in kept if not name.endswith(target.file))
    renamed = find(reread(library, library.folder, today), target.file)
    return renamed, mended, leads_on


def _worse(before: Library, after: Library, place: Place, target: Place) -> Iterator[Problem]:
    """Return the new problems. Those of the article and its translations have moved with it."""
    moved = {
        edition.label(place.file): edition.label(target.file) for edition in before.every_edition
    }
    known = {(moved.get(problem.path, problem.path), problem.message) for problem in errors(before)}
    for problem in errors(after):
        if (problem.path, problem.message) not in known:
            yield problem
