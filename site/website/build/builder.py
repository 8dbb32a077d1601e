"""One build from beginning to end; at its beginning, whether there is anything to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from website.build import build_cache, ownership, unchanged
from website.build.output_snapshot import Standing
from website.config import ROOT
from website.infra import clock
from website.web.services import services

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flask import Flask

    from website.build.targets import BuildTarget
    from website.build.unchanged import Outcome
    from website.config import Settings
    from website.content.library import Before

    Progress = Callable[[int, int], None]
    """Told now and then: how many pages are done, of how many."""
    Make = Callable[[Before | None], Flask]
    """Makes the application, given what was read and rendered before."""


def build(  # noqa: PLR0913 - options
    place: BuildTarget,
    settings: Settings,
    make: Make,
    progress: Progress,
    *,
    root: Path = ROOT,
    jobs: int = 1,
    clean: bool = False,
    strict: bool = False,
) -> Outcome:
    """Bring the site to its place.

    :param root: of the checkout.
    :param clean: make everything anew, whatever has changed.
    :param strict: refuse content with any error there is, not only with what would break a page.
    :raises ContentError: with every error of every file.
    :raises FreezeError: if another build is at work; if something would be replaced that no build
        has made; or naming the address that cannot be frozen.
    """
    ownership.require(place)
    with build_cache.locked(place), Standing(place, jobs) as found:
        source, files = unchanged.made_from(settings, place, root, clock.today(), strict=strict)
        if not clean and (last := unchanged.look(place, source, found.current)):
            return last
        ownership.require_files(place, found.current)
        # Imported where it is needed: it takes longer than to find out that it is not.
        from website.build import freezer, texts  # noqa: PLC0415
        from website.build.build_context import opened  # noqa: PLC0415
        from website.content import published  # noqa: PLC0415

        with opened(place, found, jobs=jobs, clean=clean) as workshop:
            if before := workshop.before:
                before.readings.digests = files
            app = make(before)
            texts.render(services(app).library, workshop.blobs, jobs)
            freezer.check(services(app).library, release=strict)
            outcome = freezer.freeze(app, workshop, progress)
        if place.is_release:
            published.record(services(app).library)
        unchanged.keep(place, source, outcome, workshop.standing)
        return outcome
