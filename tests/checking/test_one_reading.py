"""Whoever checks a text sees the images, links and headings that its page shows, and no others."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings

from support import sound
from support.content import Content
from support.markdown import texts
from website.checking.check_context import TextContext
from website.content.outline import PassageKind

SHOWN = [
    "![Zwei Stühle](foto.png)",
    "![Zwei Stühle](foto.png 'Im Büro')",
    "![Zwei Stühle](foto.png „Im Büro“)",
    "![Zwei Stühle](foto.png “Im Büro”)",
    "![Zwei Stühle](<foto.png>)",
    "![Zwei Stühle][bild]\n\n[bild]: foto.png",
    "![bild]\n\n[bild]: foto.png",
    "- Punkt\n  ![Zwei Stühle](foto.png)",
    "> ![Zwei Stühle](foto.png)",
    "| A | B |\n|---|---|\n| ![Zwei Stühle](foto.png) | b |",
    "[![Zwei Stühle](foto.png)](../seiten/kontakt.md)",
    "Text.[^1]\n\n[^1]: ![Zwei Stühle](foto.png)",
    "![Zwei [große] Stühle](foto.png)",
    "/// merksatz\n![Zwei Stühle](foto.png)\n///",
]
NOT_SHOWN = [
    "`![Zwei Stühle](foto.png)`",
    "```\n![Zwei Stühle](foto.png)\n```",
    "Text.\n\n    ![Zwei Stühle](foto.png)",
    r"\![Zwei Stühle](foto.png)",
    "![Zwei Stühle] (foto.png)",
]


def subject(content: Content) -> TextContext:
    library = content.load()
    return TextContext(library, library.articles[0])


@pytest.mark.parametrize("body", SHOWN)
def test_an_image_that_is_shown_is_seen(whole: Content, body: str) -> None:
    whole.image("foto.png")
    sound.article(whole, f"Text.\n\n{body}")
    seen = subject(whole)
    assert "<img " in seen.library.rendered(seen.item).html
    assert [file for _, file, _ in seen.images] == ["foto.png"]
    assert sound.found(whole, "unused-image") == []
    (problem,) = sound.found(whole, "image-rights")
    at = next(n for n, row in enumerate(body.split("\n")) if "![" in row)
    assert problem.line == sound.FIRST_LINE + 2 + at


@pytest.mark.parametrize("body", NOT_SHOWN)
def test_an_image_that_is_not_shown_is_not_seen(whole: Content, body: str) -> None:
    whole.image("foto.png")
    sound.article(whole, body)
    assert subject(whole).images == ()
    assert [p.path for p in sound.found(whole, "unused-image")] == ["content/artikel/foto.png"]


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ("Text.\n\n[hier](../seiten/kontakt.md)", 3),
        ("Text\n[hier][ziel].\n\n[ziel]: ../seiten/kontakt.md", 2),
        ("- Punkt\n- Lesen Sie [hier](../seiten/kontakt.md 'Titel') weiter.", 2),
        ("Text [*hier*](<../seiten/kontakt.md>)", 1),
    ],
)
def test_a_link_is_judged_by_what_its_readers_see(whole: Content, body: str, line: int) -> None:
    sound.article(whole, body)
    (problem,) = sound.found(whole, "link-label")
    assert problem.line == sound.FIRST_LINE + line - 1


def test_what_looks_like_a_heading_is_none(whole: Content) -> None:
    sound.article(whole, "~~~\n## Eins\n~~~\n\n    ## Zwei\n\n`## Drei`\n\n- a\n\n  ## Vier\n\n  b")
    headings = [p.text for p in subject(whole).body if p.kind is PassageKind.HEADING]
    assert headings == ["Vier"]


@pytest.mark.parametrize("words", ["Zwei Stühle", "schmückend", ""])
@pytest.mark.parametrize("below", ["- ", "---"])
def test_an_image_above_dashes_is_seen_as_the_heading_that_it_becomes(
    whole: Content, words: str, below: str
) -> None:
    whole.image("b.png")
    sound.article(whole, f"![{words}](b.png)\n{below}\n\nText.")
    assert len([p for p in subject(whole).body if p.kind is PassageKind.HEADING]) == 1
    assert [problem.line for problem in sound.found(whole, "underlined-heading")] == [
        sound.FIRST_LINE
    ]


@given(body=texts)
@settings(
    max_examples=3 * settings.default.max_examples // 5,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_page_and_checker_agree_on_any_text(whole: Content, body: str) -> None:
    whole.image("b.png")
    sound.article(whole, body)
    seen = subject(whole)
    rendered = seen.library.rendered(seen.item)
    files = sorted(image.file for image in seen.outline.images)
    assert sorted(rendered.images) == [file for file in files if file == "b.png"]
    assert len(files) == rendered.html.count("<img ")
    shown = [p.level for p in seen.body if p.kind is PassageKind.HEADING]
    assert len(shown) >= len(re.findall("<h[1-6][^>]*>(?!</h)", rendered.html)) - body.count(
        "[TOC]"
    )
    assert len(rendered.headings) >= len([level for level in shown if level in {2, 3}])
