"""What axe-core finds on a page as it is shown."""

from __future__ import annotations

from typing import Literal

from playwright.sync_api import Page

from support.site import ROOT

AXE = (ROOT / "tests/node_modules/axe-core/axe.min.js").read_text()
LOOKS = (ROOT / "tests/support/accessibility.js").read_text()

Violations = list[tuple[str, str, str]]

_settled: set[str] = set()
"""The looks of texts, on any page, whose contrast needs no other check."""


def violations(page: Page, *, whole: bool = True) -> Violations:
    """Return every rule that is broken in light or dark, with the first element that does.

    :param whole: or only what a page breaks because of the room that its elements have, where it
        has been looked at as a whole before.
    """
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(f"{AXE}\n{LOOKS}")
    page.evaluate("scrollTo(0, 0)")  # else the sticky header lies on a target, which is smaller so
    if not whole:
        return _broken(page, "light", "layout")
    return [
        *_contrast(page, "dark"),
        *_broken(page, "dark", "links"),
        *_contrast(page, "light"),
        *_broken(page, "light", "allButContrast"),
    ]


def _contrast(page: Page, scheme: Literal["light", "dark"]) -> Violations:
    """Return the first text without contrast; skip those that look like others before."""
    _show(page, scheme)
    broken, settled = page.evaluate("known => axe.looks.contrast(known)", sorted(_settled))
    _settled.update(settled)
    return [(scheme, rule, element) for rule, element in broken]


def _broken(page: Page, scheme: Literal["light", "dark"], rules: str) -> Violations:
    _show(page, scheme)
    return [(scheme, *found) for found in page.evaluate(f"axe.looks.{rules}()")]


def _show(page: Page, scheme: Literal["light", "dark"]) -> None:
    """Show a page in other colours, which change at once: none while it fades into another."""
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
