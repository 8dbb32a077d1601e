"""Outline of a rendered text for checks: passages, images, links and code, with their lines.

Checks of language look at passages, not at Markdown. They are read from the tree that becomes the
page, so that checks and pages agree.
"""

import html
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from urllib.parse import SplitResult, unquote
from xml.etree import ElementTree as ET

from markdown.util import AMP_SUBSTITUTE, ETX, STX

from website.content.blocks import INSERT_MARK
from website.content.models import Item, Link, Picture, alt_text
from website.content.value_reader import line_of
from website.infra.text import web_parts


class PassageKind(Enum):
    """The kind of a passage."""

    PARAGRAPH = "paragraph"
    HEADING = "heading"
    ITEM = "item"
    """Of a list."""
    CELL = "cell"
    """Of a table."""
    TITLE = "title"
    """Of a box."""
    CAPTION = "caption"
    """Below an image, or in its place for those who do not see it."""
    INSERT = "insert"
    """A place where the site puts something it makes itself."""
    FIELD = "field"
    """A sentence above the text: title, description, a key point."""


PROSE = frozenset({PassageKind.PARAGRAPH, PassageKind.ITEM})
"""What is read as running text."""

CODE = "\N{OBJECT REPLACEMENT CHARACTER}"
"""Stands where nothing is to be read: code, addresses."""


@dataclass(frozen=True)
class Passage:
    """A passage of text as visitors read it, without markup."""

    kind: PassageKind
    text: str
    """Without marks; its line ends are those of the file."""
    line: int
    """Of the file, where it begins."""
    level: int = 0
    """Of a heading."""
    number: int = 0
    """That an item of a numbered list is shown with."""
    is_bold: bool = False
    """Whether all of it is."""
    signs: str = ""
    """The text, with a :data:`CODE` for each sign that its author has escaped."""

    def line_at(self, position: int) -> int:
        """Return the line of the file for a character."""
        return self.line + self.text.count("\n", 0, position)


@dataclass
class Outline:
    """The contents of a text, in the order of its file."""

    passages: list[Passage] = field(default_factory=list)
    images: list[Picture] = field(default_factory=list)
    hidden_captions: list[int] = field(default_factory=list)
    """Lines of images within a paragraph, where their captions are not shown."""
    links: list[Link] = field(default_factory=list)
    fenced: list[tuple[int, int]] = field(default_factory=list)
    """First and last line of each block of code between two fences."""
    indented: list[int] = field(default_factory=list)
    """First line of each block of code that is one because it is indented."""
    rows: list[tuple[int, int, int]] = field(default_factory=list)
    """Of tables: the line, how many cells the row has in the file, and how many are shown."""
    unused_notes: list[tuple[int, str]] = field(default_factory=list)
    """Footnotes that nothing refers to: line and name."""


CELLS = "data-cells"
"""On a row of a table, how many cells it has in the file."""

_ESCAPED = re.compile(rf"{STX}(\d+){ETX}")
_STASHED = re.compile(rf"{STX}wzxhzdk:(\d+){ETX}")
_PLACEHOLDER = re.compile(rf"{STX}[^{ETX}]*{ETX}")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S*[\w/]|(?<![\w.+-])[\w.+-]++@[\w-]+\.[\w.-]*\w")
_ATTRIBUTE = re.compile(r"\{[^}]*\}")
_LINE_END = re.compile(r"(?:(?<![ \t])[ \t]+)?\n[ \t]*")
_LEAVES = {
    **dict.fromkeys(("p", "dt", "dd", "blockquote", "div"), PassageKind.PARAGRAPH),
    **dict.fromkeys(("td", "th"), PassageKind.CELL),
    **{f"h{level}": PassageKind.HEADING for level in range(1, 7)},
    "li": PassageKind.ITEM,
}
_SET_APART = frozenset({*_LEAVES, "ul", "ol", "dl", "table", "thead", "tbody", "tr", "pre", "hr"})
_ESCAPED_SIGN = "\ue002"
"""Goes before a sign that was escaped, until the passage is made."""


def web_addresses(item: Item, outline: Outline) -> Iterator[tuple[int, str, SplitResult]]:
    """Yield the lines and addresses by which a text leads to the web, those of its sources too."""
    named = [(link.line, link.target) for link in outline.links]
    for index, source in enumerate(item.sources):
        named.append((line_of(item.text.lines, ("sources", index, "url")), source.url))
    for line, address in named:
        if parts := web_parts(address):
            yield line, address, parts


def of_tree(
    root: ET.Element,
    rows: Mapping[ET.Element, int],
    stash: Sequence[object],
    *,
    first_line: int,
    fenced: Iterable[tuple[int, int]],
) -> Outline:
    """Read a tree whose inline marks have become elements, before anything is set or resolved.

    :param rows: on which elements begin, counted from 0.
    :param stash: what Python-Markdown has put aside as finished HTML.
    :param first_line: of the text in its file.
    :param fenced: rows of fenced code.
    """
    reading = _OutlineReading(rows, stash, first_line)
    reading.visit(root)
    found = reading.outline
    # Footnotes stand where they do in the file.
    found.passages.sort(key=lambda passage: passage.line)
    found.images.sort(key=lambda image: image.line)
    found.links.sort(key=lambda link: link.line)
    found.fenced = [(first_line + first, first_line + last) for first, last in fenced]
    found.hidden_captions = sorted(
        reading.line(image) for image in _images_within(root) if image.get("title")
    )
    found.unused_notes = [note for note in reading.notes if note[1] not in reading.referred]
    return found


@dataclass
class _OutlineReading:
    row_of: Mapping[ET.Element, int]
    stash: Sequence[object]
    first_line: int
    outline: Outline = field(default_factory=Outline)
    notes: list[tuple[int, str]] = field(default_factory=list)
    referred: set[str] = field(default_factory=set)

    def line(self, element: ET.Element) -> int:
        return self.first_line + self.row_of.get(element, 0)

    def visit(self, element: ET.Element, number: int | None = None) -> None:
        """Read an element and all below it."""
        if element.tag == "pre":
            self.outline.indented.append(self.line(element))
            return
        if element.tag == "tr":
            typed = int(element.attrib.pop(CELLS, len(element)))
            self.outline.rows.append((self.line(element), typed, len(element)))
        if element.tag in _LEAVES:
            self._read(element, number)
        counted = {"ul": 0, "ol": int(element.get("start", "1"))}.get(element.tag)
        for child in element:
            if child.tag in _SET_APART:
                is_first = (
                    element.tag == "li" and child is element[0] and "id" not in element.attrib
                )
                self.visit(child, number if is_first else counted)
            if counted:
                counted += 1

    def _read(self, element: ET.Element, number: int | None) -> None:
        if element.get("id", "").startswith("fn:"):
            self.notes.append((self.line(element), element.get("id", "")[3:]))
        pieces = "".join(self._pieces(element))
        text = pieces.lstrip(" \t\n")
        line = self.line(element) + pieces[: len(pieces) - len(text)].count("\n")
        text = text.rstrip(" \t\n")
        kind = self._kind(element, number)
        if kind is PassageKind.HEADING and not text:  # an image alone is read by its words
            text = " ".join(_raw(image.get("alt", "")) or CODE for image in element.iter("img"))
        if not text.strip(_ESCAPED_SIGN):
            return
        if text.startswith(INSERT_MARK):
            self.outline.passages.append(
                Passage(PassageKind.INSERT, text.strip(INSERT_MARK), self.line(element))
            )
            return
        level = int(element.tag[1]) if kind is PassageKind.HEADING else 0
        signs = re.sub(f"{_ESCAPED_SIGN}.", CODE, text, flags=re.DOTALL)
        self.outline.passages.append(
            Passage(
                kind,
                _ADDRESS.sub(CODE, text.replace(_ESCAPED_SIGN, "")),
                line,
                level,
                number or 0,
                _is_bold(element),
                _ADDRESS.sub(CODE, signs),
            )
        )

    def _kind(self, element: ET.Element, number: int | None) -> PassageKind:
        if element.get("class") == "box__title":
            return PassageKind.TITLE
        if element.tag == "p" and number is not None:
            return PassageKind.ITEM
        return _LEAVES[element.tag]

    def _pieces(self, element: ET.Element) -> Iterator[str]:
        """Yield what is read of an element, without what is set apart from it."""
        yield self._text(element.text)
        for child in element:
            if child.tag not in _SET_APART:
                yield from self._inline(child)
                yield self._text(child.tail)
            elif (child.tail or "").strip():
                yield "\n" + self._text(child.tail)

    def _inline(self, child: ET.Element) -> Iterator[str]:
        if child.tag == "code":
            yield CODE + "\n" * (child.text or "").count("\n")
        elif child.tag == "br":
            yield "\n"
        elif child.tag == "img":
            yield self._image(child)
        elif child.tag == "sup" and child.get("id", "").startswith("fnref"):
            self.referred.add(child[0].get("href", "").removeprefix("#fn:"))
        elif child.tag == "a":
            yield self._link(child)
        else:
            yield from self._pieces(child)

    def _link(self, element: ET.Element) -> str:
        if element.get("class") == "footnote-backref":
            return ""
        label = "".join(self._pieces(element))
        target = _raw(element.get("href", ""))
        self.outline.links.append(
            Link(target, self.line(element), label.replace(_ESCAPED_SIGN, ""))
        )
        return CODE if label.replace(_ESCAPED_SIGN, "") in {target, target[7:]} else label

    def _image(self, element: ET.Element) -> str:
        alt, title = alt_text(_raw(element.get("alt", ""))), _raw(element.get("title", ""))
        line = self.line(element)
        self.outline.images.append(Picture(unquote(_raw(element.get("src", ""))), alt, line))
        self.outline.passages += [
            Passage(PassageKind.CAPTION, words, line) for words in (alt, title) if words.strip()
        ]
        return "\n" * (alt + title).count("\n")

    def _text(self, text: str | None) -> str:
        """Read a piece of text: escaped signs come back, each behind a sign of its own."""
        if not text:
            return ""
        if STX in text:
            text = _ESCAPED.sub(lambda found: _ESCAPED_SIGN + chr(int(found[1])), text)
            text = _PLACEHOLDER.sub("", _STASHED.sub(self._stashed, _entities(text)))
        return _LINE_END.sub("\n", text)

    def _stashed(self, found: re.Match[str]) -> str:
        """Return an entity as it was; finished code is not read."""
        kept = str(self.stash[int(found[1])])
        return "" if kept.startswith("<") else html.unescape(kept)


def _images_within(root: ET.Element) -> Iterator[ET.Element]:
    """Yield the images that are no paragraphs of their own."""
    alone = {
        paragraph[0]
        for paragraph in root.iter("p")
        if len(paragraph) == 1 and not ((paragraph.text or "") + (paragraph[0].tail or "")).strip()
    }
    return (image for image in root.iter("img") if image not in alone)


def _is_bold(element: ET.Element) -> bool:
    around = (element.text or "") + "".join(child.tail or "" for child in element)
    around = _ATTRIBUTE.sub("", around).strip()
    return len(element) == 1 and element[0].tag == "strong" and not around


def _raw(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1])), _entities(text))


def _entities(text: str) -> str:
    """Read the letters that Python-Markdown writes as entities, to hide addresses from robots."""
    return html.unescape(text.replace(AMP_SUBSTITUTE, "&")) if AMP_SUBSTITUTE in text else text
