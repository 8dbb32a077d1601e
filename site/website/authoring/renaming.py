"""Another address for an article, without a reader or a link that gets lost."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from website.authoring import articles
from website.authoring.file_transactions import FileTransaction
from website.content import files, published, slugs
from website.content.addresses import Addresses
from website.content.files import FileKind
from website.content.models import PublicationStatus
from website.content.postprocess import resolve
from website.editorial import front_matter_edits
from website.exceptions import AuthoringError, ContentError

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterator
    from pathlib import Path

    from website.content.kinds import Kind
    from website.content.library import Library
    from website.content.models import Item
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
    """From one name to another."""

    kind: Kind[Item]
    old: str
    new: str

    @property
    def files(self) -> tuple[str, str]:
        """The old and the new file, named from the content folder."""
        return self.kind.file(self.old), self.kind.file(self.new)

    @property
    def addresses(self) -> tuple[str, str]:
        """The old and the new address, below the root ``/``."""
        return Addresses().item(self.kind, self.old), Addresses().item(self.kind, self.new)

    def target(self, target: str, folder: str) -> str:
        """Return the new target of a link in a file of a folder; most stay as they are."""
        if target == self.addresses[0]:
            return self.addresses[1]
        if target.endswith(".md") and resolve(folder, target) == self.files[0]:
            return target[: target.rfind("/") + 1] + f"{self.new}.md"
        return target


@dataclass(frozen=True)
class Renamed:
    """What became of an article that was renamed."""

    article: Item
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
    move = Move(article.kind, article.name, new.strip().removesuffix(".md"))
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
    mended = set(changes.written) - {move.files[1]}
    return Renamed(
        articles.find(articles.reread(library, library.folder, today), move.files[1]),
        tuple(sorted(mended)),
        leads_on,
    )


def _refuse(library: Library, article: Item, move: Move) -> None:
    if not move.new or slugs.slugify(move.new) != move.new:
        raise AuthoringError(
            f"„{move.new}“ kann keine Adresse sein: Erlaubt sind a-z, 0-9 und -. "
            f"Möglich wäre: {slugs.slugify(move.new)}"
        )
    articles.refuse_taken(library, move.kind, move.new, but=article)


def _was_public(library: Library, article: Item) -> bool:
    return Addresses().item(article.kind, article.name) in published.read(library.folder)


def _moving(library: Library, article: Item, move: Move, *, leads_on: bool) -> FileTransaction:
    data = (library.folder / move.files[0]).read_bytes()
    if leads_on:
        data = front_matter_edits.set_value(data, "aliases", _aliases(article, move))
    written = {move.files[1]: _with_links_mended(data, move.kind.folder, move)}
    for path in _texts(library.folder):
        name = path.relative_to(library.folder)
        data = path.read_bytes()
        mended = _with_links_mended(data, name.parent.as_posix(), move)
        if mended != data and name.as_posix() != move.files[0]:
            written[name.as_posix()] = mended
    return FileTransaction(written, removed=(move.files[0],))


def _aliases(article: Item, move: Move) -> tuple[str, ...]:
    """List the old addresses; one that becomes the article's own again is none."""
    kept = (alias for alias in article.aliases if alias != move.addresses[1])
    return (*kept, move.addresses[0])


def _texts(folder: Path) -> Iterator[Path]:
    for file in files.survey(folder):
        if file.kind is FileKind.TEXT or file.name == SITE_DATA:
            yield folder / file.name


def _with_links_mended(data: bytes, folder: str, move: Move) -> bytes:
    """Mend the links of one file; what is not UTF-8 is nothing that we can mend."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return data
    if folder == ".":
        return _mended(_NAVIGATION, text, folder, move).encode()
    start = front_matter_edits.body_start(text)
    return (text[:start] + _mended(_TARGET, text[start:], folder, move)).encode()


def _mended(pattern: re.Pattern[str], text: str, folder: str, move: Move) -> str:
    def mend(found: re.Match[str]) -> str:
        if found["target"] is None:
            return found[0]
        return found["before"] + move.target(found["target"], folder)

    return pattern.sub(mend, text)


def _worse(before: Library, after: Library, move: Move) -> Iterator[Problem]:
    """Return the new problems. The article's own problems have moved with it."""
    old, new = (f"{before.folder.name}/{file}" for file in move.files)
    known = {
        (new if problem.path == old else problem.path, problem.message)
        for problem in articles.errors(before)
    }
    for problem in articles.errors(after):
        if (problem.path, problem.message) not in known:
            yield problem
