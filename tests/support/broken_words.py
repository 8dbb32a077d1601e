"""Words that a page breaks in the middle because a column is too narrow for them."""

from __future__ import annotations

from playwright.sync_api import Page

FIND = r"""async () => {
    await document.fonts.ready;
    const found = [], texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        const text = texts.currentNode, element = text.parentElement;
        if (!element.checkVisibility() || element.closest("pre, code, textarea, option")) continue;
        for (const match of text.data.matchAll(/[\p{L}\p{N}]{4,30}/gu)) {
            const range = document.createRange();
            range.setStart(text, match.index);
            range.setEnd(text, match.index + match[0].length);
            const lines = [...range.getClientRects()].filter(line => line.width > 1);
            if (new Set(lines.map(line => Math.round(line.top))).size > 1) found.push(match[0]);
        }
    }
    return found;
}"""


def broken_words(page: Page) -> list[str]:
    """Return the words that go on in the next line, at a hyphen or without one."""
    found: list[str] = page.evaluate(FIND)
    return found
