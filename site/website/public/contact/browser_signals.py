"""Spam signals in the headers of a request: deviations from what browsers send."""

import re

from werkzeug.datastructures import Headers

from website.web.origin import Verdict

_PROGRAM = re.compile(
    r"\A\s*(\Z|(curl|wget|python|httpx?|aiohttp|okhttp|go-http|java|libwww|perl|php|ruby|guzzle"
    r"|node|axios|scrapy|apache-httpclient|postman))",
    re.IGNORECASE,
)
"""Default user agents of HTTP clients, or none. Text browsers (w3m, Lynx, Links) are welcome."""


def oddities(headers: Headers, verdict: Verdict) -> tuple[str, ...]:
    """Return the names of the spam signals in the headers of a request."""
    is_untold = verdict is Verdict.UNTOLD
    has_no_language = not headers.get("Accept-Language", "").strip()
    found = {
        "untold-origin": is_untold,
        "no-language": has_no_language,
        "silent": is_untold and has_no_language,
        "no-browser": _PROGRAM.match(headers.get("User-Agent", "")),
    }
    return tuple(name for name, is_there in found.items() if is_there)
