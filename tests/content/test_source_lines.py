"""Marks on the rows of a text tell its lines and change nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.markdown import PIECES, render
from website.content import source_lines
from website.content.addresses import Addresses
from website.content.models import TextContent
from website.content.rendering import Renderer

UNPAIRED = {*"*_`~", "[TOC]", "*[KAM]: Langform", "***", "_ _ _", "***a***", "~~", "```\na\n```"}
"""Of such, unpaired, Python-Markdown makes one thing or another, and loses letters."""

pieces = sorted({*PIECES} - UNPAIRED | {"\n```\na\n```\n"})
texts = st.lists(st.sampled_from(pieces), max_size=24).map("".join)


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    return Renderer(Addresses(), {})


# The same texts each time: Python-Markdown loses letters of a few, with marks or without.
@settings(max_examples=1000, deadline=None, derandomize=True)
@given(body=texts)
def test_marks_change_nothing_that_readers_get(renderer: Renderer, body: str) -> None:
    marked = render(renderer, body)[0]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(source_lines, "_marked", lambda row, _, **__: row)
        unmarked = render(renderer, body)[0]
    assert marked.parts == unmarked.parts
    assert marked.headings == unmarked.headings
    assert not any(source_lines.MARKS[0] <= sign for sign in marked.html)


def test_what_cannot_be_paired_is_told_and_leaves_no_control_characters(renderer: Renderer) -> None:
    rendered, problems = render(renderer, "`*[KAM]: Langform**a**_ _ _a\t\nb_ _ _")
    assert not set(rendered.html) & {"\x02", "\x03"}
    assert [message for _, message in problems if "Gegenstück" in message]


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ("Text.\n\n_Wort ist offen.", 3),
        ("Text.\n\n_Wort_ ist zu.", 3),
        ("Text.\n\no   Wort", 3),
        ("Text.\n\n## 1. Wort", 3),
        ("Text.\n\n| 1. Wort | b |\n|---|---|", 3),
        ("Text.\n\n+++\nWort", 3),
        ("Text.\n\n|---|\n1.Wort", 3),
        ("[k]: b.md\nWort", 2),
        ("*[KAM]: Betreuung\nWort", 2),
        ("[k]: b.md\n'Titel'\n\nWort", 4),
    ],
)
def test_a_passage_is_on_the_line_where_it_begins(renderer: Renderer, body: str, line: int) -> None:
    outline = renderer.outline(TextContent(Path(), "a.md", body, 1))
    assert [passage.line for passage in outline.passages if "Wort" in passage.text] == [line]
