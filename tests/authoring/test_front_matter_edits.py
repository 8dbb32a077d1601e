"""One value of a file is changed, and not another byte."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from website.authoring import front_matter_edits
from website.content import frontmatter
from website.exceptions import AuthoringError

KEYS = st.sampled_from(["title", "date", "tags", "author", "statuses", "x-status"])
VALUES = st.sampled_from(
    ["", "2026-11-23", "[a, b]", '"status: draft"', "'# kein Kommentar'", "Zwölf  # Bemerkung"]
)
OTHERS = st.lists(st.tuples(KEYS, VALUES), max_size=5, unique_by=lambda pair: pair[0])
STATUS = st.sampled_from(
    ["draft", '"draft"', "'review'", "draft  # noch offen", "", "  # noch keiner", "published"]
)
BODY = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="-"), max_size=60)
LINE_ENDS = st.sampled_from(["\n", "\r\n", "\r"])


@given(OTHERS, STATUS, BODY, LINE_ENDS, st.booleans(), st.data())
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
    assert after_rows[at + 2].startswith("status: published")
    assert ("#" in status) == ("#" in after_rows[at + 2])
    assert front_matter_edits.set_value(after.encode(), "status", "published").decode() == after


@given(OTHERS, BODY, LINE_ENDS)
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
        ("aliases:\n  - /a/\n# mehr\nstatus: x\n", "aliases: [/a/, /b/]\n# mehr\nstatus: x\n"),
        ("aliases:\n- '/a/'\nstatus: x\n", "aliases: [/a/, /b/]\nstatus: x\n"),
        ("aliases:\nstatus: x\n", "aliases: [/a/, /b/]\nstatus: x\n"),
        ("title: x\nstatus: x\n", "title: x\naliases: [/a/, /b/]\nstatus: x\n"),
        ("title: x\n", "title: x\naliases: [/a/, /b/]\n"),
        ("  title: x\n  status: x\n", "  title: x\n  aliases: [/a/, /b/]\n  status: x\n"),
    ],
)
def test_a_list_is_written_on_one_line(before: str, after: str) -> None:
    result = front_matter_edits.set_value(
        f"---\n{before}---\n\nText\n".encode(), "aliases", ("/a/", "/b/")
    )
    assert result.decode() == f"---\n{after}---\n\nText\n"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "kein Anfang",
        "---\nstatus: draft\n",
        "---\nstatus: [\n---\n",
        "---\n- nur\n---\n",
        "---\ntitle: &x draft\nstatus: *x\n---\n",
        "---\n{title: x}\n---\n",
        f"---\ntitle: {'[' * 5000}\n---\n",
        f"---\ntitle: {'[' * 500}{']' * 500}\n---\n",
        "---\ntitle: x\nstatus: |\n  draft\n---\n\ufeff---\n",
    ],
)
def test_what_cannot_be_changed_safely_is_refused_with_the_line_to_write(text: str) -> None:
    with pytest.raises(AuthoringError, match="Tragen Sie selbst ein: status: published"):
        front_matter_edits.set_value(text.encode(), "status", "published")


def test_a_file_in_another_encoding_is_refused() -> None:
    with pytest.raises(AuthoringError):
        front_matter_edits.set_value(
            "---\ntitle: Größe\n---\n".encode("latin-1"), "status", "published"
        )


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
