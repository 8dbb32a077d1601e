"""What readers get: articles, pages, topics, and the text of each as HTML."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import datetime
    from collections.abc import Mapping, Sequence
    from pathlib import Path

WORDS_PER_MINUTE = 200
"""Silent reading of German prose, on the careful side: its words are longer than English ones."""


class PublicationStatus(StrEnum):
    """How far an article or page is. Only ``published`` ones leave the house."""

    DRAFT = "draft"
    REVIEW = "review"
    PUBLISHED = "published"


@dataclass(frozen=True)
class Source:
    """Where a statement comes from."""

    text: str
    url: str = ""
    year: str = ""


@dataclass(frozen=True)
class CallToAction:
    """The invitation at the end of a text, and the topic it chooses in the form."""

    topic: str = ""
    text: str = ""


@dataclass(frozen=True)
class Picture:
    """An image beside the text, told in words for those who don't see it."""

    file: str
    alt: str
    line: int
    """The line of the text's file that names it."""


@dataclass(frozen=True)
class ImageSource:
    """An image in one format and several widths; words as HTML's ``source`` uses them."""

    media_type: str
    srcset: str
    sizes: str


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
    """Markdown that waits to be rendered, and where it stands."""

    path: Path
    """The file."""
    label: str
    """The file as authors know it: ``content/artikel/x.md``."""
    body: str
    line: int
    """The line of the file on which the body begins."""
    digest: str = ""
    """Of all bytes of the file."""
    lines: Mapping[tuple[str | int, ...], int] = field(default_factory=dict, compare=False)
    """Where the data above the body stand: ``("sources", 0, "url")`` to a line."""

    def leave_to_file(self) -> None:
        """Let the body go; it is read from its file again if somebody asks for it."""
        self.__dict__.pop("body", None)

    def __getstate__(self) -> dict[str, Any]:
        """Leave the body to its file: it is most of what a text holds, and seldom needed twice."""
        return {name: value for name, value in self.__dict__.items() if name != "body"}

    def __getattr__(self, name: str) -> str:
        if name != "body":
            raise AttributeError(name)
        # Python and the reader of the file agree on what ends a line.
        lines = self.path.read_text("utf-8-sig").split("\n")
        body = "\n".join(lines[self.line - 1 :])
        object.__setattr__(self, "body", body)
        return body


@dataclass(frozen=True)
class Article:
    """A piece of guidance."""

    slug: str
    address: str
    title: str
    description: str
    topic: str
    status: PublicationStatus
    text: TextContent
    date: datetime.date | None = None
    """When it was or will be published; only a draft may lack it."""
    updated: datetime.date | None = None
    author: str = ""
    reviewed_by: str = ""
    review_by: datetime.date | None = None
    """When somebody should look again whether it still holds."""
    tags: tuple[str, ...] = ()
    image: Picture | None = None
    summary: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    cta: CallToAction = CallToAction()
    tools: tuple[str, ...] = ()
    """Names of the tools that help with its subject."""
    aliases: tuple[str, ...] = ()

    @property
    def modified(self) -> datetime.date | None:
        """The day of the last change that readers should know of."""
        return self.updated or self.date

    def is_public(self, today: datetime.date) -> bool:
        """Say whether everybody may read it on a given day."""
        return (
            self.status is PublicationStatus.PUBLISHED
            and self.date is not None
            and self.date <= today
        )

    def review_is_due(self, today: datetime.date) -> bool:
        """Say whether somebody should have looked at it again by a given day."""
        return self.review_by is not None and self.review_by < today


@dataclass(frozen=True)
class Page:
    """A page that is no article: start, profile, service, contact, legal."""

    name: str
    """The file below ``seiten/`` without its ending."""
    address: str
    title: str
    description: str
    text: TextContent
    lead: str = ""
    updated: datetime.date | None = None
    reviewed_by: str = ""
    sources: tuple[Source, ...] = ()
    cta: CallToAction = CallToAction()
    tool: str = ""
    """Name of the tool that it shows."""
    status: PublicationStatus = PublicationStatus.PUBLISHED


@dataclass(frozen=True)
class Topic:
    """A subject that articles belong to."""

    slug: str
    address: str
    title: str
    description: str


@dataclass(frozen=True)
class ListPage:
    """One page of a long list of articles."""

    number: int
    """Counted from 1."""
    count: int
    articles: tuple[Article, ...]


@dataclass(frozen=True)
class Heading:
    """A heading within a text that readers can jump to."""

    level: int
    anchor: str
    text: str


@dataclass(frozen=True)
class Link:
    """A link to something of our own, still to be checked."""

    target: str
    """As its author wrote it: ``von-kunden-trennen.md#checkliste``."""
    line: int


@dataclass(frozen=True)
class Insert:
    """A place in a text where the site puts something it makes itself."""

    name: str


@dataclass(frozen=True)
class Rendered:
    """A text as HTML, and what was met on the way."""

    parts: Sequence[str | Insert]
    """HTML, cut at every insert, in reading order."""
    headings: tuple[Heading, ...] = ()
    links: tuple[Link, ...] = ()
    images: tuple[str, ...] = ()
    """Files beside the text that it shows."""
    words: int = 0

    @property
    def minutes(self) -> int:
        """Whole minutes that reading takes, at least one."""
        return max(1, math.ceil(self.words / WORDS_PER_MINUTE))

    @property
    def html(self) -> str:
        """The HTML without the inserts, for feeds."""
        return "".join(part for part in self.parts if isinstance(part, str))
