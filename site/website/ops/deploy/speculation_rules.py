"""Pages that a browser may fetch when somebody is about to open them (Speculation Rules).

Announced by a header, not by a script in the page, so that the policy stays as it is. The file has
an extension of its own because browsers obey only its media type, and web servers go by extensions.
"""

import json

from website.config import STAFF_ROOMS
from website.ops.deploy.web_server_rules import HostedSite
from website.web import security

PATH = "/vorabruf.speculationrules"
MEDIA_TYPE = "application/speculationrules+json"
HEADER = "Speculation-Rules"

LIVE = tuple(f"{room.strip('/')}*" for room in STAFF_ROOMS)
"""What is not frozen, besides the endpoint: fetching it may count as a look at a request."""


NOT_ON = security.TOOLS
"""Below this path no page may connect to anything, so none fetches others either."""


def is_on(site: HostedSite, path: str) -> bool:
    """Return whether the page at a path of a site carries the header."""
    return not path.startswith(site.paths(NOT_ON))


def header(site: HostedSite) -> tuple[str, str]:
    """Return the header that pages of the site carry, see :func:`is_on`."""
    return HEADER, f'"{site.root}{PATH[1:]}"'


def rules(site: HostedSite) -> str:
    """Return rules by which pages are fetched, never run, when the pointer rests on a link."""
    own = {"href_matches": f"{site.root}*"}
    paths = [
        *(f"{path}*" for path in site.paths("anfrage")),
        *(f"{site.root}{path}" for path in LIVE),
    ]
    live = [{"not": {"href_matches": path}} for path in paths]
    rule = {"where": {"and": [own, *live]}, "eagerness": "moderate"}
    return json.dumps({"prefetch": [rule]}, indent=1) + "\n"
