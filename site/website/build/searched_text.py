"""The part of a page that the search looks through: its text, without what other pages say too.

Cut out here and not by Pagefind, so that an index is made again only where this has changed.
"""

import re
from pathlib import Path

from website.infra.cache import digest

LEFT_OUT = (
    "breadcrumb", "byline", "call-to-action", "contents", "neighbours", "related", "sources",
)  # fmt: skip
"""Elements of these classes say on one page what others say, or are no sentence and would spoil an
excerpt."""

_LANGUAGE = re.compile(r"<html lang=\"[\w-]+\">")
_TITLE = re.compile("<title>.*?</title>", re.DOTALL)
_BEGIN = re.compile("<main[^>]* data-pagefind-body>")
_END = "</main>"
_CLASS = re.compile(f'<([a-z]+) class="(?:{"|".join(LEFT_OUT)})"')
_TAGS = {
    name: re.compile(rf"<(/?){name}\b[^>]*>") for name in ("aside", "div", "dl", "nav", "section")
}


def cut(html: str) -> str:
    """Return a page cut down to what is searched of it, empty if it is not searched.

    :raises KeyError: if what is left out stands in an element of which this knows no end.
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
    """Return a digest of what is searched of a file, empty if that is nothing."""
    text = cut(page.read_text("utf-8")) if page.suffix == ".html" else ""
    return digest(text.encode()) if text else ""


def _end(body: str, found: re.Match[str]) -> int:
    """Return where an element ends, which may hold others of its name."""
    depth = 0
    for tag in _TAGS[found[1]].finditer(body, found.start()):
        depth += -1 if tag[1] else 1
        if depth == 0:
            return tag.end()
    return len(body)
