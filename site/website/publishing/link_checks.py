"""Looks whether other websites still have the pages that our texts link to.

A hint for editors that stops nothing. Sites that turn programs away count as there.
"""

from __future__ import annotations

import http.client
import ssl
import time
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from website.editorial import external_links
from website.editorial.external_links import ExternalLinks
from website.infra import http_client, network

if TYPE_CHECKING:
    import datetime

    from website.editorial.workspace import Workspace
    from website.infra.database import Database

AT_ONCE = 5
"""Links that are looked at in one run, so that other jobs need not wait long."""
TIMEOUT = 8.0
"""Seconds for one link, with all its redirects."""
REDIRECTS = 5
PAUSE = 0.5
"""Seconds between two links."""

_HEADERS = {"User-Agent": "Mozilla/5.0 (compatible; link check)", "Accept": "*/*"}
_NO_ANSWER = "Die Website antwortet nicht."
_GONE = {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}


def check_some(database: Database, workspace: Workspace, now: datetime.datetime) -> str:
    """Look at the links whose turn it is, and return a summary for the log.

    :raises StorageError: if the database cannot be used.
    """
    folder, links = workspace.content, ExternalLinks(database)
    texts = {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.md")
    }
    due = links.due(external_links.find(texts).keys(), now, AT_ONCE)
    reasons = {}
    for url in due:
        reasons[url] = reason_of(url)
        time.sleep(PAUSE)
    if len(due) > 1 and set(reasons.values()) == {_NO_ANSWER}:
        return "no website answers: is this machine on the internet?"
    for url, reason in reasons.items():
        links.record(url, reason, now)
    return f"{len(due)} links checked"


def reason_of(url: str, *, resolve: network.Resolve | None = None) -> str:
    """Return why an address leads nowhere, in German; nothing if it leads somewhere."""
    deadline = network.Deadline(TIMEOUT)
    try:
        for _ in range(REDIRECTS):
            response = _asked(url, deadline, resolve or public_only)
            location = response.headers["Location"]
            if not (HTTPStatus.MULTIPLE_CHOICES <= response.status < HTTPStatus.BAD_REQUEST):
                return _verdict(response.status)
            if not location:
                return ""
            url = urljoin(url, location)
    except ssl.SSLError:
        return "Das Zertifikat der Website ist ungültig."
    except (OSError, http.client.HTTPException, ValueError):
        return _NO_ANSWER
    return "Die Adresse leitet im Kreis weiter."


def _asked(
    url: str, deadline: network.Deadline, resolve: network.Resolve
) -> http.client.HTTPResponse:
    """Ask for a page, and read nothing of it.

    :raises ValueError: if the address is none of the web.
    :raises OSError: or HTTPException, if no answer comes.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(url)
    encryption = ssl.create_default_context() if parts.scheme == "https" else None
    host = parts.hostname.encode("idna").decode()
    port = parts.port or (443 if encryption else 80)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    with http_client.open_connection(
        host, port, deadline, encryption=encryption, resolve=resolve
    ) as connection:
        connection.request("GET", target, headers=_HEADERS)
        return connection.getresponse()


def public_only(host: str, port: int) -> list[str]:
    """Return the addresses of a host on the internet: nobody looks into our own network.

    :raises OSError: if there are none.
    """
    found = [address for address in network.resolve(host, port) if network.is_public(address)]
    if not found:
        raise OSError(f"{host} has no public address")
    return found


def _verdict(status: int) -> str:
    if status in _GONE:
        return "Die Seite gibt es nicht mehr."
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return f"Die Website meldet einen Fehler ({status})."
    return ""
