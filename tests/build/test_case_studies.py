"""A case study is shown where there is one; where there is none, nothing of it shows."""

from __future__ import annotations

from pathlib import Path

from support.builds import Checkout, contents
from support.content import Content

CASE = """\
---
title: Ein Einsatz
description: Wie ein Werk wieder liefern konnte.
industry: Maschinenbau
role: Leitung Vertrieb
date: 2026-11-01
status: published
reviewed_by: Erika Muster
---
Ein Absatz über den Einsatz.
"""


def test_without_a_case_study_nothing_of_it_shows(content: Content, tmp_path: Path) -> None:
    Checkout.copied(tmp_path / "checkout", content.folder).build(tmp_path / "build")
    for path, data in contents(tmp_path / "build").items():
        assert "praxisf" not in path
        assert b"raxisf" not in data, path


def test_a_case_study_has_a_page_with_its_facts(content: Content, tmp_path: Path) -> None:
    content.write("praxisfaelle/ein-einsatz.md", CASE)
    Checkout.copied(tmp_path / "checkout", content.folder).build(tmp_path / "build")
    page = (tmp_path / "build/praxisfaelle/ein-einsatz/index.html").read_text()
    for piece in ("Maschinenbau", "Leitung Vertrieb", "Ein Absatz über den Einsatz."):
        assert piece in page
    assert "<dt>Dauer</dt>" not in page
    assert "/praxisfaelle/ein-einsatz/" in (tmp_path / "build/sitemap.xml").read_text()
