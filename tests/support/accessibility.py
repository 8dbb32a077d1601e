"""What axe-core finds on a page as it is shown."""

from __future__ import annotations

from playwright.sync_api import Page

from support.site import ROOT

AXE = (ROOT / "tests/node_modules/axe-core/axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SCHEMES = ("dark", "light")

FIND = """async rules => {
    scrollTo(0, 0); // else the sticky header lies on a target, which counts as a smaller one
    const found = await axe.run(document, {runOnly: rules, resultTypes: ['violations']});
    return found.violations.map(each => [each.id, each.nodes[0].html]);
}"""


def violations(page: Page) -> list[tuple[str, str, str]]:
    """Name every rule that is broken in dark or light, with the first element that does.

    Colours change at once: none is looked at while it fades into another.
    """
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(AXE)
    found = []
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found += [(scheme, rule, element) for rule, element in page.evaluate(FIND, RULES)]
    return found
