"""Parses TOML, and names the line that is wrong and what to type instead."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Sequence
from typing import Any

from website.content import frontmatter_advice
from website.content.frontmatter_advice import Row
from website.content.messages import say
from website.exceptions import UnreadableFile

_POSITION = re.compile(r"\(at line (\d+)")
_VALUE = re.compile(r"\s*(?P<key>[A-Za-z0-9_-]+)\s*=\s*(?P<value>.*)")
_OTHER_SIGN = re.compile(r"\s*(?P<key>[A-Za-z_][\w-]*)\s*(?:[:：]\s*|\s)(?P<value>.*)")
_HEADER = re.compile(r"\s*(?P<open>\[*)\s*(?P<name>[\w.-]+)\s*(?P<close>\]*)\s*(?:#.*)?")
_OPEN_LIST = re.compile(r"\s*[\w-]+\s*=\s*\[[^\]]*")
_DAY = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})")
EMPTY = '""'
_LONG = '"""'


def values(text: str) -> dict[str, Any]:
    """Return the values of a file.

    :raises UnreadableFile: with the first line that is wrong.
    """
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        rows = text.split("\n")
        at, message = _slip(rows, str(error))
        raise UnreadableFile(at + 1, message) from error


def _slip(rows: Sequence[str], message: str) -> tuple[int, str]:
    """Return the row that is wrong, where a parser gave up."""
    found = _POSITION.search(message)
    at = min(int(found[1]) - 1 if found else len(rows) - 1, len(rows) - 1)
    if not found:
        return _not_ended(rows)
    for look in _LOOKS:
        if slip := look(rows, at, message):
            return slip
    return at, (say("toml.unclear"))


def _not_ended(rows: Sequence[str]) -> tuple[int, str]:
    opened = -1
    for at, row in enumerate(rows):
        if row.count(_LONG) % 2:
            opened = -1 if opened >= 0 else at
        elif opened < 0 and (found := _VALUE.fullmatch(row)):
            message, _ = (
                frontmatter_advice.quoted(_row(found)) if found["value"][:1] == "'" else ("", 0)
            )
            if message:
                return at, message
    if opened >= 0:
        message = "Der Text, der hier beginnt, endet nicht. Es fehlen drei gerade Anführungszeichen"
        return opened, f"{message} am Ende: {_LONG}"
    return _open_list(rows, len(rows)) or (len(rows) - 1, say("toml.end-lacks"))


def _blank(rows: Sequence[str], at: int, _said: str) -> tuple[int, str] | None:
    before = re.split(r"[\"'„“”]", rows[at])[0]
    if frontmatter_advice.odd_blank(before):
        return at, (say("toml.odd-blank"))
    return None


def _conflict(rows: Sequence[str], at: int, _said: str) -> tuple[int, str] | None:
    if rows[at].startswith("======="):
        return at, "Hier steht „=======“ aus einem Konflikt von git. Löschen Sie die Zeile."
    return None


def _twice(rows: Sequence[str], at: int, message: str) -> tuple[int, str] | None:
    if "twice" not in message and "overwrite" not in message:
        return None
    if (found := _HEADER.fullmatch(rows[at])) and found["open"]:
        first = next(n for n, row in enumerate(rows) if _names(row, found["name"]))
        if found["open"] == "[[" and "[[" not in rows[first]:
            return first, (say("toml.single-brackets", name=found["name"]))
        return at, (say("toml.table-twice", name=found["name"], line=first + 1))
    name = found["key"] if (found := _VALUE.fullmatch(rows[at])) else ""
    return at, say("toml.twice", name=name)


def _names(row: str, table: str) -> bool:
    found = _HEADER.fullmatch(row)
    return bool(found and found["open"] and found["name"] == table)


def _header(rows: Sequence[str], at: int, _said: str) -> tuple[int, str] | None:
    found = _HEADER.fullmatch(rows[at])
    if found is None or len(found["open"]) == len(found["close"]):
        return None
    most = max(found["open"], found["close"].replace("]", "["), key=len)
    right = f"{most}{found['name']}{most.replace('[', ']')}"
    return (
        at,
        say("toml.brackets", right=right),
    )


def _open_list(rows: Sequence[str], at: int, _said: str = "") -> tuple[int, str] | None:
    """Return the list that a row stands in, if its bracket is not closed or a comma is missing."""
    begin = next((n for n in range(min(at, len(rows)) - 1, -1, -1) if _begins(rows[n])), -1)
    if begin < 0 or not _OPEN_LIST.fullmatch(rows[begin]):
        return None
    within = rows[begin + 1 : at]
    if any("]" in row for row in within):
        return None
    row = rows[at].strip() if at < len(rows) else ""
    if row[:1] in tuple(frontmatter_advice.OPENING):
        return at, frontmatter_advice.typographic(Row("", row.rstrip(",")), row[0])
    lacking = [n for n, entry in enumerate(within, begin + 1) if not _has_comma(entry)]
    if row[:1] in {'"', "'", "]"} and lacking:
        return lacking[0], say("toml.no-comma")
    return begin, (say("toml.open-list"))


def _begins(row: str) -> bool:
    return bool(_VALUE.fullmatch(row) or re.match(r"\s*\[", row))


def _has_comma(row: str) -> bool:
    row = row.strip()
    return not row or row.startswith("#") or row.endswith(",")


def _typed_value(rows: Sequence[str], at: int, _said: str) -> tuple[int, str] | None:
    found = _VALUE.fullmatch(rows[at])
    if found is None:
        return None
    row = _row(found)
    if row.value and not row.value.startswith("#"):
        message = _wrong_value(row)
        return (at, message) if message else None
    opens = any(re.match(r"\s*[\"'].*,\s*\Z", further) for further in rows[at + 1 : at + 2])
    return at, f"Hier fehlt der Wert: {row.start}{'[' if opens else EMPTY}"


def _wrong_value(row: Row) -> str:
    value = row.value
    if value.startswith((_LONG, "'''", "[")):
        return ""
    if value[0] in {'"', "'"}:
        return frontmatter_advice.quoted(row)[0]
    if value[0] in frontmatter_advice.OPENING:
        return frontmatter_advice.typographic(row, value[0])
    if day := _DAY.fullmatch(value):
        return say("toml.day", start=row.start, year=day[3], month=int(day[2]), day=int(day[1]))
    typed = frontmatter_advice.straight(
        row.start, value.strip("\"'" + frontmatter_advice.CLOSING + frontmatter_advice.OPENING)
    )
    return say("toml.bare", typed=typed)


def _other_sign(rows: Sequence[str], at: int, message: str) -> tuple[int, str] | None:
    found = _OTHER_SIGN.fullmatch(rows[at])
    if found is None or "Expected '='" not in message:
        return None
    if ":" not in rows[at] and "：" not in rows[at] and not re.match(r"[\"'„“]", found["value"]):
        return None
    typed = frontmatter_advice.straight(
        f"{found['key']} = ", frontmatter_advice.meant(found["value"])
    )
    return at, say("toml.no-equals-sign", key=found["key"], typed=typed)


def _row(found: re.Match[str]) -> Row:
    return Row(f"{found['key']} = ", found["value"].strip())


_LOOKS: tuple[Callable[[Sequence[str], int, str], tuple[int, str] | None], ...] = (
    _blank,
    _conflict,
    _twice,
    _header,
    _typed_value,
    _open_list,
    _other_sign,
)
