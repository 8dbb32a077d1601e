"""What axe-core finds on a page as it is shown."""

from __future__ import annotations

from typing import Literal

from playwright.sync_api import Page

from support.site import ROOT

AXE = (ROOT / "tests/node_modules/axe-core/axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OF_COLOURS = ["color-contrast", "link-in-text-block"]
"""Rules that find something else in the dark: nothing but colours changes with it."""
OF_LAYOUT = ["scrollable-region-focusable", "target-size"]
"""Rules that find something else where the same elements have more or less room."""

FIND = """async only => {
    scrollTo(0, 0); // else the sticky header lies on a target, which counts as a smaller one
    const found = await axe.run(document, {runOnly: only, resultTypes: ['violations']});
    return found.violations.map(each => [each.id, each.nodes[0].html]);
}"""


def violations(page: Page, *, whole: bool = True) -> list[tuple[str, str, str]]:
    """Return every rule that is broken in light or dark, with the first element that does.

    :param whole: or only what a page breaks because of the room that its elements have, where it
        has been looked at as a whole before.
    """
    if not whole:
        return _violations(page, "light", {"type": "rule", "values": OF_LAYOUT})
    return [
        *_violations(page, "dark", {"type": "rule", "values": OF_COLOURS}),
        *_violations(page, "light", {"type": "tag", "values": RULES}),
    ]


def _violations(
    page: Page, scheme: Literal["light", "dark"], only: object
) -> list[tuple[str, str, str]]:
    """Look at a page whose colours change at once: none while it fades into another."""
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(AXE)
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    return [(scheme, rule, element) for rule, element in page.evaluate(FIND, only)]
