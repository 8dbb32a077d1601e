"""Boxes of a rendered text, cut out of its HTML for pages and data that show them alone."""

import re
from collections.abc import Iterator
from html import unescape

_CHECKLIST = '<div class="box" data-variant="checkliste">'
_QUESTIONS = '<div class="questions">'

_DIV = re.compile(r"<(/?)div\b")
_TAG = re.compile(r"<[^>]*>")
_QUESTION = re.compile(r"<h3\b[^>]*>(.*?)</h3>", re.DOTALL)


_PRINT_LINK = '<p class="box__print">'
"""Begins the last paragraph of an article's checklist, which leads to the page for printing."""


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
    for box in _within(html, _CHECKLIST):
        yield box.partition(_PRINT_LINK)[0]


def questions(html: str) -> Iterator[tuple[str, str]]:
    """Yield the questions of a text as plain text, each with the HTML of its answer."""
    for box in _within(html, _QUESTIONS):
        _, *pieces = _QUESTION.split(box)
        for question, answer in zip(pieces[::2], pieces[1::2], strict=True):
            yield unescape(_TAG.sub("", question)).strip(), answer.strip()
