"""Spam signals in the headers of a request: deviations from what browsers send."""

import re
from collections.abc import Iterator

from werkzeug.datastructures import Headers

from website.leads.spam.signals import SIGNALS, Signal
from website.web.origin import Verdict

_PROGRAM = re.compile(
    r"\A\s*(\Z|(curl|wget|python|httpx?|aiohttp|okhttp|go-http|java|libwww|perl|php|ruby|guzzle"
    r"|node|axios|scrapy|apache-httpclient|postman))",
    re.IGNORECASE,
)
"""Default user agents of HTTP clients, or none. Text browsers (w3m, Lynx, Links) are welcome."""


def oddities(headers: Headers, verdict: Verdict) -> tuple[str, ...]:
    """Return the names of the spam signals in the headers of a request."""
    return tuple(signal.name for signal in _odd(headers, verdict))


def _odd(headers: Headers, verdict: Verdict) -> Iterator[Signal]:
    is_untold = verdict is Verdict.UNTOLD
    has_no_language = not headers.get("Accept-Language", "").strip()
    if is_untold:
        yield SIGNALS["untold-origin"]
    if has_no_language:
        yield SIGNALS["no-language"]
    if is_untold and has_no_language:
        yield SIGNALS["silent"]
    if _PROGRAM.match(headers.get("User-Agent", "")):
        yield SIGNALS["no-browser"]
