"""Entry point of a build: lock the target, and run the pipeline if anything has changed."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING

from website.build import built_files, targets
from website.build.incremental import inputs, up_to_date
from website.build.incremental.up_to_date import Outcome
from website.build.targets import BuildTarget
from website.config import ROOT, Settings
from website.infra import dirsync

if TYPE_CHECKING:
    from website.build.freezer import Progress
    from website.build.pipeline import Gate, MakeApp


def build(  # noqa: PLR0913 - options
    target: BuildTarget,
    settings: Settings,
    make_app: MakeApp,
    progress: Progress,
    *,
    root: Path = ROOT,
    jobs: int = 1,
    clean: bool = False,
    strict: bool = False,
    gate: Gate | None = None,
) -> Outcome:
    """Build the site and publish it at a target.

    :param root: folder of the checkout.
    :param clean: render everything again, even if nothing has changed.
    :param strict: refuse content with any error, not only with those that would break a page.
    :param gate: replaces that check; also called before the pages go live.
    :raises ContentError: with the errors of all files.
    :raises FreezeError: if another build is running; if files that no build has made would be
        replaced; or naming the address that could not be frozen.
    """
    built_files.require(target)
    with targets.locked(target):
        made_from = inputs.read(settings, target, root, strict=strict)
        live = dirsync.walk(target.current)
        if not clean and (last := up_to_date.if_unchanged(target, made_from, live)):
            return last
        built_files.require_files(target, live)
        # Imported here: the import takes longer than detecting that nothing has changed.
        from website.build import pipeline  # noqa: PLC0415

        return pipeline.run(
            target,
            made_from,
            live,
            make_app,
            progress,
            jobs=jobs,
            clean=clean,
            gate=gate or pipeline.Gate(functools.partial(pipeline.refuse, strict=strict)),
        )
