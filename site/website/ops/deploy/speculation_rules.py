"""Speculation Rules: which pages a browser may prefetch.

Announced by a header instead of a script in the page, so that the Content-Security-Policy stays
strict. The file has an extension of its own because browsers require its media type, and web
servers derive that from extensions.
"""

import json

from website.config import STAFF_ROOMS
from website.ops.deploy.web_server_rules import HostedSite
from website.web import security

PATH = "/vorabruf.speculationrules"
MEDIA_TYPE = "application/speculationrules+json"
HEADER = "Speculation-Rules"

LIVE = tuple(f"{room.strip('/')}*" for room in STAFF_ROOMS)
"""Pages that are not frozen, besides the endpoint: fetching one may count as reading a request."""

NOT_ON = security.TOOLS
"""Pages below this path may not connect to anything, and so prefetch nothing."""


def is_on(site: HostedSite, path: str) -> bool:
    """Return whether the page at a path of a site sends the header."""
    return not path.startswith(site.paths(NOT_ON))


def header(site: HostedSite) -> tuple[str, str]:
    """Return the header that pages of the site send, see :func:`is_on`."""
    return HEADER, f'"{site.root}{PATH[1:]}"'


def rules(site: HostedSite) -> str:
    """Return rules that prefetch, but never run, a page when the pointer rests on its link."""
    own = {"href_matches": f"{site.root}*"}
    paths = [
        *(f"{path}*" for path in site.paths("anfrage")),
        *(f"{site.root}{path}" for path in LIVE),
    ]
    live = [{"not": {"href_matches": path}} for path in paths]
    rule = {"where": {"and": [own, *live]}, "eagerness": "moderate"}
    return json.dumps({"prefetch": [rule]}, indent=1) + "\n"
