"""What is left out of Python-Markdown for a text would have changed nothing in it."""

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown import Markdown
from markdown.extensions import Extension
from markdown.extensions.toc import TocExtension

from website.content import rendering
from website.content.addresses import Addresses
from website.content.models import Image, Text
from website.content.rendering import Renderer

OPEN_BOX = "> /// merksatz\n> a\n\n> b\n\nc\n\n> ///\n\nd"
PIECES = [
    *"`\\[]!<>&*_|#=-+:;.() \n\taäß1^/~{}",
    *("\n\n", "  \n", "    ", "\n    ", "> ", ">>", "- ", "* ", "1. ", "## ", "---", "- - -"),
    *("\n===", "\n-", "* * *", "_ _ _", "***", "**a**", "_a_", "__a__", "***a***", "`a`", "``a``"),
    *("[a](b.md)", "![a](b.png)", "[a][b]", "[b]", "![a][b]", "![b]", "[b]: c.md", "[^1]"),
    *("[^1]: a", "*[KAM]: Langform", "KAM", "[TOC]", "<https://x.de>", "<a@b.de>", "<b>", "&amp;"),
    *("&#38;", "\\*", "a b", "a\t\nb", "a\n\nb", "\ue000", "\x02", "Wort\n: Sinn", "\n:   Sinn"),
    *("| a | b |\n|---|--:|\n| 1 | 2 |", "```\na\n```", "\n\n/// merksatz\n\n", "\n///\n"),
    *("/// baustein | themen\n///", "/// ablauf\n1. a\n\n///", "\n\n" + OPEN_BOX),
]
texts = st.lists(st.sampled_from(PIECES), max_size=24).map("".join)


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


def render(renderer: Renderer, body: str) -> object:
    text = Text(Path("a.md"), "a.md", body, 1)
    return renderer.render(text, "artikel", lambda _: Image("/bilder/b.png", 3, 2))
