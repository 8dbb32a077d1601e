"""Reader of authors' plain-text lists: one entry per line, ``#`` starts a comment."""

import functools
from collections.abc import Mapping
from pathlib import Path

from website.content import text_files
from website.content.files import same_name
from website.exceptions import UnreadableFile

WORDS = "woerter.txt"
"""Words that are right although no dictionary has them."""


def read(folder: Path, name: str) -> Mapping[str, str]:
    """Return the entries of a list: the text before the colon, and the text after it.

    Read once for as long as the file does not change; empty where there is none.
    """
    path = folder / name
    try:
        state = path.stat()
    except OSError:
        return {}
    return _read(path, state.st_mtime_ns, state.st_size)


@functools.lru_cache(maxsize=64)
def _read(path: Path, _changed: int, _size: int) -> Mapping[str, str]:
    entries: dict[str, str] = {}
    try:
        text = text_files.read(path)
    except (OSError, UnreadableFile):  # told by a rule
        return entries
    for row in text.split("\n"):
        key, _, value = same_name(row.partition("#")[0]).partition(":")
        if key.strip():
            entries[key.strip()] = value.strip()
    return entries
