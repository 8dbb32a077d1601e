"""The build, step by step: content, pages, search index, compression, switch.

A build is assembled in a folder beside the target and takes the target's place when it is complete.
If it fails or is killed, the target stays as it was.
"""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from flask import Flask

from website.build import built_files, compression, freezer, search_index, workers
from website.build.freezer import Progress
from website.build.incremental import reuse
from website.build.incremental.inputs import Inputs
from website.build.incremental.reuse import Reuse
from website.build.incremental.up_to_date import Outcome
from website.build.targets import BuildTarget
from website.content import library_problems, published
from website.content.library import Library
from website.content.loading import Before
from website.content.problems import Problem
from website.content.rendering import Kept
from website.exceptions import ContentError
from website.infra import dirsync
from website.infra.dirsync import TreeState
from website.ops.deploy import speculation_rules
from website.web.services import Services, services

log = logging.getLogger(__name__)

MakeApp = Callable[[Before | None], Flask]
"""Creates the application, given the content as read and rendered for the last build."""

SHARED = (
    "/sitemap.xml",
    "/robots.txt",
    "/_headers",
    "/_redirects",
    speculation_rules.PATH,
)
"""Files that exist once, for all editions together."""

OF_EDITION = ("/feed.xml", "/feed.json", "/404.html", "/413.html", "/503.html")


@dataclass(frozen=True)
class Gate:
    """Decides whether content may be published, and when pages go live."""

    check: Callable[[Library], object]
    """Called once the content is read and rendered; raises ContentError to refuse it."""
    before_live: Callable[[], object] = lambda: None
    """Called when all pages are complete, before they replace the live ones."""


def refuse(library: Library, *, strict: bool) -> None:
    """Refuse content with errors.

    :param strict: also refuse placeholders; otherwise only errors that would break a page.
    :raises ContentError: with the errors of all files, if there are any.
    """
    found = _all_problems(library) if strict else of_pages(library)
    if errors := [problem for problem in found if problem.blocks]:
        raise ContentError(errors)


def run(  # noqa: PLR0913 - options
    target: BuildTarget,
    inputs: Inputs,
    live: TreeState,
    make_app: MakeApp,
    progress: Progress,
    *,
    jobs: int,
    clean: bool,
    gate: Gate,
) -> Outcome:
    """Build the site and publish it at a locked target; see :func:`website.build.builder.build`.

    :param live: the files at the target.
    """
    with reuse.opened(target, inputs, live, clean=clean) as reused:
        app = make_app(reused.content)
        library = services(app).german
        for edition in library.every_edition:
            edition.texts.blobs = reused.blobs
            reused.blobs.close()
            _render_texts(edition, jobs)
        gate.check(library)
        result = _write(app, target, reused, progress, gate, jobs=jobs)
    if target.is_release:
        published.record(library.folder, library.promised, library.questionnaire.keys)
    return result


def _render_texts(library: Library, jobs: int) -> None:
    """Render in several processes the texts of an edition that are not rendered yet."""
    waiting = {item.text.label: item for item in library.unrendered()}

    def work(labels: Sequence[str]) -> dict[str, Kept]:
        for label in labels:
            library.render(waiting[label])
        return {label: library.texts.kept[label] for label in labels}

    for _, made in workers.spread(list(waiting), jobs, work):
        library.texts.kept.update(made)


def of_pages(library: Library) -> tuple[Problem, ...]:
    """Return the problems of all editions that concern their pages."""
    return tuple(
        problem for edition in library.every_edition for problem in library_problems.every(edition)
    )


def _all_problems(library: Library) -> tuple[Problem, ...]:
    # Imported here: only a release needs its word lists, which take a fifth of an edit's build.
    from website import checking  # noqa: PLC0415

    return checking.check(library)


def _write(
    app: Flask,
    target: BuildTarget,
    reused: Reuse,
    progress: Progress,
    gate: Gate,
    *,
    jobs: int,
) -> Outcome:
    shared = services(app)
    library, root = shared.german, shared.settings.site_root
    public = (at.removeprefix(root) for at in public_addresses(shared))
    paths = {at: freezer.path_of(at) for at in public}
    missing = reused.missing(app, paths)
    live, index = reused.live, reused.search(search_index.indexes(library))
    if missing or not reused.is_complete or not target.is_set_up:
        reused.link(index)
        reused.blobs.close()
        for made in freezer.freeze(app, target.spare, missing, reused.watch, progress, jobs=jobs):
            reused.add(made)
        index, live = _write_index(target, library, reused, index, jobs)
        if target.is_release:
            # It takes long, and only visitors benefit from it.
            compression.compress(target.spare, shared.cache)
            live = dirsync.walk(target.spare)
        built_files.note(target, live.files)
        gate.before_live()
        target.go_live()
    else:
        reused.pack(library)
    editions = library.every_edition
    left_out = sum(1 for edition in editions for _ in edition.file_cache.strays)
    open_facts = sum(len(edition.open_facts) for edition in editions)
    result = Outcome(len(paths), len(missing), open_facts, left_out)
    try:
        reused.save(live, index, result)
    except OSError as error:
        log.warning("Die Seiten sind online; der nächste Build macht alle neu: %s", error)
    return result


def public_addresses(shared: Services) -> Iterator[str]:
    """Yield the addresses of all files of a build, some of them more than once.

    What is not listed here is not published.
    """
    for edition in shared.editions.values():
        library, addresses = edition.library, edition.library.addresses
        yield from library.titles
        yield from library.redirects
        for name in sorted(library.image_names):
            yield addresses.image(name)
        for name in sorted(edition.cards.names):
            yield addresses.card(name)
        for path in OF_EDITION:
            yield addresses.at_root(path)
    german = shared.german
    for path in SHARED:
        yield german.addresses.at_root(path)
    if german.has_security_contact:
        yield german.addresses.security_contact
    yield from shared.assets.addresses


def _write_index(
    target: BuildTarget, library: Library, reused: Reuse, kept: Mapping[str, str], jobs: int
) -> tuple[dict[str, str], TreeState]:
    """Write the search index; meanwhile, prepare what is stored for the next build.

    :param kept: the existing parts of the index.
    :returns: all parts, and the files of the build.
    """
    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(
            search_index.write,
            target.spare,
            reused.searched,
            indexes=search_index.indexes(library),
            kept=kept,
            jobs=jobs,
        )
        found = dirsync.walk(target.spare).files
        reused.pack(library)
        index = writing.result()
    changed = {part for part in index if index[part] != kept.get(part)}
    # Their files were being replaced while the folder was walked.
    files = {path: found[path] for path in found if search_index.part_of(path) not in changed}
    for part in changed:
        files |= dirsync.walk(target.spare, f"{part}/").files
    return index, TreeState(files)
