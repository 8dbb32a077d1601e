"""What axe-core finds on a page as it is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.site import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Page

AXE = (ROOT / "tests/node_modules/axe-core/axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(page: Page) -> list[tuple[str, str]]:
    """Name every rule that is broken, with the first element that does."""
    page.evaluate(AXE)
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    return [(each["id"], each["nodes"][0]["html"]) for each in found["violations"]]
