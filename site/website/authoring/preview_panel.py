"""What the preview puts around every page: its script, its style sheet, and the panel.

The panel says what is wrong with the page's text, beside the text.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

from flask import Response, g, render_template, request

from website.authoring import error_pages
from website.authoring.address_to_file import file_of
from website.authoring.preview_state import preview_state
from website.checking import Readability, text_reports
from website.checking.text_reports import TextReport
from website.content.library import Library
from website.content.models import Item
from website.content.problems import Problem, Severity
from website.web import security
from website.web.services import services

log = logging.getLogger(__name__)

FORBIDS_CONNECTIONS = """<meta http-equiv="Content-Security-Policy" content="connect-src 'none'">"""
"""On pages with a tool. There the preview's own script could not hear of a change."""


@dataclass(frozen=True)
class Panel:
    """What is known of the text of one page."""

    file: str
    """As authors know it; empty where the page shows no file of its own."""
    item: Item | None
    finding: TextReport | None
    """Nothing while the dictionary is being read, after the start."""
    of_site: tuple[Problem, ...]
    """What is wrong with the site's data; it is seen on every page."""

    @property
    def counts(self) -> dict[Severity, int]:
        """How many problems of each severity the panel holds."""
        of_text = self.finding.problems if self.finding else ()
        return text_reports.count((*of_text, *self.of_site))


def add(response: Response) -> Response:
    """Put the preview's own parts into a page; leave everything else as it is."""
    if response.mimetype != "text/html" or response.is_streamed or response.direct_passthrough:
        return response
    html = response.get_data(as_text=True).replace(FORBIDS_CONNECTIONS, "")
    html = html.replace("</head>", f"{_head()}</head>", 1)
    before, end, after = html.rpartition("</body>")
    response.set_data(f"{before}{_panel()}{end}{after}")
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Security-Policy"] = security.policy()
    return response


def of_page(library: Library) -> Panel:
    """Gather what is known of the text of the page that is being answered with."""
    file = file_of(request)
    cached = library.file_cache.of(file)
    of_site = text_reports.by_severity(error_pages.about(library, error_pages.SITE_DATA))
    if cached is None:
        return Panel("", None, TextReport((), Readability()), of_site)
    label = cached.label
    item = cached.item
    if item is None:
        return Panel(label, None, TextReport(cached.problems, Readability()), of_site)
    found = preview_state().findings
    finding = found.of(library, item) if found.is_ready else found.known(library, item)
    return Panel(label, item, finding, of_site)


def _head() -> str:
    return render_template("authoring/head.html", state=g.state)


def _panel() -> str:
    # The preview's own pages are about no single text.
    if request.blueprint == "authoring":
        return ""
    try:
        shown = of_page(services().library)
        return render_template("authoring/panel.html", panel=shown)
    except Exception:
        # A page without its panel is better than none, and the next save may mend it.
        log.exception("The panel cannot be shown")
        return ""
