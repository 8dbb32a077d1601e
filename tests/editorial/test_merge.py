"""Two edits of one text are merged, or both are kept for somebody to decide."""

from __future__ import annotations

import subprocess
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from website.editorial.merge import Conflict, merge

TEXTS = st.lists(st.sampled_from(["a", "b", "c", "", "d\r", "\0"]), max_size=8).map(
    lambda rows: "\n".join(rows).encode()
)
BASE = [f"Zeile {n}" for n in range(6)]


@st.composite
def edits(draw: st.DrawFn) -> bytes:
    """Return the base with some lines changed, removed and added."""
    rows = []
    for row in BASE:
        match draw(st.sampled_from(["keep"] * 4 + ["change", "remove", "add"])):
            case "keep":
                rows.append(row)
            case "change":
                rows.append(row + draw(st.sampled_from("xyz")))
            case "add":
                rows += [row, draw(st.sampled_from(["neu", "auch neu"]))]
    return "".join(f"{row}\n" for row in rows).encode()


def test_changes_of_different_lines_are_merged() -> None:
    base = b"a\r\nb\r\nc\r\nd\r\ne"
    merged = merge(b"A\r\nb\r\nc\r\nd\r\ne", base, b"a\r\nb\r\nc\r\nd\r\ne\r\nf")
    assert merged.text == b"A\r\nb\r\nc\r\nd\r\ne\r\nf"


def test_changes_of_the_same_line_are_a_conflict_with_both_and_the_base() -> None:
    merged = merge(b"a\nB\nc\n", b"a\nb\nc\n", b"a\nbb\nc\n")
    assert merged.text is None
    assert merged.parts == (b"a\n", Conflict(b"B\n", b"b\n", b"bb\n"), b"c\n")
    assert merged.conflicts == (Conflict(b"B\n", b"b\n", b"bb\n"),)


def test_a_text_that_holds_markers_of_git_is_merged_like_any_other() -> None:
    base = b"<<<<<<< HEAD\na\n=======\nb\n>>>>>>> x\n"
    assert merge(base.replace(b"a", b"A"), base, base.replace(b"b", b"B")).text == (
        b"<<<<<<< HEAD\nA\n=======\nB\n>>>>>>> x\n"
    )


def test_the_end_of_a_text_without_line_end_is_a_line() -> None:
    assert merge(b"a\nc", b"a\nb", b"a\nd\n").conflicts == (Conflict(b"c", b"b", b"d\n"),)


@given(TEXTS, TEXTS)
def test_where_one_has_changed_nothing_the_other_wins(one: bytes, base: bytes) -> None:
    assert (merge(one, base, base).text or b"") == one
    assert (merge(base, base, one).text or b"") == one
    assert (merge(one, base, one).text or b"") == one


@given(TEXTS, TEXTS, TEXTS)
def test_nothing_is_lost(ours: bytes, base: bytes, theirs: bytes) -> None:
    merged = merge(ours, base, theirs)
    kept = b"".join(
        part.mine + part.theirs if isinstance(part, Conflict) else part for part in merged.parts
    )
    for line in ours.splitlines():
        assert line in kept or line in base.splitlines()
    assert [
        Conflict(part.theirs, part.base, part.mine) if isinstance(part, Conflict) else part
        for part in merge(theirs, base, ours).parts
    ] == list(merged.parts)


@settings(max_examples=2 * settings.default.max_examples // 5)
@given(edits(), edits())
def test_git_merges_alike(tmp_path_factory: object, ours: bytes, theirs: bytes) -> None:
    base = "".join(f"{row}\n" for row in BASE).encode()
    merged = merge(ours, base, theirs)
    text = b"".join(
        b"<<<<<<< ours\n%s||||||| base\n%s=======\n%s>>>>>>> theirs\n"
        % (part.mine, part.base, part.theirs)
        if isinstance(part, Conflict)
        else part
        for part in merged.parts
    )
    folder: Path = tmp_path_factory.mktemp("merge")  # type: ignore[attr-defined]
    for name, data in {"ours": ours, "base": base, "theirs": theirs}.items():
        (folder / name).write_bytes(data)
    done = subprocess.run(
        ["git", "merge-file", "-p", "-q", "--diff3", "ours", "base", "theirs"],
        cwd=folder, capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == len(merged.conflicts)
    assert done.stdout == text
