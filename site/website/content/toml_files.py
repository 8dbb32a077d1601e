"""Reader of the TOML files of the content: fields that know their lines, and advice on mistakes."""

import pathlib
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from website.content import files, frontmatter_advice, text_files
from website.content.frontmatter_advice import Row, Slip
from website.content.languages import GERMAN, Language
from website.content.problems import Problem, Severity, msg
from website.content.value_reader import (
    GERMAN_DAY,
    TOML,
    Fields,
    Path,
    line_of,
    proposed_day,
    texts_in,
)
from website.exceptions import UnreadableFile

ENDING = ".toml"
DEEPEST = 20
"""Levels of tables and lists; the files need four."""

_TABLE = re.compile(r"^\s*(\[\[?)\s*([\w.\"-]+)\s*\]\]?")
_KEY = re.compile(r"^\s*[\"']?([\w /-]*\w)[\"']?\s*=")

_POSITION = re.compile(r"\(at line (\d+)")
_VALUE = re.compile(r"\s*(?P<key>[A-Za-z0-9_-]+)\s*=\s*(?P<value>.*)")
_OTHER_SIGN = re.compile(r"\s*(?P<key>[A-Za-z_][\w-]*)\s*(?:[:：]\s*|\s)(?P<value>.*)")
_HEADER = re.compile(r"\s*(?P<open>\[*)\s*(?P<name>[\w.-]+)\s*(?P<close>\]*)\s*(?:#.*)?")
_OPEN_LIST = re.compile(r"\s*[\w-]+\s*=\s*\[[^\]]*")
_LOST = re.compile(
    r"(?P<start>\s*[\w-]+ *= *)(?P<q>[\"'])(?P<value>[^\"'\n]*)(?P=q) *(?P<rest>#[^\s#].*)"
)
_MARKUP = re.compile(
    r"</?(?:a|b|br|div|em|i|p|small|span|strong|sub|sup|u)(?:\s[^<>]*)?/?>|\*\*|\]\((?=\S)"
    r"|&(?:amp|nbsp|shy|[a-z]dash|#\d+);"
)
EMPTY = '""'
_LONG = '"""'


def read(
    folder: pathlib.Path,
    name: str,
    *,
    holds: str,
    data: bytes | None = None,
    language: Language = GERMAN,
) -> tuple[Fields | None, list[Problem]]:
    """Return the fields of a file, or None where it cannot be read, and its problems.

    Problems of the values are added to the list when they are read.

    :param folder: of an edition's content.
    :param holds: the contents of the file in German, for the message where it is missing.
    :param data: its bytes, where they are not those on the disk.
    :param language: in which visitors read its texts.
    """
    problems: list[Problem] = []
    label = files.label(folder, name)

    def report(line: int, message: str) -> None:
        problems.append(Problem(label, line, message))

    try:
        source = text_files.read(folder / name) if data is None else text_files.text_of(data)
        values = parsed(source)
    except FileNotFoundError:
        report(1, f"Die Datei fehlt. In ihr stehen {holds}.")
    except UnreadableFile as error:
        report(error.line, str(error))
    except OSError as error:
        report(1, text_files.unreadable(error))
    else:
        lines = lines_of(source)
        for line, message in (*_lost_words(source), *_signs(values, lines)):
            problems.append(Problem(label, line, message, Severity.WARNING))
        return Fields(values, lines, report, form=TOML, language=language), problems
    return None, problems


def _lost_words(source: str) -> Iterator[tuple[int, str]]:
    """Yield the lines on which words stand behind a value and are taken for a comment."""
    for line, row in enumerate(source.split("\n"), start=1):
        if found := _LOST.match(row):
            typed = frontmatter_advice.straight(found["start"], f"{found['value']} {found['rest']}")
            yield line, msg("front-matter.lost", rest=found["rest"], typed=typed)


def _signs(values: dict[str, Any], lines: Mapping[Path, int]) -> Iterator[tuple[int, str]]:
    """Yield the lines of texts with HTML or Markdown, which readers would see as signs."""
    for at, value in texts_in(values):
        if found := _MARKUP.search(value):
            yield line_of(lines, at), msg("toml.signs", found=found[0])


def lines_of(source: str) -> dict[Path, int]:
    """Return the line of every key: tomllib returns values without positions."""
    lines: dict[Path, int] = {}
    table: Path = ()
    counts: dict[Path, int] = {}
    within_text = False
    for number, row in enumerate(source.split("\n"), start=1):
        was_within = within_text
        within_text ^= row.count('"""') % 2 == 1
        if was_within:
            continue
        if found := _TABLE.match(row):
            name = _resolved(found[2].replace('"', "").split("."), counts)
            table = name
            if found[1] == "[[":
                lines.setdefault(name, number)
                table = (*name, counts.get(name, 0))
                counts[name] = counts.get(name, 0) + 1
            lines[table] = number
        elif found := _KEY.match(row):
            lines[*table, found[1]] = number
    return lines


def _resolved(parts: list[str], counts: dict[Path, int]) -> Path:
    """Return the path of a table: below a list of tables it belongs to the last of them."""
    path: Path = ()
    for part in parts[:-1]:
        path = (*path, part)
        if path in counts:
            path = (*path, counts[path] - 1)
    return (*path, parts[-1])


def parsed(text: str) -> dict[str, Any]:
    """Return the values of a file.

    :raises UnreadableFile: with the first line at fault.
    """
    too_deep = UnreadableFile(1, msg("toml.too-deep"))
    try:
        values = tomllib.loads(text)
    except RecursionError as error:
        raise too_deep from error
    except tomllib.TOMLDecodeError as error:
        rows = text.split("\n")
        at, message = _slip(rows, str(error))
        raise UnreadableFile(at + 1, message) from error
    if _is_deep(values):
        raise too_deep
    return values


def _is_deep(value: Any, levels: int = DEEPEST) -> bool:  # noqa: ANN401 - TOML
    """Return whether tables and lists are nested in more than that many levels."""
    inner = value.values() if isinstance(value, dict) else value
    return isinstance(value, dict | list) and (
        not levels or any(_is_deep(each, levels - 1) for each in inner)
    )


def _slip(rows: Sequence[str], message: str) -> Slip:
    """Return the row at fault and advice, given the parser's error message."""
    found = _POSITION.search(message)
    if not found:
        return _not_ended(rows)
    at = min(int(found[1]), len(rows)) - 1
    if sentence := _beginning(rows[at]):
        return at, sentence
    is_twice = "twice" in message or "overwrite" in message
    if is_twice:
        return _twice(rows, at)
    if sentence := _header(rows[at]) or _typed_value(rows[at], rows[at + 1 : at + 2]):
        return at, sentence
    if slip := _open_list(rows, at):
        return slip
    other = _other_sign(rows[at]) if "Expected '='" in message else ""
    return at, other or msg("toml.unclear")


def _not_ended(rows: Sequence[str]) -> Slip:
    opened = -1
    for at, row in enumerate(rows):
        if row.count(_LONG) % 2:
            opened = -1 if opened >= 0 else at
        elif opened < 0 and (found := _VALUE.fullmatch(row)):
            is_quoted = found["value"].startswith("'")
            if is_quoted and (message := frontmatter_advice.quoted(_row(found))[0]):
                return at, message
    if opened >= 0:
        message = "Der Text, der hier beginnt, endet nicht. Es fehlen drei gerade Anführungszeichen"
        return opened, f"{message} am Ende: {_LONG}"
    return _open_list(rows, len(rows)) or (len(rows) - 1, msg("toml.end-lacks"))


def _beginning(row: str) -> str:
    if frontmatter_advice.odd_blank(re.split(r"[\"'„“”]", row)[0]):
        return msg("toml.odd-blank")
    return msg("advice.conflict") if row.startswith("=======") else ""


def _twice(rows: Sequence[str], at: int) -> Slip:
    if (found := _HEADER.fullmatch(rows[at])) and found["open"]:
        first = next(n for n, row in enumerate(rows) if _names(row, found["name"]))
        if found["open"] == "[[" and "[[" not in rows[first]:
            return first, msg("toml.single-brackets", name=found["name"])
        return at, msg("toml.table-twice", name=found["name"], line=first + 1)
    name = found["key"] if (found := _VALUE.fullmatch(rows[at])) else ""
    return at, msg("value.twice", key=name)


def _names(row: str, table: str) -> bool:
    found = _HEADER.fullmatch(row)
    return bool(found and found["open"] and found["name"] == table)


def _header(row: str) -> str:
    found = _HEADER.fullmatch(row)
    if found is None or len(found["open"]) == len(found["close"]):
        return ""
    most = max(found["open"], found["close"].replace("]", "["), key=len)
    return msg("toml.brackets", right=f"{most}{found['name']}{most.replace('[', ']')}")


def _open_list(rows: Sequence[str], at: int) -> Slip | None:
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
        return lacking[0], msg("toml.no-comma")
    return begin, msg("toml.open-list")


def _begins(row: str) -> bool:
    return bool(_VALUE.fullmatch(row) or re.match(r"\s*\[", row))


def _has_comma(row: str) -> bool:
    row = row.strip()
    return not row or row.startswith("#") or row.endswith(",")


def _typed_value(row: str, following: Sequence[str]) -> str:
    found = _VALUE.fullmatch(row)
    if found is None:
        return ""
    typed = _row(found)
    if typed.value and not typed.value.startswith("#"):
        return _wrong_value(typed)
    opens = any(re.match(r"\s*[\"'].*,\s*\Z", further) for further in following)
    return f"Hier fehlt der Wert: {typed.start}{'[' if opens else EMPTY}"


def _wrong_value(row: Row) -> str:
    value = row.value
    if value.startswith((_LONG, "'''", "[")):
        return ""
    if value[0] in {'"', "'"}:
        return frontmatter_advice.quoted(row)[0]
    if value[0] in frontmatter_advice.OPENING:
        return frontmatter_advice.typographic(row, value[0])
    if GERMAN_DAY.fullmatch(value):
        return msg("toml.day", start=row.start, day=proposed_day(value))
    typed = frontmatter_advice.straight(
        row.start, value.strip("\"'" + frontmatter_advice.CLOSING + frontmatter_advice.OPENING)
    )
    return msg("toml.bare", typed=typed)


def _other_sign(row: str) -> str:
    found = _OTHER_SIGN.fullmatch(row)
    if found is None or not (re.search("[:：]", row) or re.match(r"[\"'„“]", found["value"])):
        return ""
    meant = frontmatter_advice.meant(found["value"])
    typed = frontmatter_advice.straight(f"{found['key']} = ", meant)
    return msg("toml.no-equals-sign", key=found["key"], typed=typed)


def _row(found: re.Match[str]) -> Row:
    return Row(f"{found['key']} = ", found["value"].strip())
