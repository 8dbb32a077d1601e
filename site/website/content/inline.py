"""Python-Markdown extension for inline marks of CommonMark and GitHub's Markdown."""

import re
import string
from typing import Any, cast
from xml.etree import ElementTree as ET

from markdown import Markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import InlineProcessor, SubstituteTagInlineProcessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

_ADDRESS = (
    r"(?<![\w/@=.-])(https?://"
    r"(?:[^\s<>\"'`()\[\]„“”|\\]|\([^\s()]*\))*(?:[\w/=&#~+-]|\([^\s()]*\)))"
)
"""An address on the web as it is pasted, without the full stop or bracket that ends a sentence."""
_CAPTION = re.compile(r"(\S.*?\.\w{2,5})\s+[„“”»«‚‘](.*)[“”„«»‘’]")
"""A file's name and a caption in the quotation marks of a word processor."""


class Inline(Extension):
    """Supports ``~~struck out~~``, bare URLs, and a backslash at the end of a line.

    Every sign can be escaped, and a heading's single ``#`` needs its space.
    """

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
        """Register what CommonMark and GitHub's Markdown have beyond Python-Markdown."""
        untyped: Any = md
        untyped.delimiters.add("~", "del", double=True)
        untyped.ESCAPED_CHARS += [
            sign for sign in string.punctuation if sign not in untyped.ESCAPED_CHARS
        ]
        md.treeprocessors.register(_Captions(md), "captions", 18.6)
        md.inlinePatterns.register(_Address(_ADDRESS, md), "address", 115)
        line_break = SubstituteTagInlineProcessor(r"\\\n", "br")
        md.inlinePatterns.register(line_break, "backslash", 185)
        # „#1 der Branche“ is no heading; CommonMark asks for a space, too.
        header = cast("Any", md.parser.blockprocessors["hashheader"])
        pattern = header.RE.pattern.replace("#{1,6}", "(?:#{2,6}|#(?=[ \\n]))")
        header.RE = re.compile(pattern)


class _Address(InlineProcessor):
    ANCESTOR_EXCLUDES = ("a",)

    def handleMatch(  # type: ignore[override]  # noqa: N802
        self,
        m: re.Match[str],
        data: str,  # noqa: ARG002
    ) -> tuple[ET.Element, int, int]:
        """Return a link for a pasted address."""
        link = ET.Element("a", {"href": m[1]})
        link.text = AtomicString(m[1])
        return link, m.start(0), m.end(0)


class _Captions(Treeprocessor):
    def run(self, root: ET.Element) -> None:
        """Read a caption whose quotation marks are not straight."""
        for image in root.iter("img"):
            if found := _CAPTION.fullmatch(image.get("src", "")):
                image.set("src", found[1])
                image.set("title", found[2])
