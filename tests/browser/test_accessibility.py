"""The checks of contrast find all that axe-core finds, though they look at little a second time."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from support.accessibility import violations
from support.site import Running

pytestmark = pytest.mark.browser

CONTRAST = {"type": "rule", "values": ["color-contrast"]}
FIND = """async runOnly => {
    const {violations} = await axe.run(document, {runOnly, resultTypes: ["violations"]});
    return violations.map(each => each.nodes[0].html);
}"""
FAULTS = (
    "p { color: #999 !important }",
    ".footer { background: #a33 !important }",
    "li, dd { color: rgba(0, 0, 0, 0.4) !important }",
    "body, html { background: #777 !important }",
    "main { opacity: 0.5 }",
    "h1, h2, summary { font-size: 1rem !important; color: #888 !important }",
    "span { color: #ddd !important; position: relative; z-index: 2 }",
)


def test_a_text_without_contrast_is_found_after_others_have_passed(
    chromium: Browser, running: Running
) -> None:
    page = chromium.new_context(base_url=running.url, bypass_csp=True).new_page()
    page.goto("/suche/")
    assert violations(page) == []
    for fault in FAULTS:
        style = page.add_style_tag(content=fault)
        found = [html for scheme, rule, html in violations(page) if rule == "color-contrast"]
        assert found[-1:] == page.evaluate(FIND, CONTRAST) != [], fault
        style.evaluate("style => style.remove()")
    assert violations(page) == []
    page.context.close()
