"""What a browser posts changes the lines that somebody has edited, and no other byte."""

from __future__ import annotations

import re
import time
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from support.site import ROOT
from website.content import text_files
from website.editorial import line_edits
from website.exceptions import UnreadableFile

ENDS = st.sampled_from(["\n", "\r\n", "\r"])
PLAIN = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n\0"), max_size=8)
WORDS = PLAIN | st.sampled_from(
    ["", " ", "Text", "Text  ", "Größe", unicodedata.normalize("NFD", "Größe"), "\t", "1234\0y",
     "```", "\u2028", "---", "*[KAM]: Key Account Management", "[^1]: Fußnote"]
)  # fmt: skip
LINES = st.lists(st.tuples(WORDS, ENDS), max_size=12)


def joined(lines: list[tuple[str, str]], last: str) -> str:
    return "".join(row + end for row, end in lines) + last


FILES = st.builds(
    lambda lines, last, mark: ("\ufeff" * mark + joined(lines, last)).encode(),
    LINES, WORDS, st.booleans(),
)  # fmt: skip


def posted(text: str, *, drops: bool = False) -> str:
    """Return what a browser sends of a text in a textarea (HTML, form submission)."""
    text = text.replace("\0", "\ufffd")
    if drops:
        text = text.removeprefix("\n")
    return text.replace("\n", "\r\n")


def rows_of(data: bytes) -> list[str]:
    return re.split(r"\r\n|\r|\n", data.decode("utf-8-sig"))


@given(FILES, st.booleans())
@example(b"\n", True)
@example(b"\n\n", True)
@example("\ufeff\n\r\n".encode(), True)
def test_what_is_posted_unchanged_changes_no_byte(data: bytes, drops: bool) -> None:
    assert line_edits.apply(data, posted(line_edits.shown(data), drops=drops)) == data


@pytest.mark.parametrize(
    "file",
    [file for file in (ROOT / "content").rglob("*.*") if file.suffix != ".svg"],
    ids=lambda file: file.name,
)
def test_every_text_of_the_website_is_saved_unchanged(file: Path) -> None:
    data = file.read_bytes()
    assert line_edits.apply(data, posted(line_edits.shown(data))) == data


@given(LINES, WORDS, st.lists(WORDS, max_size=4), st.data())
def test_an_edit_changes_its_lines_only(
    lines: list[tuple[str, str]], last: str, new: list[str], data: st.DataObject
) -> None:
    # Of lines that are the same nobody can say which one was deleted.
    lines = [(f"{n} {row}", end) for n, (row, end) in enumerate([*lines, (last, "")])]
    start = data.draw(st.integers(0, len(lines)))
    end = data.draw(st.integers(start, len(lines)))
    new = [f"neu {row}" for row in new]
    edited = [*(row for row, _ in lines[:start]), *new, *(row for row, _ in lines[end:])]
    text = "".join(row + end for row, end in lines)
    saved = line_edits.apply(text.encode(), posted("\n".join(edited))).decode()
    for row, ended in lines[: max(start - 1, 0)] + lines[end:]:
        assert row + ended in saved
    assert len(rows_of(saved.encode())) == max(len(edited), 1)


@given(FILES, st.lists(WORDS, max_size=12))
def test_what_is_saved_reads_as_what_was_posted(data: bytes, new: list[str]) -> None:
    text = "\n".join(new)
    saved = rows_of(line_edits.apply(data, posted(text)))
    first, *others = posted(text).split("\r\n")
    wanted = [read(row) for row in (first.removeprefix("\ufeff"), *others)]
    got = [read(row.replace("\0", "\ufffd")) for row in saved]
    assert got in (wanted, ["", *wanted])


def read(row: str) -> str:
    """Return what is to be read of a line."""
    return unicodedata.normalize("NFC", text_files.without_control(row))


def test_lines_keep_their_ends_their_form_and_the_mark() -> None:
    nfd = unicodedata.normalize("NFD", "Größe  ")
    data = f"\ufeffEins\r\n{nfd}\nZwei\rDrei".encode()
    saved = line_edits.apply(data, f"Eins\r\nNeu {nfd}\r\n{nfd}\r\nZwei\r\nDrei\r\nVier")
    assert saved == f"\ufeffEins\r\nNeu Größe  \r\n{nfd}\nZwei\rDrei\r\nVier".encode()


def test_a_new_line_gets_the_end_that_most_lines_have() -> None:
    assert line_edits.apply(b"a\r\nb\r\nc\n", "a\r\nneu\r\nb\r\nc\r\n") == b"a\r\nneu\r\nb\r\nc\n"


def test_lines_between_edits_keep_their_bytes() -> None:
    rows = [f"Zeile {n}" for n in range(400)]
    lines = [row + ("\r\n" if n % 3 else "\n") for n, row in enumerate(rows)]
    edited = [*rows[:50], "neu", *rows[60:200], "", "", *rows[200:390], ""]
    saved = line_edits.apply("".join(lines).encode(), "\r\n".join(edited))
    for n in (*range(50), *range(60, 390)):
        assert lines[n].encode() in saved


def test_an_empty_line_between_two_ends_of_different_kinds_stays_a_line() -> None:
    assert line_edits.apply(b"a\rb\nc\nd", "a\r\n\r\nc\r\nd") == b"a\n\nc\nd"


def test_a_last_line_without_end_stays_without() -> None:
    assert line_edits.apply(b"a\nb", "A\r\nb") == b"A\nb"
    assert line_edits.apply(b"a\nb", "a\r\nb\r\n") == b"a\nb\n"
    assert line_edits.apply(b"a\nb\n", "a\r\nb") == b"a\nb"


@pytest.mark.parametrize("data", ["Größe".encode("latin-1"), "Text".encode("utf-16")])
def test_another_encoding_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(UnreadableFile, match="nicht in UTF-8"):
        line_edits.shown(data)
    with pytest.raises(UnreadableFile, match="nicht in UTF-8"):
        line_edits.apply(data, "Text")


LONG = [f"Zeile {n % 1700}" for n in range(5000)]


@pytest.mark.parametrize(
    "edited",
    [
        LONG[::-1],
        [row for n, row in enumerate(LONG) if n % 3],
        [f"{row}!" if n % 2 else row for n, row in enumerate(LONG)],
        LONG[2500:] + LONG[:2500],
        [""] * 5000,
        ["x", *LONG, "y"],
    ],
)
def test_a_long_text_takes_no_longer_than_it_is_long(edited: list[str]) -> None:
    data, text = "\r".join(LONG).encode(), "\r\n".join(edited)
    spans = []
    for _ in range(3):
        start = time.process_time()
        line_edits.apply(data, text)
        spans.append(time.process_time() - start)
    assert min(spans) < 0.1
