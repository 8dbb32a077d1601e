"""Marks on the rows of a text tell its lines and change nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from support.markdown import render, texts
from website.content import lines
from website.content.addresses import Addresses
from website.content.rendering import Renderer


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    return Renderer(Addresses(), {})


@settings(max_examples=1000, deadline=None)
@given(body=texts)
def test_marks_change_nothing_that_readers_get(renderer: Renderer, body: str) -> None:
    marked = render(renderer, body)[0]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lines, "_marked", lambda row, _: row)
        unmarked = render(renderer, body)[0]
    assert marked.parts == unmarked.parts
    assert marked.headings == unmarked.headings
    assert not any(lines.MARKS[0] <= sign for sign in marked.html)
