"""Lets Python-Markdown do only what a text, or a block of it, needs.

Most of its parts match nothing in most texts; to try all takes half the time of rendering.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast
from xml.etree import ElementTree as ET

from markdown.blockprocessors import BlockProcessor
from markdown.extensions import Extension
from markdown.extensions.toc import TocExtension, TocTreeprocessor
from markdown.preprocessors import NormalizeWhitespace
from markdown.treeprocessors import UnescapeTreeprocessor
from markdown.util import ETX, STX

if TYPE_CHECKING:
    from collections.abc import Callable

    from markdown import Markdown
    from pymdownx.blocks import BlocksProcessor

_TOC_MARKER = "[TOC]"
_OF_PATTERNS = {
    "backtick": ("`",),
    "escape": ("\\",),
    "footnote": ("]:",),
    "reference": ("]:",),
    "link": ("[",),
    "image_link": ("![",),
    "image_reference": ("]:",),
    "short_reference": ("]:",),
    "short_image_ref": ("]:",),
    "autolink": ("<",),
    "automail": ("<",),
    "linebreak": ("  \n", "\t"),
    "entity": ("&",),
    "address": ("://",),
    "backslash": ("\\\n",),
    "em_strong": ("*", "_", "~~"),
}
"""Of which a text must have one, for a pattern to match anywhere in it."""

_OF_PROCESSORS = {
    "blocks": ("///",),
    "table": ("|",),
    "hashheader": ("#",),
    "setextheader": ("\n=", "\n-"),
    "hr": ("---", "- -", "-  -", "***", "* *", "*  *", "___", "_ _", "_  _"),
    "deflist": (": ",),
    "quote": (">",),
    "footnote": ("]:",),
    "abbr": ("*[",),
    "reference": ("]:",),
}
"""Of which a block must have one, for a processor to find something in it."""


def patterns_chooser(md: Markdown) -> Callable[[str], list[Any]]:
    """Make what lists the patterns that may match somewhere in a text."""
    patterns = md.inlinePatterns
    named = {patterns[name]: signs for name, signs in _OF_PATTERNS.items()}
    needed = [(pattern, named.get(pattern, ("",))) for pattern in patterns]
    return lambda body: [p for p, signs in needed if any(sign in body for sign in signs)]


class Sparing(Extension):
    """Puts guards before the parts that all other extensions have registered."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
        """Put the guards."""
        untyped: Any = md
        # Gone through for every block; a registry would make a list of itself each time.
        untyped.parser.blockprocessors = _guarded(md)
        # Looked into for every element.
        untyped.block_level_elements = frozenset(md.block_level_elements)
        md.preprocessors.register(_Whitespace(md), "normalize_whitespace", 30)
        md.treeprocessors.register(_Unescaping(md), "unescape", 0)


def _guarded(md: Markdown) -> list[BlockProcessor]:
    processors = md.parser.blockprocessors
    guarded = {
        processors[name]: (_GuardedBoxes if name == "blocks" else _Guarded)(processors[name], signs)
        for name, signs in _OF_PROCESSORS.items()
    }
    return [guarded.get(processor, processor) for processor in processors]


class _Guarded(BlockProcessor):
    def __init__(self, processor: BlockProcessor, signs: tuple[str, ...]) -> None:
        super().__init__(processor.parser)
        self._processor = processor
        self._signs = signs

    def run(self, parent: ET.Element, blocks: list[str]) -> bool | None:
        return self._processor.run(parent, blocks)

    def test(self, parent: ET.Element, block: str) -> bool:
        for sign in self._signs:
            if sign in block:
                return self._processor.test(parent, block)
        return False


class _GuardedBoxes(_Guarded):
    def test(self, parent: ET.Element, block: str) -> bool:
        # A box that is open takes whatever follows.
        is_open = bool(cast("BlocksProcessor", self._processor).stack)
        return self._processor.test(parent, block) if is_open else super().test(parent, block)


class _Whitespace(NormalizeWhitespace):
    def run(self, lines: list[str]) -> list[str]:
        text = "\n".join(lines)
        is_normal = not any(sign in text for sign in ("\n ", "\t", "\r", STX, ETX))
        return [*lines, "", ""] if is_normal else super().run(lines)


class _Unescaping(UnescapeTreeprocessor):
    def run(self, root: ET.Element) -> None:
        lines: list[str] = cast("Any", self.md).lines
        if any("\\" in line for line in lines):
            super().run(root)


class _TocTreeprocessor(TocTreeprocessor):
    def run(self, doc: ET.Element) -> None:
        has_place = any(element.text and _TOC_MARKER in element.text for element in doc.iter())
        self.marker = _TOC_MARKER if has_place else ""
        super().run(doc)

    def build_toc_div(self, toc_list: list[Any]) -> ET.Element:
        return super().build_toc_div(toc_list) if self.marker else ET.Element("div")


class SparingToc(TocExtension):
    """Gives headings their anchors, and makes a table of contents only where there is a place."""

    TreeProcessorClass = _TocTreeprocessor
