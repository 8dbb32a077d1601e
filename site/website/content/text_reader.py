"""Reader of Markdown files, front matter and text to models, and the cache of what was read."""

from __future__ import annotations

import hashlib
import itertools
import os
import re
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from website.content import files, frontmatter, kinds, motif, slugs, text_files
from website.content.addresses import Addresses
from website.content.blocks import TOOLS
from website.content.files import SLUG, File, FileKind
from website.content.languages import GERMAN, Language
from website.content.models import (
    AiUse,
    CallToAction,
    Item,
    Kind,
    Picture,
    PublicationStatus,
    Source,
    TextContent,
    alt_text,
)
from website.content.problems import MARK, Problem, Severity, ignore, is_placeholder, msg, reminder
from website.content.value_reader import Fields, shown
from website.exceptions import UnreadableFile
from website.infra import disk, german
from website.infra.disk import State

LONGEST_ALIAS = 200
"""Bytes of an old address: its parts become folders, whose names may have 255."""
_ALIAS = re.compile(r"/[^\s?#]*\Z")

_REVIEWER = "wer den Text fachlich geprüft hat"
_AI_USE = "ob der Text mit KI entstanden ist („none“, „assisted“ oder „generated“)"

FEWEST_BARS, MOST_BARS = 5, 16
"""Of a cover: fewer are no row, more are too thin to count."""
_FIGURE = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,6})?")

TITLE_LENGTH = 119
DESCRIPTION_LENGTH = 319
"""Characters; what is longer is no title and no description any more."""

LONGEST_BODY = 100_000
"""Characters of the Markdown; more is a book. A privacy policy may have more than half of it."""
_MOST_WORK = 20_000_000
"""Rows times characters of passages without an empty row: Python-Markdown looks through the rest of
a passage for each row, and takes two thirds of a second for as many."""

_SETTLED = 100_000_000
"""Nanoseconds after which a second change gets another time from every file system we know."""


@dataclass(frozen=True)
class Known:
    """The topics and addresses that front matter may refer to."""

    topics: Collection[str]
    """Slugs of the site's topics."""
    request_topics: Collection[str]
    """What the request form lets one choose."""
    addresses: Addresses
    language: Language = GERMAN


class Reader:
    """Reader of one file; collects its problems."""

    def __init__(self, folder: Path, file: str, known: Known, data: bytes) -> None:
        """:param file: named from the content folder."""
        self.folder = folder
        self.file = file
        self.label = files.label(folder, file)
        self.known = known
        self.problems: list[Problem] = []
        self.open_facts: list[Problem] = []
        self._data = data

    def read(self, kind: Kind[Item], name: str) -> Item | None:
        """Return the text of a kind; None where even its status cannot be determined."""
        document = self._document()
        if document is None:
            return None
        fields = document.fields
        fields.language = self.known.language
        default = PublicationStatus.DRAFT if kind.is_dated else PublicationStatus.PUBLISHED
        status = PublicationStatus(
            fields.choice("status", tuple(PublicationStatus), default=default)
        )
        is_clear = all(found.severity is not Severity.ERROR for found in self.problems)
        self._check_name(name)
        item = kind.model.read(
            FrontMatter(fields, self.known, kind, name, status, self._text(document))
        )
        self._finish(fields)
        self._find_unwritten(document)
        if status is not PublicationStatus.PUBLISHED:
            if is_clear:  # an unfinished text blocks nothing
                self.problems = [replace(problem, is_public=False) for problem in self.problems]
                self.open_facts.clear()
            return item
        return self._with_provenance(item, fields) if kind.is_dated else item

    def report(self, line: int, message: str) -> None:
        """Report a problem of this file."""
        self.problems.append(Problem(self.label, line, message))

    def warn(self, line: int, message: str) -> None:
        """Report a warning about this file, which blocks nothing."""
        self.problems.append(Problem(self.label, line, message, Severity.WARNING))

    def _check_name(self, name: str) -> None:
        """Report a file or folder name that cannot become a part of an address."""
        parts = name.split("/")
        if all(map(SLUG.match, parts)):
            return
        possible = "/".join(map(slugs.slugify, parts))
        self.report(1, msg("text.name", name=name, possible=possible))

    def _document(self) -> frontmatter.Document | None:
        try:
            text = text_files.text_of(self._data)
        except UnreadableFile as error:
            self.report(error.line, str(error))
            return None
        document = frontmatter.read(text, self.report, self.warn)
        if document and (excess := _excess(document.body)):
            row, message = excess
            self.report(document.body_line + row, message)
            return None
        return document

    def _text(self, document: frontmatter.Document) -> TextContent:
        digest = hashlib.sha256(self._data).hexdigest()
        return TextContent(
            self.folder,
            self.label,
            document.body,
            document.body_line,
            digest,
            document.fields.lines,
            self.file,
        )

    def _finish(self, fields: Fields) -> None:
        fields.finish()
        wrong = {found.line for found in self.problems if found.severity is Severity.ERROR}
        for key, value in fields.values.items():
            is_open = isinstance(value, str) and is_placeholder(value)
            if is_open and fields.line(key) not in wrong:
                self.open_facts.append(Problem(self.label, fields.line(key), reminder(value)))

    def _find_unwritten(self, document: frontmatter.Document) -> None:
        """Report placeholders of a new file that its author has not replaced."""
        rows = [n for n, row in enumerate(document.body.split("\n")) if MARK in row]
        if rows:
            self.report(
                document.body_line + rows[0], msg("text.unwritten", mark=MARK, count=len(rows))
            )

    def _with_provenance(self, item: Item, fields: Fields) -> Item:
        """Note missing facts about review and AI use, which every release needs."""
        if item.ai is None:
            self._note_missing(fields, "ai", _AI_USE)
        if item.reviewed_by:
            return item
        self._note_missing(fields, "reviewed_by", _REVIEWER)
        return replace(item, reviewed_by=f"{MARK}: {_REVIEWER}")

    def _note_missing(self, fields: Fields, key: str, meaning: str) -> None:
        message = f"Es fehlt noch: „{key}“, {meaning}."
        self.open_facts.append(Problem(self.label, fields.line(key), message))


@dataclass
class FrontMatter:
    """The front matter of a text, as the model of its kind reads it."""

    fields: Fields
    known: Known
    kind: Kind[Item]
    name: str
    status: PublicationStatus
    text: TextContent

    def common(self) -> dict[str, Any]:
        """Return the values that every model needs, and further ones of dated texts."""
        is_dated = self.kind.is_dated
        is_draft = is_dated and self.status is PublicationStatus.DRAFT
        return {
            "kind": self.kind,
            "name": self.name,
            "address": self.known.addresses.item(self.kind, self.name),
            "status": self.status,
            "text": self.text,
            "title": self.fields.prose("title", required=True, longest=TITLE_LENGTH),
            "description": self.fields.prose(
                "description", required=not is_draft, longest=DESCRIPTION_LENGTH
            ),
            "updated": self.fields.date("updated", required=not is_dated),
            "reviewed_by": self.fields.text("reviewed_by"),
            "ai": self._ai(),
            "responsible": self.fields.text("responsible"),
            "sources": tuple(item.into(Source) for item in self.fields.tables("sources")),
            "cta": self._cta(),
            "cover": (self._own_cover() if is_dated else None) or motif.cover(self.name),
            **(self._dated() if is_dated else {}),
        }

    def topic(self) -> str:
        """Return the topic that a text belongs to."""
        return self.fields.choice("topic", self.known.topics)

    def tools(self) -> tuple[str, ...]:
        """Return the names of the tools that go with a text."""
        names = self.fields.texts("tools")
        for index, name in enumerate(names):
            if name not in TOOLS:
                message = msg("text.tool", name=name, known=", ".join(TOOLS))
                self.fields.error("tools", message, index)
        return tuple(name for name in names if name in TOOLS)

    def _dated(self) -> dict[str, Any]:
        fields = self.fields
        is_draft = self.status is PublicationStatus.DRAFT
        date, updated = fields.date("date", required=not is_draft), fields.date("updated")
        if date and updated and updated < date:
            fields.error("updated", msg("text.updated"))
        return {
            "date": date,
            "author": fields.text("author"),
            "review_by": fields.date("review_by"),
            "tags": fields.proses("tags"),
            "image": self._image(),
            "summary": fields.proses("summary"),
            "aliases": tuple(self._aliases()),
        }

    def _own_cover(self) -> motif.Motif | None:
        """Return the cover of a text's own figures, of which it marks one."""
        if not self.fields.has("cover"):
            return None
        inner = self.fields.table("cover")
        typed = inner.texts("bars")
        red = inner.integer("red", default=1)
        inner.finish()
        bars = [float(text) for text in typed if _FIGURE.fullmatch(text)]
        if len(bars) != len(typed) or not MOST_BARS >= len(bars) >= FEWEST_BARS or not max(bars):
            inner.error("bars", msg("text.bars", fewest=FEWEST_BARS, most=MOST_BARS))
            return None
        if red > len(bars):
            inner.error("red", msg("text.red", count=len(bars)))
            return None
        return motif.of_figures(bars, red - 1)

    def _image(self) -> Picture | None:
        fields = self.fields
        file = fields.text("image")
        alt = fields.prose("image_alt")
        if not file:
            return None
        if not alt:
            fields.error("image", msg("text.alt"))
        return Picture(file, alt_text(alt), fields.line("image"))

    def _ai(self) -> AiUse | None:
        if not self.fields.has("ai") or not self.fields.values["ai"]:
            return None
        said = self.fields.choice("ai", tuple(AiUse))
        return AiUse(said) if said else None

    def _cta(self) -> CallToAction:
        if not self.fields.has("cta"):
            return CallToAction()
        inner = self.fields.table("cta")
        topic = inner.choice("topic", self.known.request_topics) if inner.has("topic") else ""
        cta = CallToAction(topic, inner.prose("text", required=True))
        inner.finish()
        return cta

    def _aliases(self) -> Iterator[str]:
        fields = self.fields
        for index, alias in enumerate(fields.texts("aliases")):
            if not _ALIAS.match(alias):
                fields.error("aliases", msg("text.alias", alias=shown(alias)), index)
            elif len(alias.encode()) > LONGEST_ALIAS:
                message = msg("text.long-alias", alias=shown(alias), longest=LONGEST_ALIAS)
                fields.error("aliases", message, index)
            else:
                yield alias


def _excess(body: str) -> tuple[int, str] | None:
    """Return the row, from 0, and a message where a text would take too long to render."""
    if len(body) > LONGEST_BODY:
        message = msg("text.too-long", longest=german.number(LONGEST_BODY))
        return body.count("\n", 0, LONGEST_BODY), message
    at = work = 0
    for is_empty, group in itertools.groupby(body.split("\n"), lambda row: not row.strip()):
        rows = list(group)
        if not is_empty:
            work += len(rows) * sum(map(len, rows))
        if work > _MOST_WORK:
            return at, msg("text.too-many-rows", count=german.number(len(rows)))
        at += len(rows)
    return None


def keys_of(kind: Kind[Item], known: Known) -> frozenset[str]:
    """Return the front matter keys of a kind, without its status."""
    fields = Fields({}, {}, ignore)
    text = TextContent(Path(), "", "", 1)
    kind.model.read(FrontMatter(fields, known, kind, "", PublicationStatus.DRAFT, text))
    return frozenset(fields.asked)


@dataclass(frozen=True)
class CachedFile:
    """A parsed file: its text and its problems."""

    file: str
    """The file, named from the folder."""
    label: str
    """The file as authors know it: ``content/artikel/x.md``."""
    state: State | None
    """Of the file when it was read; nothing where it was too young to be trusted."""
    digest: str
    """Of all its bytes."""
    item: Item | None
    problems: tuple[Problem, ...]
    open_facts: tuple[Problem, ...]

    def __getstate__(self) -> dict[str, Any]:
        """Return the state without file times, which mean nothing to another process."""
        return self.__dict__ | {"state": None}


class FileCache:
    """The texts below a folder, each parsed once until its file changes."""

    def __init__(self, folder: Path, known: Known, before: FileCache | None = None) -> None:
        self.folder = folder
        self.known = known
        self.files = files.survey(folder)
        """All that lies below the folder."""
        # Other topics, and every file may be right or wrong in another way.
        self._before = before.kept if before and before.known == known else {}
        self.kept: dict[str, CachedFile] = {}

    def of(self, file: str) -> CachedFile | None:
        """Return what was read from a file, named from the folder."""
        return self.kept.get(f"{self.folder}/{file}")

    def texts(self) -> Iterator[CachedFile]:
        """Read and yield every text."""
        for file in self._of(FileKind.TEXT):
            yield self._read(file)

    @property
    def strays(self) -> Iterator[Problem]:
        """Yield a problem for each file that is left out: it is lost, or there by mistake."""
        for file in self.files:
            if file.advice:
                label = files.label(self.folder, file.name)
                severity = Severity.ERROR if file.kind is FileKind.LOST else Severity.WARNING
                yield Problem(label, 1, file.advice, severity, rule="left-out")

    def _of(self, kind: FileKind) -> Iterator[File]:
        return (file for file in self.files if file.kind is kind)

    def _read(self, file: File) -> CachedFile:
        found = self._before.get(file.path)
        state = _settled(file)
        if found is None or state is None or found.state != state:
            found = self._read_again(file, state, found)
        self.kept[file.path] = found
        return found

    def _read_again(self, file: File, state: State | None, found: CachedFile | None) -> CachedFile:
        try:
            data = disk.read(file.path)
        except OSError as error:
            label = files.label(self.folder, file.name)
            problem = Problem(label, 1, text_files.unreadable(error))
            return CachedFile(file.name, label, None, "", None, (problem,), ())
        digest = hashlib.sha256(data).hexdigest()
        if found is None or found.digest != digest:
            return _anew(Reader(self.folder, file.name, self.known, data), state, digest)
        return found if state is None else replace(found, state=state)

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"files": [], "_before": {}}


def _anew(reader: Reader, state: State | None, digest: str) -> CachedFile:
    found = kinds.of_file(reader.file)
    item = reader.read(*found) if found else None
    problems, facts = tuple(reader.problems), tuple(reader.open_facts)
    return CachedFile(reader.file, reader.label, state, digest, item, problems, facts)


def _settled(file: File) -> State | None:
    """Return a file's state for comparison; None if it is too recent to be trusted."""
    state: os.stat_result | None = file.state
    if state is None or time.time_ns() - state.st_mtime_ns < _SETTLED:
        return None
    return disk.state_in(state)
