"""Additions of the preview to every page: script, style sheet and the panel of problems.

The panel shows the problems of the page's text beside it.
"""

import logging

from flask import Response, g, render_template, request

from website.authoring import error_pages
from website.authoring.preview_state import preview_state
from website.checking import Readability, text_reports
from website.checking.text_reports import TextReport
from website.content.library import Library
from website.web import security
from website.web.services import services

log = logging.getLogger(__name__)

FORBIDS_CONNECTIONS = """<meta http-equiv="Content-Security-Policy" content="connect-src 'none'">"""
"""On pages with a tool. There the preview's own script could not hear of a change."""


def add(response: Response) -> Response:
    """Add the preview's parts to an HTML page; leave other responses as they are."""
    if response.mimetype != "text/html" or response.is_streamed or response.direct_passthrough:
        return response
    html = response.get_data(as_text=True).replace(FORBIDS_CONNECTIONS, "")
    head = render_template("authoring/head.html", state=g.state)
    html = html.replace("</head>", f"{head}</head>", 1)
    before, end, after = html.rpartition("</body>")
    response.set_data(f"{before}{_panel()}{end}{after}")
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Security-Policy"] = security.policy()
    return response


def of_page(library: Library) -> dict[str, object]:
    """Return the report of the text that the current page shows, for the panel.

    Its ``finding`` is None while the dictionary is being loaded after the start.
    """
    cached = library.file_cache.of(error_pages.file_of(request))
    item = cached.item if cached else None
    finding: TextReport | None = TextReport(cached.problems if cached else (), Readability())
    if item:
        found = preview_state().findings
        finding = found.of(library, item) if found.is_ready else found.known(library, item)
    of_site = text_reports.by_severity(error_pages.about(library, error_pages.SITE_DATA))
    return {
        "file": cached.label if cached else "",
        "item": item,
        "finding": finding,
        "of_site": of_site,
        "counts": text_reports.count((*(finding.problems if finding else ()), *of_site)),
    }


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
