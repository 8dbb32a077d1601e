"""Whether there is anything to do, found out before anything else is even imported.

What a build becomes follows from what it is made from. Where every byte of that is as it was at the
last build, and what that build has made stands as it was left, the next would make the same.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from website.build import input_digests
from website.content import files as found_below

if TYPE_CHECKING:
    import datetime
    from pathlib import Path

    from website.build.dirsync import TreeState
    from website.build.targets import BuildTarget
    from website.config import Settings

FILE = "outcome"


@dataclass(frozen=True)
class Outcome:
    """What became of a build."""

    files: int
    made: int
    """Of these, the ones that are new or were made again."""
    open_facts: int
    """What is said nowhere yet, and shown as missing."""
    left_out: int = 0
    """Files of the content that are not published, most likely by mistake."""


def made_from(
    settings: Settings, place: BuildTarget, root: Path, today: datetime.date, *, strict: bool
) -> tuple[str, dict[str, str]]:
    """Digest all that a build is made from.

    :param root: of the checkout.
    :param strict: whether it would be refused for any error.
    :returns: a digest of everything, and those of content, templates and static files by path.
    """
    parts = [input_digests.of_code(), repr(settings), repr(place), str(today), str(strict)]
    digest = hashlib.sha256("\0".join(parts).encode())
    files = {
        path: _content(path)
        for folder in (settings.content_dir, root / "templates", root / "static")
        for path in _files(folder)
    }
    for path, content in files.items():
        digest.update(os.fsencode(f"{path}\0{content}\0"))
    return digest.hexdigest(), files


def look(place: BuildTarget, source: str, standing: TreeState) -> Outcome | None:
    """Give the outcome of the last build if another would leave everything as it is.

    :param source: what :func:`made_from` gives now.
    :param standing: what is live.
    """
    try:
        known, seal, kept = (place.workshop / FILE).read_text("utf-8").split("\n")
    except (OSError, ValueError):
        return None
    if not place.is_set_up or known != source:
        return None
    if seal != _seal(kept, source, standing):
        return None
    return Outcome(**json.loads(kept), made=0)


def keep(place: BuildTarget, source: str, outcome: Outcome, standing: TreeState) -> None:
    """Note how a build came out, for :func:`look`.

    :param standing: what it has made.
    """
    kept = asdict(outcome)
    del kept["made"]
    text = json.dumps(kept)
    lines = (source, _seal(text, source, standing), text)
    (place.workshop / FILE).write_text("\n".join(lines), "utf-8")


def _seal(text: str, source: str, standing: TreeState) -> str:
    files = sorted(standing.files.items())
    return hashlib.sha256(f"{text}\0{source}\0{files}".encode()).hexdigest()


def _content(path: str) -> str:
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - thousands
            return hashlib.sha256(file.read()).hexdigest()
    except OSError:
        # Deleted a moment ago, or nobody may read it; whoever needs it says so.
        return ""


def _files(folder: Path) -> list[str]:
    return sorted(found.path for found in found_below.walk(folder))
