"""Templates for replies: read, checked with file and line, filled in."""

from __future__ import annotations

from pathlib import Path

from support.site import ROOT
from website.content import reply_templates

GOOD = """[[vorlagen]]
title = "Telefonat"
subject = "Ihre Anfrage {nummer}"
absaetze = [
  "Guten Tag {name},",
  "bis bald.",
]
"""


def test_placeholders_are_filled_in_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / reply_templates.NAME).write_text(GOOD)
    ((template,), problems) = reply_templates.read(tmp_path)
    assert problems == []
    values = {"nummer": "AAAA-BBBB", "name": "Erika {nummer}"}
    assert template.filled(values) == (
        "Ihre Anfrage AAAA-BBBB",
        "Guten Tag Erika {nummer},\n\nbis bald.",
    )


def test_an_unknown_placeholder_is_reported_with_its_line(tmp_path: Path) -> None:
    (tmp_path / reply_templates.NAME).write_text(GOOD.replace("{nummer}", "{nr}"))
    (problem,) = reply_templates.read(tmp_path)[1]
    assert problem.line == 3
    assert "{nr}" in problem.message
    assert "{nummer}" in problem.message


def test_there_may_be_none(tmp_path: Path) -> None:
    assert reply_templates.read(tmp_path) == ((), [])


def test_ours_are_good() -> None:
    templates, problems = reply_templates.read(ROOT / "content")
    assert templates
    assert problems == []
