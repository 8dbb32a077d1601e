"""Advice on mistyped front matter: the line at fault, and what to type instead.

A YAML parser reports the line on which it gave up, often many lines below the one at fault. As
front matter has one value a line, each line is checked by itself.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from website.content.problems import msg

ODD_BLANKS = "\u00a0\u1680\u2000-\u200b\u202f\u205f\u2060\u3000\ufeff"
"""Look like a blank, or like nothing; within a pattern's brackets."""
OPENING, CLOSING = "„“”»«‚‘’›‹", "“”„«»‘’‚‹›"
"""What word processors make of straight quotation marks, in all languages."""

LONGEST = 120
"""Characters of a value that is shown as it should be typed."""

_ROW = re.compile(
    r"(?P<indent> *)(?P<dash>(?:-(?: +|$))*)(?:(?P<key>[\w-]+) *:(?: +|\t+|$))?(?P<value>.*)"
)
_STATEMENT = re.compile(r" *(?:- |-$|[\w-]+ *:(?: |$))")
_ODD = re.compile(f"[{ODD_BLANKS}]")
_ODD_START = re.compile(rf" *(?P<odd>[\t{ODD_BLANKS}])")
_ODD_COLON = re.compile(rf" *(?:- +)?(?P<key>[A-Za-z_][\w-]*)(?P<colon> *:)(?P<odd>[{ODD_BLANKS}])")
_NO_BLANK = re.compile(r"(?P<key>[a-z_]+):(?!//)(?P<value>\S.*)")
_OTHER_COLON = re.compile(r"(?P<key>[a-z_]+) *(?P<sign>[=：]) *(?P<value>.*)")
_UNSEEN = " \t\u00a0\u202f\u200b\u200c\u200d\u2060\ufeff"
_FENCE_MEANT = re.compile(r"[-–—−_*]{1,5}\s*\Z")
_ALL_QUOTED = re.compile(rf"[\"{OPENING}](?P<text>[^\"{OPENING}{CLOSING}]*)[\"{CLOSING}]\s*\Z")
_BLOCK = re.compile(r"[|>][-+0-9]*\s*(?: #.*)?\Z")
_COLON = re.compile(r":(?:\s|\Z)")
_NOTE = re.compile(r"(?:\A|\s)#.*\Z")
_NOTE_IN_LIST = re.compile(r"(?:\A|[\s\[,])#.*\Z")

_SIGNS = "@`%&*!|>{}],"
"""Begin something else than a text in YAML."""

Slip = tuple[int, str]
"""The number of a row, counted from 0, and a sentence."""


def straight(key: str, text: str) -> str:
    """Return a line that gives a text to a key, in straight quotation marks."""
    text = " ".join(text.split())
    if len(text) > LONGEST:
        text = "…"
    if '"' in text and "'" not in text:
        return f"{key}'{text}'"
    return key + json.dumps(text, ensure_ascii=False)


def meant(value: str) -> str:
    """Return a text without the quotation marks around it, whatever their kind."""
    found = _ALL_QUOTED.match(value)
    return found["text"] if found else value.strip()


def odd_blank(text: str) -> bool:
    """Return whether a text holds a blank that is invisible or no ordinary space."""
    return bool(_ODD.search(text))


def before_value(row: str) -> str:
    """Return what stands before a value on its row, as it may be typed: ``title: ``, ``- ``."""
    shape = Row.of(row)
    return shape.start if shape else ""


def find(rows: Sequence[str], last: int) -> Slip | None:
    """Return the first mistyped row, up to the one on which a parser gave up."""
    levels: list[int] = []
    at, first, parent_is_open = 0, -1, True
    while at <= min(last, len(rows) - 1):
        row = rows[at]
        if not row.strip(" ") or row.lstrip(" ").startswith("#"):
            at += 1
            continue
        if first >= 0 and _STATEMENT.match(row) and _column(row) < levels[0]:
            return first, msg("advice.indented")
        if sentence := _structure(row) or _level(row, levels, parent_is_open=parent_is_open):
            return at, sentence
        first = at if first < 0 else first
        shape = Row.of(row)
        if shape is None:
            at += 1
            continue
        parent_is_open = not shape.value or shape.value.startswith("#")
        sentence, more = _value(shape, rows[at + 1 :])
        if sentence:
            return at, sentence
        at += 1 + more
    return None


@dataclass(frozen=True)
class Row:
    """A row of front matter: a value and what precedes it."""

    start: str
    """As it may be typed before a value: ``title: ``, ``- ``."""
    value: str
    column: int = 0
    """Where the key or the dash stands."""

    @classmethod
    def of(cls, row: str) -> Row | None:
        """Read a row; None where it only goes on with the value before."""
        found = _ROW.fullmatch(row)
        if found is None or not (found["dash"] or found["key"]):
            return None
        key = f"{found['key']}: " if found["key"] else ""
        start = f"{found['dash'] and '- '}{key}"
        return cls(start, found["value"].strip(), len(found["indent"]))


def _structure(row: str) -> str:
    """Return what is wrong with the beginning of a row."""
    if is_odd_fence(row):
        return msg("advice.odd-fence")
    if found := _ODD_START.match(row):
        return msg("advice.tab") if found["odd"] == "\t" else msg("advice.odd-beginning")
    if found := _ODD_COLON.match(row):
        return msg("advice.odd-blank-behind", key=found["key"])
    if (found := _OTHER_COLON.fullmatch(row)) or (found := _NO_BLANK.fullmatch(row)):
        shown = straight(f"{found['key']}: ", meant(found["value"]))
        return msg("advice.no-colon", key=found["key"], shown=shown)
    return ""


def _level(row: str, levels: list[int], *, parent_is_open: bool) -> str:
    """Return advice on wrong indentation; ``levels`` are the columns in use."""
    column = _column(row)
    if not _STATEMENT.match(row):
        return _foreign(row) if not levels or column <= levels[0] else ""
    deepest = levels[-1] if levels else -1
    while levels and levels[-1] > column:
        levels.pop()
    if not levels or levels[-1] < column:
        if levels and not (parent_is_open and column > deepest):
            return msg("advice.indented")
        levels.append(column)
    dashes = re.match(r" *((?:- +)+)", row)
    if dashes:
        levels.append(column + len(dashes[1]))
    return ""


def _column(row: str) -> int:
    return len(row) - len(row.lstrip(" "))


def is_odd_fence(row: str) -> bool:
    """Return whether nothing but what is not seen stands beside three hyphens."""
    return row.strip(_UNSEEN) == "---"


def _foreign(row: str) -> str:
    """Return what a row without a key may be."""
    if _FENCE_MEANT.match(row):
        return msg("advice.fence", row=row.strip())
    if row.startswith("======="):
        return msg("advice.conflict")
    if row[0] in "]}":
        return msg("advice.closes-nothing", sign=row[0])
    return msg("advice.no-key")


def _value(row: Row, following: Sequence[str]) -> tuple[str, int]:
    """Return what is wrong with a value, and how many further rows it takes."""
    value = row.value
    if _BLOCK.match(value):
        return "", _deeper(following, row.column)
    if value[:1] in {'"', "'"}:
        return quoted(row, following)
    if value.startswith("["):
        return _list(row, following)
    return _plain(row), 0


def _plain(row: Row) -> str:
    value = row.value
    if not value or value.startswith("#"):
        return ""
    if value[0] in OPENING and (_COLON.search(value) or _NOTE.search(value)):
        return typographic(row, value[0])
    if value[0] in _SIGNS or re.match(r"[-?:](?:\s|\Z)", value):
        return msg("advice.sign", sign=value[0], shown=straight(row.start, value))
    value = _NOTE.sub("", value).strip()
    if _COLON.search(value):
        return msg("advice.colon", shown=straight(row.start, value))
    return ""


def typographic(row: Row, sign: str) -> str:
    """Return advice for a value in the quotation marks of a word processor."""
    return msg("advice.typographic", sign=sign, shown=straight(row.start, meant(row.value)))


def _deeper(following: Sequence[str], column: int) -> int:
    """Return how many rows are empty or indented deeper than a column."""
    for number, row in enumerate(following):
        if row.strip() and _column(row) <= column:
            return number
    return len(following)


def quoted(row: Row, following: Sequence[str] = ()) -> tuple[str, int]:
    """Return what is wrong with a quoted value, and how many further rows it takes."""
    mark, value = row.value[0], row.value
    end = _closing(value, mark, 1)
    if end >= 0:
        is_whole = value[end + 1 :].strip()[:1] in {"", "#"}
        return _escape(value) or ("" if is_whole else _goes_on(row)), 0
    for number, further in enumerate(following, start=1):
        if _STATEMENT.match(further):
            break
        if _closing(further, mark, 0) >= 0:
            return "", number
    return _unclosed(row), 0


def _unclosed(row: Row) -> str:
    mark, text = row.value[0], _NOTE.sub("", row.value[1:]).strip()
    shown = straight(row.start, text.rstrip(CLOSING + "\"'"))
    if text.endswith(tuple(CLOSING)):
        return msg("advice.typographic-end", sign=text[-1], shown=shown)
    return msg("advice.not-closed", mark=mark, shown=shown)


def _goes_on(row: Row) -> str:
    mark, value = row.value[0], _NOTE.sub("", row.value).strip()
    inner = value[1:-1] if value.endswith(mark) and value.count(mark) % 2 == 0 else value
    if mark == "'" and value.endswith(mark):
        inner = value[1:-1]
    if value.rstrip(" ,;").endswith(mark) and value.count(mark) == 2:  # noqa: PLR2004 - around it
        inner = value.rstrip(" ,;")[1:-1]
    return msg("advice.goes-on", mark=mark, shown=straight(row.start, inner))


def _escape(value: str) -> str:
    if value[0] == '"' and (found := re.search(r"(?<!\\)(?:\\\\)*(\\[^\"\\/nrtu ])", value)):
        return msg("advice.backslash", found=found[1])
    return ""


def _closing(text: str, mark: str, start: int) -> int:
    """Return where a quoted text ends; -1 if it does not."""
    if mark == "'":
        found = re.compile(r"'(?:'')*(?!')").search(text.replace("''", "\0\0"), start)
        return found.start() if found else -1
    found = re.compile(r'(?<!\\)(?:\\\\)*(")').search(text, start)
    return found.start(1) if found else -1


def _list(row: Row, following: Sequence[str]) -> tuple[str, int]:
    kept = re.sub(r"\"(?:[^\"\\]|\\.)*\"|'[^']*'", lambda found: "x" * len(found[0]), row.value)
    for number, further in enumerate([kept, *following]):
        if number and _STATEMENT.match(further) and not further.startswith(" "):
            break
        text = _NOTE_IN_LIST.sub("", further)
        if "]" in text:
            if text.rpartition("]")[2].strip():
                return msg("advice.behind-list", shown=straight(row.start, row.value)), number
            is_open = re.search(r"[\"']", kept)
            return msg("advice.quote-in-list", start=row.start) if is_open else "", number
    reason = msg("advice.note-in-list") if _NOTE_IN_LIST.search(kept) else ""
    return msg("advice.open-list", reason=reason, start=row.start), 0
