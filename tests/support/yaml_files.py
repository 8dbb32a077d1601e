"""Front matter as people write it: every style that YAML has and the website allows."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

KEYS = ["title", "description", "tags", "sources", "cta", "status", "x-neu"]
WORDS = st.sampled_from(
    ["a", "Wort", "zwei Worte", "2026-11-23", "it's", 'sagte "ja"', "mit: Doppelpunkt", "# Raute",
     "a # b", "", "[x]", "- y", "Größe, lang", "yes", "0815", "C:\\Pfad", "&x", "%", "{", "--- x"]
)  # fmt: skip
VALUES = st.one_of(
    WORDS,
    st.lists(WORDS, max_size=4),
    st.lists(
        st.dictionaries(st.sampled_from(["text", "url", "year"]), WORDS, min_size=1), max_size=3
    ),
    st.dictionaries(st.sampled_from(["topic", "text", "label"]), WORDS, max_size=3),
)
COMMENT = st.sampled_from(["", "", "", "  # Bemerkung - mit: allem", " # x"])


@dataclass
class File:
    """A file of parts: the front matter's keys, each with its lines, and the rest."""

    head: str
    keys: list[str]
    values: dict[str, Any]
    parts: list[str]
    items: dict[str, list[str]]
    """Of lists written in lines: the source of each item."""
    tail: str
    end: str

    @property
    def data(self) -> bytes:
        return "".join([self.head, *self.parts, self.tail]).encode()


@st.composite
def files(draw: st.DrawFn) -> File:
    end = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    keys = draw(st.lists(st.sampled_from(KEYS), unique=True, max_size=5))
    values, parts, items = {}, [], {}
    for key in keys:
        values[key] = draw(VALUES)
        above = draw(st.sampled_from(["", "", f"# über {key}\n", "\n", "\n# x\n\n"]))
        rows, found = draw(entry(key, values[key]))
        parts.append((above + rows).replace("\n", end))
        items[key] = [row.replace("\n", end) for row in found]
    mark = draw(st.sampled_from(["", "\ufeff"]))
    body = draw(st.sampled_from(["", "Text\n", "\n\nText", "---\nTabelle\n"]))
    tail = draw(st.sampled_from(["", "# Ende\n", "\n"])) + "---\n" + body
    return File(f"{mark}---{end}", keys, values, parts, items, tail.replace("\n", end), end)


@st.composite
def entry(draw: st.DrawFn, key: str, value: Any) -> tuple[str, list[str]]:
    """Write a key with its value in some style; and its items, where each has its lines."""
    comment = draw(COMMENT)
    if isinstance(value, str):
        return draw(scalar_entry(f"{key}:", value, "  ", comment)), []
    if not value:
        return f"{key}: {'[]' if isinstance(value, list) else '{}'}{comment}\n", []
    style = draw(st.sampled_from(["flow", "flow lines", "block", "block", "block"]))
    if style == "flow":
        return f"{key}: {draw(flow(value))}{comment}\n", []
    if style == "flow lines":
        return draw(flow_lines(key, value, comment))
    if isinstance(value, dict):
        rows = draw(pairs("    ", value))
        return f"{key}:{comment}\n" + "".join(rows), []
    indent = draw(st.sampled_from(["", "  ", "    "]))
    rows, lead = [], []
    for item in value:
        lead.append(draw(st.sampled_from(["", "", f"{indent}# zum Eintrag\n", "\n"])))
        rows.append(draw(block_item(indent, item)))
    return f"{key}:{comment}\n" + "".join(a + b for a, b in zip(lead, rows, strict=True)), rows


@st.composite
def block_item(draw: st.DrawFn, indent: str, item: Any) -> str:
    if isinstance(item, str):
        return draw(scalar_entry(f"{indent}-", item, f"{indent}  ", draw(COMMENT)))
    if draw(st.integers(0, 3)) == 0:
        return f"{indent}- {draw(flow(item))}{draw(COMMENT)}\n"
    blanks = draw(st.sampled_from([" ", "   "]))
    within = f"{indent} {blanks}"
    rows = draw(pairs(within, item))
    rows[0] = f"{indent}-{blanks}{rows[0].removeprefix(within)}"
    return "".join(rows)


@st.composite
def pairs(draw: st.DrawFn, indent: str, table: dict[str, str]) -> list[str]:
    return [
        draw(scalar_entry(f"{indent}{key}:", value, f"{indent}  ", draw(COMMENT)))
        for key, value in table.items()
    ]


@st.composite
def scalar_entry(draw: st.DrawFn, mark: str, value: str, deeper: str, comment: str) -> str:
    styles = ["'", '"']
    if is_plain(value):
        styles += ["", ""]
    if " " in value and is_plain(value):
        styles.append("lines")
    if value and value == value.strip() and "\n" not in value:
        styles += ["|", ">"]
    match draw(st.sampled_from(styles)):
        case "lines":
            first, _, rest = value.partition(" ")
            return f"{mark} {first}\n{deeper} {rest}{comment}\n"
        case "|" | ">" as sign:
            return f"{mark} {sign}-\n{deeper} {value}\n"
        case style:
            source = quoted(value, style)
            return f"{mark} {source}{comment}\n" if source else f"{mark}{comment}\n"


def is_plain(value: str) -> bool:
    return value in {"", "a", "Wort", "zwei Worte", "2026-11-23", "it's", 'sagte "ja"',
                     "Größe, lang", "yes", "0815", "C:\\Pfad"}  # fmt: skip


def quoted(value: str, style: str) -> str:
    if style == "'":
        return "'{}'".format(value.replace("'", "''"))
    return json.dumps(value, ensure_ascii=False) if style else value


@st.composite
def flow(draw: st.DrawFn, value: Any) -> str:
    if isinstance(value, str):
        plain = is_plain(value) and value and "," not in value and '"' not in value
        return quoted(value, draw(st.sampled_from(["'", '"', *([""] if plain else [])])))
    blank = draw(st.sampled_from(["", " "]))
    if isinstance(value, dict):
        rows = [f"{key}: {draw(flow(each))}" for key, each in value.items()]
        return "{" + blank + ", ".join(rows) + blank + "}"
    rows = [draw(flow(each)) for each in value]
    comma = draw(st.sampled_from([",", ", ", " , "]))
    return "[" + blank + comma.join(rows) + blank + "]"


@st.composite
def flow_lines(draw: st.DrawFn, key: str, value: Any, comment: str) -> tuple[str, list[str]]:
    if isinstance(value, dict):
        sources = [f"{k}: {draw(flow(v))}" for k, v in value.items()]
        marks = "{}"
    else:
        sources = [draw(flow(each)) for each in value]
        marks = "[]"
    ends = [","] * (len(sources) - 1) + [draw(st.sampled_from(["", ","]))]
    rows = [f"    {s}{e}{draw(COMMENT)}\n" for s, e in zip(sources, ends, strict=True)]
    source = f"{key}: {marks[0]}{comment}\n{''.join(rows)}  {marks[1]}\n"
    return source, sources if isinstance(value, list) else []


@st.composite
def changed(draw: st.DrawFn, value: Any) -> Any:
    """Return a value as somebody may have made it of another one."""
    if not isinstance(value, dict | list) or not value or draw(st.integers(0, 7)) == 0:
        return draw(VALUES)
    if isinstance(value, dict):
        new = {
            key: draw(st.one_of(st.just(old), st.just(old), WORDS)) for key, old in value.items()
        }
        if draw(st.booleans()):
            new.pop(draw(st.sampled_from(sorted(new))))
        if draw(st.booleans()):
            new["hint"] = draw(WORDS)
        return new
    new_list: list[Any] = list(value)
    for _ in range(draw(st.integers(1, 3))):
        match draw(st.sampled_from(["edit", "add", "remove", "move"])):
            case "edit" if new_list:
                at = draw(st.integers(0, len(new_list) - 1))
                new_list[at] = draw(changed(new_list[at]))
            case "add":
                item = draw(st.sampled_from(value))
                at = draw(st.integers(0, len(new_list)))
                new_list.insert(at, draw(WORDS) if isinstance(item, str) else {"text": draw(WORDS)})
            case "remove" if new_list:
                new_list.pop(draw(st.integers(0, len(new_list) - 1)))
            case "move":
                new_list = draw(st.permutations(new_list))
    return new_list
