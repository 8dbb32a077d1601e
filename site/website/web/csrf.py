"""CSRF protection by request headers: whether a form was submitted from our own pages.

The contact page is frozen, so it is the same for everybody and cannot contain a token. Instead we
check ``Sec-Fetch-Site`` and, for older browsers, ``Origin``: browsers set them, and no page can
forge them. Source: OWASP's Cross-Site Request Forgery Prevention Cheat Sheet (Fetch Metadata, with
a fallback to Origin), and Go's ``net/http.CrossOriginProtection``. If both headers are missing,
OWASP advises to refuse; like Go we accept, because a lost lead is worse than a forged one.
"""

from collections.abc import Collection, Mapping
from enum import Enum

from werkzeug.datastructures import Headers

_FROM_OURSELVES = {"same-origin", "none"}
_FROM_ELSEWHERE = {"same-site", "cross-site"}


class Verdict(Enum):
    """Where a request was sent from."""

    OURS = "ours"
    FOREIGN = "foreign"
    """Sent by the browser on behalf of a page of another site."""
    UNTOLD = "untold"
    """Unknown: an old browser or a privacy proxy. Accepted, so that no lead is lost."""


def verdict(headers: Mapping[str, str] | Headers, own: Collection[str]) -> Verdict:
    """Decide by two of its headers where a request was sent from.

    ``Sec-Fetch-Site`` takes precedence: on our own pages, ``Origin`` may be ``null`` if a policy
    hides the referrer. Values that no standard defines count as missing.

    :param own: origins whose pages may post, as browsers send them: ``https://www.example.org``.
        Never taken from the request's ``Host``.
    """
    sec_fetch_site, origin = headers.get("Sec-Fetch-Site"), headers.get("Origin")
    if sec_fetch_site in _FROM_OURSELVES or origin in own:
        return Verdict.OURS
    if sec_fetch_site in _FROM_ELSEWHERE:
        return Verdict.FOREIGN
    return Verdict.FOREIGN if origin and origin != "null" else Verdict.UNTOLD
