"""Models of the content: texts with their front matter, kinds, topics, images, rendered HTML."""

from __future__ import annotations

import datetime
import hashlib
import math
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Generic, Protocol, Self, TypeVar

from website.content import motif, text_files
from website.content.motif import Motif
from website.content.problems import Problem
from website.content.value_reader import Fields, RequiredProse, Summary, WebAddress
from website.exceptions import ContentError
from website.infra import disk
from website.infra.text import gettext_noop

TEXT = ".md"

WORDS_PER_MINUTE = 200
"""Silent reading of German prose, on the careful side: its words are longer than English ones."""


class PublicationStatus(StrEnum):
    """Status of a text. Only ``published`` ones are released."""

    DRAFT = "draft"
    REVIEW = "review"
    PUBLISHED = "published"


@dataclass(frozen=True)
class Source:
    """A source that a text cites."""

    text: RequiredProse
    url: WebAddress = ""
    year: str = ""


@dataclass(frozen=True)
class CallToAction:
    """The call to action at the end of a text, and the topic it preselects, if any, in the form."""

    topic: str = ""
    text: str = ""


DECORATIVE = "schmückend"
"""What authors write in place of a description where an image shows nothing worth telling."""


def alt_text(written: str) -> str:
    """Return the alternative text of an image; empty for one that is only decorative.

    :param written: what its author wrote about it, or :data:`DECORATIVE`.
    """
    text = written.strip()
    is_decorative = unicodedata.normalize("NFC", text).casefold() == DECORATIVE
    return "" if is_decorative else text


@dataclass(frozen=True)
class Picture:
    """An image that a text shows, at its head or within, with its alternative text."""

    file: str
    """As its author wrote it, from the folder of the text."""
    alt: str
    """Empty if it is only decorative."""
    line: int
    """The line of the text's file that names it."""


@dataclass(frozen=True)
class ImageSource:
    """A ``source`` element of an image: one format in several widths."""

    media_type: str
    srcset: str
    sizes: str = ""
    media: str = ""
    """Where it is shown instead of the others; empty for everywhere."""
    width: int = 0
    """In pixels, of a shape other than the others'; else 0."""
    height: int = 0

    @property
    def attributes(self) -> dict[str, str]:
        """The attributes of the ``source`` element."""
        given = {
            "media": self.media,
            "type": self.media_type,
            "srcset": self.srcset,
            "sizes": self.sizes,
            "width": str(self.width or ""),
            "height": str(self.height or ""),
        }
        return {name: value for name, value in given.items() if value}


@dataclass(frozen=True)
class Image:
    """An image as a page shows it."""

    address: str
    """For browsers that know none of the sources' formats."""
    width: int
    height: int
    sources: tuple[ImageSource, ...] = ()
    """The best format first; none where the file is published as it is."""


@dataclass(frozen=True)
class TextContent:
    """The Markdown of a text, with its file and position."""

    folder: Path
    """Of the edition's content."""
    label: str
    """The file as authors know it: ``content/artikel/x.md``."""
    markdown: str | None = field(compare=False)
    """None where it is read from the file when it is asked for: most builds need few."""
    line: int
    """The line of the file on which the body begins."""
    digest: str = ""
    """Of all bytes of the file."""
    lines: Mapping[tuple[str | int, ...], int] = field(default_factory=dict, compare=False)
    """Where the data above the body stand: ``("sources", 0, "url")`` to a line."""
    file: str = ""
    """The file, named from the folder."""

    @property
    def content_file(self) -> str:
        """The file, named from the folder of all editions."""
        return self.label.partition("/")[2]

    @property
    def path(self) -> Path:
        """The file."""
        return self.folder / self.file

    @property
    def body(self) -> str:
        """The Markdown.

        :raises ContentError: if the file is no longer what it was when its other data were read.
        """
        return self._read() if self.markdown is None else self.markdown

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"markdown": None}

    def _read(self) -> str:
        data = disk.read(self.path) if disk.exists(self.path) else b""
        if hashlib.sha256(data).hexdigest() != self.digest:
            raise ContentError([Problem(self.label, 1, "Diese Datei hat sich soeben geändert.")])
        return "".join(text_files.text_of(data).split("\n", self.line - 1)[self.line - 1 :])


class AiUse(StrEnum):
    """Use of artificial intelligence in a text (Art. 50 (4) EU AI Act)."""

    NONE = "none"
    ASSISTED = "assisted"
    """Parts were written or reworded by it."""
    GENERATED = "generated"

    @property
    def label(self) -> str:
        """Return what stands before the name of who answers for it; nothing for none."""
        labels = {
            self.ASSISTED: gettext_noop("Erstellt teilweise mit KI, verantwortlich"),
            self.GENERATED: gettext_noop("Erstellt mit KI, verantwortlich"),
        }
        return labels.get(self, "")


class GivenData(Protocol):
    """Front matter, as the model of a kind reads it."""

    fields: Fields
    text: TextContent

    def common(self) -> dict[str, Any]:
        """Return the values that every model needs, and further ones of dated texts."""

    def topic(self) -> str:
        """Return the topic that a text belongs to."""

    def tools(self) -> tuple[str, ...]:
        """Return the names of the tools that go with a text."""


@dataclass(frozen=True, kw_only=True)
class Item:
    """A text of the site with its front matter. Each kind of content has a subclass.

    Its fields are known to all parts of the site: lists, feeds, checks, the preview. Fields that
    only the pages of one kind show belong to the subclass.
    """

    kind: Kind[Item]
    name: str
    """The file below the folder of its kind, without its ending."""
    address: str
    title: str
    description: str
    status: PublicationStatus
    text: TextContent
    date: datetime.date | None = None
    """When it was or will be published; only a draft may lack it, and what is not dated at all."""
    updated: datetime.date | None = None
    author: str = ""
    reviewed_by: str = ""
    ai: AiUse | None = None
    """Whether it was made with AI; None: not stated yet."""
    responsible: str = ""
    """Who answers for it as an editor (Art. 50 Abs. 4 KI-VO); the site's editor if empty."""
    review_by: datetime.date | None = None
    """The date by which its contents should be reviewed again."""
    topic: str = ""
    tags: tuple[str, ...] = ()
    image: Picture | None = None
    summary: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    cta: CallToAction = CallToAction()
    aliases: tuple[str, ...] = ()
    cover: Motif = motif.LOGO
    """The bars on its cover: of its own figures, or of its name."""

    @classmethod
    def read(cls, given: GivenData) -> Self:
        """Return the item that front matter describes, and report what is wrong with it.

        The fields of a subclass are read as their types say.
        """
        return cls(**given.common(), **given.fields.values_of(cls))

    @property
    def modified(self) -> datetime.date | None:
        """The date of the last change that matters to readers."""
        return self.updated or self.date

    @property
    def can_be_shown(self) -> bool:
        """Whether all that its page needs is there."""
        needs_date = self.kind.is_dated and self.status is PublicationStatus.PUBLISHED
        return bool(self.title and (self.date or not needs_date))

    def is_public(self, today: datetime.date) -> bool:
        """Return whether everybody may read it on a given day."""
        if self.status is not PublicationStatus.PUBLISHED:
            return False
        return self.date <= today if self.date else not self.kind.is_dated

    def review_is_due(self, today: datetime.date) -> bool:
        """Return whether its review is overdue on a given day."""
        return self.review_by is not None and self.review_by < today

    def prose(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """Yield the front matter that visitors read, each value with its path."""
        yield ("title",), self.title
        yield ("description",), self.description
        yield ("cta", "text"), self.cta.text
        for index, point in enumerate(self.summary):
            yield ("summary", index), point
        yield ("image_alt",), self.image.alt if self.image else ""


ItemT_co = TypeVar("ItemT_co", bound=Item, covariant=True)


@dataclass(frozen=True, eq=False)
class Kind(Generic[ItemT_co]):
    """A kind of content, such as articles."""

    title: str
    """What its authors call one, in German."""
    plural: str
    unpublished: str
    """What is wrong with a link to one that is not public, for its author."""
    folder: str
    """Where its files lie, from the content folder."""
    model: type[ItemT_co]
    template: str
    """Shows one, as ``item``."""
    address: str = ""
    """Where all of them lie, below the root; empty for the root itself."""
    list_template: str = ""
    """Shows all of them, newest first, a few on each page. The text above them is that of the page
    with the name of their address. Without it, they are not listed."""
    is_dated: bool = False
    """Whether each is written, reviewed and published by itself, and appears on its date."""
    names: Collection[str] = ()
    """Of the only files that are of this kind; empty for all of the folder."""
    has_subfolders: bool = False
    schema_type: str = ""
    """What schema.org calls it; empty where only its place on the site is described."""
    has_card: bool = False
    """Whether each has a picture of its own for social networks."""
    in_feed: bool = False
    in_sitemap: bool = True
    in_search: bool = True
    skeleton: str = ""
    """The file in ``editorial/skeletons/`` that a new one begins as; empty where there is none."""

    def file(self, name: str) -> str:
        """Return the file of a text, named from the content folder."""
        return f"{self.folder}/{name}{TEXT}"

    def name_of(self, file: str) -> str | None:
        """Return the name of the text in a file; None where the file is of another kind."""
        return self.name_below(self.folder, file.removesuffix(TEXT))

    def name_below(self, folder: str, path: str) -> str | None:
        """Return the name of the text at a path, without slashes at its ends, below a folder."""
        above = f"{folder}/" if folder else ""
        name = path.removeprefix(above)
        is_taken = name in self.names if self.names else self.has_subfolders or "/" not in name
        return name if path.startswith(above) and is_taken else None


@dataclass(frozen=True)
class Topic:
    """A subject that articles belong to."""

    slug: str
    address: str
    title: RequiredProse
    description: Summary


@dataclass(frozen=True)
class Alternate:
    """The counterpart of a page in another edition."""

    language: str
    """Its tag."""
    name: str
    """What its readers call the language."""
    address: str
    title: str
    is_same: bool
    """Whether it says the same; otherwise it is the nearest to it."""
    missing: str
    """Tells its readers that the page itself is not there in their language."""


@dataclass(frozen=True)
class ListPage:
    """A page of a paginated list of texts."""

    number: int
    """Counted from 1."""
    count: int
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Heading:
    """A heading within a text that readers can jump to."""

    level: int
    anchor: str
    text: str


@dataclass(frozen=True)
class Link:
    """A link as its author wrote it, still to be checked."""

    target: str
    """``von-kunden-trennen.md#checkliste``."""
    line: int
    label: str = ""
    """Its words, as far as they are of interest."""


@dataclass(frozen=True)
class Insert:
    """A place in a text for content that a template generates."""

    name: str


@dataclass(frozen=True)
class Rendered:
    """A text as HTML, with its headings, links, images and number of words."""

    parts: Sequence[str | Insert]
    """HTML, cut at every insert, in reading order."""
    headings: tuple[Heading, ...] = ()
    links: tuple[Link, ...] = ()
    images: tuple[str, ...] = ()
    """Files beside the text that it shows."""
    words: int = 0

    @property
    def minutes(self) -> int:
        """The reading time in whole minutes, at least 1."""
        return max(1, math.ceil(self.words / WORDS_PER_MINUTE))

    @property
    def html(self) -> str:
        """The HTML without the inserts, for feeds."""
        return "".join(part for part in self.parts if isinstance(part, str))
