"""One freeze, from content to a folder that any web server can serve.

Frozen-Flask makes the pages that are not as they were; all others are linked from the last build.
Everything happens in a folder beside the destination, and only when all pages are there does it
take the destination's place. A freeze that fails, or is killed, leaves everything as it was.

Why the result is what a build from nothing gives: docs/decisions/0004-incremental-freezing.md.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from website.build import build_cache, dirsync, input_digests, ownership, page_writer, texts
from website.build.beside_pages import finish
from website.build.build_plan import others, plan
from website.build.dependencies import Answers
from website.build.search_index import folder_of
from website.build.unchanged import Outcome
from website.exceptions import ContentError
from website.web.services import services

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from website.build.build_context import BuildContext
    from website.build.build_plan import Plan
    from website.build.builder import Progress
    from website.build.search_index import Keys
    from website.build.targets import BuildTarget
    from website.content.library import Library
    from website.content.problems import Problem


def check(library: Library, *, release: bool) -> None:
    """Refuse to freeze content that has errors.

    :param release: look for every error there is, also for facts that are placeholders; without,
        only for what would break a page.
    :raises ContentError: with every error of every file.
    """
    found = _everything_wrong(library) if release else library.check()
    if errors := [problem for problem in found if problem.blocks]:
        raise ContentError(errors)


def _everything_wrong(library: Library) -> tuple[Problem, ...]:
    # Its rules and word lists take long to import, and only a release needs them.
    from website import checking  # noqa: PLC0415

    return checking.check(library)


def freeze(app: Flask, workshop: BuildContext, progress: Progress) -> Outcome:
    """Bring the site to its place.

    :raises FreezeError: naming the address that could not be frozen.
    """
    library = services(app).library
    place = workshop.place
    common = input_digests.of_every_page(app)
    answers = Answers(library)
    planned = plan(app, workshop, common, answers)
    made = dict(planned.kept)
    workshop.standing = workshop.found.current
    is_new = bool(planned.missing) or planned.others_changed or not place.is_set_up
    if is_new:
        kept = _keep(workshop, planned)
        for address, page in planned.kept.items():
            if kept[page.path] != page.signature:  # could not be linked: a copy
                made[address] = replace(page, signature=kept[page.path])
        written = page_writer.make(app, workshop, planned, answers, progress)
        made |= written
        workshop.standing = dirsync.TreeState(
            kept | {m.path: m.signature for m in written.values()}
        )
    texts.keep(library, workshop.memory, workshop.blobs)
    workshop.memory.common, workshop.memory.made = common, made
    save = partial(build_cache.save, place.workshop / "memory", workshop.memory)
    if is_new:
        _go_live(app, workshop, planned, meanwhile=save)
    else:
        save()
    left_out = len(list(library.readings.strays))
    return Outcome(len(made), len(planned.missing), len(library.open_facts), left_out)


def _keep(workshop: BuildContext, planned: Plan) -> dict[str, dirsync.Signature]:
    """Bring to the spare folder what need not be made."""
    place, found = workshop.place, workshop.found
    wanted = [kept.path for kept in planned.kept.values()] + planned.index_files
    folders = place.current, found.current, place.spare, found.spare
    kept = dirsync.mirror(*folders, wanted, room=planned.paths.values())
    place.spare.chmod(0o755)
    return kept


def _go_live(
    app: Flask, workshop: BuildContext, planned: Plan, *, meanwhile: Callable[[], None]
) -> None:
    place, beside = workshop.place, workshop.beside
    made = workshop.memory.made.values()
    searched = {page.path: page.searched for page in made if page.searched}
    # What is saved before it is live, and then never becomes so, is told by signatures.
    beside.index = finish(
        app, place, searched, planned.index, jobs=workshop.jobs, meanwhile=meanwhile
    )
    workshop.standing.files.update(_new_beside(place, planned, beside.index))
    beside.finished = others(workshop.standing, planned.paths.values())
    ownership.note(place, workshop.standing.files)
    place.go_live()
    build_cache.save(place.workshop / "beside", beside)


def _new_beside(place: BuildTarget, planned: Plan, index: Keys) -> dict[str, dirsync.Signature]:
    """Look at what has just been made from all pages together."""
    if place.is_release:
        return dirsync.walk(place.spare).files
    changed = [number for number, key in index.items() if planned.index.get(number) != key]
    parts = [dirsync.walk(place.spare, folder_of(number)) for number in changed]
    return {path: state for part in parts for path, state in part.files.items()}
