"""Precompression of text files by gzip and Brotli, so that web servers need not compress them."""

import gzip
import hashlib
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import brotli

from website.infra.cache import Cache

TEXTS = frozenset({".css", ".html", ".js", ".json", ".svg", ".txt", ".xml"})
SMALLEST = 256
"""Bytes. For smaller files, the headers outweigh the savings."""


# The level is part of the name in the cache: another one produces other bytes.
VARIANTS: tuple[tuple[str, str, Callable[[bytes], bytes]], ...] = (
    (".gz", "gzip-9", partial(gzip.compress, compresslevel=9, mtime=0)),
    (".br", "brotli-11", partial(brotli.compress, quality=11)),
)


def compress(folder: Path, cache: Cache) -> None:
    """Write ``.gz`` and ``.br`` variants beside each text file in a folder."""
    for path in sorted(folder.rglob("*")):
        if path.suffix in TEXTS and path.is_file() and path.stat().st_size >= SMALLEST:
            _add_variants(path, cache)


def _add_variants(path: Path, cache: Cache) -> None:
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    for suffix, quality, packed in VARIANTS:
        made = cache.file(f"{quality}/{digest[:2]}/{digest}", lambda pack=packed: pack(content))  # type: ignore[misc]
        shutil.copyfile(made, path.with_name(path.name + suffix))
