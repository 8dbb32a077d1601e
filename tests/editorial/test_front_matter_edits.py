"""One value of a file is changed, and not another byte."""

from __future__ import annotations

import datetime
import difflib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from support.edits import unless_refused
from support.site import ROOT
from support.yaml_files import KEYS, VALUES, File, changed, files
from website.content import frontmatter
from website.editorial import front_matter_edits
from website.exceptions import AuthoringError

TEXTS = sorted((ROOT / "content").rglob("*.md"))


def values_of(data: bytes) -> dict[str, Any]:
    document = frontmatter.read(data.decode(), lambda *_: None)
    assert document
    return dict(document.fields.values)


@given(files(), st.data())
def test_only_the_lines_of_the_key_change(file: File, draw: st.DataObject) -> None:
    assume(frontmatter.read(file.data.decode(), lambda *_: None))
    assert values_of(file.data) == file.values
    key = draw.draw(st.sampled_from([*file.keys, "neu"]))
    new = draw.draw(changed(file.values[key]) if key in file.values else VALUES)
    after = unless_refused(front_matter_edits.set_value, file.data, key, new)
    assert values_of(after) == file.values | {key: new}
    if key in file.keys:
        at = file.keys.index(key)
        before = "".join([file.head, *file.parts[:at]]).encode()
        rest = "".join([*file.parts[at + 1 :], file.tail]).encode()
        assert len(after) >= len(before) + len(rest)
        assert after.startswith(before)
        assert after.endswith(rest)
        above = file.parts[at].partition(f"{key}:")[0].encode()
        assert after[len(before) :].startswith(above)
        assert_only_inserted_or_removed_lines(file, key, new, after)
    else:
        rows = file.data.decode().splitlines(keepends=True)
        assert not [
            row for row in difflib.ndiff(rows, after.decode().splitlines(keepends=True))
            if row.startswith("- ")
        ]  # fmt: skip


def assert_only_inserted_or_removed_lines(
    file: File,
    key: str,
    new: Any,
    after: bytes,
) -> None:
    """Check that every item that stays has kept its source."""
    old = file.values[key]
    if not file.items[key] or not isinstance(new, list):
        return
    kept = Counter(map(str, new)) & Counter(map(str, old))
    for item, source in zip(old, file.items[key], strict=True):
        if kept[str(item)] == old.count(item):
            assert source.encode().strip() in after


@given(files(), st.data())
def test_what_is_set_to_what_it_is_keeps_every_byte(file: File, draw: st.DataObject) -> None:
    assume(file.keys and frontmatter.read(file.data.decode(), lambda *_: None))
    key = draw.draw(st.sampled_from(file.keys))
    assert front_matter_edits.set_value(file.data, key, file.values[key]) == file.data
    assert front_matter_edits.set_value(file.data, "fehlt", None) == file.data


@given(files(), st.data())
def test_a_removed_key_takes_its_own_lines_only(file: File, draw: st.DataObject) -> None:
    assume(file.keys and frontmatter.read(file.data.decode(), lambda *_: None))
    key = draw.draw(st.sampled_from(file.keys))
    after = unless_refused(front_matter_edits.set_value, file.data, key, None)
    at = file.keys.index(key)
    above = file.parts[at].partition(f"{key}:")[0]
    kept = [file.head, *file.parts[:at], above, *file.parts[at + 1 :], file.tail]
    assert after == "".join(kept).encode()


@given(files(), st.sampled_from(KEYS), st.sampled_from(["Neuer Titel", 'it\'s: "so"', "x # y"]))
def test_a_text_is_never_refused(file: File, key: str, value: str) -> None:
    assume(frontmatter.read(file.data.decode(), lambda *_: None))
    after = front_matter_edits.set_value(file.data, key, value)
    assert values_of(after)[key] == value


@pytest.mark.parametrize("file", TEXTS, ids=lambda file: file.stem)
def test_every_value_of_every_text_is_changed_alone(file: Path) -> None:
    data = file.read_bytes()
    for key, value in values_of(data).items():
        assert front_matter_edits.set_value(data, key, value) == data
        for new in with_one_text_changed(value):
            after = front_matter_edits.set_value(data, key, new)
            assert values_of(after)[key] == new
            removed, added = changes(data, after)
            assert (len(removed), len(added)) == (1, 1)
        if isinstance(value, list):
            for new in ([*value, value[0]], value[1:], value[::-1]):
                after = front_matter_edits.set_value(data, key, new)
                assert values_of(after)[key] == new
                removed, added = changes(data, after)
                assert (
                    not removed or not added or sorted(removed) == sorted(added) or is_flow(added)
                )


def is_flow(rows: list[str]) -> bool:
    return len(rows) == 1 and "[" in rows[0]


@pytest.mark.parametrize("file", TEXTS, ids=lambda file: file.stem)
def test_one_source_more_leaves_the_others_as_they_are(file: Path) -> None:
    data = file.read_bytes()
    sources = values_of(data).get("sources", [])
    after = front_matter_edits.set_value(
        data, "sources", [*sources, {"text": "Neu: Titel", "year": "2026"}]
    )
    removed, added = changes(data, after)
    assert not removed
    assert added[-2:] == ['  - text: "Neu: Titel"\n', "    year: 2026\n"]


def with_one_text_changed(value: Any) -> Iterator[Any]:
    if isinstance(value, str):
        yield f"{value} – neu: „x“"
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from (value | {key: new} for new in with_one_text_changed(each))
    else:
        for index, each in enumerate(value):
            for new in with_one_text_changed(each):
                yield [*value[:index], new, *value[index + 1 :]]


def changes(before: bytes, after: bytes) -> tuple[list[str], list[str]]:
    rows = [data.decode().splitlines(keepends=True) for data in (before, after)]
    found = [row for row in difflib.ndiff(*rows) if row[0] in "+-"]
    return tuple([row[2:] for row in found if row[0] == sign] for sign in "-+")  # type: ignore[return-value]


SIMPLE_KEYS = st.sampled_from(["title", "date", "tags", "author", "statuses", "x-status"])
SIMPLE_VALUES = st.sampled_from(
    ["", "2026-11-23", "[a, b]", '"status: draft"', "'# kein Kommentar'", "Zwölf  # Bemerkung"]
)
SIMPLE = st.lists(st.tuples(SIMPLE_KEYS, SIMPLE_VALUES), max_size=5, unique_by=lambda pair: pair[0])
STATUS = st.sampled_from(
    ["draft", '"draft"', "'review'", "draft  # noch offen", "", "  # noch keiner", "published"]
)
BODY = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="-"), max_size=60)
LINE_ENDS = st.sampled_from(["\n", "\r\n", "\r"])


@given(SIMPLE, STATUS, BODY, LINE_ENDS, st.booleans(), st.data())
def test_publishing_changes_nothing_but_the_line(
    others: list[tuple[str, str]],
    status: str,
    body: str,
    end: str,
    mark: bool,
    data: st.DataObject,
) -> None:
    rows = [f"{key}: {value}" for key, value in others]
    at = data.draw(st.integers(0, len(rows)))
    rows.insert(at, f"status: {status}")
    rows = ["# Bemerkung", *rows, "", "tools: []"]
    text = ("\ufeff" if mark else "") + end.join(["---", *rows, "---", body])
    after = front_matter_edits.set_value(text.encode(), "status", "published").decode()
    before_rows, after_rows = text.split(end), after.split(end)
    assert len(before_rows) == len(after_rows)
    changed = [
        n for n, pair in enumerate(zip(before_rows, after_rows, strict=True)) if len(set(pair)) > 1
    ]
    assert changed in ([], [at + 2])
    written = after_rows[at + 2].removeprefix("status: ")
    quote = status[:1] if status[:1] in {"'", '"'} else ""
    assert written.startswith(f"{quote}published{quote}")
    assert ("#" in status) == ("#" in after_rows[at + 2])
    assert front_matter_edits.set_value(after.encode(), "status", "published").decode() == after


@given(SIMPLE, BODY, LINE_ENDS)
def test_a_missing_key_becomes_one_more_line(
    others: list[tuple[str, str]], body: str, end: str
) -> None:
    rows = ["---", *(f"{key}: {value}" for key, value in others if key != "date"), "---", body]
    after = (
        front_matter_edits.set_value(end.join(rows).encode(), "date", "2026-11-24")
        .decode()
        .split(end)
    )
    after.remove("date: 2026-11-24")
    assert after == end.join(rows).split(end)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("aliases: [/a/]  # alt\nstatus: x\n", "aliases: [/a/, /b/]  # alt\nstatus: x\n"),
        (
            "aliases:\n  - /a/\n# mehr\nstatus: x\n",
            "aliases:\n  - /a/\n  - /b/\n# mehr\nstatus: x\n",
        ),
        ("aliases:\n- '/a/'\nstatus: x\n", "aliases:\n- '/a/'\n- '/b/'\nstatus: x\n"),
        ("aliases:\nstatus: x\n", "aliases: [/a/, /b/]\nstatus: x\n"),
        ("title: x\nstatus: x\n", "title: x\naliases: [/a/, /b/]\nstatus: x\n"),
        ("title: x\n", "title: x\naliases: [/a/, /b/]\n"),
        ("  title: x\n  status: x\n", "  title: x\n  aliases: [/a/, /b/]\n  status: x\n"),
    ],
)
def test_a_list_is_written_as_it_was(before: str, after: str) -> None:
    result = front_matter_edits.set_value(
        f"---\n{before}---\n\nText\n".encode(), "aliases", ("/a/", "/b/")
    )
    assert result.decode() == f"---\n{after}---\n\nText\n"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"kein Anfang",
        b"---\nstatus: draft\n",
        b"---\nstatus: [\n---\n",
        b"---\n- nur\n---\n",
        b"---\ntitle: &x draft\nstatus: *x\n---\n",
        b"---\ntitle: " + b"[" * 5000 + b"\n---\n",
        b"---\ntitle: " + b"[" * 500 + b"]" * 500 + b"\n---\n",
        "---\ntitle: Größe\n---\n".encode("latin-1"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line_and_cause(data: bytes) -> None:
    for value in ("published", None):
        with pytest.raises(AuthoringError, match=r"lassen sich nicht lesen. Zeile \d+: [A-Z„]"):
            front_matter_edits.set_value(data, "status", value)


def test_what_cannot_be_changed_safely_is_refused_with_the_line_to_write() -> None:
    with pytest.raises(AuthoringError, match="Tragen Sie selbst ein: status: published"):
        front_matter_edits.set_value(b"---\n{title: x}\n---\n", "status", "published")


@given(st.text(max_size=40).filter(lambda text: text.isprintable()))
def test_any_text_is_read_as_it_was_written(value: str) -> None:
    data = front_matter_edits.set_value(b"---\ntitle: x\n---\n", "author", value)
    document = frontmatter.read(data.decode(), lambda *_: None)
    assert document
    assert document.fields.values["author"] == value


def test_a_date_is_read_as_a_date() -> None:
    data = front_matter_edits.set_value(b"---\ntitle: x\n---\n", "date", "2026-11-24")
    document = frontmatter.read(data.decode(), lambda *_: None)
    assert document
    assert document.fields.date("date") == datetime.date(2026, 11, 24)


@pytest.mark.parametrize("empty", ["summary:", "summary: []", "summary: ''"])
def test_an_empty_value_is_filled_and_keeps_its_comment(empty: str) -> None:
    data = f"---\ntitle: A\n{empty}  # Drei Punkte.\n#  - Erster.\nstatus: draft\n---\nText\n"
    result = front_matter_edits.set_value(data.encode(), "summary", ["Zuhören.", "Handeln."])
    assert result.decode() == (
        '---\ntitle: A\nsummary:  # Drei Punkte.\n  - "Zuhören."\n  - "Handeln."\n#  - Erster.\n'
        "status: draft\n---\nText\n"
    )
