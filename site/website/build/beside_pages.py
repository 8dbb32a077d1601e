"""What is made beside the pages when all of them are written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from website.build import compression, search_index
from website.web.services import services

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flask import Flask

    from website.build.targets import BuildTarget


def finish(
    app: Flask,
    place: BuildTarget,
    pages: Mapping[str, str],
    before: search_index.Keys,
    *,
    jobs: int,
    meanwhile: Callable[[], None],
) -> search_index.Keys:
    """Add to the spare folder what is made from its pages.

    :param pages: what is searched of them, as digests, by path.
    :param before: the parts of the search's index that are there.
    :param meanwhile: is done while other processes are at work.
    :returns: the parts that are there now.
    """
    library = services(app).library
    index = search_index.Index(place.spare, library.search_parts, jobs)
    with index.making(pages, before) as keys:
        meanwhile()
    if place.is_release:
        # It takes long, and is done for the visitors' sake.
        compression.compress(place.spare, services(app).cache)
    return keys
