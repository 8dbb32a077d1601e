"""What is left out of Python-Markdown for a text would have changed nothing in it."""

import pytest
from hypothesis import example, given, settings
from markdown import Markdown
from markdown.extensions import Extension
from markdown.extensions.toc import TocExtension

from support.markdown import OPEN_BOX, render, texts
from website.content import rendering
from website.content.addresses import Addresses
from website.content.rendering import Renderer


class _Nothing(Extension):
    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
        pass


@pytest.fixture(scope="module")
def sparing() -> Renderer:
    return Renderer(Addresses(), {})


@pytest.fixture(scope="module")
def tireless() -> Renderer:
    """Tries every part of Python-Markdown on every piece of a text."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rendering, "Sparing", _Nothing)
        patch.setattr(rendering, "SparingToc", TocExtension)
        patch.setattr(rendering, "patterns_chooser", lambda md: lambda _: list(md.inlinePatterns))
        return Renderer(Addresses(), {})


@settings(max_examples=1000, deadline=None)
@given(body=texts)
@example(body=OPEN_BOX)
@example(body="## A\n\n[TOC]\n\n## B")
def test_parts_without_a_sign_would_change_nothing(
    sparing: Renderer, tireless: Renderer, body: str
) -> None:
    assert render(sparing, body) == render(tireless, body)
