"""The context of a check: one text with its outline and sentences, or the whole site."""

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from website.checking.readability import Readability, measure
from website.checking.sentences import Sentence, cut
from website.content import files, sitedata, text_files
from website.content.files import RIGHTS, same_name
from website.content.kinds import OTHER_PAGES
from website.content.library import Library
from website.content.models import Item, TextContent
from website.content.outline import PROSE, Outline, Passage, PassageKind
from website.content.postprocess import resolve
from website.content.value_reader import line_of
from website.exceptions import UnreadableFile
from website.infra import disk, folders
from website.infra.disk import State
from website.infra.folders import SurveyedFile

LEGAL_PAGES = ("impressum", "datenschutz")
"""The names of their files, in every language."""

ACCESSIBILITY = "barrierefreiheit"
"""The legal page that every edition has or none; the others are required in each."""

SOURCES = ("templates", "static")
"""Folders of the checkout with what visitors' browsers may get."""


@dataclass
class TextContext:
    """An article or page under check."""

    library: Library
    item: Item

    @property
    def text(self) -> TextContent:
        """The Markdown of the text, with its file and position."""
        return self.item.text

    @property
    def language(self) -> str:
        """The language code of the text."""
        return self.library.language.code

    @property
    def is_dated(self) -> bool:
        """Whether it is written, reviewed and published by itself."""
        return self.item.kind.is_dated

    @cached_property
    def outline(self) -> Outline:
        """The outline of the text."""
        return self.library.texts.renderer.outline(self.text)

    @property
    def body(self) -> list[Passage]:
        """The passages of the Markdown."""
        return self.outline.passages

    @cached_property
    def fields(self) -> tuple[Passage, ...]:
        """The front matter that visitors read, as passages."""
        read = self.item.prose()
        return tuple(Passage(PassageKind.FIELD, text, self.line(*at)) for at, text in read if text)

    @cached_property
    def passages(self) -> tuple[Passage, ...]:
        """All passages that visitors read, in the order of the file."""
        read = (passage for passage in self.body if passage.kind is not PassageKind.INSERT)
        return (*self.fields, *read)

    @cached_property
    def rows(self) -> tuple[tuple[int, str], ...]:
        """The rows of the Markdown source, each with its line."""
        return tuple(enumerate(self.text.body.split("\n"), start=self.text.line))

    @property
    def written(self) -> tuple[tuple[int, str], ...]:
        """The source of the file: front matter that visitors read, and rows of Markdown."""
        return (*((field.line, field.text) for field in self.fields), *self.rows)

    @property
    def headings(self) -> Iterator[Passage]:
        """The headings of the Markdown."""
        return (passage for passage in self.body if passage.kind is PassageKind.HEADING)

    def row(self, line: int) -> str:
        """Return the row of Markdown on a line of the file; empty outside of the text."""
        at = line - self.text.line
        return self.rows[at][1] if 0 <= at < len(self.rows) else ""

    @cached_property
    def images(self) -> tuple[tuple[str, str, int], ...]:
        """All images: alternative text, file as the author wrote it, and line."""
        head = [self.item.image] if self.item.image else []
        shown = (*head, *self.outline.images)
        return tuple((image.alt, image.file, image.line) for image in shown)

    def image_path(self, file: str) -> str:
        """Return the path of an image below the content folder: ``artikel/bild.jpg``."""
        folder = self.text.path.parent.relative_to(self.library.folder).as_posix()
        return same_name(resolve(folder, file))

    @property
    def rights(self) -> Mapping[str, str]:
        """The rights notes of images, by path."""
        return author_list(self.library.folder, RIGHTS)

    @property
    def is_legal(self) -> bool:
        """Whether it is a legal page."""
        return self.item.kind is OTHER_PAGES and self.item.name in LEGAL_PAGES

    @cached_property
    def prose(self) -> tuple[Passage, ...]:
        """The passages of running text."""
        return tuple(passage for passage in self.body if passage.kind in PROSE)

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """The sentences of the running text."""
        return tuple(sentence for passage in self.prose for sentence in self.sentences_of(passage))

    def sentences_of(self, passage: Passage) -> Iterator[Sentence]:
        """Split a passage of the text into sentences."""
        return cut(passage, self.language)

    @cached_property
    def readability(self) -> Readability:
        """The readability of the running text."""
        return measure(self.sentences, self.language)

    def line(self, *at: str | int) -> int:
        """Return the line of a value in the front matter, or of its parent if unknown."""
        return line_of(self.text.lines, at)


@dataclass
class SiteContext:
    """The whole edition under check."""

    library: Library
    root: Path | None
    """The checkout, with ``templates/`` and ``static/``; nothing where another edition has it."""

    @cached_property
    def subjects(self) -> tuple[TextContext, ...]:
        """All pages and articles."""
        return tuple(TextContext(self.library, item) for item in self.library.items)

    @cached_property
    def checkout(self) -> tuple[tuple[str, SurveyedFile], ...]:
        """The files below the folders of sources, each with its path in the checkout."""
        return tuple(
            (f"{folder}/{found.name}", found)
            for folder in SOURCES
            if self.root
            for found in sorted(folders.walk(self.root / folder), key=lambda found: found.name)
        )

    @property
    def language(self) -> str:
        """The code of the edition's language."""
        return self.library.language.code

    def label(self, name: str) -> str:
        """Return a content file's path as authors know it."""
        return self.library.label(name)

    @property
    def data_label(self) -> str:
        """The path of ``website.toml`` as authors know it."""
        return self.label(sitedata.NAME)

    def line(self, table: str, *key: str | int) -> int:
        """Return the line of a value in ``website.toml``, or of its table if unknown."""
        return line_of(self.library.site.lines, (*table.split("."), *key))


def author_list(folder: Path, name: str) -> Mapping[str, str]:
    """Return the entries of an author's list: the text before the colon, and the text after it.

    One entry per line; ``#`` starts a comment.

    Cached until the file changes; empty where there is none.
    """
    path = folder / name
    return _read(path, disk.state(path))


@functools.lru_cache(maxsize=64)
def _read(path: Path, _state: State | None) -> Mapping[str, str]:
    try:
        rows = text_files.read(path).split("\n")
    except (OSError, UnreadableFile):  # told by a rule
        return {}
    return {key: text for key, text in map(files.entry, rows) if key}
