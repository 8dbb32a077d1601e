"""Marks within a sentence that other Markdown programs know, and authors bring along."""

from __future__ import annotations

import re
import string
from typing import TYPE_CHECKING, Any, cast

from markdown.extensions import Extension
from markdown.inlinepatterns import SubstituteTagInlineProcessor
from markdown.treeprocessors import Treeprocessor

if TYPE_CHECKING:
    from xml.etree import ElementTree as ET

    from markdown import Markdown


_CAPTION = re.compile(r"(\S.*?\.\w{2,5})\s+[„“”»«‚‘](.*)[“”„«»‘’]")
"""A file's name and a caption in the quotation marks of a word processor."""


class Inline(Extension):
    """Strikes out ``~~so~~``, breaks a line behind a backslash, and lets every sign be escaped."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
        """Teach what CommonMark and GitHub's Markdown have beyond Python-Markdown."""
        untyped: Any = md
        untyped.delimiters.add("~", "del", double=True)
        untyped.ESCAPED_CHARS += [
            sign for sign in string.punctuation if sign not in untyped.ESCAPED_CHARS
        ]
        md.treeprocessors.register(_Captions(md), "captions", 18.6)
        line_break = SubstituteTagInlineProcessor(r"\\\n", "br")
        md.inlinePatterns.register(line_break, "backslash", 185)
        # „#1 der Branche“ is no heading; CommonMark asks for a space, too.
        header = cast("Any", md.parser.blockprocessors["hashheader"])
        pattern = header.RE.pattern.replace("#{1,6}", "(?:#{2,6}|#(?=[ \\n]))")
        header.RE = re.compile(pattern)


class _Captions(Treeprocessor):
    def run(self, root: ET.Element) -> None:
        """Take a caption for one whose quotation marks are not straight."""
        for image in root.iter("img"):
            if found := _CAPTION.fullmatch(image.get("src", "")):
                image.set("src", found[1])
                image.set("title", found[2])
