"""What a page may cost: bytes of a cold load, and movement while it loads.

Bytes are those of a server that compresses with Brotli. Sources of the figures: the first round
trip of TCP holds ten packets of 1,460 bytes (RFC 6928); the others are the project's own.
"""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import brotli
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from playwright.sync_api import Browser, Page, Response, Route

    from support.site import Running

pytestmark = pytest.mark.browser

FIRST_ROUND_TRIP = 14_000
FIRST_VIEW = 70_000
FONT = 25_000
FONTS = 2
SCRIPTS = 6_144
"""For a page with the request form, all that it may come to run."""
SCRIPTS_OF_A_TOOL = 15_360
SHIFT = 0.01
"""A line that breaks elsewhere in the substitute moves what is below; Google calls 0.1 good."""
FONTS_ARRIVE_AFTER = 0.3
"""Seconds: long enough for the page to be drawn with the substitutes first."""

WORKER = "worker"
"""The kind of what is loaded only when somebody begins to fill in the form."""

COMPRESSED_ALREADY = {"image/avif", "image/jpeg", "image/png", "image/webp", "font/woff2"}

ADD_UP_SHIFTS = """
window.shift = 0;
new PerformanceObserver(list => list.getEntries().forEach(entry => { shift += entry.value; }))
    .observe({type: 'layout-shift', buffered: true});"""

SETTLE = """async () => {
    await document.fonts.ready;
    for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
    return shift;
}"""


@dataclass(frozen=True)
class Load:
    """The sizes of all files that a cold load of one page transfers, by kind."""

    sizes: Mapping[str, tuple[int, ...]]

    def total(self, *kinds: str) -> int:
        """Add up the bytes of some kinds."""
        return sum(sum(self.sizes.get(kind, ())) for kind in kinds)


@pytest.fixture(scope="module")
def loads(chromium: Browser, running: Running) -> dict[str, Load]:
    return {address: _load(chromium, running.url + address) for address in running.addresses}


@pytest.fixture(params=[390, 1280])
def slow_fonts(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[Page]:
    """Open pages that get their fonts late."""
    context = chromium.new_context(viewport={"width": request.param, "height": 800})
    context.add_init_script(ADD_UP_SHIFTS)
    context.route("**/*.woff2", _deliver_late)
    yield context.new_page()
    context.close()


def test_every_page_is_readable_after_the_first_round_trip(loads: dict[str, Load]) -> None:
    sizes = {page: load.total("document", "stylesheet") for page, load in loads.items()}
    assert _above(sizes, FIRST_ROUND_TRIP) == {}


def test_the_first_view_of_every_page_is_light(loads: dict[str, Load]) -> None:
    sizes = {page: load.total(*load.sizes.keys() - {WORKER}) for page, load in loads.items()}
    assert _above(sizes, FIRST_VIEW) == {}


def test_no_page_loads_many_or_heavy_fonts(loads: dict[str, Load]) -> None:
    fonts = {page: load.sizes.get("font", ()) for page, load in loads.items()}
    assert {page: sizes for page, sizes in fonts.items() if len(sizes) > FONTS} == {}
    assert _above({page: max(sizes, default=0) for page, sizes in fonts.items()}, FONT) == {}


def test_only_form_search_and_tools_have_scripts_and_they_are_small(
    loads: dict[str, Load], running: Running
) -> None:
    scripts = {page: load.total("script", WORKER) for page, load in loads.items()}
    scripts = {page: size for page, size in scripts.items() if size}
    tools = {page: scripts.pop(page) for page in running.tools}
    assert scripts.pop("/suche/") <= SCRIPTS  # the index is loaded when somebody searches
    with_form = {page for page, load in loads.items() if WORKER in load.sizes}
    assert set(scripts) == with_form
    assert with_form == {page for page in loads if page.startswith("/kontakt/")}
    assert _above(scripts, SCRIPTS) == {}
    assert _above(tools, SCRIPTS_OF_A_TOOL) == {}


def test_nothing_moves_when_the_fonts_arrive_late(slow_fonts: Page, running: Running) -> None:
    shifts = {}
    for address in running.addresses:
        slow_fonts.goto(running.url + address, wait_until="load")
        shifts[address] = slow_fonts.evaluate(SETTLE)
        _forget(slow_fonts)
    assert _above(shifts, SHIFT) == {}


def _load(chromium: Browser, url: str) -> Load:
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    responses: list[Response] = []
    page.on("response", lambda response: responses.append(response))  # noqa: PLW0108
    page.goto(url, wait_until="networkidle")
    sizes: defaultdict[str, list[int]] = defaultdict(list)
    for response in responses:
        sizes[response.request.resource_type].append(_transferred(response))
    form = page.locator("form[data-worker]")
    if form.count():
        with page.expect_request("**/js/proof.*.js") as worker:
            form.locator("textarea").first.focus()
        # The browser does not give away what a worker got.
        sizes[WORKER].append(len(brotli.compress(page.request.get(worker.value.url).body())))
    context.close()
    return Load({kind: tuple(files) for kind, files in sizes.items()})


def _transferred(response: Response) -> int:
    body = response.body()
    kind = response.headers.get("content-type", "").partition(";")[0]
    return len(body) if kind in COMPRESSED_ALREADY else len(brotli.compress(body))


def _deliver_late(route: Route) -> None:
    time.sleep(FONTS_ARRIVE_AFTER)
    route.continue_()


def _forget(page: Page) -> None:
    page.context.new_cdp_session(page).send("Network.clearBrowserCache")


def _above(figures: Mapping[str, float], budget: float) -> dict[str, float]:
    return {page: round(figure, 4) for page, figure in figures.items() if figure > budget}
