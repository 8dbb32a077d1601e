"""Whoever wrote when to look again at a text is reminded then."""

from __future__ import annotations

from support.content import TODAY, Content
from website import checking


def test_a_text_that_should_have_been_looked_at_again_is_a_warning(content: Content) -> None:
    content.article("ueberfaellig", review_by="2026-11-22")
    content.article("heute", review_by=str(TODAY))
    content.article("ohne")
    due = [problem for problem in checking.check(content.load()) if problem.rule == "review-due"]
    assert [(problem.path, problem.line, problem.severity) for problem in due] == [
        ("content/artikel/ueberfaellig.md", 2, "warning")
    ]
    assert "„review_by“" in due[0].message
    assert not due[0].blocks
