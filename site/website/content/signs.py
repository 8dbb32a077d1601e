"""Signs by which a text, or a block of it, needs a part of Python-Markdown.

Most parts match nothing in most texts, and to try them all takes a third of the time of rendering.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from markdown.blockprocessors import BlockProcessor

if TYPE_CHECKING:
    from collections.abc import Callable
    from xml.etree import ElementTree as ET

    from markdown import Markdown
    from pymdownx.blocks import BlocksProcessor

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
    "em_strong": ("*", "_"),
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


def guard_processors(md: Markdown) -> None:
    """Let block processors be asked only about blocks that have one of their signs."""
    processors = md.parser.blockprocessors
    guarded = {
        processors[name]: (_GuardedBoxes if name == "blocks" else _Guarded)(processors[name], signs)
        for name, signs in _OF_PROCESSORS.items()
    }
    parser: Any = md.parser
    # Gone through for every block; a registry would make a list of itself each time.
    parser.blockprocessors = [guarded.get(processor, processor) for processor in processors]


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
