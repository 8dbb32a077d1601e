"""Checks of a publication: of its content before it goes live, and of the live pages afterwards.

A publication is refused for errors in the files that it changes, and for new errors elsewhere.
Errors that existed before do not stop it. Missing facts of the owner stop only texts that show
them for the first time.
"""

import datetime
import http.client
import json
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from enum import Enum
from pathlib import Path
from urllib.parse import urljoin

from website import checking
from website.build.pipeline import of_pages
from website.content.library import Library
from website.content.problems import Problem
from website.exceptions import ContentError
from website.infra import disk, http_client

Known = Callable[[], Collection[str]]
"""Returns the keys of the errors that existed before, as made by :func:`key`."""


class Strictness(Enum):
    """Which errors a publication is refused for."""

    EVERYTHING = "everything"
    """All errors and missing facts, for the first release."""
    PAGES = "pages"
    """Errors that would break a page."""
    CHANGES = "changes"
    """Errors in changed texts, and new errors anywhere."""
    DAMAGE = "damage"
    """New errors only, so that a reversal is never blocked by old ones."""


def check(
    library: Library, strictness: Strictness, changed: Mapping[str, str], known: Known
) -> list[Problem]:
    """Return the errors of the content, unless some of them stop the publication.

    :param changed: changed files and their former names, relative to the content folder.
    :param known: called only if needed.
    :raises ContentError: with the errors that stop the publication.
    """
    is_own = strictness is Strictness.CHANGES
    match strictness:
        case Strictness.EVERYTHING:
            stopping = found = [problem for problem in checking.check(library) if problem.blocks]
        case Strictness.PAGES:
            found = list(checking.errors(library, ()))
            stopping = [problem for problem in of_pages(library) if problem.blocks]
        case _:
            found = list(checking.errors(library, changed if is_own else ()))
            own = {library.label(path) for path in changed if is_own and path.endswith(".md")}
            facts = library.every_open_fact
            stopping = [p for p in found if p.path in own and p not in facts]
            others = [p for p in found if p not in stopping]
            before = known() if others else ()
            former = {library.label(path): library.label(name) for path, name in changed.items()}
            stopping += [
                problem
                for problem in others
                if key(replace(problem, path=former.get(problem.path, problem.path))) not in before
            ]
    if stopping:
        raise ContentError(sorted(stopping))
    return found


def key(problem: Problem) -> str:
    """Return the identity of an error, independent of its line."""
    return f"{problem.path}: {problem.message}"


def read_errors(file: Path, tree: str, day: datetime.date) -> list[str] | None:
    """Return the cached errors of the official content on a day; None if they are outdated."""
    try:
        kept = json.loads(file.read_bytes())
        is_right = kept["of"] == [tree, day.isoformat()]
        return list(kept["errors"]) if is_right else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def keep_errors(file: Path, tree: str, day: datetime.date, errors: Collection[str]) -> None:
    """Cache the errors of the official content for the next publication."""
    kept = {"of": [tree, day.isoformat()], "errors": sorted(errors)}
    disk.replace(file, json.dumps(kept).encode())


TIMEOUT = 5.0
TRIES = 3
PAUSE = 0.3
"""Seconds between two tries, as a proxy may check its files only at intervals."""
MOST = 3
"""Maximum number of pages to compare."""


def differences(base_url: str, build: Path, pages: Iterable[tuple[str, str]]) -> str:
    """Return a German message about the first live page that differs; empty if none does.

    :param pages: address and built file of each page.
    """
    return next(
        filter(None, (_difference(base_url, address, build / file) for address, file in pages)), ""
    )


def _difference(base_url: str, address: str, file: Path) -> str:
    url = urljoin(base_url, address)
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
