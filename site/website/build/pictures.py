"""Images and cards: files already, so they are copied and not asked for as pages are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from website.content import variants
from website.web.services import services

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask

    from website.content.library import Library


def file(app: Flask, library: Library, address: str) -> Path:
    """Give the file for an address, made now if it never was.

    :raises ImageError: if its original is no longer what it was.
    """
    folder, _, name = address.partition("/")
    cards, cache = services(app).cards, services(app).cache
    if folder == "karten":
        path: Path = cards.make(cards.names[name], cache)
        return path
    return variants.make(library.image_names[name], cache)
