"""The row of case studies in the table of kinds."""

from __future__ import annotations

from support.case_study.model import CaseStudy
from website.content.models import Kind

CASE_STUDIES = Kind(
    title="Fallstudie",
    plural="Fallstudien",
    unpublished="meint eine unveröffentlichte Fallstudie. Veröffentlichen Sie sie zugleich.",
    folder="fallstudien",
    model=CaseStudy,
    template="pages/case_study.html",
    address="fallstudien",
    list_template="pages/case_studies.html",
    is_dated=True,
    schema_type="Report",
    has_card=True,
    in_feed=True,
    skeleton="article.md",
)
