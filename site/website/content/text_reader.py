"""One file of content to one article or page."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from website.content import frontmatter, slugs, text_files
from website.content.blocks import TOOLS
from website.content.files import SLUG, TEXT
from website.content.models import (
    Article,
    CallToAction,
    Page,
    Picture,
    PublicationStatus,
    Source,
    TextContent,
)
from website.content.placeholders import MARK, is_placeholder, reminder
from website.content.problems import Problem, Severity
from website.content.value_reader import shown
from website.exceptions import UnreadableFile

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from website.content.addresses import Addresses
    from website.content.value_reader import Fields

LONGEST_ALIAS = 200
"""Bytes of an old address: its parts become folders, whose names may have 255."""
_ALIAS = re.compile(r"/[^\s?#]*\Z")

TOOL_PAGES = "werkzeuge"
"""The folder of the pages that show a tool."""

_REVIEWER = "wer den Text fachlich geprüft hat"

TITLE_LENGTH = 119
DESCRIPTION_LENGTH = 319
"""Characters; what is longer is no title and no description any more."""


@dataclass(frozen=True)
class Known:
    """The names that front matter may refer to."""

    topics: Collection[str]
    """Slugs of the site's topics."""
    request_topics: Collection[str]
    """What the request form lets one choose."""
    addresses: Addresses


class Reader:
    """Reads one file and keeps what is wrong with it."""

    def __init__(self, path: Path, label: str, known: Known, data: bytes | None = None) -> None:
        self.path = path
        self.label = label
        self.known = known
        self.problems: list[Problem] = []
        self.open_facts: list[Problem] = []
        self._data = path.read_bytes() if data is None else data

    def article(self) -> Article | None:
        """Read an article; nothing where even its status cannot be known."""
        document = self._document()
        if document is None:
            return None
        fields = document.fields
        status = PublicationStatus(
            fields.choice("status", tuple(PublicationStatus), default=PublicationStatus.DRAFT)
        )
        status_is_clear = self._has_no_error()
        slug = self.path.stem
        self._check_name(slug)
        article = Article(
            slug=slug,
            address=self.known.addresses.article(slug),
            title=fields.prose("title", required=True, longest=TITLE_LENGTH),
            description=fields.prose(
                "description",
                required=status is not PublicationStatus.DRAFT,
                longest=DESCRIPTION_LENGTH,
            ),
            topic=fields.choice("topic", self.known.topics),
            status=status,
            text=self._text(document),
            date=fields.date("date", required=status is not PublicationStatus.DRAFT),
            updated=fields.date("updated"),
            author=fields.text("author"),
            reviewed_by=fields.text("reviewed_by"),
            review_by=fields.date("review_by"),
            tags=fields.proses("tags"),
            image=self._image(fields),
            summary=fields.proses("summary"),
            sources=tuple(_sources(fields)),
            cta=self._cta(fields),
            tools=tuple(_tools(fields)),
            aliases=tuple(self._aliases(fields)),
        )
        if article.date and article.updated and article.updated < article.date:
            fields.say(
                "updated",
                "„updated“ liegt vor „date“. Nehmen Sie einen späteren Tag, oder löschen Sie es.",
            )
        self._finish(fields)
        self._find_unwritten(document)
        if status is PublicationStatus.PUBLISHED:
            article = self._with_reviewer(article, fields)
        elif status_is_clear:
            self._let_pass()
        return article

    def page(self, name: str) -> Page | None:
        """Read a page."""
        document = self._document()
        if document is None:
            return None
        self._check_name(name)
        fields = document.fields
        status = PublicationStatus(
            fields.choice("status", tuple(PublicationStatus), default=PublicationStatus.PUBLISHED)
        )
        status_is_clear = self._has_no_error()
        page = Page(
            name=name,
            address=self.known.addresses.page(name),
            title=fields.prose("title", required=True, longest=TITLE_LENGTH),
            description=fields.prose("description", required=True, longest=DESCRIPTION_LENGTH),
            lead=fields.prose("lead"),
            text=self._text(document),
            updated=fields.date("updated", required=True),
            reviewed_by=fields.text("reviewed_by"),
            sources=tuple(_sources(fields)),
            cta=self._cta(fields),
            tool=_tool(name),
            status=status,
        )
        self._finish(fields)
        if status is not PublicationStatus.PUBLISHED and status_is_clear:
            self._let_pass()
        return page

    def report(self, line: int, message: str) -> None:
        """Keep a problem of this file."""
        self.problems.append(Problem(self.label, line, message))

    def warn(self, line: int, message: str) -> None:
        """Keep what should be mended in this file, and stops nobody."""
        self.problems.append(Problem(self.label, line, message, Severity.WARNING))

    def _has_no_error(self) -> bool:
        return all(problem.severity is not Severity.ERROR for problem in self.problems)

    def _check_name(self, name: str) -> None:
        """The file's name becomes an address, and so do those of the folders of a page."""
        parts = name.split("/")
        if all(map(SLUG.match, parts)):
            return
        possible = "/".join(map(slugs.slugify, parts))
        self.report(
            1,
            f"Der Dateiname „{name}{TEXT}“ soll aus a-z, 0-9 und - bestehen: Aus ihm wird die "
            f"Adresse. Benennen Sie die Datei um, etwa in „{possible}{TEXT}“.",
        )

    def _document(self) -> frontmatter.Document | None:
        try:
            text = text_files.text_of(self._data)
        except UnreadableFile as error:
            self.report(error.line, str(error))
            return None
        return frontmatter.read(text, self.report, self.warn)

    def _text(self, document: frontmatter.Document) -> TextContent:
        lines = document.fields.lines
        digest = hashlib.sha256(self._data).hexdigest()
        return TextContent(self.path, self.label, document.body, document.body_line, digest, lines)

    def _finish(self, fields: Fields) -> None:
        fields.finish()
        for key, value in fields.values.items():
            if isinstance(value, str) and is_placeholder(value):
                self.open_facts.append(Problem(self.label, fields.line(key), reminder(value)))

    def _find_unwritten(self, document: frontmatter.Document) -> None:
        """Find what a new file asked its author to replace."""
        rows = [n for n, row in enumerate(document.body.split("\n")) if MARK in row]
        if rows:
            self.report(
                document.body_line + rows[0],
                f"Hier steht noch „{MARK}“ (im Text an {len(rows)} Stellen). "
                "Ersetzen Sie die Zeile durch Ihren Text, oder löschen Sie sie.",
            )

    def _with_reviewer(self, article: Article, fields: Fields) -> Article:
        """Nobody's name is a fact that is missing, like any other."""
        if article.reviewed_by:
            return article
        message = f"Es fehlt noch: „reviewed_by“, {_REVIEWER}."
        self.open_facts.append(Problem(self.label, fields.line("reviewed_by"), message))
        return replace(article, reviewed_by=f"{MARK}: {_REVIEWER}")

    def _let_pass(self) -> None:
        """An unfinished text may have problems; they stop nobody else's work."""
        self.problems = [replace(problem, is_public=False) for problem in self.problems]
        self.open_facts.clear()

    def _image(self, fields: Fields) -> Picture | None:
        file = fields.text("image")
        alt = fields.prose("image_alt")
        if not file:
            return None
        if not alt:
            fields.say("image", "Zu „image“ fehlt „image_alt“: Was ist auf dem Bild zu sehen?")
        return Picture(file, alt, fields.line("image"))

    def _cta(self, fields: Fields) -> CallToAction:
        if "cta" not in fields.values:
            fields.asked.add("cta")
            return CallToAction()
        inner = fields.table("cta")
        topic = inner.choice("topic", self.known.request_topics)
        cta = CallToAction(topic, inner.prose("text", required=True))
        inner.finish()
        return cta

    def _aliases(self, fields: Fields) -> Iterator[str]:
        for index, alias in enumerate(fields.texts("aliases")):
            if not _ALIAS.match(alias):
                message = f"Die alte Adresse „{shown(alias)}“ soll mit / beginnen."
                fields.say("aliases", f"{message} Leerzeichen, ? und # hat sie nicht.", index)
            elif len(alias.encode()) > LONGEST_ALIAS:
                message = f"Die alte Adresse „{shown(alias)}“ ist länger als {LONGEST_ALIAS}"
                fields.say("aliases", f"{message} Zeichen. Löschen Sie sie.", index)
            else:
                yield alias


def _tool(page: str) -> str:
    """Name the tool that belongs on a page, or nothing."""
    folder, _, name = page.rpartition("/")
    return name if folder == TOOL_PAGES and name in TOOLS else ""


def _tools(fields: Fields) -> Iterator[str]:
    for index, name in enumerate(fields.texts("tools")):
        if name in TOOLS:
            yield name
        else:
            known = ", ".join(TOOLS)
            message = f"Das Werkzeug „{name}“ gibt es nicht. Möglich sind: {known}."
            fields.say("tools", message, index)


def _sources(fields: Fields) -> Iterator[Source]:
    for item in fields.tables("sources"):
        yield Source(
            text=item.prose("text", required=True),
            url=item.web_address("url"),
            year=item.text("year"),
        )
        item.finish()
