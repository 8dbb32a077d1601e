"""One value of a TOML file is changed, and not another byte."""

from __future__ import annotations

import difflib
import json
import tomllib
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from support.edits import unless_refused
from support.site import ROOT
from support.yaml_files import changed
from website.content.value_reader import Path as ValuePath
from website.editorial import toml_edits
from website.exceptions import AuthoringError

FILES = sorted((ROOT / "content").glob("*.toml"))
WORDS = st.sampled_from(
    ["", "a", "zwei Worte", "it's", 'sagte "ja"', "# Raute", "a = b", "[x]", "C:\\Pfad", "Größe",
     "zwei\nZeilen", "\nleer\n\n", '"""', "'''"]
)  # fmt: skip
COMMENT = st.sampled_from(["", "", "  # Bemerkung, mit [allem]", " # x"])
KEYS = ["name", "motto", "hinweis", "texte"]


@dataclass
class File:
    """A file of parts: top-level keys and sections, each with its lines."""

    values: dict[str, Any]
    parts: list[tuple[str, str]]
    """The name of the key or section at the top, and its lines with the comments above."""
    mark: str

    @property
    def data(self) -> bytes:
        return (self.mark + "".join(rows for _, rows in self.parts)).encode()


@st.composite
def files(draw: st.DrawFn) -> File:
    end = draw(st.sampled_from(["\n", "\r\n"]))
    values: dict[str, Any] = {}
    parts: list[tuple[str, str]] = []
    for key in draw(st.lists(st.sampled_from(KEYS), unique=True, max_size=3)):
        values[key], rows = draw(pair(key))
        parts.append((key, draw(above()) + rows))
    for key in draw(st.lists(st.sampled_from(["topics", "contact", "links"]), unique=True)):
        is_array = key != "contact"
        items = []
        source = ""
        for _ in range(draw(st.integers(1, 3)) if is_array else 1):
            header = f"[[{key}]]" if is_array else f"[{key}]"
            table, rows = draw(section(key))
            items.append(table)
            source += draw(above()) + header + draw(COMMENT) + "\n" + rows
        values[key] = items if is_array else items[0]
        parts.append((key, source))
    return File(
        values,
        [(key, rows.replace("\n", end)) for key, rows in parts],
        draw(st.sampled_from(["", "\ufeff"])),
    )


def above() -> st.SearchStrategy[str]:
    return st.sampled_from(["", "", "\n", "# darüber\n", "\n# darüber\n\n"])


@st.composite
def section(draw: st.DrawFn, name: str) -> tuple[dict[str, Any], str]:
    table: dict[str, Any] = {}
    source = ""
    for key in draw(st.lists(st.sampled_from(KEYS), unique=True, max_size=3)):
        table[key], rows = draw(pair(key))
        source += draw(above()) + rows
    if draw(st.integers(0, 3)) == 0:
        table["choices"] = {}
        source += draw(above()) + f"[{name}.choices]\n"
        for key in draw(st.lists(st.sampled_from(["a", "b-c", "Straße"]), unique=True)):
            table["choices"][key], rows = draw(pair(key))
            source += rows
    return table, source


@st.composite
def pair(draw: st.DrawFn, key: str) -> tuple[Any, str]:
    value = draw(
        WORDS | st.integers(-5, 5) | st.booleans() | st.lists(WORDS, max_size=4)
        | st.dictionaries(st.sampled_from(["to", "label"]), WORDS, max_size=2)
    )  # fmt: skip
    name = key if key.isascii() else json.dumps(key, ensure_ascii=False)
    if isinstance(value, list) and draw(st.booleans()):
        rows = "".join(f"  {draw(written(each))},{draw(COMMENT)}\n" for each in value)
        return value, f"{name} = [{draw(COMMENT)}\n{rows}]{draw(COMMENT)}\n"
    equals = draw(st.sampled_from([" = ", "=", "   = "]))
    return value, f"{name}{equals}{draw(written(value))}{draw(COMMENT)}\n"


@st.composite
def written(draw: st.DrawFn, value: Any) -> str:
    if isinstance(value, str):
        styles = [json.dumps(value, ensure_ascii=False)]
        if "'" not in value:
            styles.append(f"'''\n{value}'''")
            if "\n" not in value:
                styles.append(f"'{value}'")
        if '"' not in value and "\\" not in value:
            styles.append(f'"""\n{value}"""')
        return draw(st.sampled_from(styles))
    if isinstance(value, list):
        comma = draw(st.sampled_from([", ", ",", " , "]))
        return "[" + comma.join(draw(written(each)) for each in value) + "]"
    if isinstance(value, dict):
        rows = (f"{k} = {json.dumps(v, ensure_ascii=False)}" for k, v in value.items())
        return f"{{ {', '.join(rows)} }}"
    return str(value).lower()


def values_of(data: bytes) -> dict[str, Any]:
    return tomllib.loads(data.decode("utf-8-sig"))


@given(files(), st.data())
def test_only_the_lines_of_the_value_change(file: File, draw: st.DataObject) -> None:
    assert values_of(file.data) == file.values
    assume(file.values)
    key = draw.draw(st.sampled_from(sorted(file.values)))
    new = draw.draw(changed(file.values[key]))
    if isinstance(file.values[key], list) and file.values[key] and new == []:
        new = ["a"]
    after = unless_refused(toml_edits.set_value, file.data, (key,), new)
    assert values_of(after) == file.values | {key: new}
    names = [name for name, _ in file.parts]
    rows = [rows.encode() for _, rows in file.parts]
    at = names.index(key)
    before, rest = file.mark.encode() + b"".join(rows[:at]), b"".join(rows[at + 1 :])
    assert len(after) >= len(before) + len(rest)
    assert after.startswith(before)
    assert after.endswith(rest)


@given(files(), st.sampled_from([*KEYS, "topics", "neu"]), st.data())
def test_a_new_value_or_section_removes_nothing(file: File, key: str, data: st.DataObject) -> None:
    assume(key not in file.values)
    value = data.draw(
        st.sampled_from(
            ["Text", 3, True, ["a", "b"], {"title": "A", "choices": {"a": "x"}},
             [{"title": "A", "choices": {"Straße": "x"}}, {"title": "B"}]]
        )
    )  # fmt: skip
    after = toml_edits.set_value(file.data, (key,), value)
    assert values_of(after) == file.values | {key: value}
    removed, _ = changes(file.data, after)
    assert not removed
    assert toml_edits.set_value(after, (key,), None).split() == file.data.split()


@given(files())
def test_what_is_set_to_what_it_is_keeps_every_byte(file: File) -> None:
    for path, value in leaves(file.values):
        assert toml_edits.set_value(file.data, path, value) == file.data
    for key, value in file.values.items():
        assert toml_edits.set_value(file.data, (key,), value) == file.data


@given(files(), WORDS)
def test_a_text_is_never_refused(file: File, word: str) -> None:
    for path, value in leaves(file.values):
        if isinstance(value, str):
            after = toml_edits.set_value(file.data, path, word)
            assert dict(leaves(values_of(after))) == dict(leaves(file.values)) | {path: word}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_value_of_every_file_is_changed_alone(file: Path) -> None:
    data = file.read_bytes()
    before = dict(leaves(values_of(data)))
    for path, value in before.items():
        new = f"Neu: {value}"
        after = toml_edits.set_value(data, path, new)
        assert dict(leaves(values_of(after))) == before | {path: new}
        removed, added = changes(data, after)
        assert (len(removed), len(added)) == (1, 1)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_items_of_every_list_come_go_and_move(file: Path) -> None:
    data = file.read_bytes()
    for path, items in lists(values_of(data)):
        for new in ([*items, items[0]], items[1:] or items, items[::-1]):
            after = toml_edits.set_value(data, path, new)
            assert dict(lists(values_of(after)))[path] == new
            comments = [row for row in data.decode().splitlines() if row.startswith("#")]
            assert [row for row in after.decode().splitlines() if row.startswith("#")] == comments


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_the_keys_of_every_table_move_with_their_lines(file: Path, end: str) -> None:
    data = file.read_bytes().replace(b"\n", end.encode())
    for path, table in tables(values_of(data)):
        if any(isinstance(each, dict | list) for each in table.values()):
            continue
        order = [*table][::-1]
        after = toml_edits.set_value(data, path, OrderedDict((key, table[key]) for key in order))
        found: Any = values_of(after)
        for key in path:
            found = found[key]
        assert list(found.items()) == [(key, table[key]) for key in order]
        assert values_of(after) == values_of(data)
        assert sorted(after.split(b"\n")) == sorted(data.split(b"\n"))


def tables(value: Any, path: ValuePath = ()) -> Iterator[tuple[ValuePath, dict[str, Any]]]:
    if isinstance(value, dict) and value and path:
        yield path, value
    if isinstance(value, dict | list):
        for key, each in value.items() if isinstance(value, dict) else enumerate(value):
            yield from tables(each, (*path, key))


def leaves(value: Any, path: ValuePath = ()) -> Iterator[tuple[ValuePath, Any]]:
    for key, each in value.items() if isinstance(value, dict) else enumerate(value):
        if isinstance(each, dict | list) and each:
            yield from leaves(each, (*path, key))
        else:
            yield (*path, key), each


def lists(value: Any, path: ValuePath = ()) -> Iterator[tuple[ValuePath, list[Any]]]:
    if isinstance(value, list) and value:
        yield path, value
    if isinstance(value, dict | list):
        for key, each in value.items() if isinstance(value, dict) else enumerate(value):
            yield from lists(each, (*path, key))


def changes(before: bytes, after: bytes) -> tuple[list[str], list[str]]:
    rows = [data.decode("utf-8-sig").splitlines(keepends=True) for data in (before, after)]
    found = [row for row in difflib.unified_diff(*rows, n=0) if row[:2] not in {"--", "++", "@@"}]
    removed = [row[1:] for row in found if row[0] == "-"]
    return removed, [row[1:] for row in found if row[0] == "+"]


def test_new_lines_get_the_end_of_the_file() -> None:
    after = toml_edits.set_value(b'a = "x"\r\n[t]\r\nb = 1\r\n', ("t", "c"), "y")
    assert after == b'a = "x"\r\n[t]\r\nb = 1\r\nc = "y"\r\n'


@pytest.mark.parametrize(
    ("data", "path"),
    [
        (b"a = [", ("a",)),
        ("a = 'Größe'".encode("latin-1"), ("a",)),
        (b"a = 1\n", ("b", "c", "d")),
        (b"a.b = 1\nx = 2\na.c = 3\n", ("a", "neu")),
    ],
)
def test_what_cannot_be_changed_safely_is_refused(data: bytes, path: ValuePath) -> None:
    with pytest.raises(AuthoringError, match="kein Programm"):
        toml_edits.set_value(data, path, "x")
