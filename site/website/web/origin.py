"""Whose page a request was sent from, told without a token or a cookie.

The form's page is the same for everybody, so it can carry no token. Browsers tell where a request
comes from instead, and no page can make them lie: ``Sec-Fetch-Site``, before it ``Origin``.
Source: OWASP's Cross-Site Request Forgery Prevention Cheat Sheet (Fetch Metadata, with Origin for
older browsers), and Go's ``net/http.CrossOriginProtection``. Where neither header came, OWASP
advises to refuse; like Go we accept, for a lead lost is worse here than a lead forged.
"""

from collections.abc import Collection, Mapping
from enum import Enum

from werkzeug.datastructures import Headers

_FROM_OURSELVES = {"same-origin", "none"}
_FROM_ELSEWHERE = {"same-site", "cross-site"}


class Verdict(Enum):
    """What is to be thought of a request."""

    OURS = "ours"
    FOREIGN = "foreign"
    """A page of somebody else made the visitor's browser send it."""
    UNTOLD = "untold"
    """An old browser or a privacy proxy. To be taken: the lead is worth more than the doubt."""


def verdict(headers: Mapping[str, str] | Headers, own: Collection[str]) -> Verdict:
    """Judge a request by two of its headers.

    ``Sec-Fetch-Site`` goes first: ``Origin`` may be ``null`` on our own page, where a policy hides
    the referrer. A value that no standard knows counts as absent.

    :param own: origins whose pages may post, as browsers write them: ``https://www.example.org``.
        Never taken from the request's ``Host``.
    """
    sec_fetch_site, origin = headers.get("Sec-Fetch-Site"), headers.get("Origin")
    if sec_fetch_site in _FROM_OURSELVES or origin in own:
        return Verdict.OURS
    if sec_fetch_site in _FROM_ELSEWHERE:
        return Verdict.FOREIGN
    return Verdict.FOREIGN if origin and origin != "null" else Verdict.UNTOLD
