"""Which errors stop a publication: those in what it changes, and those that it causes elsewhere.

What was wrong before stops nobody else. Facts that the owner still owes stop only what shows them
for the first time.
"""

import datetime
import http.client
import json
import time
from collections.abc import Callable, Collection, Iterable
from enum import Enum
from pathlib import Path
from urllib.parse import urlsplit

from website import checking
from website.build.pipeline import of_pages
from website.content.library import Library
from website.content.problems import Problem
from website.exceptions import ContentError
from website.infra import disk, http_client

Known = Callable[[], Collection[str]]
"""Returns the errors that were there before, as :func:`key` writes them."""


class Strictness(Enum):
    """What a publication is refused for."""

    EVERYTHING = "everything"
    """Any error and any open fact: the first release."""
    PAGES = "pages"
    """Whatever would break a page."""
    CHANGES = "changes"
    """Errors in the texts that change, and new ones anywhere."""
    DAMAGE = "damage"
    """New errors alone: taking a change back must not wait for better texts."""


def check(
    library: Library, strictness: Strictness, changed: Collection[str], known: Known
) -> list[Problem]:
    """Return the errors of the content, and refuse a publication for some of them.

    :param changed: files, named from the content folder.
    :param known: asked only if that decides.
    :raises ContentError: with the errors that stop it.
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
            stopping += [problem for problem in others if key(problem) not in before]
    if stopping:
        raise ContentError(sorted(stopping))
    return found


def key(problem: Problem) -> str:
    """Return by what an error is known again when lines above it have changed."""
    return f"{problem.path}: {problem.message}"


def read_errors(file: Path, tree: str, day: datetime.date) -> list[str] | None:
    """Return the errors of what is official on a day; nothing if those of another tree are kept."""
    try:
        kept = json.loads(file.read_bytes())
        is_right = kept["of"] == [tree, day.isoformat()]
        return list(kept["errors"]) if is_right else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def keep_errors(file: Path, tree: str, day: datetime.date, errors: Collection[str]) -> None:
    """Keep the errors of what is official, so that the next publication need not look for them."""
    kept = {"of": [tree, day.isoformat()], "errors": sorted(errors)}
    disk.replace(file, json.dumps(kept).encode())


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
