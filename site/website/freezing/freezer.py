"""One freeze, from content to a folder that any web server can serve.

Frozen-Flask makes the pages that are not as they were; all others are linked from the last build.
Everything happens in a folder beside the destination, and only when all pages are there does it
take the destination's place. A freeze that fails, or is killed, leaves everything as it was.

Why the result is what a build from nothing gives: docs/decisions/0004-incremental-freezing.md.
"""

from __future__ import annotations

import contextlib
import shutil
import warnings
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

import flask_frozen

from website.assets import NAMED_BY_CONTENT
from website.cache import Blobs
from website.exceptions import ContentError, FreezeError
from website.freezing import inputs, memory, pictures, texts, trees, workers
from website.freezing.addresses import public_addresses
from website.freezing.compiled import Compiled
from website.freezing.finishing import finish
from website.freezing.memory import Beside, Made, Memory
from website.freezing.recording import Answers, Recorder
from website.freezing.search_index import folder_of, part_of
from website.freezing.searched import name_of
from website.freezing.unchanged import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from flask import Flask

    from website.content.library import Before, Library
    from website.content.problems import Problem
    from website.freezing.building import Progress
    from website.freezing.places import Place
    from website.freezing.search_index import Keys
    from website.freezing.standing import Standing

PICTURES = ("bilder/", "karten/")
"""Files already, which are copied."""


@dataclass
class Workshop:
    """What a build works with; held by one build at a time."""

    place: Place
    found: Standing
    memory: Memory
    beside: Beside
    blobs: Blobs
    jobs: int = 1
    standing: trees.Found = field(default_factory=trees.Found)
    """What is live when the build is done."""

    @property
    def before(self) -> Before | None:
        """What was read and rendered for the last build, of the same code."""
        if found := self.memory.before:
            found.texts.blobs = self.blobs
        return found


@dataclass
class _Plan:
    """Which files there will be, and which of them stand already."""

    paths: dict[str, str]
    """The path of each address."""
    others_changed: bool
    """Whether anything else is live than what the last build has put beside the pages."""
    kept: dict[str, Made] = field(default_factory=dict)
    index: Keys = field(default_factory=dict)
    """The parts of the search's index that stand as they were written."""
    index_files: list[str] = field(default_factory=list)

    @property
    def missing(self) -> list[str]:
        """The addresses that must be made."""
        return [address for address in self.paths if address not in self.kept]


@contextlib.contextmanager
def opened(
    place: Place, found: Standing, *, jobs: int = 1, clean: bool = False
) -> Iterator[Workshop]:
    """Open the workshop of a place that is :func:`memory.locked`.

    :param found: what is in its folders.
    :param clean: forget what was there, to make everything anew.
    """
    kept = place.workshop / "texts.sqlite3"
    code = inputs.of_code()
    if clean:
        kept.unlink(missing_ok=True)
    known, beside = Memory(code), Beside(code)
    if not clean:
        known = memory.load(place.workshop / "memory", code, Memory)
        beside = memory.load(place.workshop / "beside", code, Beside)
    blobs = Blobs(kept)
    try:
        yield Workshop(place, found, known, beside, blobs, jobs)
    finally:
        blobs.close()


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


def freeze(app: Flask, workshop: Workshop, progress: Progress) -> Outcome:
    """Bring the site to its place.

    :raises FreezeError: naming the address that could not be frozen.
    """
    library: Library = app.extensions["library"]
    place = workshop.place
    common = inputs.of_every_page(app)
    answers = Answers(library)
    plan = _plan(app, workshop, common, answers)
    made = dict(plan.kept)
    workshop.standing = workshop.found.current
    is_new = bool(plan.missing) or plan.others_changed or not place.is_set_up
    if is_new:
        kept = _keep(workshop, plan)
        # Another file where it could not be linked.
        made = {at: replace(page, signature=kept[page.path]) for at, page in made.items()}
        written = _write(app, workshop, plan, answers, progress)
        made |= written
        workshop.standing = trees.Found(kept | {m.path: m.signature for m in written.values()})
    texts.keep(library, workshop.memory, workshop.blobs)
    workshop.memory.common, workshop.memory.made = common, made
    save = partial(memory.save, place.workshop / "memory", workshop.memory)
    if is_new:
        _go_live(app, workshop, plan, meanwhile=save)
    else:
        save()
    return Outcome(len(made), len(plan.missing), len(library.open_facts))


def _keep(workshop: Workshop, plan: _Plan) -> dict[str, trees.Signature]:
    """Bring to the spare folder what need not be made."""
    place, found = workshop.place, workshop.found
    wanted = [kept.path for kept in plan.kept.values()] + plan.index_files
    folders = place.current, found.current, place.spare, found.spare
    kept = trees.mirror(*folders, wanted, room=plan.paths.values())
    place.spare.chmod(0o755)
    return kept


def _go_live(app: Flask, workshop: Workshop, plan: _Plan, *, meanwhile: Callable[[], None]) -> None:
    place, beside = workshop.place, workshop.beside
    made = workshop.memory.made.values()
    searched = {page.path: page.searched for page in made if page.searched}
    # What is saved before it is live, and then never becomes so, is told by signatures.
    beside.index = finish(app, place, searched, plan.index, jobs=workshop.jobs, meanwhile=meanwhile)
    workshop.standing.files.update(_new_beside(place, plan, beside.index))
    beside.finished = _others(workshop.standing, plan.paths.values())
    place.go_live()
    memory.save(place.workshop / "beside", beside)


def _new_beside(place: Place, plan: _Plan, index: Keys) -> dict[str, trees.Signature]:
    """Look at what has just been made from all pages together."""
    if place.is_release:
        return trees.walk(place.spare).files
    changed = [number for number, key in index.items() if plan.index.get(number) != key]
    parts = [trees.walk(place.spare, folder_of(number)) for number in changed]
    return {path: state for part in parts for path, state in part.files.items()}


def _plan(app: Flask, workshop: Workshop, common: str, answers: Answers) -> _Plan:
    """Keep each file that is still what we wrote, if it would be made from the same today."""
    root = app.extensions["settings"].site_root
    library: Library = app.extensions["library"]
    public = public_addresses(library, app.extensions["assets"], app.extensions["cards"])
    relative = (address.removeprefix(root) for address in public)
    paths = {address: _path(address) for address in relative}
    standing = workshop.found.current
    others = _others(standing, paths.values())
    plan = _Plan(paths, others_changed=others != workshop.beside.finished)
    for address, path in plan.paths.items():
        made = workshop.memory.made.get(address)
        if made is None or standing.files.get(path) != made.signature:
            continue
        is_same = workshop.memory.common == common and answers.key(made.questions) == made.key
        if is_same or address.startswith(NAMED_BY_CONTENT):
            plan.kept[address] = made
    _keep_index(plan, workshop.beside, others, library.search_parts)
    return plan


def _keep_index(
    plan: _Plan, last: Beside, others: Mapping[str, trees.Signature], parts: int
) -> None:
    """Keep each part of the search's index of which every file is still what we wrote."""
    files = {path: number for path in last.finished if (number := part_of(path)) is not None}
    touched = {files[path] for path in files if others.get(path) != last.finished[path]}
    plan.index = {
        number: key
        for number, key in last.index.items()
        if number < parts and number not in touched
    }
    plan.index_files = [path for path, number in files.items() if number in plan.index]


def _others(standing: trees.Found, pages: Iterable[str]) -> dict[str, trees.Signature]:
    """Give the files that are no pages: what was made from the pages when all were there."""
    paths = set(pages)
    return {path: state for path, state in standing.files.items() if path not in paths}


def _write(
    app: Flask, workshop: Workshop, plan: _Plan, answers: Answers, progress: Progress
) -> dict[str, Made]:
    """Make what is missing, in the spare folder."""
    app.jinja_env.bytecode_cache = compiled = Compiled(workshop.memory.templates)
    if len(plan.missing) > workers.FEWEST:
        compiled.warm(app.jinja_env)
    workshop.blobs.close()
    done, written = 0, {}
    work = partial(_freeze, app, workshop.place, answers)
    for count, made in workers.spread(plan.missing, workshop.jobs, work):
        written.update(made)
        done += count
        progress(done, len(plan.missing))
    return written


def _freeze(
    app: Flask, place: Place, answers: Answers, addresses: Sequence[str]
) -> dict[str, Made]:
    """Make some files, and note what each was made from."""
    library = app.extensions["library"]
    app.extensions["library"] = recorder = Recorder(library)
    made: dict[str, Made] = {}
    address = ""
    pages = _frozen(app, place, [a for a in addresses if not a.startswith(PICTURES)])
    try:
        # Closed here: Frozen-Flask holds a request's context open until then.
        with contextlib.closing(pages):
            for address in addresses:
                path = _path(address)
                if address.startswith(PICTURES):
                    _copy(pictures.file(app, library, address), place.spare / path)
                else:
                    next(pages)
                questions = recorder.taken()
                signature = trees.signature(place.spare / path)
                name = name_of((place.spare / path).read_text("utf-8")) if _is_page(path) else ""
                made[address] = Made(path, signature, questions, answers.key(questions), name)
    except Exception as error:
        raise FreezeError(f"/{address}: {error}") from error
    finally:
        app.extensions["library"] = library
    return made


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def _frozen(app: Flask, place: Place, addresses: Sequence[str]) -> Generator[object]:
    app.config.update(
        FREEZER_DESTINATION=str(place.spare),
        FREEZER_BASE_URL=app.extensions["settings"].base_url + "/",
        FREEZER_REDIRECT_POLICY="error",
        FREEZER_REMOVE_EXTRA_FILES=False,
        PROPAGATE_EXCEPTIONS=True,
    )
    freezer = flask_frozen.Freezer(
        app, with_static_files=False, with_no_argument_rules=False, log_url_for=False
    )
    freezer.register_generator(lambda: [f"/{address}" for address in addresses])
    with warnings.catch_warnings():
        warnings.simplefilter("error", flask_frozen.FrozenFlaskWarning)
        # Which addresses there are is our decision, so rules without one are no mistake.
        warnings.simplefilter("ignore", flask_frozen.MissingURLGeneratorWarning)
        yield from freezer.freeze_yield()


def _is_page(path: str) -> bool:
    return path.endswith(".html")


def _path(address: str) -> str:
    """Say which file Frozen-Flask makes of an address."""
    return f"{address}index.html" if not address or address.endswith("/") else address
