"""Another address for an article, without a reader or a link that gets lost."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from website.authoring import articles, lines
from website.authoring.transactions import FileTransaction
from website.content import files, published, slugs
from website.content.addresses import Addresses
from website.content.files import FileKind
from website.content.models import PublicationStatus
from website.content.postprocess import resolve
from website.exceptions import AuthoringError, ContentError

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterator
    from pathlib import Path

    from website.content.library import Library
    from website.content.models import Article
    from website.content.problems import Problem

SITE_DATA = "website.toml"

_TARGET = re.compile(
    r"(?P<code>^ {0,3}(?P<fence>```+|~~~+)(?s:.*?)^ {0,3}(?P=fence)|`[^`\n]*`)"
    r"|(?P<before>\]\(\s*<?|^ {0,3}\[[^\]\n]+\]:[ \t]*<?)(?P<target>[^\s()<>#]+)",
    re.MULTILINE,
)
"""Where a link leads, within Markdown; code is matched so that it stays as it is."""

_NAVIGATION = re.compile(
    r"""(?P<before>^[ \t]*to[ \t]*=[ \t]*["'])(?P<target>[^"']+)""", re.MULTILINE
)


@dataclass(frozen=True)
class Move:
    """From one slug to another."""

    old: str
    new: str

    def target(self, target: str, folder: str) -> str:
        """Give the new target of a link in a file of a folder; most stay as they are."""
        if target == Addresses().article(self.old):
            return Addresses().article(self.new)
        if target.endswith(".md") and resolve(folder, target) == _file(self.old):
            return target[: target.rfind("/") + 1] + f"{self.new}.md"
        return target


@dataclass(frozen=True)
class Renamed:
    """What became of an article that was renamed."""

    article: Article
    mended: tuple[str, ...]
    """Other files whose links lead to it, named from the content folder."""
    leads_on: bool
    """Whether its old address leads to the new one; nobody needs that of a draft."""


def rename(library: Library, old: str, new: str, today: datetime.date) -> Renamed:
    """Move an article to a new slug, and every link to it along.

    :raises AuthoringError: if the new slug is none, or taken; nothing was changed.
    :raises ContentError: if more would be wrong afterwards than before; nothing was changed.
    """
    article = articles.find(library, old)
    move = Move(article.slug, new.strip().removesuffix(".md"))
    _refuse(library, article, move)
    leads_on = article.status is PublicationStatus.PUBLISHED or _was_public(library, article)
    changes = _moving(library, article, move, leads_on=leads_on)
    day = max(today, article.date or today)
    before = articles.reread(library, library.folder, day)
    with changes.tried(library.folder) as copy:
        after = articles.reread(library, copy, day)
        if worse := tuple(_worse(before, after, move)):
            raise ContentError(worse)
    changes.apply(library.folder)
    mended = set(changes.written) - {_file(move.new)}
    return Renamed(
        articles.find(articles.reread(library, library.folder, today), move.new),
        tuple(sorted(mended)),
        leads_on,
    )


def _refuse(library: Library, article: Article, move: Move) -> None:
    if not move.new or slugs.slugify(move.new) != move.new:
        raise AuthoringError(
            f"„{move.new}“ kann keine Adresse sein: Erlaubt sind a-z, 0-9 und -. "
            f"Möglich wäre: {slugs.slugify(move.new)}"
        )
    articles.refuse_taken(library, move.new, but=article)


def _was_public(library: Library, article: Article) -> bool:
    return Addresses().article(article.slug) in published.read(library.folder)


def _moving(library: Library, article: Article, move: Move, *, leads_on: bool) -> FileTransaction:
    data = (library.folder / _file(move.old)).read_bytes()
    if leads_on:
        data = lines.set_value(data, "aliases", _aliases(article, move))
    written = {_file(move.new): _with_links_mended(data, articles.ARTICLES, move)}
    for path in _texts(library.folder):
        name = path.relative_to(library.folder)
        data = path.read_bytes()
        mended = _with_links_mended(data, name.parent.as_posix(), move)
        if mended != data and name.as_posix() != _file(move.old):
            written[name.as_posix()] = mended
    return FileTransaction(written, removed=(_file(move.old),))


def _aliases(article: Article, move: Move) -> tuple[str, ...]:
    """List the old addresses; one that becomes the article's own again is none."""
    kept = (alias for alias in article.aliases if alias != Addresses().article(move.new))
    return (*kept, Addresses().article(move.old))


def _texts(folder: Path) -> Iterator[Path]:
    for file in files.survey(folder):
        if file.kind in {FileKind.ARTICLE, FileKind.PAGE} or file.name == SITE_DATA:
            yield folder / file.name


def _with_links_mended(data: bytes, folder: str, move: Move) -> bytes:
    """Mend the links of one file; what is not UTF-8 is nothing that we can mend."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return data
    if folder == ".":
        return _mended(_NAVIGATION, text, folder, move).encode()
    start = lines.body_start(text)
    return (text[:start] + _mended(_TARGET, text[start:], folder, move)).encode()


def _mended(pattern: re.Pattern[str], text: str, folder: str, move: Move) -> str:
    def mend(found: re.Match[str]) -> str:
        if found["target"] is None:
            return found[0]
        return found["before"] + move.target(found["target"], folder)

    return pattern.sub(mend, text)


def _worse(before: Library, after: Library, move: Move) -> Iterator[Problem]:
    """Find what is wrong only afterwards. The article's own problems have moved with it."""
    old, new = (f"{before.folder.name}/{_file(slug)}" for slug in (move.old, move.new))
    known = {
        (new if problem.path == old else problem.path, problem.message)
        for problem in articles.errors(before)
    }
    for problem in articles.errors(after):
        if (problem.path, problem.message) not in known:
            yield problem


def _file(slug: str) -> str:
    return f"{articles.ARTICLES}/{slug}.md"
