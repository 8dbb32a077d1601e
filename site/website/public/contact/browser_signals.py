"""Signs in a request that no browser sent it."""

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
"""How programs name themselves whose authors did not think of it; nothing at all counts too.
Text browsers (w3m, Lynx, Links) name themselves as what they are, and are welcome."""


def oddities(headers: Headers, verdict: Verdict) -> tuple[str, ...]:
    """Return the oddities of a request that browsers do not have."""
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
