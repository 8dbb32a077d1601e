"""Boxes and inserts, the blocks that authors write between two lines of three slashes.

A box begins with ``/// merksatz`` or ``/// checkliste | Ein Titel``, and ends with ``///``. An
insert names content that a template generates: ``/// baustein | neueste-artikel``, then ``///``.
"""

import re
from collections.abc import Iterable, Iterator
from html import unescape
from xml.etree import ElementTree as ET

from markdown import Markdown
from pymdownx.blocks import BlocksExtension, BlocksProcessor
from pymdownx.blocks.block import Block

from website.content.languages import Language
from website.content.problems import msg
from website.infra import toml_tables
from website.infra.text import gettext_noop

CHECKLIST = "checkliste"

BOX_TITLES = {
    "merksatz": gettext_noop("Merksatz"),
    "praxisbeispiel": gettext_noop("Praxisbeispiel"),
    CHECKLIST: gettext_noop("Checkliste"),
    "wichtig": gettext_noop("Wichtig"),
}
"""The boxes an author may use, and the title of one that is given none."""

STEPS = "ablauf"
"""A numbered list that shows a process in steps."""

QUESTIONS = "fragen"
"""Questions as headings of the third level, each followed by its answer."""

INSERT = "baustein"

_TABLE = toml_tables.beside(__file__, "blocks.toml")

TOOLS: tuple[str, ...] = tuple(_TABLE["tools"])
"""What visitors can calculate with, each on the page ``seiten/werkzeuge/<name>.md``."""

INSERTS: tuple[str, ...] = (*_TABLE["inserts"], *TOOLS)
"""What the site itself can put into a text. ``templates/inserts/<name>.html`` makes each."""

INSERT_MARK = "\ue001"
"""Stands in the tree around an insert's name; authors' private-use characters are removed."""

_START = re.compile(
    r"(?:[ >]|[-*+] |\d+[.)] )*+/{3,} *+([\w-]++)(?: *(?:\| *(.*?) *)?$)?(?P<rest>.*)"
)
_END = re.compile(r"[ >]*+/{3,} *$")
_FENCED = re.compile(r"^(`{3,}|~{3,}).*?^\1", re.DOTALL | re.MULTILINE)

_CHECKLIST_START = '<div class="box" data-variant="checkliste">'
_QUESTIONS_START = '<div class="questions">'
_DIV = re.compile(r"<(/?)div\b")
_TAG = re.compile(r"<[^>]*>")
_QUESTION = re.compile(r"<h3\b[^>]*>(.*?)</h3>", re.DOTALL)
_PRINT_LINK = '<p class="box__print">'
"""Begins the last paragraph of an article's checklist, which leads to the page for printing."""


def has_checklist(body: str) -> bool:
    """Return whether a text holds a checklist."""
    rows = _FENCED.sub("", body).split("\n") if "///" in body else ()
    return any((start := _START.match(row)) and start[1] == CHECKLIST for row in rows)


def check(body: str, fenced: Iterable[tuple[int, int]]) -> Iterator[tuple[int, str]]:
    """Yield the problems of blocks that are unknown, not opened or not closed.

    :param fenced: first and last row of each block of code.
    :returns: pairs of a line within the body, counted from 0, and what to do about it.
    """
    opened: list[tuple[int, str]] = []
    for number, row in _rows(body, fenced):
        if _END.match(row):
            if not opened:
                yield number, msg("box.no-start")
            del opened[-1:]
        elif start := _START.match(row):
            opened.append((number, start[1]))
            if start["rest"]:
                yield number, msg("box.no-bar")
            else:
                yield from _check_start(number, start[1], start[2] or "")
        elif row.strip(" >") and opened and opened[-1][1] == INSERT:
            yield number, msg("box.insert-holds-text")
    for number, name in opened:
        yield number, f"Der Kasten „{name}“ endet nicht. Es fehlt die Zeile „///“."


def spans(body: str, fenced: Iterable[tuple[int, int]]) -> Iterator[tuple[str, int, int]]:
    """Yield the name of each block that ends, its first and its last row, counted from 0."""
    opened: list[tuple[str, int]] = []
    for number, row in _rows(body, fenced):
        if start := _START.match(row):
            opened.append((start[1], number))
        elif _END.match(row) and opened:
            yield (*opened.pop(), number)


def _rows(body: str, fenced: Iterable[tuple[int, int]]) -> Iterator[tuple[int, str]]:
    """Yield the rows of a text outside of fenced code, with their numbers."""
    code = {number for first, last in fenced for number in range(first, last + 1)}
    rows = body.split("\n") if "///" in body else ()
    return ((number, row) for number, row in enumerate(rows) if number not in code)


def _check_start(number: int, name: str, argument: str) -> Iterator[tuple[int, str]]:
    if name == INSERT and argument not in INSERTS:
        known = ", ".join(INSERTS)
        yield number, f"Den Baustein „{argument}“ gibt es nicht. Möglich sind: {known}."
    elif name not in (*BOX_TITLES, STEPS, QUESTIONS, INSERT):
        known = ", ".join((*BOX_TITLES, STEPS, QUESTIONS, INSERT))
        yield number, f"Den Kasten „{name}“ gibt es nicht. Möglich sind: {known}."


class _Box(Block):  # type: ignore[misc]  # the library has no types
    ARGUMENT = None
    TITLE = ""

    def on_create(self, parent: ET.Element) -> ET.Element:
        box = ET.SubElement(parent, "div", {"class": "box", "data-variant": self.NAME})
        title = ET.SubElement(box, "p", {"class": "box__title"})
        title.text = self.argument or self.TITLE
        return box


class _Steps(Block):  # type: ignore[misc]
    NAME = STEPS

    def on_create(self, parent: ET.Element) -> ET.Element:
        return ET.SubElement(parent, "div", {"class": "steps"})


class _Questions(Block):  # type: ignore[misc]
    NAME = QUESTIONS

    def on_create(self, parent: ET.Element) -> ET.Element:
        return ET.SubElement(parent, "div", {"class": "questions"})


class _Insert(Block):  # type: ignore[misc]
    NAME = INSERT
    ARGUMENT = True

    def on_create(self, parent: ET.Element) -> ET.Element:
        place = ET.SubElement(parent, "div")
        # What the argument begins with may be the mark of its line.
        place.text = f"{INSERT_MARK}{self.argument}{INSERT_MARK}"
        return place

    def on_markdown(self) -> str:
        return "raw"


class Blocks(BlocksExtension):  # type: ignore[misc]
    """Python-Markdown extension for boxes and inserts, based on pymdown-extensions' blocks."""

    def __init__(self, language: Language) -> None:
        super().__init__()
        self._language = language

    def extendMarkdownBlocks(self, md: Markdown, block_mgr: BlocksProcessor) -> None:  # noqa: ARG002, N802
        """Register every block."""
        for name, title in BOX_TITLES.items():
            own = {"NAME": name, "TITLE": self._language.gettext(title)}
            block_mgr.register(type(f"_Box{name.title()}", (_Box,), own), {})
        block_mgr.register(_Steps, {})
        block_mgr.register(_Questions, {})
        block_mgr.register(_Insert, {})


def _within(html: str, start: str) -> Iterator[str]:
    """Yield the HTML within each box.

    :param start: the start tag of the boxes, as rendered.
    """
    for piece in html.split(start)[1:]:
        depth = 1
        for found in _DIV.finditer(piece):
            depth += -1 if found[1] else 1
            if depth == 0:
                yield piece[: found.start()]
                break


def checklists(html: str) -> Iterator[str]:
    """Yield the HTML within each checklist, without the link to the page for printing."""
    for box in _within(html, _CHECKLIST_START):
        yield box.partition(_PRINT_LINK)[0]


def questions(html: str) -> Iterator[tuple[str, str]]:
    """Yield the questions of a text as plain text, each with the HTML of its answer."""
    for box in _within(html, _QUESTIONS_START):
        _, *pieces = _QUESTION.split(box)
        for question, answer in zip(pieces[::2], pieces[1::2], strict=True):
            yield unescape(_TAG.sub("", question)).strip(), answer.strip()
