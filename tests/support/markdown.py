"""Pieces of Markdown of which hypothesis makes texts, and a way to render them."""

from __future__ import annotations

from pathlib import Path

from hypothesis import strategies as st

from website.content.models import Image, Rendered, TextContent
from website.content.rendering import Renderer

_OPEN_BOX = "> /// merksatz\n> a\n\n> b\n\nc\n\n> ///\n\nd"
PIECES = [
    *"`\\[]!<>&*_|#=-+:;.() \n\taäß1^/~{}",
    *("\n\n", "  \n", "    ", "\n    ", "> ", ">>", "- ", "* ", "1. ", "## ", "---", "- - -"),
    *("\n===", "\n-", "* * *", "_ _ _", "***", "**a**", "_a_", "__a__", "***a***", "`a`", "``a``"),
    *("[a](b.md)", "![a](b.png)", "[a][b]", "[b]", "![a][b]", "![b]", "[b]: c.md", "[^1]"),
    *("[^1]: a", "*[KAM]: Langform", "KAM", "[TOC]", "<https://x.de>", "<a@b.de>", "<b>", "&amp;"),
    *("&#38;", "\\*", "a b", "a\t\nb", "a\n\nb", "\ue000", "\x02", "Wort\n: Sinn", "\n:   Sinn"),
    *("| a | b |\n|---|--:|\n| 1 | 2 |", "```\na\n```", "\n\n/// merksatz\n\n", "\n///\n"),
    *("/// baustein | themen\n///", "/// ablauf\n1. a\n\n///", "\n\n" + _OPEN_BOX),
    *("~~", "~~a~~", "\\\n", "- [ ] ", "- [x] ", "1) ", "• ", "\n- ", "\n  - ", "\n1. ", "\n2. "),
    *("a:\n", "\n   ", "|---|---|\n", "https://a.de/b", "[a](c@d.de)", "\\~", "o   a"),
]
texts = st.lists(st.sampled_from(PIECES), max_size=24).map("".join)


def render(renderer: Renderer, body: str) -> tuple[Rendered, list[tuple[int, str]]]:
    text = TextContent(Path(), "a.md", body, 1)
    return renderer.render(text, "artikel", lambda _: Image("/bilder/b.png", 3, 2))
