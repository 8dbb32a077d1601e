"""Comparison of live pages with those that were built: what visitors get is the only proof."""

import http.client
import time
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit

from website.infra import http_client

TIMEOUT = 5.0
TRIES = 3
PAUSE = 0.3
"""Seconds between two tries: a proxy may look at its files only now and then."""
MOST = 3
"""Pages that are compared."""


def differences(base_url: str, build: Path, pages: Iterable[tuple[str, str]]) -> str:
    """Return in German which live page is not the one that was built; nothing if all are.

    :param pages: address and file of each.
    """
    return next(
        filter(None, (_difference(base_url, address, build / file) for address, file in pages)), ""
    )


def _difference(base_url: str, address: str, file: Path) -> str:
    url = f"{urlsplit(base_url)._replace(path='').geturl()}{address}"
    expected, found = file.read_bytes(), ""
    for attempt in range(TRIES):
        if attempt:
            time.sleep(PAUSE)
        try:
            headers = {"Accept-Encoding": "identity", "Cache-Control": "no-cache"}
            response = http_client.request(url, timeout=TIMEOUT, headers=headers)
        except OSError as error:
            found = f"{url} ist nicht erreichbar: {error}"
            continue
        if response.status != http.client.OK:
            found = f"{url} antwortet mit {response.status}."
        elif response.body != expected[: http_client.MAX_BODY]:
            found = f"{url} zeigt noch nicht den neuen Stand."
        else:
            return ""
    return found
