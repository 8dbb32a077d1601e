"""Rendering of Markdown to HTML with Python-Markdown, and the cache of rendered texts."""

from __future__ import annotations

import contextlib
import json
import re
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, cast
from xml.etree import ElementTree as ET

from markdown import Markdown
from markdown.extensions.footnotes import FootnoteExtension
from markdown.extensions.tables import TableExtension
from markdown.extensions.toc import TocExtension
from markdown.treeprocessors import Treeprocessor
from markdown.util import ETX, STX

from website.content import blocks
from website.content.addresses import Addresses
from website.content.blocks import INSERT_MARK, Blocks
from website.content.languages import GERMAN, Language
from website.content.markdown_dialects import Inline, Lists
from website.content.models import Image, Insert, Rendered, TextContent
from website.content.outline import Outline, of_tree
from website.content.postprocess import Postprocessor, plain
from website.content.problems import msg
from website.content.slugs import slugify
from website.content.source_lines import MARKS, Lines
from website.content.text_files import without_control
from website.exceptions import ImageError
from website.infra.cache import Blobs

_INSERT = re.compile(f"<div>{INSERT_MARK}(.*?){INSERT_MARK}</div>\n?")
_PRIVATE_USE = re.compile(f"[\ue000-\uf8ff{MARKS}\x02\x03]")
_LEFT_OVER = {ord(sign): None for sign in (STX, ETX)}
_NESTING = re.compile(r"[\s>*+-]*")
_BEFORE_ANYTHING_IS_SET = 18
_AFTER_EVERYTHING = -100


class Renderer:
    """Renderer of the texts of one edition. Thread-safe; renders one text at a time."""

    def __init__(
        self,
        addresses: Addresses,
        foreign_terms: Mapping[str, tuple[str, ...]],
        language: Language = GERMAN,
    ) -> None:
        self._addresses = addresses
        self._language = language
        self._languages = {
            plain(form): language
            for language, terms in foreign_terms.items()
            for term in terms
            for form in (term, f"{term}s")
        }
        self._foreign = _pattern(list(self._languages))
        self._postprocessor: Postprocessor | None = None
        self._outlined = Outline()
        self._first_line = 1
        self._lock = threading.Lock()
        self._lines = Lines()
        self._markdown = self._build()

    def render(
        self,
        text: TextContent,
        folder: str,
        find_image: Callable[[str], Image],
        *,
        below_picture: bool = False,
    ) -> tuple[Rendered, list[tuple[int, str]]]:
        """Render a text.

        :param folder: of the file, below the content folder; links are relative to it.
        :param find_image: finds an image beside the text; raises ``ImageError``.
        :param below_picture: whether the page shows a picture above the text.
        :returns: the text, and its problems: lines of the file, and messages.
        """
        postprocessor = Postprocessor(
            text=text,
            folder=folder,
            addresses=self._addresses,
            language=self._language,
            find_image=find_image,
            below_picture=below_picture,
            foreign=self._foreign,
            languages=self._languages,
        )
        with self._lock:
            try:
                html = self._convert(text, postprocessor)
            except RecursionError:
                return Rendered(()), [(text.line + _deepest(text.body), msg("markup.too-deep"))]
            boxes = blocks.check(text.body, self._lines.fences.spans)
            problems = [(text.line + line, message) for line, message in boxes]
        if STX in html:
            problems.append((text.line, msg("markup.unpaired")))
            html = html.translate(_LEFT_OVER)
        rendered = Rendered(
            parts=_cut(html),
            headings=tuple(postprocessor.headings),
            links=tuple(postprocessor.links),
            images=tuple(postprocessor.images),
            words=postprocessor.words,
        )
        return rendered, problems + postprocessor.problems

    def outline(self, text: TextContent) -> Outline:
        """Return what a text holds, for checks, read as it is rendered."""
        with self._lock:
            self._outlined = Outline()
            with contextlib.suppress(RecursionError):  # told when the text is rendered
                self._convert(text, None)
            return self._outlined

    def foreign_pieces(self, text: str) -> list[tuple[str, str]]:
        """Return the pieces of a plain text and their languages; ``""`` is the site's own."""
        if self._foreign is None or not self._foreign.search(text):
            return [(text, "")] if text else []
        pieces = self._foreign.split(text)
        return [
            (piece, self._languages[plain(piece)] if index % 2 else "")
            for index, piece in enumerate(pieces)
            if piece
        ]

    def _convert(self, text: TextContent, postprocessor: Postprocessor | None) -> str:
        body = without_control(_PRIVATE_USE.sub("", text.body))
        self._first_line = text.line
        self._postprocessor = postprocessor
        self._markdown.reset()
        self._markdown.parser.state.clear()  # not empty if the text before was too deep
        return self._markdown.convert(body)

    def _read_outline(self, root: ET.Element) -> None:
        if self._postprocessor is None:
            stash = cast("Any", self._markdown.htmlStash).rawHtmlBlocks
            self._outlined = of_tree(
                root,
                self._lines.located.rows,
                stash,
                first_line=self._first_line,
                fenced=self._lines.fences.spans,
            )

    def _postprocess(self, root: ET.Element) -> None:
        if self._postprocessor is not None:
            self._postprocessor.finish(root, self._lines.located.rows)

    def _build(self) -> Markdown:
        back = self._language.gettext("Zurück zur Stelle im Text (Fußnote %(number)s)")
        md = Markdown(
            extensions=[
                "abbr",
                "def_list",
                "fenced_code",
                "sane_lists",
                TableExtension(),
                _Footnotes(BACKLINK_TITLE=back % {"number": "{}"}),
                TocExtension(slugify=slugify),
                Blocks(self._language),
                self._lines,
                Inline(),
                Lists(),
            ],
            output_format="html",
        )
        # HTML typed by an author is text like any other: it is escaped, never passed through.
        md.preprocessors.deregister("html_block")
        md.inlinePatterns.deregister("html")
        # Up to the next bracket at most: each that nothing closes would read the rest of the text.
        cast("Any", md.inlinePatterns["footnote"]).compiled_re = re.compile(r"\[\^([^\[\]]*)\]")
        outline = _Callback(md, self._read_outline)
        md.treeprocessors.register(outline, "outline", _BEFORE_ANYTHING_IS_SET)
        postprocess = _Callback(md, self._postprocess)
        md.treeprocessors.register(postprocess, "postprocess", _AFTER_EVERYTHING)
        return md


class _Footnotes(FootnoteExtension):
    def unique_ref(self, reference: str, found: bool = False) -> str:
        """Return the identifier of a reference: the second to „fnref:a“ is „fnref2:a“."""
        if not found:
            return reference
        count = self.found_refs[reference] = self.found_refs.get(reference, 0) + 1
        kind, separator, name = reference.partition(self.get_separator())
        return reference if count == 1 else f"{kind}{count}{separator}{name}"


class _Callback(Treeprocessor):
    def __init__(self, md: Markdown, take: Callable[[ET.Element], None]) -> None:
        super().__init__(md)
        self._take = take

    def run(self, root: ET.Element) -> None:
        self._take(root)


def _cut(html: str) -> tuple[str | Insert, ...]:
    pieces = _INSERT.split(html)
    parts: list[str | Insert] = []
    for index, piece in enumerate(pieces):
        if index % 2:
            parts.append(Insert(piece))
        elif piece.strip():
            parts.append(piece)
    return tuple(parts)


def _pattern(terms: list[str]) -> re.Pattern[str] | None:
    if not terms:
        return None
    longest_first = sorted(terms, key=len, reverse=True)
    return re.compile(rf"({'|'.join(map(_alternative, longest_first))})(?![\w-])")


def _alternative(term: str) -> str:
    # Looks behind only after its first letter: a pattern that begins with letters is found fast.
    words = r"\s".join(map(re.escape, term.split()))
    initial = re.escape(term[:1])
    return rf"{initial}(?<![\w-]{initial}){words.removeprefix(initial)}"


@dataclass(frozen=True)
class Placed:
    """A text with all that its HTML depends on, besides the rules for all texts."""

    text: TextContent
    folder: str
    """Of its file, below the content folder; links are relative to it."""
    find_image: Callable[[TextContent, str], Image]
    """Finds an image beside the text, or raises ``ImageError``. Asked again each time: images
    change without their text."""
    below_picture: bool
    """Whether the page shows a picture above the text."""

    def image(self, file: str) -> Image | str:
        """Return an image beside the text, or why there is none."""
        try:
            return self.find_image(self.text, file)
        except ImageError as error:
            return str(error)


Found = tuple[tuple[int, str], ...]
"""What is wrong with a text: lines of its file, and sentences."""

Parts = Sequence[str | Insert]


@dataclass(frozen=True)
class Kept:
    """A cached rendered text, with all it was made from."""

    source: str
    """A digest of the text's file."""
    below_picture: bool
    images: Mapping[str, Image | str]
    """What became of each image it names: the image, or why there is none."""
    rendered: Rendered
    """Without its HTML where that lies apart."""
    found: Found
    digest: str = ""
    """Of the HTML, where it lies apart."""

    @property
    def key(self) -> str:
        """A key of all it was made from, besides the rules for all texts."""
        return repr((self.source, self.below_picture, self.images))


@dataclass(eq=False)
class Texts:
    """Renders texts on first use, and again only when something they depend on has changed."""

    addresses: Addresses
    foreign_terms: Mapping[str, tuple[str, ...]]
    language: Language = GERMAN
    blobs: Blobs | None = None
    kept: dict[str, Kept] = field(default_factory=dict)
    """By the label of their file."""

    @cached_property
    def renderer(self) -> Renderer:
        """The renderer of all texts."""
        return Renderer(self.addresses, self.foreign_terms, self.language)

    def or_anew(self, other: Texts) -> Texts:
        """Return itself if the rules for all texts are those of another cache, else the other."""
        is_same = (self.addresses, self.foreign_terms, self.language) == (
            other.addresses,
            other.foreign_terms,
            other.language,
        )
        other.blobs = self.blobs
        return self if is_same else other

    def render(self, placed: Placed) -> tuple[Rendered, Found]:
        """Return a text, without its HTML where that lies apart, and what is wrong with it."""
        label = placed.text.label
        if not self.holds(placed):
            made = self._render(placed)
            self.kept[label] = made if self.blobs is None else _apart(made, self.blobs)
        return self.kept[label].rendered, self.kept[label].found

    def html(self, placed: Placed) -> Parts:
        """Return the HTML of a text that was rendered as it is placed, from the blob store."""
        if self.blobs and (packed := self.blobs.get(self.kept[placed.text.label].digest)):
            parts = json.loads(packed)
            return [Insert(*part) if isinstance(part, list) else part for part in parts]
        return self._render(placed).rendered.parts

    def holds(self, placed: Placed) -> bool:
        """Return whether the cached text is as it would be rendered now."""
        kept = self.kept.get(placed.text.label)
        return (
            kept is not None
            and kept.source == placed.text.digest
            and kept.below_picture == placed.below_picture
            and all(placed.image(file) == image for file, image in kept.images.items())
        )

    def forget_others(self, labels: Collection[str]) -> None:
        """Drop cached texts except those of some files."""
        self.kept = {label: kept for label, kept in self.kept.items() if label in labels}

    def __getstate__(self) -> dict[str, Any]:
        kept = {key: value for key, value in self.__dict__.items() if key != "renderer"}
        return kept | {"blobs": None}

    def _render(self, placed: Placed) -> Kept:
        images: dict[str, Image | str] = {}

        def find(file: str) -> Image:
            found = images[file] = placed.image(file)
            if isinstance(found, str):
                raise ImageError(found)
            return found

        text, below_picture = placed.text, placed.below_picture
        rendered, found = self.renderer.render(
            text, placed.folder, find, below_picture=below_picture
        )
        return Kept(text.digest, below_picture, images, rendered, tuple(found))


def _apart(kept: Kept, blobs: Blobs) -> Kept:
    named = [[part.name] if isinstance(part, Insert) else part for part in kept.rendered.parts]
    digest = blobs.put(json.dumps(named, ensure_ascii=False).encode())
    return replace(kept, rendered=replace(kept.rendered, parts=()), digest=digest)


def _deepest(body: str) -> int:
    """Return the number of the row that is nested most deeply, from 0."""
    signs = [len(_NESTING.match(row)[0]) for row in body.split("\n")]  # type: ignore[index]
    return signs.index(max(signs))
