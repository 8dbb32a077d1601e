"""Extraction of the searchable part of a page: its text without what is repeated on other pages.

This is not left to Pagefind, so that an index is rebuilt only if this part of a page has changed.
"""

import re
from pathlib import Path

from website.infra.cache import digest

LEFT_OUT = (
    "breadcrumb", "byline", "call-to-action", "margin", "neighbours", "related", "sources",
)  # fmt: skip
"""Classes of elements that repeat other pages, or whose fragments would spoil an excerpt."""

_LANGUAGE = re.compile(r"<html lang=\"[\w-]+\">")
_TITLE = re.compile("<title>.*?</title>", re.DOTALL)
_BEGIN = re.compile("<main[^>]* data-pagefind-body>")
_END = "</main>"
_CLASS = re.compile(f'<([a-z]+) class="(?:{"|".join(LEFT_OUT)})"')
_TAGS = {
    name: re.compile(rf"<(/?){name}\b[^>]*>") for name in ("aside", "div", "dl", "nav", "section")
}


def cut(html: str) -> str:
    """Return a page reduced to its searchable part; empty if it is not searched.

    :raises KeyError: if an element to leave out has a tag that is not in the table of tags.
    """
    begin = _BEGIN.search(html)
    title = _TITLE.search(html)
    language = _LANGUAGE.search(html)
    if begin is None or title is None or language is None:
        return ""
    body = html[begin.start() : html.rindex(_END)]
    pieces, at = [], 0
    while found := _CLASS.search(body, at):
        pieces.append(body[at : found.start()])
        at = _end(body, found)
    text = "".join([*pieces, body[at:]])
    head = f"<head>{title[0]}</head>"
    return f"<!doctype html>{language[0]}{head}<body>{text}{_END}</body></html>"


def digest_of(page: Path) -> str:
    """Return a digest of the searchable part of a file; empty if there is none."""
    text = cut(page.read_text("utf-8")) if page.suffix == ".html" else ""
    return digest(text.encode()) if text else ""


def _end(body: str, found: re.Match[str]) -> int:
    """Return the end of an element, which may contain elements with the same tag."""
    depth = 0
    for tag in _TAGS[found[1]].finditer(body, found.start()):
        depth += -1 if tag[1] else 1
        if depth == 0:
            return tag.end()
    return len(body)
