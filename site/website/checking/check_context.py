"""What a rule looks at: one text with all that is known of it, or the whole site."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from website.checking.author_lists import read
from website.checking.scores import Readability, measure
from website.checking.sentences import Sentence, cut
from website.content import sitedata
from website.content.files import RIGHTS, same_name
from website.content.kinds import OTHER_PAGES
from website.content.library import Library
from website.content.models import Item, TextContent
from website.content.outline import PROSE, Outline, Passage, PassageKind
from website.content.postprocess import resolve
from website.content.value_reader import line_of

LEGAL_PAGES = ("impressum", "datenschutz")
"""The names of their files, in every language."""


@dataclass
class TextContext:
    """One article or page that is being checked."""

    library: Library
    item: Item

    @property
    def text(self) -> TextContent:
        """The Markdown, and where it stands."""
        return self.item.text

    @property
    def language(self) -> str:
        """The code of the language that it is written in."""
        return self.library.language.code

    @property
    def is_dated(self) -> bool:
        """Whether it is written, reviewed and published by itself."""
        return self.item.kind.is_dated

    @cached_property
    def outline(self) -> Outline:
        """What the text holds, as the renderer sees it."""
        return self.library.texts.renderer.outline(self.text)

    @property
    def body(self) -> tuple[Passage, ...]:
        """The passages of the Markdown."""
        return self.outline.passages

    @cached_property
    def fields(self) -> tuple[Passage, ...]:
        """The sentences that stand above the text."""
        read = self.item.prose()
        return tuple(Passage(PassageKind.FIELD, text, self.line(*at)) for at, text in read if text)

    @cached_property
    def passages(self) -> tuple[Passage, ...]:
        """Everything that is read, in the order of the file."""
        read = (passage for passage in self.body if passage.kind is not PassageKind.INSERT)
        return (*self.fields, *read)

    @cached_property
    def rows(self) -> tuple[tuple[int, str], ...]:
        """The rows of the Markdown as they stand in the file, each with its line."""
        return tuple(enumerate(self.text.body.split("\n"), start=self.text.line))

    @property
    def written(self) -> tuple[tuple[int, str], ...]:
        """What the file holds as it is written: the sentences above the text, and its rows."""
        return (*((field.line, field.text) for field in self.fields), *self.rows)

    @property
    def headings(self) -> Iterator[Passage]:
        """The headings of the Markdown."""
        return (passage for passage in self.body if passage.kind is PassageKind.HEADING)

    def row(self, line: int) -> str:
        """Return the row of the Markdown on a line of its file; nothing outside of it."""
        at = line - self.text.line
        return self.rows[at][1] if 0 <= at < len(self.rows) else ""

    @cached_property
    def images(self) -> tuple[tuple[str, str, int], ...]:
        """Every image: what is said to be on it, its file as the author wrote it, and the line."""
        picture = self.item.image
        head = [(picture.alt, picture.file, picture.line)] if picture else []
        shown = [(image.alt, image.file, image.line) for image in self.outline.images]
        return (*head, *shown)

    def image_path(self, file: str) -> str:
        """Return the path of an image below the content folder: ``artikel/bild.jpg``."""
        folder = self.text.path.parent.relative_to(self.library.folder).as_posix()
        return same_name(resolve(folder, file))

    @property
    def rights(self) -> Mapping[str, str]:
        """Whose each image is."""
        return read(self.library.folder, RIGHTS)

    @property
    def is_legal(self) -> bool:
        """Whether it is a text whose words the law gives."""
        return self.item.kind is OTHER_PAGES and self.item.name in LEGAL_PAGES

    @cached_property
    def prose(self) -> tuple[Passage, ...]:
        """What is read as running text."""
        return tuple(passage for passage in self.body if passage.kind in PROSE)

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """The sentences of the running text."""
        return tuple(sentence for passage in self.prose for sentence in self.sentences_of(passage))

    def sentences_of(self, passage: Passage) -> Iterator[Sentence]:
        """Cut a passage of the text into sentences."""
        return cut(passage, self.language)

    @cached_property
    def readability(self) -> Readability:
        """How hard the running text is to read."""
        return measure(self.sentences, self.language)

    def line(self, *at: str | int) -> int:
        """Return the line of a value in the front matter, or of its parent if unknown."""
        return line_of(self.text.lines, at)


@dataclass
class SiteContext:
    """Everything together."""

    library: Library
    root: Path | None
    """The checkout, with ``templates/`` and ``static/``; nothing where another edition has it."""

    @cached_property
    def subjects(self) -> tuple[TextContext, ...]:
        """Every page and article."""
        return tuple(TextContext(self.library, item) for item in self.library.items)

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
