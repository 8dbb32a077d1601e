"""What a page costs: bytes of a cold load, and movement while it loads.

Bytes are those of a server that compresses with Brotli.
"""

from __future__ import annotations

import functools
from collections import defaultdict

import brotli
from playwright.sync_api import Page, Response

COMPRESSED_ALREADY = {"image/avif", "image/jpeg", "image/png", "image/webp", "font/woff2"}

ADD_UP_SHIFTS = """
window.shift = 0;
new PerformanceObserver(list => list.getEntries().forEach(entry => { shift += entry.value; }))
    .observe({type: 'layout-shift', buffered: true});"""
FONTS_ARRIVE_AFTER = 300
"""Milliseconds: long enough for the page to be drawn with the substitutes first."""
DRAWN = """arrival => new Promise(done => new PerformanceObserver(
    list => list.getEntriesByName('first-contentful-paint').forEach(
        () => setTimeout(done, arrival - performance.now()))
).observe({type: 'paint', buffered: true}))"""
SETTLE = """async () => {
    await document.fonts.ready;
    for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
    return shift;
}"""


class ColdLoads:
    """Opens pages of which nothing is cached, and whose fonts come after they have been drawn."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._held: list[str] | None = None
        self._responses: list[Response] = []
        self._session = page.context.new_cdp_session(page)
        self._session.on("Fetch.requestPaused", lambda event: self._deliver(event["requestId"]))
        # Not ``page.route``, which leads every other file through this process, too.
        self._session.send("Fetch.enable", {"patterns": [{"urlPattern": "*.woff2"}]})
        page.add_init_script(ADD_UP_SHIFTS)
        page.on("response", self._note)

    def open(self, address: str) -> float:
        """Open a page, and return how much moved until everything stood."""
        self._session.send("Network.clearBrowserCache")
        held = self._held = []
        self._page.goto(address, wait_until="domcontentloaded")
        self._page.evaluate(DRAWN, FONTS_ARRIVE_AFTER)
        self._held = None
        for request in held:
            self._deliver(request)
        self._page.wait_for_load_state("load")
        return float(self._page.evaluate(SETTLE))

    def sizes(self) -> dict[str, tuple[int, ...]]:
        """Return the sizes of all files that the page has loaded until now, by kind."""
        sizes: defaultdict[str, list[int]] = defaultdict(list)
        for response in list(self._responses):
            sizes[response.request.resource_type].append(_size(response))
        return {kind: tuple(files) for kind, files in sizes.items()}

    def worker(self) -> tuple[int, ...]:
        """Begin to fill in the form of the page, if it has one, and return what that loads."""
        form = self._page.locator("form[data-worker]")
        if not form.count():
            return ()
        with self._page.expect_request("**/js/proof.*.js") as worker:
            form.locator("textarea").first.focus()
        # The browser does not give away what a worker got.
        script = self._page.request.get(worker.value.url).body()
        return (_compressed(script),)

    def _deliver(self, request: str) -> None:
        if self._held is None:
            self._session.send("Fetch.continueRequest", {"requestId": request})
        else:
            self._held.append(request)

    def _note(self, response: Response) -> None:
        if response.request.is_navigation_request():
            self._responses.clear()  # what the page before asked for may have come until now
        self._responses.append(response)


def _size(response: Response) -> int:
    kind = response.headers.get("content-type", "").partition(";")[0]
    if kind in COMPRESSED_ALREADY:
        return int(response.headers["content-length"])
    return _compressed(response.body())


@functools.cache
def _compressed(body: bytes) -> int:
    return len(brotli.compress(body))
