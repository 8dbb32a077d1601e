"""Links with detours, with tracking parameters, or to this machine only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import SplitResult, parse_qs, parse_qsl, unquote, urlencode, urlsplit

from website.checking.check_context import TextContext
from website.checking.rules import Found, TextRule
from website.content.problems import Severity

_ROUND_ABOUT = re.compile(
    r"(?:\.|^)(?:safelinks\.protection\.outlook\.com|safelink\.emails\.azure\.net"
    r"|urldefense(?:\.proofpoint)?\.com|linkprotect\.cudasvc\.com|secure-web\.cisco\.com"
    r"|[\w-]*\.mimecast\.com|deref-(?:gmx|web|mail|1und1)\.\w+|lm?\.facebook\.com"
    r"|l\.instagram\.com|lnkd\.in|t\.co|bit\.ly|tinyurl\.com|ow\.ly|list-manage\.com"
    r"|ct\.sendgrid\.net|mandrillapp\.com|duckduckgo\.com/l)$"
)
_SEARCH = re.compile(r"(?:www\.)?(?:google\.[a-z.]+|bing\.com|youtube\.com)$")
_SEARCH_PATHS = frozenset({"/url", "/ck/a", "/redirect"})
_PARAMETERS = re.compile(
    r"utm_\w+|gclid|gbraid|wbraid|fbclid|msclkid|mc_[ce]id|igshid|mkt_tok|_hsenc|_hsmi|vero_id|si"
)
_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
_HERE = re.compile(r"localhost$|127\.|10\.|192\.168\.|0\.0\.0\.0$|\[?::1|.*\.(?:local|localhost)$")


def _tracked(subject: TextContext) -> Found:
    for line, address in _addresses(subject):
        parts = _split(address)
        if parts is None:
            continue
        host = parts.hostname or ""
        query = parse_qs(parts.query)
        if _ROUND_ABOUT.search(host) or (_SEARCH.match(host) and parts.path in _SEARCH_PATHS):
            yield line, f"Der Link führt über {host} statt zum Ziel. {_advice(query)}"
        elif any(_PARAMETERS.fullmatch(name) for name in query):
            yield (
                line,
                (
                    "Der Link erzählt mit, woher Ihre Leser kommen. Schreiben Sie nur "
                    f"{_plain(parts)}."
                ),
            )
        if mail := _MAIL.search(unquote(unquote(parts.query + " " + parts.fragment))):
            yield line, f"Der Link enthält eine E-Mail-Adresse ({mail[0]}). Nehmen Sie sie heraus."


def _leads_here(subject: TextContext) -> Found:
    for line, address in _addresses(subject):
        parts = _split(address)
        if parts is not None and _HERE.match(parts.hostname or ""):
            yield (
                line,
                (
                    "Der Link führt auf den Rechner dessen, der ihn anklickt. Nennen Sie bei "
                    "eigenen Texten den Dateinamen, etwa artikel.md."
                ),
            )


def _addresses(subject: TextContext) -> Iterator[tuple[int, str]]:
    """List all addresses of the web that a text leads to, those of its sources too."""
    for link in subject.outline.links:
        yield link.line, link.target
    for index, source in enumerate(subject.item.sources):
        yield subject.line("sources", index, "url"), source.url


def _split(address: str) -> SplitResult | None:
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    return parts if parts.scheme in {"http", "https"} and parts.hostname else None


def _advice(query: dict[str, list[str]]) -> str:
    targets = [values[0] for values in query.values() if re.match(r"https?://", values[0])]
    if targets:
        return f"Schreiben Sie das Ziel selbst: {targets[0]}"
    return "Öffnen Sie ihn, und kopieren Sie die Adresse, bei der Sie ankommen."


def _plain(parts: SplitResult) -> str:
    kept = [(k, v) for k, v in parse_qsl(parts.query) if not _PARAMETERS.fullmatch(k)]
    return parts._replace(query=urlencode(kept), fragment="").geturl()


RULES = (
    TextRule("tracked-link", Severity.WARNING, _tracked),
    TextRule("link-to-oneself", Severity.WARNING, _leads_here),
)
