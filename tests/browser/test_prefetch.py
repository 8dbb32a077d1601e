"""Browsers that can fetch a page before it is opened do so, as the header tells them."""

from __future__ import annotations

import time
from typing import Any

import pytest
from playwright.sync_api import Browser

from support.site import Running

pytestmark = pytest.mark.browser

RULES = "Preload.ruleSetUpdated"
FETCHED = "Preload.prefetchStatusUpdated"


def test_a_page_is_fetched_while_the_pointer_rests_on_its_link(
    chromium: Browser, running: Running
) -> None:
    context = chromium.new_context(base_url=running.url)
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Preload.enable")
    told: list[dict[str, Any]] = []
    session.on(RULES, lambda event: told.append(event["ruleSet"]))
    session.on(FETCHED, lambda event: told.append(event))  # noqa: PLW0108 - Playwright marks it
    page.goto("/")
    page.get_by_role("link", name="Ratgeber", exact=True).first.hover()
    until = time.monotonic() + 20
    while time.monotonic() < until and "Ready" not in [event.get("status") for event in told]:
        page.wait_for_timeout(100)
    context.close()
    assert [event for event in told if "errorType" in event] == []
    fetched = [event["prefetchUrl"] for event in told if event.get("status") == "Ready"]
    assert fetched == [f"{running.url}/artikel/"]
